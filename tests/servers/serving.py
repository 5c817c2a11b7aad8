"""Serve the hub of this environment as `skyddsnat hub serve` does: `python -m tests.servers.serving PORT WORKERS THREADS`.

Without its look at the deployment, which a hub of tests does not pass.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.programs import start_django


def start(
    environment: Mapping[str, str], port: int, *, workers: int, threads: int, log: Path, **how: Any
) -> subprocess.Popen[bytes]:
    """Start it on loopback; what it says goes to the end of log."""
    command = [sys.executable, "-m", "tests.servers.serving", *map(str, (port, workers, threads))]
    with log.open("ab") as output:
        return subprocess.Popen(command, env=environment, stdout=output, stderr=output, **how)


def main(port: int, workers: int, threads: int) -> None:
    """Until SIGTERM."""
    from skyddsnat.hub.serving import serve

    start_django()
    serve(host="127.0.0.1", port=port, workers=workers, threads=threads)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
