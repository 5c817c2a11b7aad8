"""`skyddsnat agent versions` and `journal`: which lists there were, what was done, and proof that nobody changed the record."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from skyddsnat.agent.config import DEFAULT_PATH
from skyddsnat.cli import agent_screen as screen
from skyddsnat.cli.agent_open import ConfigOption, JsonOption, console, opened
from skyddsnat.cli.ends import leave
from skyddsnat.protocols.shown import shown
from skyddsnat.site.errors import Exit
from skyddsnat.site.journal import End

SHOWN = 20
MOST_SHOWN = 1_000_000
LONGEST_FACT = 2_000
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NOT_SHOWN = frozenset({"at", "event", "after"})


def versions(config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Every list that is kept, the newest first: how far each came, and which number takes rollback to it."""
    with opened(config) as agent:
        steps = {kept.version: back for back, kept in enumerate(agent.planner.way_back())}
        kept = agent.state.lists.kept()
        if as_json:
            screen.print_json({"versions": [screen.version_facts(one, back=steps.get(one.version)) for one in kept]})
        elif kept:
            screen.show_versions(console, kept, steps=steps, now=agent.clock())
        else:
            console.print("no list yet")


def journal(
    config: ConfigOption = DEFAULT_PATH,
    *,
    lines: Annotated[
        int, typer.Option("--lines", "-n", min=0, max=MOST_SHOWN, help="How many of the last lines to show.")
    ] = SHOWN,
    since: Annotated[str, typer.Option("--since", help="An end noted before: the journal must go on from it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Check that no line of the journal was changed, removed or reordered, and show the last ones.  Exit code 1 if one was."""
    paper = End.parse(since)
    if since and paper is None:
        raise typer.BadParameter('expected an end as this command prints it, such as "120:9f2c…"', param_hint="--since")
    with opened(config) as agent:
        broken, end = agent.journal.broken_at(since=paper), agent.journal.end()
        if as_json:
            screen.print_json({"ok": broken is None, "broken_at": broken, "end": str(end) if end else None})
        else:
            if broken is None:
                for number, entry in deque(enumerate(agent.journal.entries(), start=1), maxlen=lines):
                    console.print(f"{number:>6}  {_words(entry)}", soft_wrap=True, markup=False)
            if broken is not None:
                console.print(
                    f"[bold red]changed[/]  line {broken} is not as it was written; keep both files and find out who was there",
                    soft_wrap=True,
                )
            elif end is not None:
                console.print(f"[green]whole[/]  {end.lines:,} lines; note this end elsewhere: {end}", soft_wrap=True)
            else:
                console.print("no line yet")
        leave(Exit.FINE if broken is None else Exit.FINDING)


def _words(entry: Mapping[str, Any]) -> str:
    """A line for people: when, what, and the facts that are not empty."""
    facts = ", ".join(
        f"{key.replace('_', ' ')} {_fact(value)}" for key, value in entry.items() if key not in _NOT_SHOWN and value
    )
    at = datetime.fromisoformat(entry["at"])
    return f"{at:%Y-%m-%d %H:%M:%S}  {entry['event'].replace('_', ' '):<18} {facts}".rstrip()


def _fact(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}: {_fact(part)}" for key, part in value.items())
    if isinstance(value, list):
        return "; ".join(map(_fact, value))
    text = shown(str(value), longest=LONGEST_FACT)
    return text[:12] if _DIGEST.fullmatch(text) else text
