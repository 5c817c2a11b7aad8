"""What of the joint statistics waits for one person: on “My work”, and at the top of the list of series."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db.models import CharField, UUIDField
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.benchmark.queries.reminders import SOON, Reminder
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.statistics.lines import period_said
from skyddsnat.hub.statistics.models import Series
from skyddsnat.hub.statistics.queries.calendar import missing_of
from skyddsnat.hub.statistics.queries.own import unexplained
from skyddsnat.hub.statistics.queries.standing import may_be_ready, ready_of
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.sight import HANDS_IN
from skyddsnat.policy.vocabulary import MemberKind, Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


def reminders(person: Person, *, now: datetime) -> list[Reminder]:
    """The most urgent first."""
    roles = {Role(role) for role in person.roles}
    found = []
    if roles & HANDS_IN:
        found += [*_to_hand_in(person, now), *_to_explain(person)]
    if Role.BENCHMARK_LEAD in roles and person.member.kind == MemberKind.OPERATOR.value:
        found += _to_agree(person)
    if Role.AUDITOR in roles:
        found += _to_approve(person)
    if Role.COORDINATOR in roles:
        found += _to_release(now)
    return sorted(found, key=lambda one: (one.by is None, one.by or now))


def _to_hand_in(person: Person, now: datetime) -> Iterator[Reminder]:
    for one in missing_of(person.member_id, now=now):
        by = timezone.make_aware(datetime.combine(one.due, time.max))
        where = reverse("statistics:hand_in", args=[one.metric.id]) + f"?period={one.period}"
        about = f"{_name(one.metric.id)}, {period_said(one.period)}"
        yield Reminder(_("Hand in a period's figure"), about, where, by, by - now <= SOON)


def _to_explain(person: Person) -> Iterator[Reminder]:
    for row in unexplained(person):
        about = f"{_name(row.figure.series_id)}, {period_said(Period.read(row.figure.period))}"
        yield Reminder(_("Explain what looks odd"), about, reverse("statistics:figure", args=[row.figure_id]))


def _to_agree(person: Person) -> Iterator[Reminder]:
    for series in _not_agreed(member=person.member_id):
        if not load_catalogue().metrics[series.pk].additive:
            continue  # there is no joint figure to be in
        where = reverse("statistics:series", args=[series.pk])
        yield Reminder(_("Say whether your figures may be in the joint one"), _name(series.pk), where)


def _to_approve(person: Person) -> Iterator[Reminder]:
    for series in _unapproved(member=person.member_id, person=person.pk):
        where = reverse("statistics:manage", args=[series.pk])
        yield Reminder(_("Approve a series as counsel, or say no"), _name(series.pk), where)


def _to_release(now: datetime) -> Iterator[Reminder]:
    for series in may_be_ready():
        for period in ready_of(series, now=now)[:1]:
            where = reverse("statistics:manage", args=[series.pk])
            yield Reminder(_("Release a joint figure"), f"{_name(series.pk)}, {period_said(period)}", where)


_not_agreed = Prepared(
    lambda: Series.objects.filter(closed_at=None).exclude(agreements__member_id=Slot("member", CharField()))
)
_unapproved = Prepared(
    lambda: Series.objects.filter(
        closed_at=None, approved_at=None, opened_by__member_id=Slot("member", CharField())
    ).exclude(opened_by=Slot("person", UUIDField()))
)


def _name(metric_id: str) -> str:
    return load_catalogue().metrics[metric_id].name.get(get_language() or "en")
