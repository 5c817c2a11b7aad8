"""Which rounds a person or a machine may know of: the query twin of policy.benchmark.sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from skyddsnat.hub.benchmark.models.group import PeerGroupMember
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy.benchmark.sight import AT_A_MEMBER, AT_A_PARTY
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


def visible_rounds(rows: QuerySet[Any], person: Person) -> Any:
    """Everyone's rule in one condition, so that lists, counts and single rounds cannot differ."""
    who = reader_of(person)
    if who.member is None:
        return rows.none()
    if Role.COORDINATOR in who.roles:
        return rows
    mine = Q(pk__in=[])
    if Role.AUDITOR in who.roles:
        planned = Exists(
            PeerGroupMember.objects.filter(group_id=OuterRef("group_id"), member_id=who.member, left_at=None)
        )
        mine |= Q(owner_id=who.member) | Q(_takes_part(who.member)) | Q(Q(spec="") & Q(planned))
    if who.roles & AT_A_MEMBER:
        mine |= ~Q(spec="") & Q(_takes_part(who.member))
    if who.roles & AT_A_PARTY:
        mine |= ~Q(spec="") & Q(_computes(who.member))
    return rows.filter(mine)


def rounds_of(rows: QuerySet[Any], member_id: str, *, as_member: bool, as_party: bool) -> Any:
    """Frozen rounds of an organisation, for its machines.  A token that is for neither sees none."""
    mine = Q(pk__in=[])
    if as_member:
        mine |= Q(_takes_part(member_id))
    if as_party:
        mine |= Q(_computes(member_id))
    return rows.exclude(spec="").filter(mine)


def _takes_part(member_id: str) -> Any:
    from skyddsnat.hub.benchmark.models.round import RoundMember

    return Exists(RoundMember.objects.filter(round_id=OuterRef("pk"), member_id=member_id))


def _computes(member_id: str) -> Any:
    from skyddsnat.hub.benchmark.models.round import RoundParty

    return Exists(RoundParty.objects.filter(round_id=OuterRef("pk"), member_id=member_id))
