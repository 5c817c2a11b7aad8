"""Series: a coordinator opens one, counsel approves it, each member agrees for itself, and a coordinator fixes the panel."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.statistics.models import Agreement, Panel, PanelMember, Series
from skyddsnat.hub.statistics.queries.panels import earliest_panel, words_of
from skyddsnat.policy.benchmark.sight import check_counsel, check_lead
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.collecting import check_collected
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.sight import check_coordinator

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


@transaction.atomic
def open_series(person: Person, metric_id: str, first: Period, *, is_public: bool, now: datetime) -> Series:
    """Begin to collect a metric.  is_public: whether its joint figures may be published.

    Raises PolicyRefusal("not_coordinator" | "unknown_metric" | "secret_metric" | "red_metric" | "wrong_period" | "series_there").
    """
    check_coordinator(reader_of(person))
    metric = load_catalogue().metrics.get(metric_id)
    if metric is None:
        raise PolicyRefusal("unknown_metric", metric_id)
    check_collected(metric)
    if first.kind is not metric.frequency:
        raise PolicyRefusal("wrong_period", str(first))
    if Series.objects.filter(pk=metric_id).exists():
        raise PolicyRefusal("series_there", metric_id)
    made = Series.objects.create(
        metric=metric_id, first_period=str(first), is_public=is_public, opened_by=person, opened_at=now
    )
    record(
        Actor.of(person), "series.opened", kind="series", object_id=metric_id, period=str(first), is_public=is_public
    )
    return made


@transaction.atomic
def approve(person: Person, series: Series, *, now: datetime) -> None:
    """Counsel's word that the series may have a joint figure.  Raises PolicyRefusal("not_counsel" | "own_plan" | "decided")."""
    row = _locked(series)
    check_counsel(reader_of(person), planner=row.opened_by_id)
    if row.approved_at is not None:
        raise PolicyRefusal("decided")
    row.approved_by, row.approved_at = person, now
    row.save(update_fields=["approved_by", "approved_at"])
    record(Actor.of(person), "series.approved", kind="series", object_id=row.pk)


@transaction.atomic
def agree(person: Person, series: Series, *, now: datetime) -> None:
    """The person's member lets its figures be in the joint one.  Raises PolicyRefusal("not_own_lead" | "closed" | "decided")."""
    check_lead(reader_of(person), person.member_id)
    row = _open(series)
    if row.agreements.filter(member_id=person.member_id, ended_at=None).exists():
        raise PolicyRefusal("decided")
    Agreement.objects.create(series=row, member_id=person.member_id, agreed_by=person, agreed_at=now)
    record(Actor.of(person), "series.agreed", kind="series", object_id=row.pk)


@transaction.atomic
def end_agreement(person: Person, series: Series, *, now: datetime) -> None:
    """No later period of the member's is in the joint figure.  Raises PolicyRefusal("not_own_lead" | "decided")."""
    check_lead(reader_of(person), person.member_id)
    row = _locked(series)
    if not row.agreements.filter(member_id=person.member_id, ended_at=None).update(ended_at=now):
        raise PolicyRefusal("decided")
    record(Actor.of(person), "series.agreement_ended", kind="series", object_id=row.pk)


@transaction.atomic
def make_panel(person: Person, series: Series, first: Period, *, now: datetime) -> Panel:
    """Fix all who have agreed by now as the series' panel, from a period on that nothing is decided about yet.

    Raises PolicyRefusal("not_coordinator" | "closed" | "wrong_period" | "too_few_owners" | "same_panel").
    """
    check_coordinator(reader_of(person))
    row = _open(series)
    metric, rules = load_catalogue().metrics[row.pk], load_catalogue().metric_words.joint_totals
    last = row.panels.order_by("-number").first()
    if first.kind is not metric.frequency or first < earliest_panel(row):
        raise PolicyRefusal("wrong_period", str(first))
    agreed = [one.member for one in words_of(row)]
    if len({member.control_group for member in agreed}) < rules.min_contributors:
        raise PolicyRefusal("too_few_owners")
    if last is not None and {one.member_id for one in last.members.all()} == {member.pk for member in agreed}:
        raise PolicyRefusal("same_panel")
    number = 1 if last is None else last.number + 1
    made = Panel.objects.create(series=row, number=number, first_period=str(first), made_by=person, made_at=now)
    PanelMember.objects.bulk_create(
        PanelMember(panel=made, member=member, owner=member.control_group) for member in agreed
    )
    record(Actor.of(person), "panel.made", kind="series", object_id=row.pk, n=number, members=len(agreed))
    return made


@transaction.atomic
def close_series(person: Person, series: Series, *, now: datetime) -> None:
    """Collect no more of it; what was released stays.  Raises PolicyRefusal("not_coordinator" | "closed")."""
    check_coordinator(reader_of(person))
    row = _open(series)
    row.closed_at = now
    row.save(update_fields=["closed_at"])
    record(Actor.of(person), "series.closed", kind="series", object_id=row.pk)


def _locked(series: Series) -> Series:
    return Series.objects.select_for_update().get(pk=series.pk)


def _open(series: Series) -> Series:
    row = _locked(series)
    if row.closed_at is not None:
        raise PolicyRefusal("closed")
    return row
