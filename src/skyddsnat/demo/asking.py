"""How a newcomer asks a resolver of the demo, with a program that this machine has."""

from __future__ import annotations

import shutil
from collections.abc import Callable

PROGRAMS = ("kdig", "dig")
"""Take the same arguments; the first that is installed is told."""


def ask_lines(
    address: str, port: int, *, lawful: str, blocked: str, which: Callable[[str], str | None] = shutil.which
) -> list[str]:
    """Commands that ask for a lawful and for a blocked name; and what to install, where neither program is there."""
    program = next(filter(which, PROGRAMS), None)
    ask = f"{program or PROGRAMS[0]} @{address} -p {port}"
    wide = max(len(lawful), len(blocked))
    lines = [
        f"Ask Alfa's resolver:  {ask} {lawful:{wide}}   (an address)",
        f"                      {ask} {blocked:{wide}}   (no such name: blocked)",
    ]
    if program is None:
        lines.append("                      Install one first: kdig is in knot-dnsutils, dig in bind9-dnsutils.")
    return lines
