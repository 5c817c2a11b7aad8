"""`skyddsnat hub canary`: a list that turned up elsewhere tells which member took it out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from skyddsnat.cli.hub_place import DEFAULT, Place, wrong_use

FINDING = 1

app = typer.Typer(no_args_is_help=True, help="Marks in exported lists (docs/lists.md).")


@app.callback()
def canary() -> None:
    """Marks in exported lists (docs/lists.md)."""


@app.command()
def trace(
    file: Annotated[str, typer.Argument(help="The list that was found, in any form; - reads standard input.")],
    data: Annotated[Path, typer.Option("--data", envvar="SKYDDSNAT_DATA", help="The hub's folder.")] = DEFAULT,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Name the exports whose marks stand in a list.  The question is logged.  Exit code 1 if there is one, 0 if there is none."""
    text = _read(file)
    Place(data).load()
    from skyddsnat.hub.lists import services
    from skyddsnat.hub.members.actor import HUB

    leaks = services.trace(HUB, text)
    if as_json:
        found = [
            {
                "member": leak.export.member_id,
                "export": str(leak.export.pk),
                "at": leak.export.at.isoformat(timespec="seconds"),
                "person": leak.export.person.name,
                "found": leak.found,
                "planted": leak.export.planted,
            }
            for leak in leaks
        ]
        typer.echo(json.dumps({"leaks": found}, ensure_ascii=False))
    else:
        for leak in leaks:
            export = leak.export
            typer.echo(
                f"{export.member.name}: export {export.reference} of {export.at:%Y-%m-%d %H:%M} UTC, taken out by "
                f"{export.person.name}, {leak.found} of {export.planted} marks"
            )
        if not leaks:
            typer.echo("no mark of any export on record stands in it")
    raise typer.Exit(FINDING if leaks else 0)


def _read(file: str) -> str:
    if file == "-":
        return sys.stdin.buffer.read().decode("utf-8", errors="replace")
    try:
        return Path(file).read_bytes().decode("utf-8", errors="replace")
    except OSError as error:
        wrong_use(f"{file} cannot be read ({error.strerror}), expected a file with the list that was found")
