"""Whose hand-in was left out, why, and on whose word: from the verdict that all three parties signed alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import CharField, DateTimeField, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.benchmark.access import Sight, rows_in
from skyddsnat.hub.benchmark.models import Round, Statement
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.prepared import PreparedIn, Slot
from skyddsnat.protocols.benchmark import canonical
from skyddsnat.protocols.benchmark.statement import Kind

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

TOLD_FOR: Final = timedelta(days=60)
"""How long after the deadline a member is reminded that it was left out."""

REASONS: dict[str, Promise] = {
    "unopenable": _("could not be opened by the parties"),
    "malformed": _("was not of the agreed form"),
    "inconsistent": _("did not fit together between the parties"),
    "not_bits": _("held numbers that are none of the allowed ones"),
    "out_of_range": _("held a value outside the agreed bounds"),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A member that was not computed on.  by: names of the parties on whose word alone, where the others could not check it."""

    member: str
    reason: Promise
    by: tuple[str, ...]


def left_out(round_: Round) -> list[LeftOut]:
    """By member id; nobody before the first party has judged."""
    said = Statement.objects.filter(round=round_, kind=Kind.VERDICT.value).order_by("party").first()
    if said is None:
        return []
    names = [party.name for party in round_.specification.parties]
    rows = canonical.loads(said.text.encode())["statement"]["body"]["rejected"]
    return [
        LeftOut(row["member"], REASONS[row["reason"]], tuple(names[party] for party in row.get("by", ())))
        for row in rows
    ]


def own_left_out(round_: Round, member_id: str) -> LeftOut | None:
    """Why the member was left out, if it was."""
    return next((one for one in left_out(round_) if one.member == member_id), None)


def rounds_without(person: Person, *, now: datetime) -> list[Round]:
    """Rounds of late in which the person's member handed in and was left out."""
    reader = reader_of(person)
    recent = _judged(Sight.of(reader), member=reader.member, since=now - TOLD_FOR)
    return [one for one in recent if own_left_out(one, person.member_id) is not None]


def _judged_of_late(sight: Sight) -> QuerySet[Round]:
    member = Slot("member", CharField())
    rows: QuerySet[Round] = rows_in(sight, Round.objects.all(), member).filter(
        deadline__gt=Slot("since", DateTimeField()),
        submissions__member_id=member,
        statements__kind=Kind.VERDICT.value,
    )
    return rows.distinct()


_judged = PreparedIn(_judged_of_late)
