"""A prepared query says what the ORM would say, and asks anew each time."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import CharField, DateTimeField, QuerySet, UUIDField
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.members.models import CircleMembership
from skyddsnat.hub.members.queries import circles_of
from skyddsnat.hub.prepared import Prepared, PreparedIn, Slot, build_all_anew
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_values_come_back_as_the_orm_gives_them(cast: Cast) -> None:
    cast.token("alfa", "taxii")
    columns = ("id", "scopes", "created_at", "last_used_at")
    ask = Prepared(lambda: ApiToken.objects.filter(member_id=Slot("member", CharField())).values_list(*columns))
    assert ask(member="alfa") == list(ApiToken.objects.filter(member_id="alfa").values_list(*columns))
    assert ask(member="beta") == []
    assert ask.one(member="beta") is None


def test_uuids_and_moments_are_written_for_the_database(cast: Cast) -> None:
    def stays() -> QuerySet[CircleMembership, tuple[str]]:
        rows = CircleMembership.objects.filter(circle_id=Slot("circle", UUIDField()))
        return rows.filter(joined_at__lt=Slot("before", DateTimeField())).order_by("member_id").values_list("member_id")

    ask, now = Prepared(stays), timezone.now()
    there = list(CircleMembership.objects.filter(circle=cast.circle).order_by("member_id").values_list("member_id"))
    assert there
    assert ask(circle=cast.circle.pk, before=now) == there
    assert ask(circle=cast.circle.pk, before=now - timedelta(days=9_999)) == []
    assert ask(circle=uuid.uuid4(), before=now) == []


def test_the_query_is_built_once_and_asked_each_time(cast: Cast) -> None:
    built = []

    def count() -> QuerySet[ApiToken, tuple[str]]:
        built.append(1)
        return ApiToken.objects.filter(member_id=Slot("member", CharField())).values_list("id")

    ask = Prepared(count)
    with CaptureQueriesContext(connection) as asked:
        for member in ("alfa", "beta", "alfa"):
            ask(member=member)
    assert (len(built), len(asked)) == (1, 3)


def test_leaving_a_circle_shows_in_the_very_next_answer(cast: Cast) -> None:
    assert cast.circle.pk in circles_of("alfa")
    CircleMembership.objects.filter(circle=cast.circle, member_id="alfa").update(left_at=timezone.now())
    assert cast.circle.pk not in circles_of("alfa")


def test_a_collection_is_the_row_itself(cast: Cast) -> None:
    inbox = feeds.inbox("alfa")
    found = feeds.collection_for("alfa", inbox.pk)
    assert found is not None
    assert (found, found.title, found.kind, found.member_id) == (inbox, inbox.title, inbox.kind, "alfa")
    assert not found._state.adding


def test_a_query_of_several_forms_is_built_once_in_each(cast: Cast) -> None:
    built = []

    def count(circles: int) -> QuerySet[CircleMembership, tuple[str]]:
        built.append(circles)
        rows = CircleMembership.objects.filter(member_id=Slot("member", CharField())).order_by("pk")
        return rows.values_list("member_id")[:circles]

    ask = PreparedIn[int](count)
    assert [len(ask(circles, member="alfa")) for circles in (1, 2, 1)] == [1, 2, 1]
    assert built == [1, 2]
    build_all_anew()
    assert ask(1, member="beta") == [("beta",)]
    assert built == [1, 2, 1]


def test_rows_are_locked_and_never_outside_a_transaction(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Prepared(lambda: ApiToken.objects.select_for_update().filter(member_id=Slot("member", CharField())))
    cast.token("alfa", "taxii")
    with CaptureQueriesContext(connection) as asked:
        assert [token.member_id for token in ask(member="alfa")] == ["alfa"]
    assert ("FOR UPDATE" in asked[0]["sql"]) == connection.features.has_select_for_update
    monkeypatch.setattr(connection, "get_autocommit", lambda: True)
    with pytest.raises(TransactionManagementError):
        ask(member="alfa")
