"""The whole suite: `python -m tools.run_tests [PYTEST ARGUMENTS…]`.

First those of the hub's tests and of the cheap part of the model of access that may ask the database, on a throw-away
PostgreSQL, then everything on SQLite, servers and browser included.  Stops at the first of the two that fails, so that the last
line is always the closing line that counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.prepared import prepare_cluster
from tests.servers.postgres import NoPostgres, cluster

ROOT = Path(__file__).resolve().parents[1]
NO_TESTS = 5  # pytest's code when arguments such as -k leave nothing to run
MODEL = tuple(f"tests/model/test_{name}.py" for name in ("swaps", "needs", "tokens", "table"))
"""Of the model of access what is cheap, and what looks at each question that the database is asked."""

HUB = ("tests/hub", *MODEL, "-m", "database and not servers and not browser", "-p", "no:cacheprovider")
# They make databases of their own, of both kinds, and would do here what they do in the second run.
OWN_DATABASES = ("--ignore=tests/hub/taxii/test_real_clients.py", "--ignore=tests/hub/feed/test_commit_order.py")
# What they look at is the same on either database: headers, the catalogue's own texts, and to whom the side navigation shows
# which link, which their roles alone decide.  Every page is opened here by others.
SAME_ANYWHERE = tuple(
    f"--ignore=tests/hub/{part}" for part in ("knowledge", "pages/test_headers.py", "pages/test_navigation.py")
)
# One more than there are cores, since each waits for the server now and then; each process has a database of its own.
AT_ONCE = ("-n", str(min(4, (os.cpu_count() or 1) + 1)), "--dist", "loadgroup")
# Four, also on two cores: half the time of these tests is waiting for servers, browsers and programs that they start.
# What belongs together and comes first: tests/together.py.
EVERYTHING = ("-n", "4", "--dist", "loadgroup")


def pytest(*arguments: str, database: str | None = None) -> int:
    """Run pytest in a process of its own, on this database (SQLite in memory when None)."""
    environment = {name: value for name, value in os.environ.items() if name != "SKYDDSNAT_DATABASE"}
    if database:
        environment["SKYDDSNAT_DATABASE"] = database
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], env=environment, check=False).returncode


@contextmanager
def compiled() -> Iterator[None]:
    """Where nothing is compiled yet, one process does it meanwhile: seven that begin at once would each do it all."""
    kept = Path(sys.pycache_prefix or ROOT / "tests")
    if any(kept.rglob("conftest.*-pytest-*.pyc")):
        yield
        return
    looking = subprocess.Popen([sys.executable, "-m", "pytest", "-q", "--collect-only"], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        looking.wait()  # whatever it stumbled over, the tests will tell


def main(arguments: list[str]) -> int:
    """0 when both runs pass."""
    print("the hub on PostgreSQL", flush=True)
    try:
        with cluster() as url:
            with compiled():
                prepare_cluster(url)
            code = pytest(*HUB, *OWN_DATABASES, *SAME_ANYWHERE, *AT_ONCE, *arguments, database=url)
    except NoPostgres as missing:
        print(missing, file=sys.stderr)
        return 2
    if code not in (0, NO_TESTS):
        return code
    print("\neverything, on SQLite", flush=True)
    return pytest(*EVERYTHING, *arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
