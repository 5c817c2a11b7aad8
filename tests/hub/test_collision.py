"""Two who do the same at the same moment: one is let, the other is told so, and nothing of it is kept by half."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import psycopg.errors
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.test import Client

from skyddsnat.hub.collision import is_collision
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.members.models import Member
from tests.cast import Cast
from tests.hub.taxii.conftest import Machine
from tests.hub.taxii.test_posting import report


def twice(cast: Cast) -> None:
    """What a second one does that has looked before the first has written."""
    with transaction.atomic():
        Member.objects.get(pk=cast.alfa.pk).save(force_insert=True)


@pytest.mark.parametrize(
    ("kind", "cause", "expected"),
    [
        (IntegrityError, psycopg.errors.UniqueViolation(), True),
        (IntegrityError, psycopg.errors.ExclusionViolation(), True),
        (OperationalError, psycopg.errors.SerializationFailure(), True),
        (OperationalError, psycopg.errors.DeadlockDetected(), True),
        (IntegrityError, psycopg.errors.ForeignKeyViolation(), False),
        (IntegrityError, psycopg.errors.CheckViolation(), False),
        (OperationalError, psycopg.errors.DiskFull(), False),
    ],
)
def test_who_comes_second_is_told_from_what_is_wrong(
    kind: type[DatabaseError], cause: Exception, expected: bool
) -> None:
    error = kind()
    error.__cause__ = cause
    assert is_collision(error) is expected
    assert not is_collision(ValueError())
    assert not is_collision(None)


@pytest.mark.django_db
def test_the_database_itself_is_understood(cast: Cast) -> None:
    with pytest.raises(IntegrityError) as told:
        twice(cast)
    assert is_collision(told.value)
    with pytest.raises(IntegrityError) as told, transaction.atomic():
        Member.objects.filter(pk="alfa").update(name=None)
    assert not is_collision(told.value)


@pytest.fixture
def collide(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Something that is called at a request, by its place, comes second."""

    def at(place: str) -> None:
        monkeypatch.setattr(place, lambda *_, **__: twice(cast))

    return at


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"), [("en", "was done at the same moment"), ("sv", "gjordes i samma ögonblick")]
)
def test_a_person_is_told_so(cast: Cast, collide: Callable[[str], None], language: str, words: str) -> None:
    client = cast.sign_in(Client(raise_request_exception=False), cast.person("alfa", "analyst"))
    collide("skyddsnat.hub.pages.views.work_of")
    answer = client.get("/", headers={"Accept-Language": language})
    assert answer.status_code == 409
    assert words in answer.content.decode()


@pytest.mark.django_db
def test_a_machine_comes_back(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    Member.objects.filter(pk="alfa").update(default_circle=cast.circle)
    machine = Machine(cast.token("alfa", "taxii"), "alfa", Client(raise_request_exception=False))
    inbox = feeds.inbox("alfa").pk
    with pytest.MonkeyPatch.context() as for_now:
        for_now.setattr("skyddsnat.hub.taxii.intake.submit", lambda *_, **__: twice(cast))
        answer = machine.post(inbox, report("name.example"))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "at the same moment" in orjson.loads(answer.content)["description"]
    assert "IntegrityError in a TAXII answer" in caplog.text, "who keeps the hub sees one that comes again and again"
    assert machine.post(inbox, report("name.example")).status_code == 202
