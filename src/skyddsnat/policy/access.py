"""The rule of access (DESIGN § 4): who may read what.  One pure function; `visible_to()` in the hub is its query twin.

Default deny: nothing but the lines below grants access.  A property test holds this function and the twin equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from skyddsnat.policy.vocabulary import CollectionKind, Mandate, Marking, Role


class ItemKind(StrEnum):
    """What kind of thing is read; a person's roles cover kinds."""

    SIGNAL = "signal"
    BULLETIN = "bulletin"
    AUDIT = "audit"


ROLES_THAT_READ: dict[ItemKind, frozenset[Role]] = {
    ItemKind.SIGNAL: frozenset({Role.ANALYST, Role.REVIEWER, Role.ENGINEER, Role.AUDITOR}),
    ItemKind.BULLETIN: frozenset(Role),
    ItemKind.AUDIT: frozenset({Role.AUDITOR}),
}


class Stage(StrEnum):
    """How far an unpublished signal has come, which decides who judges it.

    FIRST: waits for a reviewer with a mandate.  SECOND: one with a mandate has approved, so any reviewer of the circle may be the
    second pair of eyes.  NONE: a draft.  CLOSED: judged and never published.
    """

    NONE = "none"
    FIRST = "first"
    SECOND = "second"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks.  `circles`: the circles that the reader's member is in now.  All None/empty for the public."""

    person: UUID | None = None
    member: str | None = None
    mandate: Mandate | None = None
    roles: frozenset[Role] = frozenset()
    circles: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Item:
    """What is asked for.  `submitters`: members behind the current episode.  `named`: persons named on a RED item."""

    kind: ItemKind
    circle: UUID | None
    marking: Marking
    published: bool
    submitters: frozenset[str] = frozenset()
    named: frozenset[UUID] = frozenset()
    stage: Stage = Stage.NONE


def may_read(reader: Reader, item: Item) -> bool:
    """Whether the reader may know that the item exists, and read it."""
    if item.circle is None:
        return False
    if item.published and item.marking is Marking.CLEAR:
        return True
    if reader.member is None or not reader.roles & ROLES_THAT_READ[item.kind]:
        return False
    if item.marking is Marking.RED and reader.person not in item.named:
        return False
    if item.published:
        return item.marking is Marking.GREEN or item.circle in reader.circles
    return item.circle in reader.circles and (reader.member in item.submitters or may_judge(reader, item))


def may_judge(reader: Reader, item: Item) -> bool:
    """Whether an unpublished item is the reader's to review: the only others who see what is not verified."""
    if Role.REVIEWER not in reader.roles or item.stage is Stage.NONE:
        return False
    return reader.mandate is not None or item.stage is Stage.SECOND


@dataclass(frozen=True, slots=True)
class Feed:
    """A TAXII collection as the rule sees it."""

    kind: CollectionKind
    circle: UUID | None = None
    member: str | None = None


def may_read_feed(member: str, circles: frozenset[UUID], feed: Feed) -> bool:
    """A member's machine reads its own inbox and the feeds of the circles that it is in."""
    if feed.kind is CollectionKind.INBOX:
        return feed.member is not None and feed.member == member
    return feed.circle is not None and feed.circle in circles


def may_write_feed(member: str, feed: Feed) -> bool:
    """Only a member's own inbox takes anything in."""
    return feed.kind is CollectionKind.INBOX and feed.member is not None and feed.member == member
