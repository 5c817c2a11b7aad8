"""What of the list ends next by its own date, so that an end costs what any other change costs
(docs/adr/0060-ends-are-changes.md).

A domain is judged anew after ninety days: of a million, one ends every eight seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from skyddsnat.agent.state.packing import from_us, to_us

if TYPE_CHECKING:
    from skyddsnat.protocols.rpz import Row

KNOWN = 10_000
"""Ends that are known beforehand.  A million domains use them up in a day; then all is compiled anew, as once a day anyway."""


class Ends:
    """The nearest ends.

    soonest: (microseconds, key) of rows that have not ended.  whole: whether those are all; else nothing is known of what comes
    after the last of them.  A row that was renewed or withdrawn may stand here with an end that it had: whoever hears of
    one looks at the row itself.
    """

    def __init__(self, soonest: Sequence[tuple[int, str]], *, whole: bool) -> None:
        self._ends = [*soonest]
        heapify(self._ends)
        self._horizon = None if whole else max(end for end, _ in soonest)

    def until(self) -> datetime | None:
        """Up to when nothing ends that has not been told by `passed`; None for ever."""
        near = self._ends[0][0] if self._ends else self._horizon
        return None if near is None else from_us(near)

    def passed(self, now: datetime) -> set[str] | None:
        """The keys whose end has come since this was asked; None when more may have ended than is known."""
        moment = to_us(now)
        if self._horizon is not None and self._horizon <= moment:
            return None
        keys = set()
        while self._ends and self._ends[0][0] <= moment:
            keys.add(heappop(self._ends)[1])
        return keys

    def note(self, rows: Mapping[str, Row | None], now: datetime) -> None:
        """These rows have changed."""
        for key, row in rows.items():
            if row is None or row.until is None or row.until <= now:
                continue
            end = to_us(row.until)
            if self._horizon is None or end < self._horizon:
                heappush(self._ends, (end, key))
