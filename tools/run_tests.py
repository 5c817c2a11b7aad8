"""The whole suite: `python -m tools.run_tests [PYTEST ARGUMENTS…]`.

First those of the hub's tests and of the cheap part of the model of access that may ask the database, on a throw-away
PostgreSQL, then everything on SQLite, servers and browser included.  Stops at the first of the two that fails, so that the last
line is always the closing line that counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
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
# What only the second run loads, and the library of one of its tests that is large: both come while the first run goes on.
NOT_OF_THE_HUB = tuple(f"--ignore={part}" for part in ("tests/hub", *MODEL))
SPARK = ("make", "-s", ".venv/.spark")
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
def beside(*commands: Sequence[str]) -> Iterator[None]:
    """Have this done meanwhile, one after the other; silent, since what it stumbles over the tests will tell."""
    doing = threading.Thread(target=_do, args=(commands,))
    doing.start()
    try:
        yield
    finally:
        doing.join()


def _do(commands: Sequence[Sequence[str]]) -> None:
    for command in commands:
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def compiling(*what: str) -> list[list[str]]:
    """How one process compiles what these tests load: several that begin at once would each do it.  Empty when it is done."""
    kept = Path(sys.pycache_prefix or ROOT / "tests")
    if any(kept.rglob("conftest.*-pytest-*.pyc")):
        return []
    return [[sys.executable, "-m", "pytest", "-q", "--collect-only", *what]]


def main(arguments: list[str]) -> int:
    """0 when both runs pass."""
    first, rest = compiling(*HUB), compiling(*NOT_OF_THE_HUB)
    print("the hub on PostgreSQL", flush=True)
    try:
        with cluster() as url:
            with beside(*first):
                prepare_cluster(url)
            with beside(SPARK, *rest):
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
