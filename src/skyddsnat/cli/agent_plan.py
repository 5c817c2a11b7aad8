"""`skyddsnat agent plan`: what a publish would change, entry by entry, and what each guard says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skyddsnat.agent.config import DEFAULT_PATH
from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.plan import Plan
from skyddsnat.cli import agent_screen as screen
from skyddsnat.cli.agent_open import ConfigOption, JsonOption, console, opened
from skyddsnat.cli.ends import account, leave
from skyddsnat.policy.agent_guards import Check, Reason
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.list_diff import ListDiff, diff
from skyddsnat.policy.normal_form import mask
from skyddsnat.policy.vocabulary import Scope, SignalType
from skyddsnat.site.errors import Exit

SHOWN = 10
"""Masked lines of each kind."""

GUARDS: Mapping[Reason, tuple[str, str]] = {
    Reason.STALE_HEAD: ("age of the hub's signed word, in seconds", "head_age_seconds"),
    Reason.TOO_MANY_ADDITIONS: ("new entries at once", "additions, additions_percent"),
    Reason.TOO_MANY_IN_A_DAY: ("new entries in 24 hours", "additions_in_a_day, its _percent"),
    Reason.TOO_MANY_REMOVALS: ("entries gone at once", "removals_percent"),
    Reason.ROLLED_BACK: ("new entries after a rollback", "fixed"),
    Reason.LAWFUL_NAME_STOPPED: ("new entries after a lawful name was stopped", "fixed"),
    Reason.PUBLIC_SUFFIX: ("public suffixes", "fixed"),
    Reason.PROTECTED_NAME: ("protected names: shipped, coalition's, own", "fixed; names by [list] protect"),
    Reason.SHORT_WILDCARD: ("whole top-level domains", "fixed"),
    Reason.UNKNOWN_CEILING: ("entries with an unknown ceiling", "as accepted before"),
    Reason.UNREADABLE_NAME: ("unreadable names", "as accepted before"),
    Reason.MIXED_SCRIPTS: ("labels of mixed scripts", "as accepted before"),
    Reason.URL_AS_DOMAIN: ("URLs given as domains", "as accepted before"),
    Reason.ALLOW_CONFLICT: ("whole domains above names in [list] allow", "as accepted before"),
}
"""Each guard in a few words, and where its threshold stands in [guards] of agent.toml."""

_SIGNS = {"added": "+", "removed": "-", "widened": "^", "narrowed": "v", "taken_in": "<", "split_off": ">"}
_WORDS = {
    "added": "{}",
    "removed": "{}",
    "widened": "{}, was this name alone",
    "narrowed": "{}, was the whole domain",
    "taken_in": "{}, still blocked by the domain above",
    "split_off": "{}, was blocked by the domain above",
}


def plan(
    config: ConfigOption = DEFAULT_PATH,
    *,
    names: Annotated[bool, typer.Option("--names", help="Print the names in full; this is journalled.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what publish would change and what each guard says.  Changes nothing.  Exit code 3 if it would be held."""
    with opened(config) as agent:
        made = agent.planner.plan()
        if made is None:
            raise AgentError('the feed has not been heard yet; run "skyddsnat agent pull"')
        if names:
            agent.journal.write("names_shown", by=account())
        facts = plan_facts(made, touched=agent.planner.touched(made), names=names)
        if as_json:
            screen.print_json(facts)
        else:
            show_plan(console, facts, made, names=names)
        leave(Exit.FINE if made.verdict.ok else Exit.HELD)


def plan_facts(made: Plan, *, touched: Counter[tuple[str, str]], names: bool) -> dict[str, Any]:
    """A plan for machines; with the names only if they are asked for.  touched: (protected name, why) and how often."""
    changes = diff(made.current_entries, made.facts.entries)
    dropped = asdict(made.candidate.dropped)
    facts: dict[str, Any] = {
        "version": made.candidate.version,
        "in_force": made.current.version if made.current else None,
        "news": made.is_news,
        "entries": len(made.candidate.entries),
        "added": made.verdict.added,
        "removed": made.verdict.removed,
        "changes": {kind: len(entries) for kind, entries in _parts(changes)},
        "ok": made.verdict.ok,
        "reasons": [*made.verdict.reasons],
        "guards": [{**asdict(check), "ok": not check.tripped} for check in made.verdict.checks],
        "protected": dict(made.verdict.protected),
        "touches": [{"name": name, "why": why, "entries": count} for (name, why), count in touched.most_common()],
        "dropped": {**dropped, "allow_conflicts": len(made.candidate.conflicts)},
        "rejected_by": made.rejected_by,
    }
    if names:
        facts |= {f"names_{kind}": [f"{name} ({scope})" for name, scope in part] for kind, part in _parts(changes)}
        facts["conflicts"] = [*made.candidate.conflicts]
    return facts


def show_plan(out: Console, facts: Mapping[str, Any], made: Plan, *, names: bool) -> None:
    """A plan for people: the word, the guards, the changes, what protected names are touched, what is left out."""
    if not facts["news"]:
        short = facts["version"][:12]
        out.print(f"nothing to do: the feed says what is in force ({short}, {facts['entries']} entries)")
    else:
        verdict = "[green]would be published[/]" if facts["ok"] else "[bold red]would be held[/]"
        before = f"from {facts['in_force'][:12]} " if facts["in_force"] else ""
        out.print(f"{before}to {facts['version'][:12]}  {facts['entries']} entries  {verdict}")
        screen.show_reasons(out, facts["reasons"])
        out.print(_guard_table(made.verdict.checks))
        for line in change_lines(diff(made.current_entries, made.facts.entries), names=names):
            out.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
        for touch in facts["touches"]:
            out.print(f"  protected: {touch['name']} ({touch['why'].replace('_', ' ')})", markup=False, highlight=False)
    left_out = [f"{count} {why.replace('_', ' ')}" for why, count in facts["dropped"].items() if count]
    if left_out:
        out.print(f"  left out: {', '.join(left_out)}")
    for line in facts.get("conflicts", ()):
        out.print(f"  conflict {line}", markup=False, highlight=False)


def _guard_table(checks: Iterable[Check]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("", "guard", "found", "allowed", "set by"):
        table.add_column(heading, justify="right" if heading in {"found", "allowed"} else "left")
    for check in checks:
        words, setting = GUARDS[check.reason]
        word = "[bold red]held[/]" if check.tripped else "[green]ok[/]"
        table.add_row(word, escape(words), f"{check.found:,}", f"{check.allowed:,}", escape(setting))
    return table


def change_lines(changes: ListDiff, *, names: bool) -> Iterator[str]:
    """One line an entry, the kinds one after the other; masked, and equal masks in one line, unless the names are asked for."""
    for kind, entries in _parts(changes):
        sign, words = _SIGNS[kind], _WORDS[kind]
        shown = Counter((entry.name if names else mask(_type(entry), entry.name), _scope(entry)) for entry in entries)
        for (name, scope), count in list(shown.items())[: None if names else SHOWN]:
            times = f"{count:,} × " if count > 1 else ""
            yield f"{sign} {times + name:<32} {words.format(scope)}"
        if not names and len(shown) > SHOWN:
            yield f"{sign} … and {sum(list(shown.values())[SHOWN:]):,} more; --names shows them all"


def _parts(changes: ListDiff) -> list[tuple[str, tuple[Listed, ...]]]:
    return [(field.name, getattr(changes, field.name)) for field in fields(changes)]


def _type(entry: Listed) -> SignalType:
    return SignalType.URL if "/" in entry.name else SignalType.DOMAIN


def _scope(entry: Listed) -> str:
    if _type(entry) is SignalType.URL:
        return "this URL alone"
    return "whole domain" if entry.scope is Scope.SUBDOMAINS else "this name alone"
