"""The rule of access (DESIGN § 4), and that its query twin says the same of every row in a real database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skyddsnat.hub.adding import add_rows, new_row
from skyddsnat.hub.members.models import CircleMembership, Person
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.prepared import PreparedIn
from skyddsnat.hub.signals.access import Sight, given_by, item_of, rows_in, slots_for
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.policy.access import (
    Feed,
    Item,
    ItemKind,
    Reader,
    Stage,
    may_judge,
    may_read,
    may_read_feed,
    may_write_feed,
)
from skyddsnat.policy.vocabulary import CollectionKind, Mandate, Marking, Role
from tests.cast import Cast

CIRCLE, OTHER = uuid4(), uuid4()
ANNA = uuid4()
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def reader(
    *roles: Role, member: str = "beta", mandate: Mandate | None = None, circles: set[UUID] | None = None
) -> Reader:
    return Reader(
        person=ANNA,
        member=member,
        mandate=mandate,
        roles=frozenset(roles or {Role.ANALYST}),
        circles=frozenset({CIRCLE} if circles is None else circles),
    )


def item(**changes: Any) -> Item:
    facts: dict[str, Any] = {
        "kind": ItemKind.SIGNAL,
        "circle": CIRCLE,
        "marking": Marking.AMBER_STRICT,
        "published": True,
        "submitters": frozenset({"alfa"}),
        "stage": Stage.FIRST,
    }
    return Item(**(facts | changes))


def test_a_published_signal_is_read_in_its_circle_and_nowhere_else() -> None:
    assert may_read(reader(), item())
    assert not may_read(reader(circles={OTHER}), item())
    assert not may_read(reader(circles=set()), item())


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.BENCHMARK_LEAD])
def test_a_role_that_does_not_cover_signals_reads_none(role: Role) -> None:
    assert not may_read(reader(role), item())


def test_without_a_circle_nobody_reads() -> None:
    assert not may_read(reader(), item(circle=None))
    assert not may_read(reader(), item(circle=None, marking=Marking.CLEAR))


def test_the_public_reads_what_is_clear_and_published() -> None:
    assert may_read(Reader(), item(marking=Marking.CLEAR))
    for marking in set(Marking) - {Marking.CLEAR}:
        assert not may_read(Reader(), item(marking=marking))
    assert not may_read(Reader(), item(marking=Marking.CLEAR, published=False))


def test_green_is_every_member() -> None:
    assert may_read(reader(circles=set()), item(marking=Marking.GREEN))
    assert not may_read(reader(circles=set()), item(marking=Marking.GREEN, published=False))


def test_red_is_for_the_named_and_still_only_in_the_circle() -> None:
    assert not may_read(reader(), item(marking=Marking.RED))
    assert may_read(reader(), item(marking=Marking.RED, named=frozenset({ANNA})))
    assert not may_read(reader(circles={OTHER}), item(marking=Marking.RED, named=frozenset({ANNA})))


def test_before_it_is_published_its_own_member_and_its_judges_read_it() -> None:
    hidden = item(published=False)
    assert not may_read(reader(), hidden)
    assert may_read(reader(member="alfa"), hidden)
    assert may_read(reader(Role.REVIEWER, mandate=Mandate.HOTLINE), hidden)
    assert not may_read(reader(Role.ANALYST, mandate=Mandate.HOTLINE), hidden)
    assert not may_read(reader(Role.REVIEWER), hidden)
    assert not may_read(reader(Role.REVIEWER, mandate=Mandate.HOTLINE, circles={OTHER}), hidden)


def test_after_a_mandates_approval_any_reviewer_of_the_circle_reads_it() -> None:
    assert may_read(reader(Role.REVIEWER), item(published=False, stage=Stage.SECOND))
    assert not may_read(reader(Role.REVIEWER), item(published=False, stage=Stage.CLOSED))
    assert may_judge(reader(Role.REVIEWER, mandate=Mandate.POLICE), item(published=False, stage=Stage.CLOSED))
    assert not may_judge(reader(Role.REVIEWER, mandate=Mandate.POLICE), item(published=False, stage=Stage.NONE))


def test_a_machine_reads_its_members_inbox_and_its_circles_feeds() -> None:
    mine, theirs = Feed(CollectionKind.INBOX, member="beta"), Feed(CollectionKind.INBOX, member="alfa")
    ours, others = Feed(CollectionKind.VERIFIED, circle=CIRCLE), Feed(CollectionKind.INFORM, circle=OTHER)
    read = {feed: may_read_feed("beta", frozenset({CIRCLE}), feed) for feed in (mine, theirs, ours, others)}
    assert read == {mine: True, theirs: False, ours: True, others: False}
    assert [may_write_feed("beta", feed) for feed in (mine, theirs, ours, others)] == [True, False, False, False]


@dataclass(frozen=True)
class Row:
    """What a drawn signal looks like."""

    marking: Marking
    published: bool
    stage: Stage
    in_leads: bool
    episode: int
    reports: tuple[tuple[str, int, bool], ...]  # member, episode, taken back
    named: tuple[tuple[str, str], ...]


ROWS = st.builds(
    Row,
    marking=st.sampled_from(Marking),
    published=st.booleans(),
    stage=st.sampled_from(Stage),
    in_leads=st.booleans(),
    episode=st.integers(1, 2),
    reports=st.lists(
        st.tuples(st.sampled_from(["alfa", "beta", "solros", "vakten"]), st.integers(1, 2), st.booleans()),
        max_size=4,
        unique_by=lambda report: report[:2],
    ).map(tuple),
    named=st.lists(
        st.sampled_from([("alfa", "analyst"), ("vakten", "reviewer"), ("omega", "reviewer"), ("solros", "auditor")]),
        max_size=3,
        unique=True,
    ).map(tuple),
)


_asked = PreparedIn[Sight](lambda sight: rows_in(sight, Signal.objects.order_by(), slots_for(sight)).values_list("pk"))
"""The same query with the reader's values put in afterwards, as the hub's lists ask it (docs/adr/0018)."""


@given(
    rows=st.lists(ROWS, min_size=1, max_size=6),
    gone=st.sampled_from([None, "alfa", "vakten"]),
    closed=st.booleans(),
    outside=st.sampled_from([None, "beta", "solros"]),
    inactive=st.sampled_from([None, ("alfa", "analyst"), ("vakten", "reviewer")]),
)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_the_query_returns_exactly_what_the_rule_allows(
    cast: Cast,
    rows: list[Row],
    gone: str | None,
    closed: bool,
    outside: str | None,
    inactive: tuple[str, str] | None,
) -> None:
    with transaction.atomic():
        _change_the_world(cast, gone, closed, outside, inactive)
        items = {signal.pk: item_of(signal) for signal in _signals(cast, rows)}
        forms: set[Sight] = set()
        for person in Person.objects.select_related("member"):
            asks = reader_of(person)
            allowed = {pk for pk, thing in items.items() if may_read(asks, thing)}
            assert sorted(_asked(Sight.of(asks), **given_by(asks))) == sorted((pk,) for pk in allowed)
            if (
                Sight.of(asks) not in forms
            ):  # the values stand in the query at once: the same query for all of this sight
                forms.add(Sight.of(asks))
                assert set(Signal.objects.visible_to(person).values_list("pk", flat=True)) == allowed
                assert Signal.objects.visible_to(person).count() == len(allowed)
        transaction.set_rollback(True)


def _change_the_world(
    cast: Cast, gone: str | None, closed: bool, outside: str | None, inactive: tuple[str, str] | None
) -> None:
    if gone is not None:
        type(cast.alfa).objects.filter(pk=gone).update(left_at=NOON)
    if closed:
        type(cast.leads).objects.filter(pk=cast.leads.pk).update(closed_at=NOON)
    if outside is not None:
        CircleMembership.objects.filter(member_id=outside, circle=cast.circle).update(left_at=NOON)
    if inactive is not None:
        Person.objects.filter(pk=cast.people[inactive].pk).update(is_active=False)
    Person.objects.filter(pk=cast.people["beta", "engineer"].pk).update(roles=[Role.COORDINATOR, Role.REVIEWER])


def _signals(cast: Cast, rows: Sequence[Row]) -> list[Signal]:
    made = [
        new_row(
            Signal,
            circle_id=(cast.leads if row.in_leads else cast.circle).pk,
            type="domain",
            value=f"lek-{number}.test",
            marking=row.marking.value,
            stage=row.stage.value,
            episode=row.episode,
            created_at=NOON,
            changed_at=NOON,
            published_at=NOON if row.published else None,
        )
        for number, row in enumerate(rows)
    ]
    pairs = list(zip(made, rows, strict=True))
    named = Signal.named.through
    reports = [_report(signal, *report) for signal, row in pairs for report in row.reports]
    add_rows(made)
    add_rows(reports)
    add_rows(
        [new_row(named, signal_id=one.pk, person_id=cast.people[who].pk) for one, row in pairs for who in row.named]
    )
    return made


def _report(signal: Signal, member: str, episode: int, taken_back: bool) -> Submission:
    return new_row(
        Submission,
        signal_id=signal.pk,
        episode=episode,
        member_id=member,
        channel="form",
        scope="exact",
        basis="own_observation",
        at=NOON,
        retracted_at=NOON if taken_back else None,
    )


def test_rule_and_query_agree_on_every_kind_of_signal(cast: Cast) -> None:
    """No luck in the draw: each marking, stage and report there is, before every person of the cast."""
    reports: list[tuple[tuple[str, int, bool], ...]] = [(), (("alfa", 2, False), ("beta", 1, False))]
    reports += [((member, episode, False),) for member in ("alfa", "beta", "solros", "vakten") for episode in (1, 2)]
    reports += [((member, 2, True),) for member in ("alfa", "beta", "solros", "vakten")]
    named = (("alfa", "analyst"), ("vakten", "reviewer"), ("omega", "reviewer"))
    rows = [
        Row(marking, published, stage, in_leads, 2, some, named)
        for marking, published, stage, in_leads, some in product(Marking, (True, False), Stage, (True, False), reports)
    ]
    _change_the_world(cast, gone="delta", closed=False, outside="gamma", inactive=("alfa", "engineer"))
    items = {signal.pk: item_of(signal) for signal in _signals(cast, rows)}
    for person in Person.objects.select_related("member"):
        asks = reader_of(person)
        allowed = {pk for pk, thing in items.items() if may_read(asks, thing)}
        assert set(Signal.objects.visible_to(person).values_list("pk", flat=True)) == allowed, person.email


@pytest.mark.parametrize(("published", "stage"), list(product([True, False], Stage)))
def test_nobody_outside_the_circle_reads_amber_whatever_else_is_true(published: bool, stage: Stage) -> None:
    thing = item(published=published, stage=stage, marking=Marking.AMBER, submitters=frozenset({"beta"}))
    for roles, mandate in product(Role, [None, *Mandate]):
        assert not may_read(reader(roles, mandate=mandate, circles={OTHER}), thing)
