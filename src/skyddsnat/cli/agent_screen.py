"""What `skyddsnat agent` shows: one shape for machines, one for people.  Listed names appear only where they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from skyddsnat.agent.doctor import Finding
from skyddsnat.agent.plan import Plan
from skyddsnat.agent.report import report_payload
from skyddsnat.agent.status import AgentState, Status
from skyddsnat.agent.verify import ResolverCheck
from skyddsnat.policy.agent_guards import Reason, difference
from skyddsnat.policy.coverage import Listed

REASONS: Mapping[Reason, str] = {
    Reason.NO_HEAD: "the hub gave no signed head for the feed",
    Reason.BAD_SIGNATURE: "the feed is not signed by the key in agent.toml: call the coordinator, do not change the key",
    Reason.OTHER_COLLECTION: "the hub answered with the head of another collection",
    Reason.STALE_HEAD: "the hub's word is too old to act on",
    Reason.HEAD_FROM_FUTURE: "the hub's word is dated in the future: check both clocks",
    Reason.OLDER_HEAD: "the hub's word is older than one already taken: an old list may be played back",
    Reason.COUNT_MISMATCH: "what the hub sent is not as many entries as it signed for",
    Reason.DIGEST_MISMATCH: "what the hub sent is not the set that it signed",
    Reason.CHANGED_OBJECT: "an entry has changed under a version that was already taken",
    Reason.TOO_MANY_ADDITIONS: "more new entries at once than you allow",
    Reason.TOO_MANY_IN_A_DAY: "more new entries in 24 hours than you allow",
    Reason.TOO_MANY_REMOVALS: "more entries gone at once than you allow",
    Reason.PUBLIC_SUFFIX: "an entry is a public suffix, under which anybody can have a name",
    Reason.PROTECTED_NAME: "an entry touches a protected name",
    Reason.SHORT_WILDCARD: "an entry would block a whole top-level domain",
    Reason.UNKNOWN_CEILING: "an entry has a ceiling that this agent does not know: it may need a newer release",
    Reason.UNREADABLE_NAME: "an entry's name cannot be read",
    Reason.ALLOW_CONFLICT: "a whole domain is listed above a name that you allow: it stays out, talk to the coordinator",
    Reason.ROLLED_BACK: "somebody here went back to an older list, and nothing new comes in until two people approve",
    Reason.LAWFUL_NAME_STOPPED: "a lawful name was stopped after a publish",
}

_COLOURS = {AgentState.LIVE: "green", AgentState.STARTING: "cyan", AgentState.HELD: "bold red", AgentState.ERROR: "red"}


def print_json(facts: Mapping[str, object]) -> None:
    """One JSON object on one line."""
    print(json.dumps(facts, ensure_ascii=False, default=str))


def explain(reasons: Iterable[str]) -> list[str]:
    """Reasons in words."""
    return [REASONS[Reason(reason)] for reason in reasons]


def status_facts(status: Status, *, name: str, now: datetime) -> dict[str, Any]:
    """The report to the hub, and what only this site needs to know."""
    return {
        **report_payload(status, name=name, now=now),
        "held_version": status.list_hold["version"] if status.list_hold else None,
        "approved_by": [*status.approvals],
        "rolled_back": status.pin,
        "faults": status.faults,
        "heard_at": status.heard_at,
        "zones": {role.value: {"serial": serial, "entries": size} for role, (serial, size) in status.zones.items()},
        "lifted_here": status.lifted,
    }


def show_status(console: Console, status: Status, *, name: str, now: datetime) -> None:
    """The status for people."""
    console.print(f"[bold]{name}[/]  [{_COLOURS[status.state]}]{status.state}[/]")
    if status.live is not None and status.live.published_at is not None:
        when = ago(status.live.published_at, now)
        console.print(f"list in force   {status.live.version[:12]}  {status.live.size} entries, published {when}")
    else:
        console.print("list in force   none yet")
    console.print(f"hub last heard  {ago(status.heard_at, now) if status.heard_at else 'never'}")
    if status.publish_seconds is not None:
        console.print(f"last publish    in force everywhere after {status.publish_seconds:.2f} s")
    if status.lifted:
        console.print(f"lifted here     {status.lifted} name(s)")
    for part, fault in status.faults.items():
        console.print(f"[red]fault[/] {part:<10}{fault['line']}", soft_wrap=True)
    if status.feed_hold is not None:
        console.print("[bold red]feed not taken[/]  the list in force stays")
        show_reasons(console, status.feed_hold["reasons"])
    if status.list_hold is not None:
        _show_list_hold(console, status)
    show_resolvers(console, status.resolvers)


def _show_list_hold(console: Console, status: Status) -> None:
    hold = status.list_hold or {}
    version = hold["version"][:12]
    console.print(f"[bold red]held[/]  list {version}: {hold['added']} to add, {hold['removed']} to remove")
    show_reasons(console, hold["reasons"])
    for why, count in hold["protected"].items():
        console.print(f"  {count} entries protected: {why.replace('_', ' ')}")
    if hold["rejected_by"]:
        console.print(f"  rejected by {hold['rejected_by']}; the list in force stays until the feed changes")
        return
    if status.approvals:
        console.print(f"  approved so far by {', '.join(status.approvals)}")
    console.print(
        f"  look at it with [bold]skyddsnat agent plan[/], then two people: "
        f"[bold]skyddsnat agent approve {version} --by NAME[/], or one: [bold]reject[/]",
        soft_wrap=True,
    )


def show_reasons(console: Console, reasons: Iterable[str]) -> None:
    """Each reason with its code."""
    for reason in reasons:
        console.print(f"  {REASONS[Reason(reason)]}  [dim]({reason})[/]", soft_wrap=True)


def show_resolvers(console: Console, checks: Sequence[Mapping[str, Any]]) -> None:
    """One line a resolver."""
    if not checks:
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("resolver", "state", "serial", "lawful names stopped", "checked"):
        table.add_column(heading)
    for check in checks:
        state = "[green]ok[/]" if check["ok"] else f"[red]{str(check['fault']).replace('_', ' ')}[/]"
        at = datetime.fromisoformat(str(check["checked_at"]))
        table.add_row(check["name"], state, str(check["serial"] or "-"), str(check["stopped"]), f"{at:%H:%M:%S}")
    console.print(table)


def check_facts(check: ResolverCheck) -> dict[str, Any]:
    """A check as the status keeps it."""
    return {**asdict(check), "checked_at": check.checked_at.isoformat(), "behind": [*check.behind]}


def plan_facts(plan: Plan, *, names: bool) -> dict[str, Any]:
    """A plan; with the names only if they are asked for."""
    dropped = asdict(plan.candidate.dropped)
    facts: dict[str, Any] = {
        "version": plan.candidate.version,
        "in_force": plan.current.version if plan.current else None,
        "news": plan.is_news,
        "entries": len(plan.candidate.entries),
        "added": plan.verdict.added,
        "removed": plan.verdict.removed,
        "ok": plan.verdict.ok,
        "reasons": [*plan.verdict.reasons],
        "protected": dict(plan.verdict.protected),
        "dropped": {**dropped, "allow_conflicts": len(plan.candidate.conflicts)},
        "rejected_by": plan.rejected_by,
    }
    if names:
        new, gone = difference(plan.current_entries, plan.facts.entries)
        facts |= {"names_added": _lines(new), "names_removed": _lines(gone), "conflicts": [*plan.candidate.conflicts]}
    return facts


def show_plan(console: Console, facts: Mapping[str, Any]) -> None:
    """A plan for people."""
    if not facts["news"]:
        console.print(
            f"nothing to do: the feed says what is in force ({facts['version'][:12]}, {facts['entries']} entries)"
        )
    else:
        verdict = "[green]would be published[/]" if facts["ok"] else "[bold red]would be held[/]"
        console.print(f"list {facts['version'][:12]}  {facts['entries']} entries  {verdict}")
        console.print(f"  {facts['added']} to add, {facts['removed']} to remove")
        show_reasons(console, facts["reasons"])
        for why, count in facts["protected"].items():
            console.print(f"  {count} entries protected: {why.replace('_', ' ')}")
    left_out = [f"{count} {why.replace('_', ' ')}" for why, count in facts["dropped"].items() if count]
    if left_out:
        console.print(f"  left out: {', '.join(left_out)}")
    for sign, key in (("+", "names_added"), ("-", "names_removed"), ("conflict", "conflicts")):
        for line in facts.get(key, ()):
            console.print(f"  {sign} {line}", markup=False, highlight=False)


def show_findings(console: Console, findings: Sequence[Finding]) -> None:
    """The doctor's list."""
    for finding in findings:
        mark = "[green]ok  [/]" if finding.ok else "[bold red]look[/]"
        console.print(f"{mark} {finding.what}", highlight=False)
        if not finding.ok:
            console.print(f"       {finding.advice}", highlight=False, soft_wrap=True)


def ago(moment: datetime, now: datetime) -> str:
    """A time in words, from seconds to days."""
    seconds = max(0, int((now - moment).total_seconds()))
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {word} ago"
    return f"{seconds} s ago"


def _lines(entries: Iterable[Listed]) -> list[str]:
    return [f"{name} ({scope})" for name, scope in sorted(entries)]
