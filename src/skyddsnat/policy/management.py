"""Who may manage what: members, people, circles, the legal register, tokens.  Pure; services ask before they write.

`None` stands for the hub itself (set-up on the server), which may do all of it.
"""

from __future__ import annotations

from collections.abc import Set
from uuid import UUID

from skyddsnat.policy.access import Reader
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Mandate, MemberKind, Role

MANDATES_OF: dict[MemberKind, frozenset[Mandate]] = {
    MemberKind.LAW_ENFORCEMENT: frozenset({Mandate.POLICE}),
    MemberKind.CHILD_RIGHTS: frozenset({Mandate.HOTLINE}),
    MemberKind.AUTHORITY: frozenset({Mandate.HOTLINE}),
}


def check_coordinator(who: Reader | None) -> None:
    """Members, circles, people and the register are the coordinator's.  Raises PolicyRefusal("not_coordinator")."""
    if who is not None and Role.COORDINATOR not in who.roles:
        raise PolicyRefusal("not_coordinator")


def check_tokens(who: Reader | None, member: str) -> None:
    """A member's tokens are its own engineers'; not even a coordinator makes another member's machine.

    Raises PolicyRefusal("not_own_engineer").
    """
    if who is not None and (Role.ENGINEER not in who.roles or who.member != member):
        raise PolicyRefusal("not_own_engineer")


def check_mandate(kind: MemberKind, mandate: Mandate | None) -> None:
    """Only police hold the police's mandate and only a hotline the hotline's: members do not judge content.

    Raises PolicyRefusal("mandate_does_not_fit").  Source: reference/domain.md, "What must hold" 1.
    """
    if mandate is not None and mandate not in MANDATES_OF.get(kind, frozenset()):
        raise PolicyRefusal("mandate_does_not_fit", f"{mandate} for {kind}")


def check_roles(who: Reader | None, person: UUID | None, roles: Set[Role]) -> None:
    """A coordinator appoints others, never themselves: nobody makes themselves a judge of content.

    person: whose roles change; None for someone who is new.  Raises PolicyRefusal("own_roles" | "no_roles").
    """
    check_coordinator(who)
    if not roles:
        raise PolicyRefusal("no_roles")
    if who is not None and person is not None and who.person == person:
        raise PolicyRefusal("own_roles")


def check_end_of_access(who: Reader | None, person: UUID, *, last_coordinator: bool) -> None:
    """Nobody closes their own access, and the coalition is never left without a coordinator.

    Raises PolicyRefusal("own_access" | "last_coordinator").
    """
    check_coordinator(who)
    if who is not None and who.person == person:
        raise PolicyRefusal("own_access")
    if last_coordinator:
        raise PolicyRefusal("last_coordinator")


def may_see_people(who: Reader, member: str) -> bool:
    """Names and addresses of people: their own colleagues, and the coordinator."""
    return Role.COORDINATOR in who.roles or who.member == member


def may_see_circle(who: Reader, circle: UUID, *, owner: str) -> bool:
    """That a circle exists is known to its members, to its owner, and to those who look after or audit them all."""
    if who.member is None:
        return False
    return circle in who.circles or who.member == owner or bool(who.roles & {Role.COORDINATOR, Role.AUDITOR})
