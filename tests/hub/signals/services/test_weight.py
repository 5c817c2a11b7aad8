"""What the review queue is put in order by is stored, and is what counting gives, whatever happens to a signal."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from uuid import UUID

import pytest
from django.apps import apps
from django.utils import timezone

from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Member
from skyddsnat.hub.members.services import MemberChanges, change_member
from skyddsnat.hub.signals import queries
from skyddsnat.hub.signals.models import Review, Signal, Submission
from skyddsnat.hub.signals.queries.queue import queue
from skyddsnat.policy.access import Stage
from skyddsnat.policy.signal_states import OPEN
from tests.cast import Cast
from tests.hub.signals.conftest import Stage as Theatre
from tests.hub.signals.many import make_signals

pytestmark = pytest.mark.django_db

Weights = dict[UUID, tuple[bool, int, int]]


def stored() -> Weights:
    return {row.pk: (row.waits, row.reports, row.approvals) for row in rows()}


def counted() -> Weights:
    """The same, worked out from the rows that they are of."""
    owners: dict[tuple[UUID, int], set[str]] = {}
    for signal, episode, owner in Submission.objects.filter(retracted_at=None).values_list(
        "signal", "episode", "member__control_group"
    ):
        owners.setdefault((signal, episode), set()).add(owner)
    approvals = Counter(Review.objects.filter(verdict="approve", standing=True).values_list("signal", "episode"))
    return {
        row.pk: (_waits(row), len(owners.get(life := (row.pk, row.episode), ())), approvals[life]) for row in rows()
    }


def rows() -> list[Signal]:
    return list(Signal.objects.defer("value"))


def _waits(row: Signal) -> bool:
    return row.state in {state.value for state in OPEN} and Stage(row.stage) in {Stage.FIRST, Stage.SECOND}


def test_the_upgrade_counts_what_is_there(cast: Cast) -> None:
    make_signals(cast, 60)
    expected = counted()
    assert len(set(expected.values())) > 3
    Signal.objects.update(waits=False, reports=0, approvals=0)
    import_module("skyddsnat.hub.signals.migrations.0014_weights_counted").count(apps, None)
    assert stored() == expected


def test_reporters_that_come_under_one_owner_count_as_one(stage: Theatre) -> None:
    signal = stage.signal("alfa")
    stage.signal("beta", signal.value)
    assert stored()[signal.pk][1] == 2
    change_member(HUB, Member.objects.get(pk="beta"), MemberChanges(control_group="alfa"))
    assert stored() == counted()
    assert stored()[signal.pk][1] == 1


def test_own_claims_come_first_and_what_others_have_taken_last(cast: Cast) -> None:
    make_signals(cast, 200)
    now, police = timezone.now(), cast.person("vakten", "reviewer")
    every = [row.pk for row in queue(police, now=now)]
    mine, taken = every[5:8], every[:2]
    Signal.objects.filter(pk__in=mine).update(claimed_by=police, claimed_at=now)
    Signal.objects.filter(pk__in=taken).update(claimed_by=cast.person("solros", "reviewer"), claimed_at=now)
    free = [pk for pk in every if pk not in {*mine, *taken}]
    rows = list(queue(police, now=now))
    assert [row.pk for row in rows] == [*mine, *free, *taken]
    assert [row.pk for row in rows if row.mine] == mine
    assert [row.pk for row in rows if row.taken] == taken
    weights = [(-row.approvals, -row.reports, row.submitted_at) for row in rows if not row.mine and not row.taken]
    assert weights == sorted(weights)
    assert len(set(weights)) > 10
    assert queries.queue_count(police, now=now) == len(mine) + len(free)
