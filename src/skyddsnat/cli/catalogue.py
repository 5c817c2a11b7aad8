"""`skyddsnat catalogue`: check the coalition's vocabulary, and read it without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from skyddsnat.catalogue.loading import load_catalogue, read_catalogue
from skyddsnat.catalogue.problems import CatalogueError, Problem, printable
from skyddsnat.catalogue.text import Text
from skyddsnat.catalogue.whole import Catalogue

FINE, FINDINGS, WRONG_USE = 0, 1, 2

app = typer.Typer(no_args_is_help=True, help="The coalition's vocabulary: techniques, measures, metrics and the rest.")


class Language(StrEnum):
    """The languages of the catalogue."""

    SV = "sv"
    EN = "en"


class Kind(StrEnum):
    """What can be listed."""

    TECHNIQUES = "techniques"
    MEASURES = "measures"
    METRICS = "metrics"
    QUESTIONS = "questions"
    ENTRIES = "entries"
    SOURCES = "sources"
    STATES = "states"
    TYPES = "types"


type Row = tuple[str, str, Text]
"""Id, group (or what stands for it) and name."""


@app.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PATH]", help="A folder with the seven files; without it, the catalogue that is installed."
        ),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Check every file: keys, languages, ids, bounds and all links.  Exit code 0 fine, 1 findings, 2 wrong use."""
    if folder is None:
        catalogue, problems = _installed()
    elif folder.is_dir():
        catalogue, problems = read_catalogue(folder)
    else:
        typer.echo(f"got {printable(str(folder))}, expected a folder with the catalogue's seven files", err=True)
        raise typer.Exit(WRONG_USE)
    counts = catalogue.counts() if catalogue else {}
    if as_json:
        found = [problem.as_dict() for problem in problems]
        typer.echo(json.dumps({"ok": not problems, "counts": counts, "problems": found}, ensure_ascii=False))
    else:
        _show_check(counts, problems)
    raise typer.Exit(FINDINGS if problems else FINE)


@app.command(name="list")
def list_kind(
    kind: Annotated[Kind, typer.Argument(help="What to list.")],
    *,
    lang: Annotated[Language, typer.Option(help="The language of the names.")] = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array instead of a table.")] = False,
) -> None:
    """List one kind with ids and names.  Exit code 0 fine, 1 if the catalogue has faults, 2 wrong use."""
    try:
        catalogue = load_catalogue()
    except CatalogueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FINDINGS) from error
    rows = list(_ROWS[kind](catalogue))
    if as_json:
        items = [{"id": row_id, "group": group, "name": name.get(lang)} for row_id, group, name in rows]
        typer.echo(json.dumps(items, ensure_ascii=False))
        return
    table = Table("id", "group", "name")
    for row_id, group, name in rows:
        table.add_row(Styled(row_id, no_wrap=True), Styled(group), Styled(name.get(lang)))
    Console().print(table)


def _installed() -> tuple[Catalogue | None, tuple[Problem, ...]]:
    try:
        return load_catalogue(), ()
    except CatalogueError as error:
        return None, error.problems


def _show_check(counts: Mapping[str, int], problems: tuple[Problem, ...]) -> None:
    console = Console()
    table = Table("kind", "entries")
    table.columns[1].justify = "right"
    for kind, count in counts.items():
        table.add_row(kind, str(count))
    console.print(table)
    if not problems:
        console.print("No problems: every key, language, bound and link is in order.")
        return
    if not console.is_terminal:  # one a line, whole, for grep and logs
        for problem in problems:
            typer.echo(str(problem))
        return
    faults = Table("where", "what", "got", "expected", title=f"{len(problems)} problems", title_justify="left")
    for problem in problems:
        cells = (problem.place, problem.subject, printable(problem.got), printable(problem.expected))
        faults.add_row(*(Styled(cell, overflow="fold") for cell in cells))
    console.print(faults)


def _techniques(catalogue: Catalogue) -> Iterable[Row]:
    return ((each.id, each.phase, each.name) for each in catalogue.techniques.values())


def _measures(catalogue: Catalogue) -> Iterable[Row]:
    return ((each.id, each.group, each.name) for each in catalogue.measures.values())


def _metrics(catalogue: Catalogue) -> Iterable[Row]:
    return ((each.id, each.group, each.name) for each in catalogue.metrics.values())


def _questions(catalogue: Catalogue) -> Iterable[Row]:
    return ((each.id, each.area, each.question) for each in catalogue.questions.values())


def _entries(catalogue: Catalogue) -> Iterable[Row]:
    return ((each.id, each.topic, each.text) for each in catalogue.entries.values())


def _sources(catalogue: Catalogue) -> Iterable[Row]:
    return ((each.id, each.organisation, Text(each.title, each.title)) for each in catalogue.sources.values())


def _states(catalogue: Catalogue) -> Iterable[Row]:
    return ((each.id, each.ceiling, each.name) for each in catalogue.exchange.states.values())


def _types(catalogue: Catalogue) -> Iterable[Row]:
    return ((each.id, each.carried_as, each.name) for each in catalogue.exchange.signal_types.values())


_ROWS: Mapping[Kind, Callable[[Catalogue], Iterable[Row]]] = {
    Kind.TECHNIQUES: _techniques,
    Kind.MEASURES: _measures,
    Kind.METRICS: _metrics,
    Kind.QUESTIONS: _questions,
    Kind.ENTRIES: _entries,
    Kind.SOURCES: _sources,
    Kind.STATES: _states,
    Kind.TYPES: _types,
}
