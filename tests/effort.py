"""How hard a test tries: little on each commit, much when someone asks for it (`SKYDDSNAT_EFFORT=long`, as `make prove` does).

Only counts of random examples, kills or simulated days follow the effort.  What is expected of each never does.
`long:0.1` is a tenth of the long way, and is told as such in every figure.
"""

from __future__ import annotations

import os

NAME, _, _share = os.environ.get("SKYDDSNAT_EFFORT", "short").partition(":")
LONG = NAME == "long"
SHARE = float(_share) if LONG and _share else 1.0
"""How much of the long counts is tried."""

TOLD = "short" if not LONG else "long" if SHARE == 1.0 else f"{SHARE:.0%} of long"
"""The effort as figures tell it."""


def tries(*, short: int, long: int) -> int:
    """How many examples to draw: never less than the short way."""
    return max(min(short, long), round(long * SHARE)) if LONG else short


def seed() -> int:
    """The seed of this run: 1 on each commit, so that a red run is seen again; SKYDDSNAT_SEED where someone sets it."""
    return int(os.environ.get("SKYDDSNAT_SEED", "1"))
