"""Three writers in processes of their own and a reader at the tail: the reader misses nothing (reference § 5)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.figures import figure
from tests.servers.hub import Place, place, result_of
from tests.servers.postgres import cluster

WRITERS = 3
EACH = 200


@pytest.fixture
def on_sqlite() -> Iterator[Place]:
    with place() as where:
        yield where


@pytest.fixture
def on_postgres() -> Iterator[Place]:
    with cluster() as url, place(url) as where:
        yield where


def race(where: Place, role: str, *, patience: int = 60):
    """What the reader saw while all writers wrote; and how many names there were."""
    collection = where.facts["verified"]
    reader = where.program("tail", collection, WRITERS * EACH, patience)
    writers = [where.program(role, collection, number * EACH, EACH, WRITERS + 1) for number in range(WRITERS)]
    for writer in writers:
        result_of(writer)
    return result_of(reader)


def has_all(database: str, seen) -> None:
    assert seen["ids"] == WRITERS * EACH
    assert seen["twice"] == 0
    figure(
        f"survival.tail_{database}", writers=WRITERS, names=WRITERS * EACH, missed=WRITERS * EACH - seen["ids"], twice=0
    )


def test_a_reader_at_the_tail_misses_nothing_on_sqlite(on_sqlite):
    has_all("sqlite", race(on_sqlite, "write"))


@pytest.mark.servers
def test_a_reader_at_the_tail_misses_nothing_on_postgresql(on_postgres):
    has_all("postgresql", race(on_postgres, "write"))


@pytest.mark.servers
def test_without_the_lock_the_same_race_loses_objects(on_postgres):
    """The proof that the test above can fail."""
    seen = race(on_postgres, "write-unlocked", patience=3)
    assert seen["ids"] < WRITERS * EACH
    figure("survival.tail_unlocked", names=WRITERS * EACH, missed=WRITERS * EACH - seen["ids"])
