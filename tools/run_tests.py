"""The whole suite: `python -m tools.run_tests [PYTEST ARGUMENTS…]`.

First the hub's tests on a throw-away PostgreSQL, then everything on SQLite, servers and browser included.  Stops at the first
of the two that fails, so that the last line is always the closing line that counts.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.servers.postgres import NoPostgres, cluster

NO_TESTS = 5  # pytest's code when arguments such as -k leave nothing to run
HUB = ("tests/hub", "-m", "not servers and not browser", "-p", "no:cacheprovider")
AT_ONCE = ("-n", "auto", "--maxprocesses", "4")  # a third quicker on two cores; each process has a database of its own


def pytest(*arguments: str, database: str | None = None) -> int:
    """Run pytest in a process of its own, on this database (SQLite in memory when None)."""
    environment = {name: value for name, value in os.environ.items() if name != "SKYDDSNAT_DATABASE"}
    if database:
        environment["SKYDDSNAT_DATABASE"] = database
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], env=environment, check=False).returncode


def main(arguments: list[str]) -> int:
    """0 when both runs pass."""
    print("the hub on PostgreSQL", flush=True)
    try:
        with cluster() as url:
            code = pytest(*HUB, *AT_ONCE, *arguments, database=url)
    except NoPostgres as missing:
        print(missing, file=sys.stderr)
        return 2
    if code not in (0, NO_TESTS):
        return code
    print("\neverything, on SQLite", flush=True)
    return pytest(*arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
