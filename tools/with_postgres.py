"""Run a command with a throw-away PostgreSQL: `python -m tools.with_postgres COMMAND…`.

The command finds the server in SKYDDSNAT_DATABASE; its exit code is ours.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.servers.postgres import NoPostgres, cluster


def main(command: list[str]) -> int:
    """Start, run, stop.  2 when there is no command or no PostgreSQL."""
    if not command:
        print("no command was given, expected: python -m tools.with_postgres COMMAND…", file=sys.stderr)
        return 2
    try:
        with cluster() as url:
            return subprocess.run(command, env={**os.environ, "SKYDDSNAT_DATABASE": url}, check=False).returncode
    except NoPostgres as missing:
        print(missing, file=sys.stderr)
        return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
