"""What `skyddsnat agent count` and `submit --period` show: one shape for machines, one for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from skyddsnat.agent.counting.days import Outcome
from skyddsnat.agent.counting.figures import METHOD, MonthCounts, disclosed
from skyddsnat.agent.counting.handing_in import Line, Standing
from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.statistics.words import Observed
from skyddsnat.protocols.statistics.figure import Figure

errors = Console(stderr=True, highlight=False)

_WORDS = {
    "hits": "blocked queries",
    "lookups": "blocked lookups (client × entry × 5 min)",
    "entries": "entries with a lookup",
    "clients": "client-days (estimate)",
    "queries": "queries of all names",
}
_NOT_COUNTED = {
    "canaries": "canaries",
    "ignored": "own monitoring, scanners, and the resolvers themselves",
    "passed": "not blocked (passthru, disabled)",
    "elsewhere": "names on no list of ours",
    "unparsed": "lines not understood",
}
_OBSERVED = {
    Observed.ALL: 'the list only observed throughout (action = "observe"): nothing was stopped, and the figures say so',
    Observed.SOME: 'the list only observed in a part of the period (action = "observe"), and the figures say so',
}


def print_json(facts: Mapping[str, object]) -> None:
    """One JSON object on one line."""
    print(json.dumps(facts, ensure_ascii=False, default=str))


def run_facts(outcome: Outcome | None) -> dict[str, Any]:
    """What a run did."""
    if outcome is None:
        return {}
    found = outcome.collected
    return {
        "files": found.files,
        "days_counted": len(outcome.days),
        "settled": outcome.settled.isoformat(),
        "kept": [day.isoformat() for day in outcome.kept],
        "unparsed_now": outcome.unparsed,
        "undated": found.undated,
        "unfinished": found.unfinished,
        "checks": [{**asdict(one), "ok": one.ok} for one in outcome.checks],
        "problems": found.problems,
        "ok": outcome.ok,
    }


def count_facts(counts: MonthCounts) -> dict[str, Any]:
    """A period's counts, exact, and what of them may be told."""
    facts = asdict(counts)
    facts["gaps"] = sorted(counts.gaps)
    facts["told"] = {name: disclosed(facts[name]) for name in _WORDS}
    facts["method"] = METHOD
    return facts


def show(console: Console, facts: Mapping[str, Any]) -> None:
    """For people."""
    if "files" in facts:
        console.print(
            f"read {_many(facts['files'], 'file')}, counted {_many(facts['days_counted'], 'day')}, settled to {facts['settled']}"
        )
    table = Table(f"{facts['period']}", "here", "may be told", box=None, pad_edge=False)
    for name, words in _WORDS.items():
        table.add_row(words, _number(facts[name]), _told(facts[name], facts["told"][name]))
    console.print(table)
    left_out = ", ".join(f"{words} {facts[name]:,}" for name, words in _NOT_COUNTED.items())
    console.print(f"of {facts['read']:,} hit lines left out: {left_out}", soft_wrap=True)
    console.print(
        f"{facts['days']} of {facts['days_of']} days, {facts['resolver_days']} of {facts['resolver_days_of']} resolver-days; "
        f"{_many(facts['versions'], 'list version')}, {facts['entries_mean']:,} entries in the mean; method {facts['method']}",
        soft_wrap=True,
    )
    for line in _complaints(facts):
        console.print(line, soft_wrap=True, markup=False)


def line_facts(line: Line) -> dict[str, Any]:
    """A figure that would leave, or why there is none."""
    if line.figure is None:
        return {"metric": line.metric.id, "why": line.why}
    return {"metric": line.metric.id, "standing": line.standing, "leaves": json.loads(line.body)}


def show_lines(console: Console, lines: Sequence[Line], *, period: str) -> None:
    """Exactly what would leave."""
    console.print(f"figures of {period} for the joint statistics")
    listed = [line.figure.listed for line in lines if line.figure is not None and line.figure.listed is not None]
    for words in sorted({_OBSERVED[one.observed] for one in listed if one.observed in _OBSERVED}):
        console.print(f"  [bold yellow]{words}[/]", soft_wrap=True)
    for line in lines:
        name = f"{line.metric.id} {line.metric.name.en}"
        if line.figure is None:
            console.print(f"  {name}: none, {line.why}", soft_wrap=True, markup=False)
        elif line.standing is Standing.SAME:
            console.print(f"  {name}: is at the hub like this", soft_wrap=True, markup=False)
        else:
            changed = ", not as it was handed in" if line.standing is Standing.CHANGED else ""
            console.print(f"  {name}: {_said(line.figure)}{changed}; leaves as", soft_wrap=True, markup=False)
            console.print(f"    {line.body.decode()}", soft_wrap=True, markup=False)


def _said(figure: Figure) -> str:
    """The figure in a person's words: `1,230 (count per month), known gaps: days_missing`."""
    unit = load_catalogue().metric_words.units[figure.unit].en
    gaps = f", known gaps: {', '.join(sorted(figure.gaps))}" if figure.gaps else ""
    return f"{Decimal(figure.value).scaleb(-figure.decimals):,} ({unit}){gaps}"


def _complaints(facts: Mapping[str, Any]) -> list[str]:
    found = [*facts.get("problems", ())]
    if facts.get("undated"):
        found.append(
            f"{facts['undated']} hits have no time, so that they belong to no day: let the journal or syslog write them"
        )
    if facts.get("unfinished"):
        found.append(f"{facts['unfinished']} last lines have no end yet; they are read the next time")
    found += [f"{day}: its logs have partly gone; the figures counted before stay" for day in facts.get("kept", ())]
    found += [
        f"{one['resolver']}: its log has {one['log']} hits, its own counter {one['counter']}"
        for one in facts.get("checks", ())
        if not one["ok"]
    ]
    if words := _OBSERVED.get(facts["observed"]):
        found.append(words)
    if facts["gaps"]:
        found.append(f"known gaps: {', '.join(facts['gaps'])}")
    return found


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _number(value: int | None) -> str:
    return "not counted" if value is None else f"{value:,}"


def _told(exact: int | None, told: int | None) -> str:
    if exact is None:
        return ""
    return "fewer than 20" if told is None else f"{told:,}"
