"""What an agent may put into force by itself, and what waits for two people (DESIGN § 3, promise 4).

Pure: the agent brings facts, this module decides.  Two questions, asked in this order:
`judge_feed` - is what the hub says authentic, fresh and complete?  No person can approve a feed that is not.
`judge_change` - is the step from the list in force to the new one plausible?  If not, two named people decide.
`judge` asks both.  Numbers: reference/dns-enforcement.md "Guards against overblocking".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from skyddsnat.policy.coverage import Coverage, Listed, is_url
from skyddsnat.policy.entries import Entries
from skyddsnat.policy.normal_form import front_of
from skyddsnat.policy.vocabulary import Ceiling, Mandate, Scope, State


class Reason(StrEnum):
    """Why a list is held.  Codes are stable: status pages and the hub translate them."""

    NO_HEAD = "no_head"
    BAD_SIGNATURE = "bad_signature"
    OTHER_COLLECTION = "other_collection"
    STALE_HEAD = "stale_head"
    HEAD_FROM_FUTURE = "head_from_future"
    OLDER_HEAD = "older_head"
    COUNT_MISMATCH = "count_mismatch"
    DIGEST_MISMATCH = "digest_mismatch"
    CHANGED_OBJECT = "changed_object"
    HISTORY_LOST = "history_lost"
    TOO_MANY_ADDITIONS = "too_many_additions"
    TOO_MANY_IN_A_DAY = "too_many_in_a_day"
    TOO_MANY_REMOVALS = "too_many_removals"
    PUBLIC_SUFFIX = "public_suffix"
    PROTECTED_NAME = "protected_name"
    SHORT_WILDCARD = "short_wildcard"
    UNKNOWN_CEILING = "unknown_ceiling"
    UNREADABLE_NAME = "unreadable_name"
    MIXED_SCRIPTS = "mixed_scripts"
    URL_AS_DOMAIN = "url_as_domain"
    ALLOW_CONFLICT = "allow_conflict"
    ROLLED_BACK = "rolled_back"
    LAWFUL_NAME_STOPPED = "lawful_name_stopped"
    LOG_CONTRADICTED = "log_contradicted"


FEED_REASONS = frozenset(
    {
        Reason.NO_HEAD,
        Reason.BAD_SIGNATURE,
        Reason.OTHER_COLLECTION,
        Reason.STALE_HEAD,
        Reason.HEAD_FROM_FUTURE,
        Reason.OLDER_HEAD,
        Reason.COUNT_MISMATCH,
        Reason.DIGEST_MISMATCH,
        Reason.CHANGED_OBJECT,
        Reason.HISTORY_LOST,
    }
)
"""Reasons that no person can approve away: there is no authentic list to approve."""


class Protection(Protocol):
    """What a protect list answers for a name that must not be blocked."""

    @property
    def name(self) -> str:
        """The protected name that is touched."""

    @property
    def reason(self) -> str:
        """A stable code: why the name is protected."""

    @property
    def mode(self) -> str:
        """`warn` asks reviewers for a second look and holds nothing here; anything else stops."""


class ProtectedNames(Protocol):
    """The hard stop of DESIGN § 5, as the guards use it."""

    def check(self, value: str, /, *, scope: Scope) -> Protection | None:
        """The protection that an entry of this scope would touch, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may change without a person.  A step passes if it is within the count OR within the share."""

    head_age: timedelta = timedelta(hours=1)
    clock_skew: timedelta = timedelta(minutes=5)
    additions: int = 50
    additions_share: float = 0.05
    additions_in_a_day: int = 500
    additions_in_a_day_share: float = 0.2
    removals: int = 20
    removals_share: float = 0.2

    def most_additions(self, size: int) -> int:
        """Entries that may be new in one step on a list of this size."""
        return max(self.additions, int(size * self.additions_share))

    def most_additions_in_a_day(self, size: int) -> int:
        """Entries that may be new in 24 hours, so that a large change cannot drip in."""
        return max(self.additions_in_a_day, int(size * self.additions_in_a_day_share))

    def most_removals(self, size: int) -> int:
        """Entries that may go in one step; the fixed number always passes, on short lists too."""
        return max(self.removals, int(size * self.removals_share))


@dataclass(frozen=True, slots=True)
class SetFacts:
    """Size and digests of the set of live indicators in a collection: of ids and versions, and of what the objects say."""

    count: int
    sha256: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """One collection as the hub's signed head and the agent's own store have it.

    signed: the signature holds under the pinned key and the head names this collection.  time, position: of the head.
    seen_*: of the newest head accepted before.  said: the set by the head.  held: the set in the agent's store, None
    before it has been fetched.
    """

    signed: bool
    time: datetime
    position: int
    said: SetFacts
    held: SetFacts | None = None
    seen_time: datetime | None = None
    seen_position: int = 0


class LeftOut(StrEnum):
    """Why an indicator of the feed cannot be part of any list."""

    UNKNOWN_CEILING = "unknown_ceiling"
    UNREADABLE = "unreadable"
    MIXED_SCRIPTS = "mixed_scripts"
    URL_AS_DOMAIN = "url_as_domain"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts:
    """A compiled list, and what in the feed could not become part of it."""

    entries: Set[Listed] = frozenset()
    unknown_ceilings: int = 0
    unreadable: int = 0
    mixed_scripts: int = 0
    url_as_domain: int = 0
    allow_conflicts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What one guard measured.

    reason: its code when it trips, which is when more is found than allowed.  Entries, or seconds for the age of the hub's word.
    """

    reason: Reason
    found: int
    allowed: int

    @property
    def tripped(self) -> bool:
        return self.found > self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """What went before this step.

    additions: entries that came in during the last 24 hours without two people's approval.
    removals: entries that left since the hub was last heard, 0 while it is heard: a silent feed must not empty the list.
    pin: why the agent has gone back to an older list (ROLLED_BACK by a person, LAWFUL_NAME_STOPPED by itself): nothing new
    comes in until two people say so.
    """

    additions: int = 0
    removals: int = 0
    pin: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The decision.  `protected` counts refused entries by why they are protected; names are never in here.

    checks: every guard with what it found and what it allows, tripped or not.
    """

    reasons: tuple[Reason, ...] = ()
    added: int = 0
    removed: int = 0
    protected: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    checks: tuple[Check, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the agent may go on by itself."""
        return not self.reasons

    @property
    def approvable(self) -> bool:
        """Whether two people can let it through."""
        return bool(self.reasons) and not FEED_REASONS.intersection(self.reasons)


def judge(
    current: ListFacts,
    candidate: ListFacts,
    *,
    heads: Iterable[FeedFacts],
    now: datetime,
    limits: Limits,
    protect: ProtectedNames,
    recent: Recent | None = None,
) -> Verdict:
    """Both questions at once: the whole decision from the list in force to a new one."""
    heads = tuple(heads)
    feed = [reason for head in heads for reason in judge_feed(head, now=now, limits=limits)]
    change = judge_change(current, candidate, limits=limits, protect=protect, recent=recent or Recent())
    oldest = max((seconds(now - head.time) for head in heads), default=0)
    age = Check(reason=Reason.STALE_HEAD, found=max(0, oldest), allowed=seconds(limits.head_age))
    return replace(change, reasons=(*dict.fromkeys(feed), *change.reasons), checks=(age, *change.checks))


def seconds(span: timedelta) -> int:
    """Whole seconds, a begun one counted."""
    return -(-span // timedelta(seconds=1))


def judge_feed(facts: FeedFacts, *, now: datetime, limits: Limits) -> tuple[Reason, ...]:
    """Why the hub's word for a collection is not to be taken.  Nothing else counts if the signature does not hold."""
    if not facts.signed:
        return (Reason.BAD_SIGNATURE,)
    reasons: list[Reason] = []
    if now - facts.time > limits.head_age:
        reasons.append(Reason.STALE_HEAD)
    if facts.time - now > limits.clock_skew:
        reasons.append(Reason.HEAD_FROM_FUTURE)
    if facts.position < facts.seen_position or (facts.seen_time is not None and facts.time < facts.seen_time):
        reasons.append(Reason.OLDER_HEAD)
    if facts.held is not None and facts.held.count != facts.said.count:
        reasons.append(Reason.COUNT_MISMATCH)
    if facts.held is not None and (facts.held.sha256, facts.held.content) != (facts.said.sha256, facts.said.content):
        reasons.append(Reason.DIGEST_MISMATCH)
    return tuple(reasons)


def judge_change(
    current: ListFacts, candidate: ListFacts, *, limits: Limits, protect: ProtectedNames, recent: Recent
) -> Verdict:
    """Whether the step is plausible.  Domains and URLs are measured apart: a long list of the one leaves no room for the other.

    An addition is an entry that the list in force does not cover; a removal one that the new list does not cover.  So a
    whole domain that takes its listed children in is one addition and no removal.  The first list counts like any other.
    """
    new, gone = difference(current.entries, candidate.entries)
    protected = Counter(str(hit.reason) for hit in protections(new, protect))
    checks = (
        *_checks_of_size(current.entries, new, gone, limits=limits, recent=recent),
        *_checks_of_names(new, protected),
        *left_out(current, candidate),
    )
    tripped = {check.reason: None for check in checks if check.tripped}
    if Reason.TOO_MANY_ADDITIONS in tripped:
        tripped.pop(Reason.TOO_MANY_IN_A_DAY, None)  # says the same again
    return Verdict(
        reasons=tuple(tripped),
        added=len(new),
        removed=len(gone),
        protected=MappingProxyType(dict(protected)),
        checks=checks,
    )


def _checks_of_size(
    current: Set[Listed], new: frozenset[Listed], gone: frozenset[Listed], *, limits: Limits, recent: Recent
) -> Iterator[Check]:
    """Of domains and of URLs, each against its own part of the list in force; of both the one that is nearer to its limit."""
    urls = tuple(Entries.of(entries).url_count for entries in (current, new, gone))
    domains = tuple(len(entries) - count for entries, count in zip((current, new, gone), urls, strict=True))
    parts = [
        _size_checks(*part, limits=limits, recent=recent) for part in ([domains, urls] if any(urls) else [domains])
    ]
    for checks in zip(*parts, strict=True):
        yield max(checks, key=lambda check: check.found - check.allowed)
    if recent.pin is not None:
        yield Check(reason=recent.pin, found=len(new), allowed=0)


def _size_checks(size: int, new: int, gone: int, *, limits: Limits, recent: Recent) -> tuple[Check, ...]:
    in_a_day = new + recent.additions if new else 0
    removed = gone + recent.removals if gone else 0
    return (
        Check(reason=Reason.TOO_MANY_ADDITIONS, found=new, allowed=limits.most_additions(size)),
        Check(reason=Reason.TOO_MANY_IN_A_DAY, found=in_a_day, allowed=limits.most_additions_in_a_day(size)),
        Check(reason=Reason.TOO_MANY_REMOVALS, found=removed, allowed=limits.most_removals(size)),
    )


def difference(current: Set[Listed], candidate: Set[Listed]) -> tuple[frozenset[Listed], frozenset[Listed]]:
    """(entries that would newly block something, entries whose block would end).  Lists on one core are soon compared."""
    new, gone = frozenset(candidate - current), frozenset(current - candidate)
    if new and current:
        before = Coverage(current)
        new = frozenset(entry for entry in new if not before.covers(entry))
    if gone and candidate:
        after = Coverage(candidate)
        gone = frozenset(entry for entry in gone if not after.covers(entry))
    return new, gone


def protections(entries: frozenset[Listed], protect: ProtectedNames) -> Iterator[Protection]:
    """Why entries are refused, one for each entry that touches a protected name."""
    for entry in entries:
        name = front_of(entry.name) if is_url(entry.name) else entry.name
        protection = None if name is None else protect.check(name, scope=entry.scope)
        if protection is not None and protection.mode != "warn":
            yield protection


def _checks_of_names(new: frozenset[Listed], protected: Counter[str]) -> Iterator[Check]:
    suffixes = protected[Reason.PUBLIC_SUFFIX]
    short = sum(entry.scope is Scope.SUBDOMAINS and "." not in entry.name for entry in new)
    yield Check(reason=Reason.PUBLIC_SUFFIX, found=suffixes, allowed=0)
    yield Check(reason=Reason.PROTECTED_NAME, found=protected.total() - suffixes, allowed=0)
    yield Check(reason=Reason.SHORT_WILDCARD, found=short, allowed=0)


def left_out(current: ListFacts, candidate: ListFacts) -> tuple[Check, ...]:
    """What more the feed has that cannot be part of a list; what two people once accepted is not asked again."""
    return tuple(
        Check(reason=reason, found=after, allowed=before)
        for reason, before, after in (
            (Reason.UNKNOWN_CEILING, current.unknown_ceilings, candidate.unknown_ceilings),
            (Reason.UNREADABLE_NAME, current.unreadable, candidate.unreadable),
            (Reason.MIXED_SCRIPTS, current.mixed_scripts, candidate.mixed_scripts),
            (Reason.URL_AS_DOMAIN, current.url_as_domain, candidate.url_as_domain),
            (Reason.ALLOW_CONFLICT, current.allow_conflicts, candidate.allow_conflicts),
        )
    )


STATE_CAPS: Mapping[State, Ceiling] = MappingProxyType(
    {
        State.VERIFIED: Ceiling.BLOCK,
        State.DISPUTED: Ceiling.BLOCK,  # a dispute that is not decided leaves the ceiling as it was; the hub lowers it on lift
        State.CORROBORATED: Ceiling.INFORM,
    }
)


def effective_ceiling(*, ceiling: object, state: object, origin: object) -> Ceiling:
    """The most that the agent does with a signal: never more than its state and its origin can carry.

    The agent enforces this itself and does not trust the hub alone.  Unknown words of any kind read as NONE.
    Source: catalogue/exchange.yaml, `ceilings` and `verification_states`.
    """
    known = next((word for word in State if word.value == state), None)
    cap = STATE_CAPS.get(known, Ceiling.NONE) if known is not None else Ceiling.NONE
    if cap is Ceiling.BLOCK and not any(origin == mandate.value for mandate in Mandate):
        cap = Ceiling.INFORM
    return min(cap, Ceiling.from_wire(ceiling))


def is_known_ceiling(word: object) -> bool:
    """Whether the word is one of the four; anything else is counted, treated as none, and shouted about."""
    return any(word == ceiling.wire for ceiling in Ceiling)
