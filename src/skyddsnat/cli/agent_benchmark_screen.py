"""What `skyddsnat agent submit` and `position` show: one shape for machines, one for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skyddsnat.agent.benchmark.position import Place


def print_json(facts: Mapping[str, object]) -> None:
    """One JSON object on one line."""
    print(json.dumps(facts, ensure_ascii=False, default=str))


def show_submission(console: Console, facts: Mapping[str, Any]) -> None:
    """What leaves, before it does."""
    period = facts["period"]
    console.print(f"round {facts['round']}, figures of {period['from']} to {period['to']}")
    console.print(f"deadline {facts['deadline']}, {facts['time_left']}")
    console.print(f"specification {facts['spec']}", soft_wrap=True)
    for name, print_ in facts["parties"].items():
        console.print(f"party {escape(name)}: {print_}", soft_wrap=True)
    table = Table("item", "value", "band", "", "last time", box=None, pad_edge=False)
    for line in facts["items"]:
        mark = "measured" if line["measured"] else ""
        before = f"{line['before'] or ''}{'  far from it' if line['far'] else ''}"
        table.add_row(line["item"], line["value"] or "–", line["band"], mark, before)
    console.print(table)
    for item in facts["not_asked"]:
        console.print(f"left out: {item} is not asked for in this round", soft_wrap=True)
    for item, why in facts["not_measured"].items():
        console.print(f"not measured: {item}, {why}", soft_wrap=True)
    leaves = facts["leaves"]
    sizes = ", ".join(f"{size:,}" for size in leaves["ciphertext_bytes"])
    said = f"leaves as no. {leaves['envelope']['seq']}: three ciphertexts of {sizes} bytes, their hashes, a signature"
    console.print(said, soft_wrap=True)


def show_outcome(console: Console, facts: Mapping[str, Any]) -> None:
    """How it ended."""
    if facts["held"]:
        why = ["a value is far from last time's; look, and say --yes if it is right"] if facts["far"] else []
        if facts["unseen"]:
            names = escape(", ".join(facts["unseen"]))
            why.append(
                f"nothing was sealed to {names} from here before; ask each itself for its fingerprint, since a hub that names "
                "keys of its own reads your values, and say --compared if it is the one above"
            )
        console.print("[bold yellow]not sent[/]  " + ".  ".join(why), soft_wrap=True)
    elif not facts["sent"]:
        console.print("nothing was sent (--dry-run)")
    else:
        receipt = facts["receipt"]["receipt"]
        console.print(f"[green]handed in[/]  receipt of {receipt['at']}, no. {receipt['entry']} in the hub's log")
        console.print(f"kept in {facts['kept']}", soft_wrap=True, markup=False)


def show_positions(console: Console, found: Sequence[Place]) -> None:
    """The own places, beside the own values."""
    if not found:
        console.print("the rules tell you no place in this round: too few had a value, or the group has changed")
        return
    for place in found:
        own = "yours is not known here" if place.own is None else f"yours {place.own.value:f}, {place.band}"
        console.print(f"{place.item:18} {place.words}; {own}", soft_wrap=True, markup=False)


def show_key(console: Console, facts: Mapping[str, Any]) -> None:
    """A new key's public halves."""
    console.print(f"key of {facts['member']} written to {facts['key_file']}", soft_wrap=True, markup=False)
    for name in ("signing_key", "opening_key", "fingerprint"):
        console.print(f"{name.replace('_', ' '):12} {facts[name]}", soft_wrap=True)
    console.print(
        "Paste the two public keys at the hub (Benchmark keys, Register a key), let a colleague compare the fingerprint and "
        "confirm it, and keep a copy of the file: neither file nor passphrase can be had again.",
        soft_wrap=True,
    )
