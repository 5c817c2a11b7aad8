"""Which lists were in force on a day, from what the agent keeps of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypedDict

from skyddsnat.agent.counting.times import DAY

if TYPE_CHECKING:
    from skyddsnat.agent.state.lists import ListState


class ListContext(TypedDict):
    """version: the last one of the day, "" where none is known; size: mean entries over the time that is known."""

    version: str
    versions: tuple[str, ...]
    size: float


class ListsOfDays:
    """The published lists, each from its publishing to that of the next."""

    def __init__(self, lists: ListState, *, now: datetime) -> None:
        self._lists = lists
        newest_first = [one for one in lists.published() if one.published_at is not None]
        ends = [now, *(one.published_at for one in newest_first)]
        self._spans = [(one, one.published_at, end) for one, end in zip(newest_first, ends, strict=False)]

    def texts(self, first: int, last: int) -> Iterator[str]:
        """The entries of every list in force from the first day to the last, as lines `name scope`."""
        for one, begin, end in self._spans:
            if _overlap(begin, end, first, last):
                yield self._lists.text(one.version)

    def in_force(self, moment: datetime) -> frozenset[str] | None:
        """The domains that were stopped at a moment, as lines `name scope`; None if that is not known, or nothing was."""
        for one, begin, end in self._spans:
            if begin is not None and end is not None and begin <= moment < end:
                return None if one.observed else self._domains(one.version)
        return None

    def published(self, after: datetime, before: datetime) -> Iterator[tuple[datetime, frozenset[str]]]:
        """When each list between two moments was published and which domains it holds, the oldest first."""
        for one, begin, _ in reversed(self._spans):
            if begin is not None and after < begin < before:
                yield begin, self._domains(one.version)

    def _domains(self, version: str) -> frozenset[str]:
        return frozenset(line for line in self._lists.text(version).splitlines() if "/" not in line)

    def context(self, day: int) -> ListContext:
        """What was in force on a day."""
        held = [(one, seconds) for one, begin, end in self._spans if (seconds := _overlap(begin, end, day, day))]
        whole = sum(seconds for _, seconds in held)
        return {
            "version": held[0][0].version if held else "",
            "versions": tuple(one.version for one, _ in held),
            "size": sum(one.size * seconds for one, seconds in held) / whole if whole else 0.0,
        }


def _overlap(begin: datetime | None, end: datetime | None, first: int, last: int) -> float:
    """Seconds that a span shares with days, both included."""
    if begin is None or end is None:
        return 0.0
    start = max(begin, datetime.fromtimestamp(first * DAY, UTC))
    stop = min(end, datetime.fromtimestamp((last + 1) * DAY, UTC))
    return max(0.0, (stop - start).total_seconds())
