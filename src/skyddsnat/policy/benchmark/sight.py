"""Who may know of a round, and who may do what with it.  Pure; the hub's query twin is held equal by a test.

Default deny: an operator's analysts, the police and members outside the peer group do not know that a round is planned.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from skyddsnat.policy.access import Reader
from skyddsnat.policy.benchmark.planning import COMPETING
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import MemberKind, Role

AT_A_MEMBER: Final = frozenset({Role.BENCHMARK_LEAD, Role.AUDITOR})
AT_A_PARTY: Final = frozenset({Role.BENCHMARK_LEAD, Role.AUDITOR, Role.ENGINEER})
PAGES: Final = AT_A_PARTY | {Role.COORDINATOR}
"""Roles to which the pages of benchmarking are open at all."""

COUNSEL: Final = Role.AUDITOR
"""Signs amber metrics off: the auditor already reads everything and changes nothing, as a competition lawyer must."""

SECOND_AT_KEYS: Final = PAGES
"""Whoever may confirm a colleague's key: someone who has a page to compare the fingerprint on."""


@dataclass(frozen=True, slots=True)
class RoundSight:
    """Who has to do with a round.  owner: the member whose coordinator planned it.  frozen: its specification is fixed."""

    owner: str
    members: Set[str]
    parties: Set[str]
    frozen: bool


def may_see_round(who: Reader, sight: RoundSight) -> bool:
    """Coordinators see all; counsel of the planner and of the members also drafts; leads and parties what is fixed."""
    if who.member is None:
        return False
    if Role.COORDINATOR in who.roles:
        return True
    if Role.AUDITOR in who.roles and who.member in {sight.owner, *sight.members}:
        return True
    if not sight.frozen:
        return False
    at_member = who.member in sight.members and bool(who.roles & AT_A_MEMBER)
    return at_member or (who.member in sight.parties and bool(who.roles & AT_A_PARTY))


def may_follow(member: str, *, owner: str, parties: Set[str], is_open: bool) -> bool:
    """Whether an organisation that may know of a round reads each submission's entry as it comes.

    That a member has handed in, everyone in the round sees on its page.  When, how often and under which hashes, competitors
    see only with the fixed list; the parties watch the chain from the start, so that the hub cannot change it.
    """
    return not is_open or member == owner or member in parties


def check_counsel(who: Reader, *, planner: UUID) -> None:
    """Raises PolicyRefusal("not_counsel" | "own_plan"): nobody signs off what they planned themselves."""
    if COUNSEL not in who.roles:
        raise PolicyRefusal("not_counsel")
    if who.person == planner:
        raise PolicyRefusal("own_plan")


def check_lead(who: Reader, member: str) -> None:
    """Raises PolicyRefusal("not_own_lead"): a member's own benchmark lead hands in and chooses for it, and nobody else."""
    if Role.BENCHMARK_LEAD not in who.roles or who.member != member:
        raise PolicyRefusal("not_own_lead")


def check_key_owner(who: Reader, member: str, *, party: bool) -> None:
    """Whoever registers or revokes a key: the lead, at a party its engineer too.  Raises PolicyRefusal("not_own_lead")."""
    if who.member != member or not who.roles & _key_owners(party=party):
        raise PolicyRefusal("not_own_lead")


def check_key_second(who: Reader, member: str, *, registered_by: UUID, roles_of_first: Set[Role], party: bool) -> None:
    """Whether this colleague confirms a key.  roles_of_first: of who registered it, today; a hand that is gone is none.

    Raises PolicyRefusal("other_member" | "same_person" | "no_role" | "proposer_gone").
    """
    if who.member != member:
        raise PolicyRefusal("other_member")
    if who.person == registered_by:
        raise PolicyRefusal("same_person")
    if not who.roles & SECOND_AT_KEYS:
        raise PolicyRefusal("no_role")
    if not roles_of_first & _key_owners(party=party):
        raise PolicyRefusal("proposer_gone")


def _key_owners(*, party: bool) -> Set[Role]:
    return {Role.BENCHMARK_LEAD, Role.ENGINEER} if party else {Role.BENCHMARK_LEAD}


def check_party_kind(kind: MemberKind) -> None:
    """Raises PolicyRefusal("party_competes")."""
    if kind in COMPETING:
        raise PolicyRefusal("party_competes")
