"""What `skyddsnat agent` shows: one shape for machines, one for people.  Listed names appear only where they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skyddsnat.agent.findings import Finding
from skyddsnat.agent.outputs.keeper import OutputState
from skyddsnat.agent.probes.reports import SILENT_AFTER
from skyddsnat.agent.report import report_payload
from skyddsnat.agent.state.lists import KeptList
from skyddsnat.agent.state.lists import Status as Fate
from skyddsnat.agent.status import AgentState, Proved, Status
from skyddsnat.agent.verify import ResolverCheck
from skyddsnat.policy.agent_guards import Reason
from skyddsnat.policy.course import Phase

REASONS: Mapping[Reason, str] = {
    Reason.NO_HEAD: "the hub gave no signed head for the feed",
    Reason.BAD_SIGNATURE: "the feed is not signed by the key in agent.toml: call the coordinator, do not change the key",
    Reason.OTHER_COLLECTION: "the hub answered with the head of another collection",
    Reason.STALE_HEAD: "the hub's word is too old to act on",
    Reason.HEAD_FROM_FUTURE: "the hub's word is dated in the future: check both clocks",
    Reason.OLDER_HEAD: "the hub's word is older than one already taken: played back, or the hub was restored from a backup",
    Reason.COUNT_MISMATCH: "what the hub sent is not as many entries as it signed for",
    Reason.DIGEST_MISMATCH: "what the hub sent is not the set that it signed",
    Reason.CHANGED_OBJECT: "an entry has changed under a version that was already taken",
    Reason.HISTORY_LOST: "the feed lacks what it had before, as after a restored backup: ask the hub's operator, then rejoin",
    Reason.TOO_MANY_ADDITIONS: "more new entries at once than you allow",
    Reason.TOO_MANY_IN_A_DAY: "more new entries in 24 hours than you allow",
    Reason.TOO_MANY_REMOVALS: "more entries gone at once than you allow",
    Reason.PUBLIC_SUFFIX: "an entry is a public suffix, under which anybody can have a name",
    Reason.PROTECTED_NAME: "an entry touches a protected name",
    Reason.SHORT_WILDCARD: "an entry would block a whole top-level domain",
    Reason.UNKNOWN_CEILING: "an entry has a ceiling that this agent does not know: it may need a newer release",
    Reason.UNREADABLE_NAME: "an entry's name cannot be read",
    Reason.MIXED_SCRIPTS: "an entry mixes letters of different scripts in one label, as look-alike names do",
    Reason.URL_AS_DOMAIN: "an entry gives a URL as a whole domain, or turned from a URL into one",
    Reason.ALLOW_CONFLICT: "a whole domain is listed above a name that you allow: it stays out, talk to the coordinator",
    Reason.ROLLED_BACK: "somebody here went back to an older list, and nothing new comes in until two people approve",
    Reason.LOG_CONTRADICTED: "the hub's log knows another list than the one that this agent was given: call the other members",
    Reason.LAWFUL_NAME_STOPPED: "a lawful name was stopped after a publish",
}

_COLOURS = {
    AgentState.LIVE: "green",
    AgentState.OBSERVING: "bold yellow",
    AgentState.STARTING: "cyan",
    AgentState.HELD: "bold red",
    AgentState.ERROR: "red",
}


PHASES: Mapping[Phase, str] = {
    Phase.PULLED: "pulled: the hub's signed word is taken",
    Phase.COMPILED: "compiled",
    Phase.GUARDED: "guarded",
    Phase.HELD: "held: waits for two people, or for a newer list",
    Phase.STAGED: "staged: its files are being put in place",
    Phase.CANARY: "canary: resolvers are asked whether they have this list",
    Phase.LIVE: "live: every resolver has proved that it has this list",
    Phase.VERIFIED: "verified: every resolver has it, and none stops a lawful name",
    Phase.ROLLED_BACK: "rolled back",
}


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
        "lift_seconds": status.lift_seconds,
        "observing": status.observing,
        "phase": status.live.phase if status.live else None,
        "proved": asdict(status.proved),
        "staged": status.staged,
        "probes": [*status.probes],
        "held_version": status.list_hold["version"] if status.list_hold else None,
        "approved_by": [*status.approvals],
        "rolled_back": status.pin,
        "faults": status.faults,
        "heard_at": status.heard_at,
        "zones": {role.value: {"serial": serial, "entries": size} for role, (serial, size) in status.zones.items()},
        "lifted_here": status.lifted,
        "outputs": [asdict(output) for output in status.outputs],
        "hashes": {key: status.hashes[key] for key in ("version", "entries")} if status.hashes else None,
        "log": log_facts(status),
    }


def log_facts(status: Status) -> dict[str, Any]:
    """What this agent holds of the hub's log."""
    held = status.log or {}
    alarm = status.log_alarm
    kept = {key: held.get(key) for key in ("size", "root", "at", "cosigned_at", "settled", "members")}
    told = {key: alarm[key] for key in ("code", "since", "line", "evidence")} if alarm else None
    return {**kept, "alarm": told}


def show_log(console: Console, status: Status) -> None:
    """The log for people."""
    held = status.log
    if held:
        settled = f", settled up to {held['settled']}" if held.get("settled") else ""
        console.print(f"hub's log       {held['size']} entries seen and checked{settled}")
    if status.log_alarm:
        console.print(f"[bold red]log refused[/]     evidence in {status.log_alarm['evidence']}", soft_wrap=True)


def show_status(console: Console, status: Status, *, name: str, now: datetime) -> None:
    """The status for people."""
    console.print(f"[bold]{name}[/]  [{_COLOURS[status.state]}]{status.state}[/]")
    if status.observing:
        console.print('[bold yellow]nothing is blocked[/]  action is "observe": all is done and proved but the block')
    if status.live is not None and status.live.published_at is not None:
        when = ago(status.live.published_at, now)
        console.print(f"list in force   {status.live.version[:12]}  {status.live.size:,} entries, published {when}")
        console.print(f"                {_how_far(status.live.phase, status.proved)}", soft_wrap=True, markup=False)
    else:
        console.print("list in force   none yet")
    if status.pin is not None:
        who = f"{ago(datetime.fromisoformat(status.pin['at']), now)}, by {escape(status.pin['by'])}"
        console.print(
            f"[bold yellow]gone back[/]       {who}; nothing new comes in until two people approve", soft_wrap=True
        )
    if status.staged is not None:
        console.print(f"on its way      {status.staged[:12]}  {PHASES[Phase.STAGED]}")
    console.print(f"hub last heard  {ago(status.heard_at, now) if status.heard_at else 'never'}")
    if status.publish_seconds is not None:
        free = f", what went was free after {status.lift_seconds:.2f} s" if status.lift_seconds is not None else ""
        console.print(f"last publish    in force everywhere after {status.publish_seconds:.2f} s{free}", soft_wrap=True)
    show_log(console, status)
    if status.hashes is not None:
        counts = ", ".join(f"{count} {kind}" for kind, count in status.hashes["entries"].items())
        console.print(f"hash lists      {status.hashes['version'][:12]}  {counts}")
    if status.lifted:
        console.print(f"lifted here     {status.lifted} name(s)")
    for part, fault in status.faults.items():
        console.print(f"[red]fault[/] {part:<10}{escape(fault['line'])}", soft_wrap=True)
    if status.feed_hold is not None:
        console.print("[bold red]feed not taken[/]  the list in force stays")
        show_reasons(console, status.feed_hold["reasons"])
    if status.list_hold is not None:
        _show_list_hold(console, status)
    show_resolvers(console, status.resolvers)
    for told in status.probes:
        console.print(f"from {told['access']:<11}{_probe_words(told, now)}")
    _show_outputs(console, status.outputs)


def _how_far(phase: Phase, proved: Proved) -> str:
    """The phase in words; while the list is not proved everywhere, who is missing."""
    if phase is not Phase.CANARY:
        return PHASES[phase]
    if not proved.of:
        return "canary: agent.toml names no resolver, so nothing proves this list; add each as [[resolver]]"
    if not proved.answering:
        return f"canary: none of {proved.of} resolver(s) has answered; are they running, and may this machine ask them?"
    return f"canary: {proved.by} of {proved.of} resolver(s) proved to have this list"


def _show_outputs(console: Console, outputs: Sequence[OutputState]) -> None:
    """One line an output."""
    if not outputs:
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("output", "state", "version", "entries", "left out", "narrowed"):
        table.add_column(heading)
    table.add_column("file", overflow="fold")
    for output in outputs:
        state = "[green]ok[/]" if output.current else "[red]behind[/]"
        counts = (str(count) for count in (output.entries, output.left_out, output.narrowed))
        table.add_row(output.kind, state, (output.version or "-")[:12], *counts, escape(output.file))
    console.print(table)


def _show_list_hold(console: Console, status: Status) -> None:
    hold = status.list_hold or {}
    version = hold["version"][:12]
    console.print(f"[bold red]held[/]  list {version}: {hold['added']} to add, {hold['removed']} to remove")
    show_reasons(console, hold["reasons"], checks=hold.get("checks", ()))
    for why, count in hold["protected"].items():
        console.print(f"  {count:,} entries protected: {why.replace('_', ' ')}")
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


def version_facts(kept: KeptList, *, back: int | None) -> dict[str, Any]:
    """A kept list.  back: what takes `rollback` to it; None if it cannot be put back."""
    return {
        "version": kept.version,
        "status": kept.status,
        "phase": kept.phase,
        "observed": kept.observed,
        "entries": kept.size,
        "added": kept.added,
        "removed": kept.removed,
        "at": (kept.published_at or kept.compiled_at).isoformat(),
        "approved": kept.approved,
        "decided_by": kept.decided_by,
        "reasons": [*kept.reasons],
        "back": back or None,
    }


def show_versions(console: Console, kept: Sequence[KeptList], *, steps: Mapping[str, int], now: datetime) -> None:
    """One line a list."""
    table = Table(box=None, pad_edge=False)
    for heading in ("rollback", "version", "entries", "change", "when", "how far", "by"):
        table.add_column(heading, justify="right" if heading in {"rollback", "entries"} else "left")
    for one in kept:
        back = steps.get(one.version)
        far = one.phase.replace("_", " ") if one.status in {Fate.LIVE, Fate.PAST, Fate.HELD} else one.status.value
        table.add_row(
            "now" if back == 0 else str(back or ""),
            one.version[:12],
            str(one.size),
            f"+{one.added} -{one.removed}",
            ago(one.published_at or one.compiled_at, now),
            f"{far}, observed" if one.observed else far,
            one.decided_by or ("guards" if one.published_at else ""),
        )
    console.print(table)


def show_reasons(console: Console, reasons: Iterable[str], *, checks: Iterable[Mapping[str, Any]] = ()) -> None:
    """Each reason with its code, and with what its guard found and allows where that is known."""
    measured = {check["reason"]: check for check in checks}
    for reason in reasons:
        check = measured.get(reason)
        figures = f": {check['found']}, allowed {check['allowed']}" if check else ""
        console.print(f"  {REASONS[Reason(reason)]}{figures}  [dim]({reason})[/]", soft_wrap=True)


def _probe_words(told: Mapping[str, Any], now: datetime) -> str:
    if told["at"] is None:
        return "[yellow]no word of the probe yet[/]"
    at = datetime.fromisoformat(told["at"])
    if now - at > SILENT_AFTER:
        return f"[yellow]the probe is silent since {ago(at, now)}[/]"
    first = f", first {told['after']:.1f} s after the publish" if told["after"] is not None else ""
    word = "[green]ok[/]" if told["answered"] == told["asked"] else "[red]canary missing[/]"
    return f"{word} {told['answered']} of {told['asked']} canaries answered, {ago(at, now)}{first}"


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


def show_findings(console: Console, findings: Sequence[Finding]) -> None:
    """The doctor's list."""
    for finding in findings:
        mark = "[green]ok  [/]" if finding.ok else "[bold red]look[/]"
        console.print(f"{mark} {finding.what}", highlight=False)
        if not finding.ok:
            console.print(f"       {escape(finding.advice)}", highlight=False, soft_wrap=True)


def ago(moment: datetime, now: datetime) -> str:
    """A time in words, from seconds to days."""
    seconds = max(0, int((now - moment).total_seconds()))
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {word} ago"
    return f"{seconds} s ago"
