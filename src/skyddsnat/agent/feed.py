"""Pull: take a collection's signed head, fetch what is new, prove that the agent holds exactly the signed set, and only then
keep it.  Nothing that a head has not vouched for is ever stored (reference/sharing-and-taxii.md § 4.4)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from skyddsnat.agent.client import HubClient
from skyddsnat.agent.held import HeldSets
from skyddsnat.agent.indicator import Indicator, parse_indicator
from skyddsnat.agent.state import State
from skyddsnat.agent.state.feed import Seen
from skyddsnat.agent.state.notes import Lifted, Notes
from skyddsnat.policy.agent_guards import FeedFacts, Limits, Reason, SetFacts, judge_feed
from skyddsnat.policy.vocabulary import Ceiling
from skyddsnat.protocols.feedhead import BadFeedHead, FeedHead, verify
from skyddsnat.site.database import transaction

ROUNDS = 5
"""How often head and objects are compared while the hub is writing, before the collection is read from the start."""

PAUSE = 0.1
"""Seconds between two rounds."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull brought.  reasons: why the hub's word was not taken, empty if it was.  news: versions taken in."""

    reasons: tuple[Reason, ...] = ()
    news: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejoined:
    """What came of reading a hub anew.  lost: versions that it no longer has.  kept_free: names it had withdrawn before."""

    reasons: tuple[Reason, ...] = ()
    lost: int = 0
    kept_free: int = 0


@dataclass(slots=True)
class _Fetched:
    """Versions that are fetched and not yet vouched for."""

    position: int
    indicators: list[Indicator] = field(default_factory=list)


class _Refused(Exception):
    """Leaves the transaction without a trace."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__()
        self.reasons = reasons


class FeedReader:
    """Reads collections of one hub into the agent's memory."""

    def __init__(
        self,
        client: HubClient,
        state: State,
        *,
        public_key: str,
        limits: Limits,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._state = state
        self._key = public_key
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._sets = HeldSets(state.feed, clock=clock)

    def pull(self, collections: Iterable[UUID], *, from_start: bool = False) -> Pulled:
        """Every collection in turn.  Raises HubError if the hub does not answer; what came before that is kept."""
        results = [self._pull_one(collection, from_start=from_start) for collection in collections]
        return Pulled(
            reasons=tuple(dict.fromkeys(reason for result in results for reason in result.reasons)),
            news=sum(result.news for result in results),
            count=sum(result.count for result in results),
        )

    def rejoin(self, collections: Iterable[UUID], *, by: str) -> Rejoined:
        """Take a hub's word that went back in history, as after a restored backup: read everything anew.

        What the lost part of the history had withdrawn stays free: those names are lifted here until a person says otherwise.
        All or nothing for each collection.  Raises HubError.
        """
        results = [self._rejoin_one(collection, by=by) for collection in collections]
        return Rejoined(
            reasons=tuple(dict.fromkeys(reason for result in results for reason in result.reasons)),
            lost=sum(result.lost for result in results),
            kept_free=sum(result.kept_free for result in results),
        )

    def _rejoin_one(self, collection: UUID, *, by: str) -> Rejoined:
        name, fetched = str(collection), _Fetched(position=0)
        head = self._authentic(collection)
        if isinstance(head, Reason):
            return Rejoined(reasons=(head,))
        seen = Seen(
            head_time=self._state.feed.seen(name).head_time
        )  # of positions none counts, but time never goes back
        if refused := judge_feed(self._facts(head, seen), now=self._clock(), limits=self._limits):
            return Rejoined(reasons=refused)
        self._fetch(collection, fetched)
        try:
            with transaction(self._state.connection):
                lost, ended = self._state.feed.lost(name, fetched.indicators), self._state.feed.ended(name)
                self._state.feed.forget(name)
                back = {ended[one.stix_id] for one in fetched.indicators if one.live and one.stix_id in ended}
                for free in sorted(back):
                    self._state.notes.lift(Lifted(free, "withdrawn before the hub was restored", by, self._clock()))
                self._keep(head, seen, fetched, from_start=True)
        except _Refused as error:
            return Rejoined(reasons=error.reasons)
        return Rejoined(lost=lost, kept_free=len(back))

    def _authentic(self, collection: UUID) -> FeedHead | Reason:
        """The collection's head if it is signed and its own, else why it is not."""
        try:
            head = verify(self._client.head(collection), key=self._key)
        except BadFeedHead as bad:
            return Reason.NO_HEAD if bad.code == "malformed" else Reason.BAD_SIGNATURE
        return head if head.collection == collection else Reason.OTHER_COLLECTION

    def _pull_one(self, collection: UUID, *, from_start: bool) -> Pulled:
        seen = self._state.feed.seen(str(collection))
        fetched = _Fetched(position=0 if from_start else seen.position)
        refused: tuple[Reason, ...] = ()
        for number in range(ROUNDS):
            if number:
                self._sleep(PAUSE)
            head = self._authentic(collection)
            if isinstance(head, Reason):
                return Pulled((head,))
            refused = judge_feed(self._facts(head, seen), now=self._clock(), limits=self._limits)
            if refused:
                return Pulled(refused)
            if from_start or number or head.position != fetched.position:
                self._fetch(collection, fetched)
            try:
                return self._keep(head, seen, fetched, from_start=from_start)
            except _Refused as error:
                refused = error.reasons
        return Pulled(refused) if from_start else self._pull_one(collection, from_start=True)

    def _facts(self, head: FeedHead, seen: Seen, held: SetFacts | None = None) -> FeedFacts:
        return FeedFacts(
            signed=True,
            time=head.time,
            position=head.position,
            said=SetFacts(head.count, head.sha256, head.content),
            held=held,
            seen_time=seen.head_time,
            seen_position=seen.head_position,
        )

    def _fetch(self, collection: UUID, fetched: _Fetched) -> None:
        for page in self._client.pages(collection, after=fetched.position):
            fetched.indicators += filter(None, map(parse_indicator, page.objects))
            fetched.position = max(fetched.position, page.last or 0)

    def _keep(self, head: FeedHead, seen: Seen, fetched: _Fetched, *, from_start: bool) -> Pulled:
        """Take the fetched versions in if that makes exactly the signed set; else leave everything as it was."""
        collection = str(head.collection)
        with transaction(self._state.connection):
            if from_start and self._state.feed.lost(collection, fetched.indicators):
                raise _Refused((Reason.HISTORY_LOST,))
            changed = self._state.feed.apply(collection, fetched.indicators)
            if changed:
                raise _Refused((Reason.CHANGED_OBJECT,))
            ids = None if from_start else {one.stix_id for one in fetched.indicators}
            mine = self._sets.take(collection, ids)
            digest = mine.live.digest
            held = SetFacts(digest.count, digest.sha256, digest.content)
            if refused := judge_feed(self._facts(head, seen, held), now=self._clock(), limits=self._limits):
                raise _Refused(refused)
            self._state.feed.accept(
                collection, Seen(max(fetched.position, seen.position), head.position, head.time, self._clock())
            )
            if fetched.indicators:
                self._state.notes.bump()
                if not from_start and seen.position:  # what is read from the start is no news
                    self._note_waiting(fetched.indicators)
        if not self._state.connection.in_transaction:
            self._sets.keep(collection, mine)
        return Pulled(news=len(fetched.indicators), count=digest.count)

    def _note_waiting(self, indicators: Iterable[Indicator]) -> None:
        """Remember the hub's time of the oldest news, until a publish has taken it along and it is proved (`proof.py`)."""
        waiting = self._state.notes.get(Notes.WAITING) or {}
        for one in indicators:
            key = "ended" if not one.live else "added" if one.ceiling is Ceiling.BLOCK and one.name else None
            if key is not None:
                waiting[key] = min(one.version, waiting.get(key, one.version))
        self._state.notes.put(Notes.WAITING, waiting or None)
