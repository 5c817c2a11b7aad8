"""Which rounds a person or a machine may know of: the query twin of policy.benchmark.sight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from skyddsnat.hub.benchmark.models.group import PeerGroupMember
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy.access import Reader
from skyddsnat.policy.benchmark.sight import AT_A_MEMBER, AT_A_PARTY
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a reader gives the rule's query its form; the reader's organisation is a value in it."""

    coordinates: bool = False
    is_counsel: bool = False
    at_member: bool = False
    at_party: bool = False

    @classmethod
    def of(cls, reader: Reader) -> Sight:
        """The reader's; none for someone who is not let in."""
        if reader.member is None:
            return cls()
        return cls(
            coordinates=Role.COORDINATOR in reader.roles,
            is_counsel=Role.AUDITOR in reader.roles,
            at_member=bool(reader.roles & AT_A_MEMBER),
            at_party=bool(reader.roles & AT_A_PARTY),
        )


def visible_rounds(rows: QuerySet[Any], person: Person) -> Any:
    """Everyone's rule in one condition, so that lists, counts and single rounds cannot differ."""
    reader = reader_of(person)
    return rows_in(Sight.of(reader), rows, reader.member)


def rows_in(sight: Sight, rows: QuerySet[Any], member: Any) -> Any:
    """The rows that a reader of this sight may know of.  member: the reader's, or a slot for it (docs/adr/0018)."""
    if sight.coordinates:
        return rows
    mine = Q(pk__in=[])
    if sight.is_counsel:
        planned = Exists(PeerGroupMember.objects.filter(group_id=OuterRef("group_id"), member_id=member, left_at=None))
        mine |= Q(owner_id=member) | Q(_takes_part(member)) | Q(Q(spec="") & Q(planned))
    if sight.at_member:
        mine |= ~Q(spec="") & Q(_takes_part(member))
    if sight.at_party:
        mine |= ~Q(spec="") & Q(_computes(member))
    return rows.filter(mine)


def rounds_of(rows: QuerySet[Any], member_id: Any, *, as_member: bool, as_party: bool) -> Any:
    """Frozen rounds of an organisation, for its machines.  A token that is for neither sees none."""
    mine = Q(pk__in=[])
    if as_member:
        mine |= Q(_takes_part(member_id))
    if as_party:
        mine |= Q(_computes(member_id))
    return rows.exclude(spec="").filter(mine)


def _takes_part(member_id: Any) -> Any:
    from skyddsnat.hub.benchmark.models.round import RoundMember

    return Exists(RoundMember.objects.filter(round_id=OuterRef("pk"), member_id=member_id))


def _computes(member_id: Any) -> Any:
    from skyddsnat.hub.benchmark.models.round import RoundParty

    return Exists(RoundParty.objects.filter(round_id=OuterRef("pk"), member_id=member_id))
