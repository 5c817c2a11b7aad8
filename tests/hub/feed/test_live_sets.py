"""The digest that a process carries from one position to the next is the one that a new process works out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from skyddsnat.hub.feed import live, queries
from skyddsnat.hub.feed.live import LiveSets
from skyddsnat.hub.feed.queries import last_position
from skyddsnat.hub.feed.services import publish
from skyddsnat.policy.vocabulary import State
from tests.cast import Cast
from tests.effort import seed
from tests.hub.feed.indicators import NOW, listed


@pytest.fixture
def verified(cast: Cast) -> Any:
    return queries.feeds(cast.circle.pk)[1]


@pytest.fixture
def some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SMALL", 3)


def _steps(chance: random.Random) -> Iterator[list[dict[str, Any]]]:
    """News, later versions, withdrawals, and old versions that come late; now and then many at once."""
    ended: set[str] = set()
    for number in range(25):
        names = chance.sample([f"{one}.example" for one in "abcdef"], chance.choice([1, 1, 2, 5]))
        names = [name for name in names if name not in ended]
        gone = {name for name in names if chance.random() < 0.15}
        ended |= gone
        late = timedelta(minutes=number - 500 if chance.random() < 0.2 else number)
        yield [
            listed(name, at=NOW + timedelta(minutes=number), revoked=True, state=State.WITHDRAWN)
            if name in gone
            else listed(name, at=NOW + late)
            for name in names
        ]


@pytest.mark.usefixtures("some")
def test_a_carried_set_has_the_digest_of_one_that_is_read_anew(verified: Any) -> None:
    carried, positions = LiveSets(), []
    for things in _steps(random.Random(seed())):
        publish(verified, things, now=NOW)
        position = last_position(verified.pk)
        positions.append(position)
        assert carried.digest(verified.pk, position) == LiveSets().digest(verified.pk, position)
    for position in positions[::4]:  # an older position is answered too, and spoils nothing
        assert carried.digest(verified.pk, position) == LiveSets().digest(verified.pk, position)
    assert carried.digest(verified.pk, positions[-1]) == LiveSets().digest(verified.pk, positions[-1])
