"""What one round let anyone learn: worked out from its specification, its release and its transcript, not from a template."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.text import Text
from skyddsnat.hub.benchmark.models import Round, TranscriptEntry
from skyddsnat.hub.benchmark.queries import result
from skyddsnat.hub.benchmark.queries.result import Standing
from skyddsnat.hub.benchmark.queries.rounds import shares_posted
from skyddsnat.hub.benchmark.queries.verdict import LeftOut, left_out
from skyddsnat.policy.benchmark.disclosure import Plan, Rules
from skyddsnat.protocols.benchmark import release
from skyddsnat.protocols.benchmark.release import ItemRelease, Release
from skyddsnat.protocols.benchmark.spec import Item, Specification, metric_of
from skyddsnat.protocols.benchmark.statement import Kind

OPENED: dict[str, Promise] = {
    "median": _("the band of the median"),
    "q1": _("the band of the first quartile"),
    "q3": _("the band of the third quartile"),
    "sum": _("the total"),
    "measured": _("how many values were counted by software"),
}
PRIVATE: dict[str, Promise] = {
    "third": _("its own third"),
    "side": _("whether it is below or above the middle"),
    "place": _("its own rank, if it had asked for it"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What was opened of one item.  owners: how many owners had a value; opened: to all; private: to each member of itself."""

    id: str
    name: Text
    members: int
    owners: int
    standing: Standing
    opened: tuple[Promise, ...]
    private: tuple[Promise, ...]
    bands: int


@dataclass(frozen=True, slots=True)
class Party:
    """A computing party; destroyed_at: when it signed that its key, ciphertexts and shares are gone."""

    name: str
    destroyed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Statement:
    """The whole statement.

    took_part: names of the members that were computed on; absent: invited and not in the list; rejected: as told by the verdict.
    owners: names of members under one owner, where that is more than one.  changed: whether the members were others last time.
    posted: parties whose shares of the result stand in the transcript; two of them are the result, also of a stopped round.
    """

    spec: Specification
    rules: Rules
    took_part: tuple[str, ...]
    absent: tuple[str, ...]
    rejected: tuple[tuple[str, LeftOut], ...]
    owners: tuple[tuple[str, ...], ...]
    changed: bool
    posted: int
    lines: tuple[Line, ...]
    parties: tuple[Party, ...]
    closed_at: datetime | None
    ended_at: datetime
    hub_destroyed_at: datetime | None
    entries: int
    head: str

    @property
    def four(self) -> bool:
        """Whether all agreed that four owners are enough to learn above or below."""
        return self.rules.four_opted_in

    @property
    def totals(self) -> bool:
        """Whether a total was opened."""
        return any(OPENED["sum"] in line.opened for line in self.lines)

    @property
    def few(self) -> int:
        return sum(line.standing is Standing.FEW for line in self.lines)

    @property
    def held(self) -> int:
        return sum(line.standing is Standing.HELD for line in self.lines)

    @property
    def shown(self) -> int:
        return sum(line.standing is Standing.RELEASED for line in self.lines)


def statement_of(round_: Round) -> Statement | None:
    """The statement of a round that has ended: with a result, or stopped.  None before, and for a draft that nobody signed."""
    last = TranscriptEntry.objects.filter(round=round_).order_by("-n").first()
    if last is None or not (round_.release or round_.abort):
        return None
    spec, found = round_.specification, result.released(round_)
    names = {one.id: one.name for one in spec.members}
    said = _statements(round_)
    rejected = left_out(round_)
    accepted = found.accepted if found else ()
    out = set(names) - set(accepted) - {one.member for one in rejected}
    return Statement(
        spec=spec,
        rules=spec.rules,
        took_part=tuple(sorted(names[one] for one in accepted)),
        absent=tuple(sorted(names[one] for one in out)) if found else (),
        rejected=tuple((names[one.member], one) for one in rejected),
        owners=_owners(spec),
        changed=spec.previous is not None and bool(accepted) and spec.previous.members != accepted,
        posted=shares_posted(round_),
        lines=tuple(_line(spec, item, found) for item in spec.items) if found else (),
        parties=tuple(Party(one.name, _destroyed(said, one.index)) for one in spec.parties),
        closed_at=round_.closed_at,
        ended_at=_ended(round_),
        hub_destroyed_at=round_.destroyed_at,
        entries=last.n + 1,
        head=last.hash,
    )


def _line(spec: Specification, item: Item, found: Release) -> Line:
    row = found.items[item.id]
    plan = release.plan_of(spec, item, members=row.members, groups=row.groups, accepted=found.accepted)
    public = plan.public if row.released else ()
    ranked = any(member.rank for member in spec.members)
    private = [name for name in plan.private if name != "place" or ranked] if row.released else []
    return Line(
        id=item.id,
        name=_name(item),
        members=row.members,
        owners=row.groups,
        standing=_standing(spec, plan, row),
        opened=tuple(OPENED[name] for name in public),
        private=tuple(PRIVATE[name] for name in private),
        bands=len(item.edges) + 1 if item.edges else 0,
    )


def _standing(spec: Specification, plan: Plan, row: ItemRelease) -> Standing:
    if row.released and plan.opens_anything:
        return Standing.RELEASED
    return result.standing_of(spec, row)


def _name(item: Item) -> Text:
    book = load_catalogue()
    question = book.maturity.questions.get(item.id)
    return question.question if question is not None else book.metrics[metric_of(item.id)].name


def _owners(spec: Specification) -> tuple[tuple[str, ...], ...]:
    together: dict[str, list[str]] = {}
    for one in spec.members:
        together.setdefault(one.control_group, []).append(one.name)
    return tuple(tuple(names) for names in together.values() if len(names) > 1)


def _statements(round_: Round) -> list[tuple[datetime, dict[str, Any]]]:
    rows = TranscriptEntry.objects.filter(round=round_, kind="statement").order_by("n")
    return [(row.at, json.loads(row.text)["content"]["statement"]) for row in rows]


def _destroyed(said: list[tuple[datetime, dict[str, Any]]], index: int) -> datetime | None:
    found = [at for at, one in said if one["kind"] == Kind.DESTROYED.value and one["party"] == index]
    return found[0] if found else None


def _ended(round_: Round) -> datetime:
    """When it came to a result, or was stopped."""
    ends = {Round.State.RELEASED.value, Round.State.ABORTED.value}
    for row in TranscriptEntry.objects.filter(round=round_, kind="state").order_by("n"):
        if json.loads(row.text)["content"]["to"] in ends:
            return row.at
    return round_.state_since
