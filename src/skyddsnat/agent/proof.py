"""Time to block and time to lift, measured from the hub's word to the last resolver's proof, with no one typing a number.

What the feed brings is noted as waiting, with the hub's own time of it.  A publish takes it along.  When every resolver answers
the new canary, what was added is in force everywhere; when none answers the canary that it replaced, what was taken away is free
everywhere: asked by a name that was answered before, so that a cached answer counts.  Then, and only then, a row is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skyddsnat.agent.state import State
from skyddsnat.agent.state.lists import KeptList
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.packing import from_us, to_us
from skyddsnat.agent.state.updates import Update
from skyddsnat.protocols.rpz import Canary


@dataclass(frozen=True, slots=True)
class Proving:
    """A publish that is not proved to its end.  blocks, lifts: whether that half is still open.  gone: canaries it replaced."""

    at: datetime
    blocks: bool
    lifts: bool
    gone: tuple[Canary, ...]


class Proof:
    """The two clocks."""

    def __init__(self, state: State, *, clock: Callable[[], datetime]) -> None:
        self._state = state
        self._clock = clock

    def published(self, kept: KeptList, gone: Iterable[Canary]) -> None:
        """A publish has taken along what was waiting; what an earlier one has not proved waits with it.

        A list that is only observed blocks nothing and frees nothing: nobody has waited for it.
        """
        waiting, before = self._waiting(), self._state.notes.get(Notes.PROVING) or {}
        taken = {
            "added": waiting.pop("added", None) if kept.added else None,
            "ended": waiting.pop("ended", None) if kept.removed else None,
        }
        if kept.observed:
            taken = dict.fromkeys(taken)
        open_ = {key: _earlier(taken[key], before.get(key)) for key in taken}
        self._state.notes.put(Notes.WAITING, waiting or None)
        self._state.notes.put(
            Notes.PROVING,
            {
                **open_,
                "at": to_us(self._clock()),
                "blocks": True,
                "lifts": True,
                "gone": [[canary.token, canary.domain] for canary in gone],
            },
        )

    def nothing_waits(self) -> None:
        """The list in force is all that the feed says: what is still noted as waiting changed nothing."""
        if self._state.notes.get(Notes.WAITING) is not None:
            self._state.notes.put(Notes.WAITING, None)

    @property
    def waiting_since(self) -> datetime | None:
        """The hub's time of the oldest change that is not in force here."""
        noted = [*self._waiting().values(), *(self._noted(key) for key in ("added", "ended"))]
        oldest = min((moment for moment in noted if moment is not None), default=None)
        return None if oldest is None else from_us(oldest)

    @property
    def open(self) -> Proving | None:
        """The newest publish, while it is not proved to its end."""
        noted = self._state.notes.get(Notes.PROVING)
        if noted is None:
            return None
        return Proving(
            at=from_us(noted["at"]),
            blocks=noted["blocks"],
            lifts=noted["lifts"],
            gone=tuple(Canary(token, domain) for token, domain in noted["gone"]),
        )

    def blocked(self) -> None:
        """Every resolver has answered the new canary."""
        self._end("blocks", "added", Update.BLOCK)

    def lifted(self) -> None:
        """No resolver answers the replaced canary any more."""
        self._end("lifts", "ended", Update.LIFT)

    def _end(self, half: str, key: str, kind: Update) -> None:
        noted = self._state.notes.get(Notes.PROVING)
        if noted is None or not noted[half]:
            return
        now = self._clock()
        if noted[key] is not None:
            self._state.updates.add(kind, at=now, took=now - from_us(noted[key]))
        noted |= {half: False, key: None}
        self._state.notes.put(Notes.PROVING, noted if noted["blocks"] or noted["lifts"] else None)

    def _waiting(self) -> dict[str, int]:
        return dict(self._state.notes.get(Notes.WAITING) or {})

    def _noted(self, key: str) -> int | None:
        noted: Mapping[str, Any] = self._state.notes.get(Notes.PROVING) or {}
        return noted.get(key)


def _earlier(one: int | None, other: int | None) -> int | None:
    known = [moment for moment in (one, other) if moment is not None]
    return min(known, default=None)
