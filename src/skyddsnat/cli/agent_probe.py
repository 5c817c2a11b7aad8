"""`skyddsnat agent probe`: look-ups from where customers are.  Runs on a machine of its own and needs no agent.toml."""

from __future__ import annotations

import sys
import time
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer

from skyddsnat.agent.config import ACCESS
from skyddsnat.agent.errors import WrongUse
from skyddsnat.agent.probes.asking import Through, given_resolvers, look
from skyddsnat.agent.probes.question import LONGEST, read_question
from skyddsnat.agent.probes.sharing import newest
from skyddsnat.cli.ends import leave, told
from skyddsnat.site.errors import Exit

STANDARD = Path("-")


def probe(
    access: Annotated[str, typer.Option("--access", help="What this machine stands behind, such as mobile or fixed.")],
    canary: Annotated[
        Path, typer.Option("--canary", help='The agent\'s canary.json; "-" reads it from standard input.')
    ] = STANDARD,
    report: Annotated[Path, typer.Option("--report", help='Where to add a line; "-" is standard output.')] = STANDARD,
    *,
    resolver: Annotated[
        list[str] | None,
        typer.Option("--resolver", help="Address of a resolver; those that this access gave if left out."),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port of the resolvers.")] = 53,
    every: Annotated[float, typer.Option("--every", min=0, help="Seconds between two looks; 0 looks once.")] = 0,
) -> None:
    """Ask for the agent's canaries by the resolver that customers get here, and write down how that went.

    Exit code 0 if all were answered, 1 if not.  Knows no listed name and needs no secret.
    """
    with told("agent"):
        if not ACCESS.fullmatch(access):
            raise WrongUse(
                f"--access has {len(access)} characters, expected a short name such as mobile or fixed-north"
            )
        if every and canary == STANDARD:
            raise WrongUse("--every needs --canary FILE, since standard input can be read only once")
        through = tuple(_through(one, port) for one in resolver or ()) or given_resolvers()
        while True:
            asked = read_question(sys.stdin.buffer.read(LONGEST) if canary == STANDARD else newest(canary, LONGEST))
            line = look(asked, through, access=access)
            _add(report, line)
            if not every:
                leave(Exit.FINE if b'"answered":false' not in line else Exit.FINDING)
            time.sleep(every)


def _through(text: str, port: int) -> Through:
    try:
        return Through(str(ip_address(text)), port)
    except ValueError:
        raise WrongUse(f"--resolver: got {text[:60]!r}, expected an IP address such as 192.0.2.53") from None


def _add(report: Path, line: bytes) -> None:
    if report == STANDARD:
        sys.stdout.buffer.write(line)
        sys.stdout.flush()
        return
    with report.open("ab") as file:
        file.write(line)
