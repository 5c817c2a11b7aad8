"""`skyddsnat hub clock`: whether the hub publishes or waits for its clock, and who may end the wait (docs/adr/0026)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from skyddsnat.cli.hub_place import DEFAULT, Place, wrong_use

FINDING = 1

DataOption = Annotated[Path, typer.Option("--data", envvar="SKYDDSNAT_DATA", help="The hub's folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]


def clock(
    data: DataOption = DEFAULT,
    *,
    confirm: Annotated[
        str, typer.Option(metavar="TIME", help="What another clock shows now, in UTC: 2026-11-28T11:15.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Whether the hub publishes, or stands still since it has published ahead of its clock.  Exit code 1 if it stands still.

    With --confirm you say that you have looked at another clock and the hub's is right: it then publishes at once, behind what
    lies ahead.  That stands in the log, for every member's auditors to read.
    """
    Place(data).load()
    from django.utils import timezone

    from skyddsnat.hub.feed.services import confirm_clock, how_far_ahead
    from skyddsnat.hub.members.actor import HUB
    from skyddsnat.policy.errors import PolicyRefusal

    now = timezone.now()
    try:
        found = confirm_clock(HUB, other=_moment(confirm), now=now) if confirm else how_far_ahead(now=now)
    except PolicyRefusal as refusal:
        wrong_use(
            "nothing lies ahead of the clock, so there is nothing to confirm"
            if refusal.code == "not_ahead"
            else f"got {confirm} for the other clock, and the hub's shows {now:%Y-%m-%dT%H:%M} UTC; set the hub's clock first"
        )
    still = found is not None and not found.confirmed
    if as_json:
        told = {"publishes": not still, "clock": now.isoformat(timespec="seconds")}
        told["ahead_until"] = found.ends.isoformat(timespec="seconds") if found else None
        typer.echo(json.dumps(told))
    elif found is None:
        typer.echo(f"the clock shows {now:%Y-%m-%d %H:%M} UTC, and the hub publishes")
    else:
        until = f"{found.ends:%Y-%m-%d %H:%M} UTC"
        typer.echo(
            f"the clock shows {now:%Y-%m-%d %H:%M} UTC; what was published lies ahead of it, and nothing more is published "
            f"before {until}.\nCompare it with another clock.  If it is wrong, set it; if it is right, run: "
            "skyddsnat hub clock --confirm TIME"
            if still
            else f"the hub publishes, dated ahead of its clock until {until}: the clock was confirmed, see the log"
        )
    raise typer.Exit(FINDING if still else 0)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        wrong_use(f"got the time {text!r}, expected UTC as in 2026-11-28T11:15")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
