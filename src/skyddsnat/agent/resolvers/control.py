"""A resolver's control program: `unbound-control`, `rec_control`, or a way to it such as `ssh`."""

from __future__ import annotations

import subprocess
from itertools import islice
from threading import Timer

from skyddsnat.agent.config import ResolverConfig

SECONDS = 10.0


def run(resolver: ResolverConfig, *words: str, lines: int | None = None) -> list[str] | None:
    """What it prints for these words; None where there is none, it fails, or it takes too long.

    lines: read no more than so many, and end it then: a dump of a million rows is not waited for.
    """
    if not resolver.control:
        return None
    try:
        process = subprocess.Popen(
            [*resolver.control, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            errors="replace",
        )
    except OSError:
        return None
    limit = Timer(SECONDS, process.kill)
    limit.start()
    with process:
        assert process.stdout is not None  # noqa: S101  it is a pipe
        found = [line.rstrip("\n") for line in islice(process.stdout, lines)]
        if lines is not None:
            process.kill()
        code = process.wait()
    limit.cancel()
    return found if code == 0 or (lines is not None and found) else None
