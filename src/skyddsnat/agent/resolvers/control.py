"""A resolver's control program: `unbound-control`, `rec_control`, or a way to it such as `ssh` or `sudo`."""

from __future__ import annotations

from skyddsnat.agent.config import ResolverConfig
from skyddsnat.site.commands import run_for

SECONDS = 10.0


def run(resolver: ResolverConfig, *words: str, lines: int | None = None) -> list[str] | None:
    """What it prints for these words; None where there is none, it fails, or it takes too long.

    lines: read no more than so many, and end it then: a dump of a million rows is not waited for.
    """
    if not resolver.control:
        return None
    try:
        ran = run_for(SECONDS, [*resolver.control, *words], lines=lines)
    except OSError:
        return None
    found = ran.out.decode("utf-8", "replace").splitlines()[:lines]
    return found if ran.code == 0 or (lines is not None and found) else None
