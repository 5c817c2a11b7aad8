"""A prepared list gives what its queryset gives, a slice at a time, with the values of whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.db.models import BooleanField, CharField, ExpressionWrapper, Q, QuerySet
from django.test.utils import CaptureQueriesContext

from skyddsnat.hub.paging import LongPaginator
from skyddsnat.hub.prepared import Slot
from skyddsnat.hub.rows import PreparedRows
from skyddsnat.hub.signals.models import Signal
from tests.cast import Cast
from tests.hub.signals.many import make_signals

pytestmark = pytest.mark.django_db


def of_type(form: bool, given: Mapping[str, Any]) -> QuerySet[Signal, Any]:
    """The signals of a type, in an order or none."""
    is_block = ExpressionWrapper(Q(ceiling="block"), output_field=BooleanField())
    rows = Signal.objects.filter(type=given["type"]).annotate(is_block=is_block)
    rows = rows.select_related("circle").prefetch_related("named")
    return rows.order_by("changed_at", "pk") if form else rows


def nothing(_form: bool, _given: Mapping[str, Any]) -> QuerySet[Signal, Any]:
    return Signal.objects.filter(pk__in=[])


def slots(_form: bool) -> dict[str, Any]:
    return {"type": Slot("type", CharField())}


@pytest.fixture
def many(cast: Cast) -> int:
    make_signals(cast, 30)
    return Signal.objects.filter(type="domain").count()


def test_slices_numbers_and_ids_are_those_of_the_queryset(many: int) -> None:
    rows = PreparedRows[bool](of_type, slots)(True, {"type": "domain"})
    same = list(of_type(True, {"type": "domain"}))
    assert many > 6
    assert list(rows) == list(rows.queryset) == same
    assert rows[:4] == same[:4]
    assert rows[4:6] == same[4:6]
    assert rows[many : many + 5] == []
    assert [rows.number(most) for most in (1, many, many + 1)] == [1, many, many]
    assert len(rows.ids(3)) == 3
    assert list(rows.values_list("pk", flat=True)) == [row.pk for row in same]
    assert rows.exists()
    assert rows.filter(pk=same[0].pk).get() == same[0]


def test_instances_carry_what_the_queryset_would_give_them(many: int) -> None:
    ask = PreparedRows[bool](of_type, slots)
    ask(True, {"type": "url"})[:1]  # builds it
    with CaptureQueriesContext(connection) as asked:
        found = ask(True, {"type": "domain"})[:many]
        told = [(row.is_block, row.circle.name, list(row.named.all()), row.masked) for row in found]  # type: ignore[attr-defined]
    same = list(of_type(True, {"type": "domain"}))
    assert told == [(row.is_block, row.circle.name, list(row.named.all()), row.masked) for row in same]  # type: ignore[attr-defined]
    assert not found[0]._state.adding
    assert len(asked) == 2


def test_each_asks_with_its_own_values(many: int) -> None:
    ask = PreparedRows[bool](of_type, slots)
    assert {row.type for row in ask(False, {"type": "domain"})} == {"domain"}
    assert {row.type for row in ask(False, {"type": "url"})} == {"url"}
    assert ask(False, {"type": "email"}).exists() is Signal.objects.filter(type="email").exists()


def test_a_query_that_can_find_nothing_is_not_asked(many: int) -> None:
    rows = PreparedRows[bool](nothing, slots)(True, {})
    with CaptureQueriesContext(connection) as asked:
        assert (list(rows), rows[:5], rows.ids(5), rows.number(5), rows.exists()) == ([], [], [], 0, False)
    assert not asked.captured_queries


def test_what_is_quicker_to_count_is_counted(many: int) -> None:
    def few(form: bool, given: Mapping[str, Any]) -> QuerySet[Signal, Any]:
        return of_type(form, given).filter(pk__in=[row.pk for row in Signal.objects.filter(type="domain")[:6]])

    pages = LongPaginator(PreparedRows[bool](of_type, slots, to_count=few)(True, {"type": "domain"}), 4)
    assert (pages.count, pages.num_pages) == (6, 2)
