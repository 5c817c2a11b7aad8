"""A long list is counted and paged as far as anyone would read, and says that it goes on."""

from __future__ import annotations

import pytest
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from skyddsnat.hub import paging
from skyddsnat.hub.paging import InTurn, LongPaginator, count_up_to
from skyddsnat.hub.signals.models import Signal
from tests.cast import Cast
from tests.hub.signals.many import make_signals

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("there", "said"), [(0, 0), (9, 9), (10, 10), (11, 11), (30, 11)])
def test_a_count_stops_one_behind_what_is_asked_for(cast: Cast, there: int, said: int) -> None:
    make_signals(cast, there)
    assert count_up_to(Signal.objects.order_by("changed_at"), 10) == said


def test_a_list_that_goes_on_says_so_and_ends_at_its_last_page(cast: Cast) -> None:
    make_signals(cast, 30)
    pages = LongPaginator(Signal.objects.order_by("changed_at"), 4, most=10)
    assert (pages.count, pages.num_pages, pages.more) == (10, 3, True)
    assert [len(page) for page in pages] == [4, 4, 2]
    assert pages.get_page(99).number == 3


def test_a_list_that_ends_is_counted_to_its_end(cast: Cast) -> None:
    make_signals(cast, 10)
    pages = LongPaginator(Signal.objects.order_by("changed_at"), 4, most=10)
    assert (pages.count, pages.more) == (10, False)


@pytest.mark.parametrize("start", range(9))
@pytest.mark.parametrize("length", [0, 1, 3, 9])
def test_rows_in_turn_read_like_one_list(cast: Cast, start: int, length: int) -> None:
    make_signals(cast, 8)
    every = list(Signal.objects.order_by("pk"))
    middle, none = every[3].pk, Signal.objects.none()
    low, high = (Signal.objects.filter(**{f"pk__{word}": middle}).order_by("pk") for word in ("lte", "gt"))
    rows: InTurn[Signal] = InTurn(none, low, none, high)
    assert list(rows) == every
    assert rows[start : start + length] == every[start : start + length]
    assert [count_up_to(rows, most) for most in (0, 3, 4, 7, 8, 20)] == [1, 4, 5, 8, 8, 8]


def test_rows_in_turn_are_paged(cast: Cast) -> None:
    make_signals(cast, 10)
    rows: InTurn[Signal] = InTurn(Signal.objects.filter(type="domain"), Signal.objects.exclude(type="domain"))
    pages = LongPaginator(rows, 4, most=9)
    assert (pages.count, pages.num_pages, pages.more) == (9, 3, True)
    assert [len(pages.page(number).object_list) for number in (1, 2, 3)] == [4, 4, 1]


@pytest.mark.parametrize("in_turn", [True, False])
def test_far_pages_are_read_like_the_others(cast: Cast, monkeypatch: pytest.MonkeyPatch, in_turn: bool) -> None:
    make_signals(cast, 10)
    rows = Signal.objects.order_by("changed_at").annotate(waited=F("changed_at")).prefetch_related("circle")
    every = list(rows)
    monkeypatch.setattr(paging, "FAR", 4)
    pages = LongPaginator(InTurn(rows) if in_turn else rows, 4, most=10)
    found = [row for number in (1, 2, 3) for row in pages.page(number).object_list]
    assert found == every
    assert [row.waited for row in found] == [row.changed_at for row in every]


@pytest.mark.parametrize("most", [3, 5, 9, 10, 11, 40])
@pytest.mark.parametrize("asked", [1, 2, 3, 99, "last", ""])
def test_a_page_asked_for_far_in_is_that_of_a_list_read_from_its_beginning(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, most: int, asked: object
) -> None:
    make_signals(cast, 10)
    parts = Signal.objects.filter(type="domain"), Signal.objects.none(), Signal.objects.exclude(type="domain")
    rows: InTurn[Signal] = InTurn(*(part.order_by("changed_at", "pk") for part in parts))
    near = LongPaginator(rows, 4, most=most).get_page(asked)
    monkeypatch.setattr(paging, "FAR", 4)
    far = LongPaginator(rows, 4, most=most).get_page(asked)
    assert (list(far.object_list), far.number) == (list(near.object_list), near.number)
    assert (far.paginator.count, far.paginator.num_pages) == (near.paginator.count, near.paginator.num_pages)
    assert isinstance(far.paginator, LongPaginator)
    assert isinstance(near.paginator, LongPaginator)
    assert far.paginator.more == near.paginator.more


def test_a_far_page_asks_for_ids_and_for_its_rows_and_for_nothing_else(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_signals(cast, 20)
    for page in (99, 9_999):
        with django_assert_num_queries(2):
            assert len(LongPaginator(Signal.objects.order_by("changed_at"), 8).get_page(page).object_list) == 4
