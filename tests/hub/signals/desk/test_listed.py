"""A list is counted by another question than the one that reads it, and both find the same signals."""

from __future__ import annotations

from typing import Any

import pytest

from skyddsnat.hub.signals.models import Submission
from skyddsnat.hub.signals.queries.listing import listed
from tests.cast import Cast
from tests.hub.signals.many import make_signals

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "choices", [{}, {"type": "domain"}, {"state": "verified"}, {"unread": True}, {"sort": "expiry"}, {"sort": "old"}]
)
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("who", [("alfa", "analyst"), ("vakten", "reviewer"), ("solros", "reviewer")])
def test_what_is_counted_is_what_is_listed(
    cast: Cast, who: tuple[str, str], own: bool, choices: dict[str, Any]
) -> None:
    make_signals(cast, 60)
    found = listed(cast.person(*who), own=own, **choices)
    ids = [row.pk for row in found]
    assert len(ids) == len(set(ids)) == found.number(99)
    assert ids == list(found.queryset.values_list("pk", flat=True))


def test_reports_of_an_earlier_episode_are_not_counted(cast: Cast) -> None:
    make_signals(cast, 60)
    alfa = cast.person("alfa", "analyst")
    before = listed(alfa, own=True)
    gone = Submission.objects.filter(member_id="alfa", signal__in=before.queryset).first()
    assert gone is not None
    number = before.number(99)
    Submission.objects.filter(pk=gone.pk).update(episode=gone.episode + 7)
    after = listed(alfa, own=True)
    assert after.number(99) == len(list(after)) == number - 1
