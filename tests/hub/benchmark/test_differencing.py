"""Two results of the same figures, of which one lacks a member, are that member's value: no way of planning leads to them."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import PeerGroup, PeerGroupMember, Round
from skyddsnat.hub.benchmark.queries import leakage
from skyddsnat.hub.benchmark.queries.rounds import releases_of
from skyddsnat.protocols.benchmark.statement import Kind
from tests.cast import OPERATORS
from tests.hub.benchmark.conftest import Bench
from tests.hub.benchmark.test_evidence import code_of


def into_another_group(bench: Bench, *members: str) -> None:
    bench.group.memberships.update(left_at=bench.now)
    bench.group = PeerGroup.objects.create(id="nordisk", name="Nordisk", created_at=bench.now)
    for one in members:
        PeerGroupMember.objects.create(group=bench.group, member_id=one, joined_at=bench.now)


def stopped_after(bench: Bench, outputs: int) -> Round:
    round_ = bench.computing(members=OPERATORS)
    bench.all_say(round_, Kind.VERDICT)
    for index in range(outputs):
        bench.say(round_, index, Kind.OUTPUT)
    services.call_off(bench.coordinator, round_.pk, now=bench.now)
    return bench.again(round_)


def test_another_group_does_not_make_members_forget_what_they_compared(bench: Bench) -> None:
    first = bench.released()
    days = {"first_day": first.first_day, "last_day": first.last_day}
    into_another_group(bench, *OPERATORS[:4])
    assert code_of(lambda: bench.frozen("samma", **days)) == "period_overlaps"
    later = bench.frozen(
        "nasta", first_day=first.last_day + timedelta(days=1), last_day=first.last_day + timedelta(days=9)
    )
    assert later.specification.previous is not None
    assert later.specification.previous.members == tuple(sorted(OPERATORS)), "so places and quartiles rest this time"
    assert [members for _, members in releases_of(OPERATORS[:1])] == [tuple(sorted(OPERATORS))], "and totals for a year"
    assert releases_of(["omega"]) == []


def test_for_a_year_after_a_departure_nobody_is_told_its_rank(bench: Bench) -> None:
    bench.group.memberships.update(rank=True)
    first = bench.released()
    assert all(one.rank for one in first.specification.members)
    bench.group.memberships.filter(member_id="epsilon").update(left_at=bench.now)
    days = {"first_day": first.last_day + timedelta(days=1), "last_day": first.last_day + timedelta(days=9)}
    second = bench.released("andra", members=OPERATORS[:4], **days)
    assert not any(one.rank for one in second.specification.members)
    third = bench.frozen("tredje", metrics=["MET-LEA-01"])
    assert not any(one.rank for one in third.specification.members), "also when the round before had just these members"
    services.take_back(bench.coordinator, third.pk, now=bench.now)
    bench.now += timedelta(days=370)
    later = bench.frozen("senare", metrics=["MET-LEA-01"])
    assert all(one.rank for one in later.specification.members)


def test_a_years_rest_begins_when_the_figures_became_known_and_not_at_the_deadline(bench: Bench) -> None:
    first = bench.computing(members=OPERATORS)
    bench.now += timedelta(days=30)
    for kind in (Kind.VERDICT, Kind.POSITIONS, Kind.OUTPUT):
        bench.all_say(first, kind)
    assert [known for known, _ in releases_of(OPERATORS[:1])] == [timezone.localdate(bench.now)]
    assert timezone.localdate(bench.now) > first.deadline.date()


def test_a_round_that_is_stopped_with_shares_of_the_result_in_the_transcript_counts_as_released(bench: Bench) -> None:
    first = stopped_after(bench, outputs=2)
    days = {"first_day": first.first_day, "last_day": first.last_day}
    assert first.state == Round.State.ABORTED
    assert code_of(lambda: bench.frozen("om", **days)) == "period_overlaps"
    statement = leakage.statement_of(first)
    assert statement is not None
    assert statement.posted == 2
    client = bench.cast.sign_in(Client(headers={"accept-language": "en"}), bench.leads["alfa"])
    for page in ("benchmark:leakage", "benchmark:round"):
        said = client.get(reverse(page, args=[first.pk])).content.decode()
        assert "2 parties had posted their shares of the result" in said
        assert "Nothing was opened" not in said
    previous = bench.frozen("nasta", metrics=["MET-LEA-01"]).specification.previous
    assert previous is not None
    assert (previous.members, previous.full) == (tuple(sorted(OPERATORS)), ())


def test_a_round_that_is_stopped_before_is_planned_anew(bench: Bench) -> None:
    first = stopped_after(bench, outputs=0)
    again = bench.frozen("om", first_day=first.first_day, last_day=first.last_day)
    assert again.specification.previous is None


def test_the_same_metric_is_in_one_round_at_a_time(bench: Bench) -> None:
    first = bench.frozen()
    other = {"first_day": first.first_day - timedelta(days=90), "last_day": first.first_day - timedelta(days=1)}
    assert code_of(lambda: bench.frozen("samtidig", **other)) == "round_under_way"
    assert code_of(lambda: bench.frozen("samtidig", metrics=["MET-LEA-01"], **other)) == ""
    services.take_back(bench.coordinator, first.pk, now=bench.now)
    assert code_of(lambda: bench.frozen("samtidig", **other)) == ""


def test_the_round_before_is_the_last_one_with_a_metric_in_common(bench: Bench) -> None:
    first = bench.released()
    between = bench.released("emellan", metrics=["MET-LEA-01"], members=OPERATORS[:4])
    days = {"first_day": first.first_day - timedelta(days=90), "last_day": first.first_day - timedelta(days=1)}
    before = bench.frozen("tredje", **days).specification.previous
    assert before is not None
    assert before.round == first.pk, f"{between.pk} has other metrics: its members say nothing of these"
