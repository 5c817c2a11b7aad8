"""What `skyddsnat agent doctor` tells of each thing that it looks at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One check.  advice: what to do, empty if all is well."""

    what: str
    ok: bool
    advice: str = ""


def found(what: str, advice: str) -> Finding:
    """Well if there is nothing to advise."""
    return Finding(what, not advice, advice)
