"""The sets that this agent holds, kept in memory between two polls: one that brings nothing costs nothing.

What is kept is only trusted while no other process has written to the agent's memory; and every quarter of an hour, as at
each start, the set is read from the disk and digested anew, so that a page gone bad there is found.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from skyddsnat.agent.state.feed import FeedState
from skyddsnat.protocols.liveset import LiveSet
from skyddsnat.site.garbage import none_meanwhile

READ_AGAIN: Final = timedelta(minutes=15)
MANY: Final = 1_000
"""Changed indicators from which reading everything is quicker."""


@dataclass(frozen=True, slots=True)
class Held:
    """A set, the state of the file that it was read from, and when."""

    live: LiveSet
    file: int
    read_at: datetime


class HeldSets:
    """Live sets by collection."""

    def __init__(self, feed: FeedState, *, clock: Callable[[], datetime]) -> None:
        self._feed = feed
        self._clock = clock
        self._kept: dict[str, Held] = {}

    def take(self, collection: str, changed: Collection[str] | None) -> Held:
        """The set with this transaction's changes in it.  changed: ids of what was written, None for more than that.

        What was kept is forgotten until `keep` is called: a transaction that is rolled back leaves nothing behind.
        """
        kept, now, file = self._kept.pop(collection, None), self._clock(), self._feed.changes_of_others()
        fresh = kept is not None and kept.file == file and timedelta() <= now - kept.read_at < READ_AGAIN
        if kept is None or not fresh or changed is None or len(changed) > MANY:
            with none_meanwhile():
                return Held(LiveSet(self._feed.versions(collection)), file, now)
        if not changed:
            return kept
        return replace(kept, live=kept.live.changed(changed, self._feed.versions_of(collection, changed)))

    def keep(self, collection: str, held: Held) -> None:
        """The transaction is through: this is what lies on the disk."""
        self._kept[collection] = held
