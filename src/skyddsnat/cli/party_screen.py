"""What `skyddsnat party` shows: one shape for machines, one for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table


def print_json(facts: Mapping[str, object]) -> None:
    """One JSON object on one line."""
    print(json.dumps(facts, ensure_ascii=False, default=str))


def show_overview(console: Console, facts: Mapping[str, Any]) -> None:
    """All rounds, one line each, and what does not work."""
    console.print(f"party {facts['party']}   fingerprint {facts['fingerprint']}")
    if not facts["rounds"]:
        console.print("no round yet")
    else:
        table = Table("round", "here", "at the hub", "specification", "by", box=None, pad_edge=False)
        for row in facts["rounds"]:
            table.add_row(
                row["round"], row["stage"], row["hub_state"], row["spec"][:12], escape(row["decided_by"] or "")
            )
        console.print(table)
    for name, refused in facts["refused"].items():
        console.print(f"[bold red]refused[/]  {escape(name)}: {escape(refused['line'])}", soft_wrap=True)
    for line in facts["faults"].values():
        console.print(f"[red]fault[/]  {escape(line)}", soft_wrap=True)
    if waiting := [row["round"] for row in facts["rounds"] if row["decision"] == "waiting"]:
        console.print(f"read before approving: skyddsnat party status {waiting[0]}")


def show_round(console: Console, facts: Mapping[str, Any]) -> None:
    """One round's specification, so that a person can approve it."""
    spec = facts["specification"]
    period, title = spec["period"], spec["title"]
    console.print(f"[bold]{escape(title['en'])}[/]  ({escape(title['sv'])})")
    for name, value in (
        ("round", spec["round"]),
        ("specification", spec["spec"]),
        ("coalition", f"{spec['coalition']}, peer group {spec['peer_group']}"),
        ("figures of", f"{period['from']} to {period['to']}"),
        ("deadline", f"{spec['deadline']}; then {spec['objection_seconds']} s for objections"),
        ("here", f"{facts['stage']}; at the hub {facts['hub_state']}"),
    ):
        console.print(f"{name:14}{escape(str(value))}", soft_wrap=True)
    _show_people(console, spec)
    _show_items(console, spec)
    _show_rules(console, spec["rules"], spec["previous"])
    for remark in facts["remarks"]:
        console.print(f"[bold yellow]look[/]  {escape(remark)}", soft_wrap=True)
    if facts["refused"]:
        console.print(f"[bold red]refused[/]  {escape(facts['refused']['line'])}", soft_wrap=True)
    if facts["decision"] == "waiting":
        console.print(
            f"approve with: skyddsnat party approve {spec['round']} --spec {spec['spec'][:12]} --by NAME",
            soft_wrap=True,
        )


def _show_people(console: Console, spec: Mapping[str, Any]) -> None:
    console.print(f"\n{len(spec['members'])} members under {len(spec['control_groups'])} owners")
    for owner, names in spec["control_groups"].items():
        console.print(f"  {owner:20}{escape(', '.join(names))}", soft_wrap=True)
    console.print("members' keys (compare each fingerprint with the one that the member itself tells you)")
    for member in spec["members"]:
        console.print(f"  {escape(member['name']):27}{member['fingerprint']}", soft_wrap=True)
    console.print("parties (compare each fingerprint with the one that the party told you)")
    for party in spec["parties"]:
        console.print(f"  {party['index']}  {escape(party['name']):24}{party['fingerprint']}", soft_wrap=True)


def _show_items(console: Console, spec: Mapping[str, Any]) -> None:
    console.print(f"\n{len(spec['items'])} items")
    table = Table("item", "kind", "largest", "", box=None, pad_edge=False)
    for item in spec["items"]:
        table.add_row(f"  {item['id']}", item["kind"], str(item["max"]), "neutral" if item["neutral"] else "")
    console.print(table)
    for each in spec["sign_offs"]:
        console.print(f"  {each['metric']} signed off by {escape(each['by'])}, {each['at']}", soft_wrap=True)


def _show_rules(console: Console, rules: Mapping[str, Any], previous: str | None) -> None:
    console.print(
        f"\nrules: at least {rules['k']} owners with a value; all but the two largest make {rules['p']} % of the largest; "
        f"none above {rules['max_share']} of a total; compared with round {previous or 'none'} for changes of members",
        soft_wrap=True,
    )
    for rung in rules["ladder"]:
        high = f"to {rung['high']}" if rung["high"] else "and more"
        public, private = ", ".join(rung["public"]) or "nothing", ", ".join(rung["private"]) or "nothing"
        console.print(f"  {rung['low']} {high}: to all {public}; to each member {private}", soft_wrap=True)
