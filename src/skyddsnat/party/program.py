"""Which program this is.  The three parties must run the same: another rule or another layout would open something else."""

from __future__ import annotations

from skyddsnat import __version__
from skyddsnat.mpc.program import digest


def program() -> str:
    """`<version>+<sha256>`: the hash is over every source file that decides what is computed and opened."""
    return f"{__version__}+{digest()}"
