"""What of the coalition itself two persons of two organisations decide together: who is in it, who judges, who comes in.

One hand alone could otherwise admit an organisation of its own making, appoint its judges, and so be both hands of every block.
What only takes away (a role, an access, a place in a circle) needs one hand: it can be made good again, a leak cannot.  What
is for good, a member's leaving and a circle's end, needs two (docs/adr/0066-what-ends-for-good-takes-two-hands.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.four_eyes import Hand, check_two_hands
from skyddsnat.policy.vocabulary import Role

SECOND_ROLES = frozenset({Role.COORDINATOR, Role.REVIEWER})


class Matter(StrEnum):
    """What is proposed."""

    ADMIT = "admit"  # a new member
    STANDING = "standing"  # a member's kind, mandate or owner: what its voice counts for
    JOIN = "join"  # a member comes into a circle and receives what is there
    LEAVE = "leave"  # a member leaves the coalition for good
    CLOSE = "close"  # a circle is closed for good
    PERSON = "person"  # someone new at a member
    ROLES = "roles"  # someone is given more to do
    LINK = "link"  # someone gets a new way in: password and factors start anew


ABOUT_PEOPLE = frozenset({Matter.PERSON, Matter.ROLES, Matter.LINK})


@dataclass(frozen=True, slots=True)
class Concern:
    """Whom a proposal is about.  member, group: the organisation and its owner.  person: whose roles or way in.

    circle_members: who is in the circle, or owns it, where it is about one.
    """

    member: str
    group: str
    person: UUID | None = None
    circle_members: frozenset[str] = frozenset()


def check_second_hand(matter: Matter, first: Hand, second: Hand, concern: Concern) -> None:
    """Whether `second` may confirm what `first` proposed.

    An organisation vouches for its own people, whoever of them does; for everything else it is a coordinator or reviewer of an
    organisation that is not the one decided on.  Only a member's leaving may be confirmed by that member itself, and a circle's
    end also by a coordinator who is not in it: it may be empty.
    Raises PolicyRefusal: same_person, same_organisation, own_access, no_role, own_standing, not_in_circle.
    """
    check_two_hands(first, second)
    if concern.person is not None and concern.person == second.person:
        raise PolicyRefusal("own_access")
    if matter in ABOUT_PEOPLE and second.voice.member == concern.member and second.roles:
        return
    if not second.roles & SECOND_ROLES:
        raise PolicyRefusal("no_role")
    if matter in (Matter.ADMIT, Matter.STANDING, Matter.JOIN) and second.voice.group == concern.group:
        raise PolicyRefusal("own_standing")
    inside = second.voice.member in concern.circle_members
    if matter is Matter.JOIN and not inside:
        raise PolicyRefusal("not_in_circle")
    if matter is Matter.CLOSE and not inside and Role.COORDINATOR not in second.roles:
        raise PolicyRefusal("not_in_circle")


def check_no(matter: Matter, first: Hand, second: Hand, concern: Concern) -> None:
    """Whether `second` may turn down what `first` proposed: who may confirm it, but a member that is to leave.

    Such a member may agree, and would otherwise stay for as long as it says no.
    Raises PolicyRefusal: what `check_second_hand` raises, own_leaving.
    """
    check_second_hand(matter, first, second, concern)
    if leaves_itself(matter, second.voice.group, concern.group):
        raise PolicyRefusal("own_leaving")


def leaves_itself(matter: Matter, group: str, leaving: str) -> bool:
    """Whether it is the leaving of one's own owner's member."""
    return matter is Matter.LEAVE and group == leaving
