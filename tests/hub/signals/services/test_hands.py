"""Which signals a person may take up: those that they see, in a circle of their member's; and what is loaded of each."""

from __future__ import annotations

from itertools import product

import pytest
from django.utils import timezone

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.queries import circles_of
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.services.dossier import open_dossiers
from skyddsnat.hub.signals.services.hands import take
from skyddsnat.policy.vocabulary import Marking
from tests.hub.signals.conftest import Stage

pytestmark = pytest.mark.django_db


def some_of_each(stage: Stage) -> list[Signal]:
    """Hidden, judged by one and verified; in both circles; with each marking that there can be."""
    for circle, named in ((stage.cast.circle, "vakten"), (stage.cast.leads, "solros")):
        stage.signal("alfa", circle=circle)
        stage.signal("beta", circle=circle, marking=Marking.RED, named=[stage.cast.person(named, "reviewer")])
    stage.approve("vakten", stage.signal("alfa"))
    for marking in (Marking.CLEAR, Marking.GREEN, Marking.AMBER):
        signal = stage.verified()
        Signal.objects.filter(pk=signal.pk).update(marking=marking.value)
    return list(Signal.objects.order_by("created_at", "pk"))


def takes(person: Person, signal: Signal) -> bool:
    try:
        return take(person, signal) == signal
    except Signal.DoesNotExist:
        return False


def test_whoever_sees_it_and_whose_member_is_in_its_circle_takes_it_and_nobody_else(stage: Stage) -> None:
    signals, people = some_of_each(stage), [*stage.cast.people.values()]
    stage.cast.members["gamma"].left_at = timezone.now()
    stage.cast.members["gamma"].save()
    idle = stage.cast.person("delta", "reviewer")
    idle.is_active = False
    idle.save()
    ways = set()
    for person, signal in product(people, signals):
        seen = Signal.objects.visible_to(person).filter(pk=signal.pk).exists()
        here = signal.circle_id in circles_of(person.member_id)
        assert takes(person, signal) == (seen and here)
        ways.add((seen, here))
    assert len(ways) == 4


def test_the_dossier_of_one_is_what_it_is_among_many(stage: Stage) -> None:
    signals = some_of_each(stage)
    stage.report("beta", stage.signal("alfa", "tva.test").value)
    together = open_dossiers(signals)
    for signal in signals:
        alone = open_dossiers([signal])[signal.pk]
        assert alone == together[signal.pk]
        assert {one.member for one in (*alone.reports, *alone.approvals)} <= {*stage.cast.members.values()}
    assert any(one.approvals for one in together.values())
