"""A database that cannot: said in plain words, nothing kept by half, reading goes on, and all is well again by itself."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
import psycopg.errors
import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection
from django.test import Client

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.members.models import Member
from skyddsnat.hub.outage import is_outage, spared
from skyddsnat.hub.signals.models import Event, Signal, Submission
from tests.cast import Cast
from tests.hub.taxii.conftest import Machine
from tests.hub.taxii.test_posting import report

COUNTED = (Entry, Event, ObjectVersion, Signal, Submission)


def of(error: Exception, cause: Exception | None, code: int | None = None) -> Exception:
    if code is not None:
        cause = sqlite3.OperationalError("x")
        cause.sqlite_errorcode = code  # type: ignore[attr-defined]
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (of(OperationalError(), None, sqlite3.SQLITE_FULL), True),
        (of(OperationalError(), None, sqlite3.SQLITE_IOERR_WRITE), True),
        (of(OperationalError(), None, sqlite3.SQLITE_READONLY), True),
        (of(OperationalError(), None, sqlite3.SQLITE_ERROR), False),
        (of(OperationalError(), psycopg.errors.DiskFull()), True),
        (of(OperationalError(), psycopg.errors.AdminShutdown()), True),
        (of(OperationalError(), psycopg.OperationalError("connection failed")), True),
        (of(InterfaceError(), None), True),
        (of(DatabaseError(), psycopg.errors.UndefinedTable()), False),
        (of(IntegrityError(), psycopg.errors.UniqueViolation()), False),
        (ValueError(), False),
        (None, False),
    ],
)
def test_what_the_database_could_not_is_told_from_what_it_would_not(error: Exception | None, outage: bool) -> None:
    assert is_outage(error) is outage


def test_a_fault_of_the_program_is_never_spared() -> None:
    with pytest.raises(IntegrityError), spared():
        raise of(IntegrityError(), psycopg.errors.UniqueViolation())
    with spared():
        raise of(OperationalError(), psycopg.errors.DiskFull())


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite may not grow by a page; what it writes into pages that it has goes on."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler(x)")
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages}")
        endless = itertools.repeat(["x" * 300])  # until the last page has no room
        with pytest.raises(OperationalError) as told:
            cursor.executemany("INSERT INTO filler VALUES(%s)", endless)
        assert is_outage(told.value)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count=1073741823")
            cursor.execute("DROP TABLE filler")


def numbers() -> list[int]:
    return [model.objects.count() for model in COUNTED]  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a full PostgreSQL is a server's, see is_outage")
def test_a_full_disk_keeps_nothing_by_half_and_reading_goes_on(cast: Cast) -> None:
    Member.objects.filter(pk="alfa").update(default_circle=cast.circle)
    inbox = feeds.inbox("alfa").pk
    machine = Machine(cast.token("alfa", "taxii"), "alfa", Client(raise_request_exception=False))
    person = cast.sign_in(Client(raise_request_exception=False), cast.person("vakten", "reviewer"))
    assert person.get("/signals/").status_code == 200
    before = numbers()
    with full_disk():
        things = [report(f"name{number}.example", description="Två kunder hörde av sig. " * 40) for number in range(40)]
        answer = machine.post(inbox, *things)
        assert answer.status_code == 503, answer.content
        assert answer["Retry-After"] == "30"
        assert "Nothing was kept" in orjson.loads(answer.content)["description"]
        assert numbers() == before
        assert person.get("/signals/").status_code == 200
        assert person.get("/signals/review/").status_code == 200
        assert machine.get(f"collections/{inbox}/objects/").status_code == 200
    assert machine.post(inbox, *things).status_code == 202
    assert numbers()[3] == before[3] + 40


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"), [("en", "cannot save anything just now"), ("sv", "kan inte spara något just nu")]
)
def test_people_are_told_in_their_language(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    def away(*_: object, **__: object) -> None:
        raise of(OperationalError("secret text"), psycopg.errors.AdminShutdown())

    client = cast.sign_in(Client(raise_request_exception=False), cast.person("alfa", "analyst"))
    monkeypatch.setattr("skyddsnat.hub.pages.views.work_of", away)
    answer = client.get("/", headers={"Accept-Language": language})
    assert answer.status_code == 503
    assert words in answer.content.decode()
    assert "secret text" not in answer.content.decode()
