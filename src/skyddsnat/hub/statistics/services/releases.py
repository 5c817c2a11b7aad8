"""The decision on a period, once and for good.

What it will be is shown to nobody before: a look before and one after a member's correction would tell the correction.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.benchmark.queries.quartiles import quartiles_from, total_under_way
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import reader_of, wait_for_turn
from skyddsnat.hub.statistics import context
from skyddsnat.hub.statistics.models import Panel, Release, Revision, Series
from skyddsnat.hub.statistics.queries.panels import newest_of, panel_at, panels_of, stopped_nothing, words_of
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.collecting import check_period
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.sight import check_coordinator
from skyddsnat.policy.statistics.totals import Decided, Part, Parts, Shown, decide, owners_of

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


@transaction.atomic
def release(person: Person, series: Series, period: Period, *, now: datetime) -> Release:
    """Decide what is shown of a period, from the figures as they stand, and show it.

    Raises PolicyRefusal("not_coordinator" | "not_additive" | "not_approved" | "wrong_period" | "period_not_over" | "decided" |
    "no_panel" | "not_agreed" | "waits" | "observed" | "methods_differ" | "round_under_way").
    """
    check_coordinator(reader_of(person))
    wait_for_turn()  # a round that is frozen meanwhile must be seen, as must this release there
    row = Series.objects.select_for_update().get(pk=series.pk)
    metric = load_catalogue().metrics[row.pk]
    check_period(metric, period, today=timezone.localdate(now))
    if not metric.additive:
        raise PolicyRefusal("not_additive", metric.id)
    if row.approved_at is None:
        raise PolicyRefusal("not_approved", metric.id)
    if row.releases.filter(period=str(period)).exists():
        raise PolicyRefusal("decided", str(period))
    panel = panel_at(panels_of(row), period)
    if panel is None:
        raise PolicyRefusal("no_panel", str(period))
    inside = {one.member_id for one in panel.members.all()}
    if inside - {one.member_id for one in words_of(row)}:
        raise PolicyRefusal("not_agreed")
    used = newest_of(panel, period)
    if set(used) != inside:
        raise PolicyRefusal("waits", str(period))
    if stopped_nothing(metric, used.values()):
        raise PolicyRefusal("observed", str(period))
    methods = {revision.said.method for revision in used.values()}
    if len(methods) > 1:
        raise PolicyRefusal("methods_differ")
    if total_under_way(row.pk, period.first_day, period.last_day):
        raise PolicyRefusal("round_under_way", str(period))
    return _kept(person, panel, period, used, methods.pop(), now)


@transaction.atomic
def withdraw(person: Person, found: Release, *, now: datetime) -> None:
    """Show a released figure no more, because it is wrong.  It is never released again: the difference would tell the correction.

    Raises PolicyRefusal("not_coordinator" | "decided").
    """
    check_coordinator(reader_of(person))
    row = Release.objects.select_for_update().get(pk=found.pk)
    if row.withdrawn_at is not None or row.shown == Release.Shown.HELD:
        raise PolicyRefusal("decided")
    row.withdrawn_by, row.withdrawn_at = person, now
    row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    record(Actor.of(person), "statistics.withdrawn", kind="series", object_id=row.series_id, period=row.period)


def _kept(
    person: Person, panel: Panel, period: Period, used: dict[str, Revision], method: str, now: datetime
) -> Release:
    # Owners as they are now: members that have come under one owner since the panel was made know each other's figures.
    owners = {one.member_id: one.member.control_group for one in panel.members.all()}
    parts = _parts(used, owners)
    shown = decide(
        period,
        parts,
        _history(panel.series),
        load_catalogue().metric_words.joint_totals,
        method=method,
        quartiles_from=quartiles_from(panel.series_id, period.first_day, period.last_day),
    )
    made = Release.objects.create(
        series=panel.series,
        panel=panel,
        period=str(period),
        shown=_word(shown),
        total=shown.total,
        index=shown.index,
        owners=owners_of(parts),
        context=context.as_json(context.joint([revision.said for revision in used.values()])),
        released_by=person,
        released_at=now,
    )
    made.used.set(used.values())
    record(
        Actor.of(person),
        "statistics.released",
        kind="series",
        object_id=panel.series_id,
        period=str(period),
        shown="held_back" if made.shown == Release.Shown.HELD else made.shown,  # "held" waits for a person
        owners=made.owners,
    )
    return made


def _word(shown: Shown) -> Release.Shown:
    if shown.total is not None:
        return Release.Shown.TOTAL
    return Release.Shown.INDEX if shown.index is not None else Release.Shown.HELD


def _parts(used: dict[str, Revision], owners: dict[str, str]) -> Parts:
    return {
        member: Part(owners[member], revision.said.value, revision.said.published) for member, revision in used.items()
    }


def _history(series: Series) -> list[Decided]:
    """Earlier decisions in the order they were taken, withdrawn ones too: what was shown is known."""
    rows = series.releases.select_related("panel").prefetch_related("used", "panel__members").order_by("pk")
    return [
        Decided(
            Period.read(row.period),
            _parts(
                {revision.member_id: revision for revision in row.used.all()},
                {one.member_id: one.owner for one in row.panel.members.all()},
            ),
            row.context["method"],
            row.total,
            row.index,
        )
        for row in rows
    ]
