"""`skyddsnat hub keys`: the keys of the sealed columns, changed while the hub runs."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from skyddsnat.cli.hub_place import DEFAULT, Place, wrong_use

app = typer.Typer(no_args_is_help=True, help="The keys of the sealed columns.  Exit codes: 0 fine, 2 wrong use.")

DataOption = Annotated[Path, typer.Option("--data", envvar="SKYDDSNAT_DATA", help="The hub's folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]


def _stores(data: Path) -> list[Any]:
    Place(data).load()
    from skyddsnat.hub.accounts.sealed_factors import SecondFactors
    from skyddsnat.hub.vault.rotation import columns

    return [*columns(), SecondFactors()]


def _note(action: str, key: int, **facts: Any) -> None:
    """Every member's auditors read of it: a key that is out makes copies from before unreadable for good."""
    from skyddsnat.hub.audit.services import record
    from skyddsnat.hub.members.actor import HUB

    record(HUB, action, kind="coalition", object_id="keys", key=key, **facts)


@app.command()
def status(data: DataOption = DEFAULT, *, as_json: JsonOption = False) -> None:
    """How many cells each key holds."""
    stores = _stores(data)
    from skyddsnat.hub.vault.models import Key
    from skyddsnat.hub.vault.ring import ring

    current, cells = ring(fresh=True).current, sum((store.counts() for store in stores), Counter[int]())
    rows = [
        {"key": key.pk, "seals": key.pk == current, "cells": cells[key.pk], "made": key.made_at.isoformat()}
        for key in Key.objects.filter(retired_at=None)
    ]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        typer.echo(f"key {row['key']}: {row['cells']} cells, made {row['made']}{', seals' if row['seals'] else ''}")


@app.command()
def rotate(data: DataOption = DEFAULT, *, as_json: JsonOption = False) -> None:
    """Add a key and seal everything anew under it, while the hub runs.  Run again, it goes on where it was stopped."""
    stores = _stores(data)
    from django.utils import timezone

    from skyddsnat.hub.vault.rotation import rotate as change

    done: Counter[str] = Counter()

    def tell(name: str, count: int) -> None:
        done[name] += count
        if not as_json and sys.stderr.isatty():
            typer.echo(f"\r{name}: {done[name]}", err=True, nl=False)

    current = change(stores, now=timezone.now(), tell=tell)
    _note("keys.rotated", current, count=done.total())
    if as_json:
        typer.echo(json.dumps({"key": current, "resealed": dict(done)}))
    else:
        typer.echo(f"key {current} seals; {done.total()} cells sealed anew")
        typer.echo("Copy vault.keys to the safe now.  After an hour: skyddsnat hub keys retire NUMBER")


@app.command()
def retire(
    key: Annotated[int, typer.Argument(help="The number of a key that was replaced.")],
    data: DataOption = DEFAULT,
    *,
    as_json: JsonOption = False,
) -> None:
    """Take a replaced key out for good.  Backups from before the change cannot be read any more without a copy of it."""
    stores = _stores(data)
    from django.utils import timezone

    from skyddsnat.hub.vault.rotation import NotYet
    from skyddsnat.hub.vault.rotation import retire as take_out

    try:
        take_out(stores, key, now=timezone.now())
    except NotYet as fault:
        wrong_use(str(fault))
    _note("keys.retired", key)
    typer.echo(json.dumps({"retired": key}) if as_json else f"key {key} is out")
