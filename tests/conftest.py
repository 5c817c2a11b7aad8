"""What every test may ask for."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import prepared, warm
from tests.cast import Cast, make_cast
from tests.effort import LONG
from tests.together import Together, longest_first, waiting_beside_computing

# Programs that tests start find the package too, however pytest itself was started.
os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent / "src")

# How long it takes to draw an example is the machine's affair: no test fails for a busy one.
# On each commit the examples are the same, so that a red run is seen again; new ones are drawn where someone asks for effort.
settings.register_profile(
    "skyddsnat", deadline=None, derandomize=not LONG, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("skyddsnat")

ASKS_THE_DATABASE = frozenset({"db", "transactional_db", "django_db_setup"})
"""Fixtures without which a test cannot reach a database."""
OBJECTS_OF_A_FEW_TESTS = 50_000
"""So many more than were let go, until somebody looks for garbage: Python's own 2,000 come together several times a test."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    """What shares something costly stays in one process."""
    if config.getoption("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False  # ours is the order, see below
    return Together(config, log)


@pytest.hookimpl(
    wrapper=True
)  # before what `-m` leaves out, and after pytest-django, which sorts by the database alone
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """What takes long begins first; what may ask the database is told from what pytest-django keeps away from it."""
    longest_first(items)
    for item in items:
        if ASKS_THE_DATABASE.intersection(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db"):
            item.add_marker("database")
            _check_both_runs_have_it(item)
    yield
    waiting_beside_computing(items)


def _check_both_runs_have_it(item: pytest.Item) -> None:
    """A test of the hub's that PostgreSQL's run leaves out and that skips SQLite ran nowhere, for weeks, and nobody saw it."""
    if item.nodeid.startswith("tests/hub/") and item.get_closest_marker("servers"):
        raise pytest.UsageError(
            f"{item.nodeid} asks the hub's database and is marked `servers`, which the run on PostgreSQL leaves out; "
            "take the mark away"
        )


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded here stays to the end: to search it for garbage, now and after each few tests, is work for nothing."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(OBJECTS_OF_A_FEW_TESTS)
        gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """A process of several ends without a farewell: what the settings made for it is taken away here."""
    from django.conf import settings as hub

    shutil.rmtree(hub.DATA, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def warm_commands() -> Generator[None]:
    """What the hub's commands are forks of ends with the tests."""
    yield
    warm.end()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each process's database is a copy of one that was migrated once."""
    prepared.use()


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast of organisations and people, in the test's own database, before a worker that has written nothing yet."""
    from skyddsnat.hub.accounts import tokens, uses

    monkeypatch.setattr(tokens, "uses", uses.Uses())
    return make_cast()
