"""`skyddsnat hub backup` and `restore`: one file with the whole database, one beside it that says what must come back.

The keys are in neither: whoever finds a backup can sign no list and read no second factor.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from skyddsnat.cli.hub_place import DEFAULT, Place, wrong_use

FINDING = 1
NOT_IN_IT = "not in it: hub.env and the keys (secret.key, vault.keys, feed.key, log.key); keep those apart"

DataOption = Annotated[Path, typer.Option("--data", envvar="SKYDDSNAT_DATA", help="The hub's folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]


def backup(
    to: Annotated[Path, typer.Argument(help="The file to write, or a folder that gets one named by the time.")],
    data: DataOption = DEFAULT,
    *,
    as_json: JsonOption = False,
) -> None:
    """Copy the whole database while the hub runs, and check the copy.  The keys are not in it: keep them apart."""
    Place(data).load()
    from django.utils import timezone

    from skyddsnat.cli.hub_copy import Unfit, take

    now = timezone.now()
    target = to / f"hub-{now:%Y%m%dT%H%M%SZ}.backup" if to.is_dir() else to
    try:
        facts = take(target, now=now)
    except Unfit as unfit:
        wrong_use(str(unfit))
    if as_json:
        typer.echo(json.dumps({"file": str(target), **asdict(facts)}, ensure_ascii=False))
        return
    typer.echo(
        f"{target}: {facts.bytes:,} bytes, checked; {len(facts.feeds)} feeds, {facts.entries:,} entries in the log"
    )
    typer.echo(f"{target}.json says what must come back; keep it beside the file")
    typer.echo(NOT_IN_IT)


def restore(
    file: Annotated[Path, typer.Argument(help="What `hub backup` wrote.")],
    data: DataOption = DEFAULT,
    *,
    as_json: JsonOption = False,
) -> None:
    """Bring a backup back into a hub without a database, and prove that its feeds are those of the backup.

    Stop the hub first.  What happened after the backup is gone: docs/hub.md tells what to do with the members' agents.
    """
    Place(data).load()
    from skyddsnat.cli.hub_copy import Unfit, bring_back

    try:
        facts, warnings = bring_back(file)
    except Unfit as unfit:
        wrong_use(str(unfit))
    if as_json:
        typer.echo(json.dumps({"restored": str(file), "warnings": warnings, **asdict(facts)}, ensure_ascii=False))
    else:
        typer.echo(f"restored as of {facts.at}: {len(facts.feeds)} feeds with the digests of the backup")
        for warning in warnings:
            typer.echo(f"NOTE  {warning}")
    raise typer.Exit(0)
