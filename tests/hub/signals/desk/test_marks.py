"""Unread is what changed since this person last opened it, and it is theirs alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.signals import queries
from skyddsnat.hub.signals.models import Batch, Desk, Mark
from skyddsnat.hub.signals.queries.marks import MARKS_ARE_KEPT
from skyddsnat.hub.signals.services import batches, marks
from skyddsnat.policy.bulk import BulkAct
from tests.hub.signals.conftest import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(stage: Stage) -> Person:
    """An analyst who has read everything until the story begins."""
    person = stage.cast.person("alfa", "analyst")
    stage.now = timezone.now()
    Desk.objects.create(person=person, read_before=stage.now - timedelta(seconds=1))
    return person


def unread(person: Person) -> set[object]:
    return {row.pk for row in queries.visible(person, unread=True)}


def test_a_signal_is_unread_until_it_is_opened_and_again_when_it_changes(stage: Stage, grace: Person) -> None:
    signal = stage.signal("alfa")
    assert unread(grace) == {signal.pk}
    assert queries.unread_count(grace) == 1
    stage.later(seconds=1)
    marks.opened(grace, signal.pk, now=stage.now)
    assert unread(grace) == set()
    stage.later(seconds=1)
    stage.report("beta", signal.value)
    assert unread(grace) == {signal.pk}


def test_a_mark_is_one_persons_alone(stage: Stage, grace: Person) -> None:
    signal = stage.signal("alfa")
    marks.opened(grace, signal.pk, now=stage.now)
    assert unread(stage.cast.person("alfa", "reviewer")) == {signal.pk}


def test_what_a_person_may_not_see_is_not_counted(stage: Stage, grace: Person) -> None:
    stage.signal("beta")
    assert queries.unread_count(grace) == 0


def test_opening_what_is_read_already_writes_nothing(
    stage: Stage, grace: Person, django_assert_num_queries: object
) -> None:
    signal = stage.signal("alfa")
    marks.opened(grace, signal.pk, now=stage.now)
    first = Mark.objects.get().at
    marks.opened(grace, signal.pk, now=stage.now + timedelta(hours=1))
    assert Mark.objects.get().at == first


def test_many_are_marked_and_marked_back_as_they_were(stage: Stage, grace: Person) -> None:
    old, new = stage.signal("alfa"), stage.signal("alfa")
    marks.opened(grace, old.pk, now=stage.now)
    stage.later(seconds=1)
    batch = batches.start(grace, BulkAct.READ, [old.pk, new.pk], now=stage.now, back="/signals/")
    assert unread(grace) == set()
    batches.undo(grace, batch, now=stage.now)
    assert unread(grace) == {new.pk}


def test_a_read_signal_can_be_kept_unread(stage: Stage, grace: Person) -> None:
    signal = stage.signal("alfa")
    marks.opened(grace, signal.pk, now=stage.now)
    stage.later(seconds=1)
    batch = batches.start(grace, BulkAct.UNREAD, [signal.pk], now=stage.now, back="/signals/")
    assert unread(grace) == {signal.pk}
    batches.undo(grace, batch, now=stage.now)
    assert unread(grace) == set()


def test_all_are_read_at_once_and_that_can_be_turned_back(stage: Stage, grace: Person) -> None:
    one, two = stage.signal("alfa"), stage.signal("alfa")
    marks.opened(grace, one.pk, now=stage.now)
    stage.later(seconds=1)
    batch = batches.start(grace, BulkAct.READ_ALL, [], now=stage.now, back="/signals/")
    assert batch.state == Batch.State.DONE
    assert unread(grace) == set()
    batches.undo(grace, batch, now=stage.now)
    assert unread(grace) == {two.pk}


def test_old_marks_are_dropped_and_their_signals_stay_read(stage: Stage, grace: Person) -> None:
    signal = stage.signal("alfa")
    marks.opened(grace, signal.pk, now=stage.now)
    assert marks.forget(stage.now + MARKS_ARE_KEPT + timedelta(seconds=1)) == 1
