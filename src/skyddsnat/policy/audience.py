"""Who will see a thing once it is published: said by name before anyone publishes (DESIGN § 4).

Nothing is decided here.  The rule of access is asked about each member, so that what the page promises is what the rule does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from skyddsnat.policy.access import Item, ItemKind, Reader, may_read
from skyddsnat.policy.vocabulary import Marking, Role


@dataclass(frozen=True, slots=True)
class Organisation:
    """A member as the audience sees it.  `circles`: those that it is in now."""

    member: str
    police: bool
    circles: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Reach:
    """The answer.  `people` is only filled for RED, where nobody but them reads; `public` means anyone at all, police too."""

    public: bool
    members: frozenset[str]
    people: frozenset[UUID]
    police: bool


def reach_of(
    circle: UUID | None,
    marking: Marking,
    *,
    organisations: Iterable[Organisation],
    named: Iterable[Reader] = (),
    kind: ItemKind = ItemKind.SIGNAL,
) -> Reach:
    """Who reads a published thing of this kind with this circle and marking.

    named: the people named on a RED item, each as a reader; one whose role or circle does not allow reading is left out.
    A member counts when someone with a reading role there may read, whether or not such a person has been appointed yet.
    """
    people = tuple(named)
    item = Item(
        kind=kind,
        circle=circle,
        marking=marking,
        published=True,
        named=frozenset(reader.person for reader in people if reader.person is not None),
    )
    everyone = tuple(organisations)
    seeing = frozenset(reader.person for reader in people if reader.person is not None and may_read(reader, item))
    if marking is Marking.RED:
        members = frozenset(reader.member for reader in people if reader.member is not None and reader.person in seeing)
    else:
        members = frozenset(one.member for one in everyone if may_read(_anyone_at(one), item))
    public = may_read(Reader(), item)
    return Reach(
        public=public,
        members=members,
        people=seeing if marking is Marking.RED else frozenset(),
        police=public or any(one.police and one.member in members for one in everyone),
    )


def _anyone_at(organisation: Organisation) -> Reader:
    """A person there with a role that reads, and with no mandate: an audience never counts on the right to judge."""
    return Reader(member=organisation.member, roles=frozenset({Role.ANALYST}), circles=organisation.circles)
