"""A member's figures come in, from its machine or by a person; later ones correct earlier ones, and none is ever lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, UUIDField
from django.utils import timezone

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Metric
from skyddsnat.hub.adding import add_row, new_row
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.members.services.wording import check_prose
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.statistics.models import Comment, Figure, Revision, Series
from skyddsnat.hub.statistics.models.figure import LONGEST_COMMENT
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.collecting import check_collected, check_period, check_value, has_no_part, needs_list
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.plausible import Oddity, Told, oddities
from skyddsnat.policy.statistics.sight import check_hands_in
from skyddsnat.protocols.statistics import Corrects, figure_bytes, observed_of, read_figure
from skyddsnat.protocols.statistics import Figure as WireFigure

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a figure.  is_new: False when the same was sent before, so that nothing changed."""

    revision: Revision
    is_new: bool


def hand_in(person: Person, figure: WireFigure, *, now: datetime) -> Taken:
    """A figure by a person, for its member.  Raises PolicyRefusal("not_hands_in") and what `take` raises."""
    check_hands_in(reader_of(person))
    return take(Actor.of(person), figure, now=now)


@transaction.atomic
def take(actor: Actor, figure: WireFigure, *, now: datetime) -> Taken:
    """Keep a figure of the actor's member: its first for the period, or a correction of the newest.

    The same key and contents again change nothing.  What looks odd beside the member's own history is noted, not refused.
    Raises PolicyRefusal("not_hands_in" | "unknown_metric" | "secret_metric" | "red_metric" | "not_collected" | "wrong_period" |
    "period_not_over" | "wrong_unit" | "out_of_range" | "no_list" | "key_used" | "already_there" | "not_the_newest" |
    "too_often"), BadFigure for one that no sender may make.
    """
    if actor.member_id is None:
        raise PolicyRefusal("not_hands_in")
    metric, series = _collected(figure)
    check_period(metric, figure.period, today=timezone.localdate(now))
    check_value(metric, figure.value, decimals=figure.decimals, unit=figure.unit)
    if needs_list(metric) and figure.listed is None:
        raise PolicyRefusal("no_list", metric.id)
    content = figure_bytes(figure).decode()
    read_figure(content.encode())  # one that nobody could read again would end every page and total that it is in
    sent = _sent.one(member=actor.member_id, key=figure.key)
    if sent is not None:
        if sent.content != content:
            raise PolicyRefusal("key_used")
        return Taken(sent, is_new=False)
    row, newest = _row(actor, series, figure)
    _check_correction(figure.corrects, newest)
    if newest is not None:
        _check_pace(actor, now=now)
    made = new_row(
        Revision,
        figure_id=row.pk,
        member_id=actor.member_id,
        number=1 if newest is None else newest.number + 1,
        key=figure.key,
        content=content,
        warnings=[] if has_no_part(metric, observed_of(figure)) else [odd.value for odd in _odd(metric, row, figure)],
        by_id=actor.person_id,
        token=actor.token_id or "",
        at=now,
    )
    add_row(made)
    record(
        actor,
        "figure.handed_in" if newest is None else "figure.corrected",
        kind="figure",
        object_id=row.pk,
        metric=metric.id,
        period=str(figure.period),
        revision=made.number,
    )
    return Taken(made, is_new=True)


@transaction.atomic
def explain(person: Person, revision: Revision, *, text: str, now: datetime) -> None:
    """Answer for what looked odd.  Raises PolicyRefusal("not_hands_in" | "nothing_odd" | "no_text" | "imagery" | …)."""
    check_hands_in(reader_of(person))
    row = Revision.objects.select_for_update().get(pk=revision.pk, member_id=person.member_id)
    if not row.warnings or row.explained_at is not None:
        raise PolicyRefusal("nothing_odd")
    row.explanation, row.explained_by, row.explained_at = _prose(text), person, now
    row.save(update_fields=["explanation", "explained_by", "explained_at"])
    record(Actor.of(person), "figure.explained", kind="figure", object_id=row.figure_id, revision=row.number)


@transaction.atomic
def comment(person: Person, figure: Figure, *, text: str, for_coordinator: bool, now: datetime) -> Comment:
    """A note between colleagues; for_coordinator: the coordinators read it too, without the figure.

    Raises PolicyRefusal("not_hands_in" | "no_text" | "imagery" | "personal_data").
    """
    check_hands_in(reader_of(person))
    if figure.member_id != person.member_id:
        raise PolicyRefusal("not_hands_in")
    made = Comment.objects.create(figure=figure, by=person, at=now, text=_prose(text), for_coordinator=for_coordinator)
    record(Actor.of(person), "figure.commented", kind="figure", object_id=figure.pk, for_coordinator=for_coordinator)
    return made


def _prose(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= LONGEST_COMMENT:
        raise PolicyRefusal("no_text")
    check_prose(text)
    return text


def _collected(figure: WireFigure) -> tuple[Metric, Series]:
    metric = load_catalogue().metrics.get(figure.metric)
    if metric is None:
        raise PolicyRefusal("unknown_metric", figure.metric)
    check_collected(metric)
    series: Series | None = _collecting.one(metric=metric.id)
    if series is None:
        raise PolicyRefusal("not_collected", metric.id)
    if figure.period.kind is metric.frequency and figure.period < Period.read(series.first_period):
        raise PolicyRefusal("not_collected", str(figure.period))
    return metric, series


def _row(actor: Actor, series: Series, figure: WireFigure) -> tuple[Figure, Revision | None]:
    # Two at once wait for each other at the series, which `_collected` has locked.
    period = str(figure.period)
    row: Figure | None = _kept.one(series=series.pk, member=actor.member_id, period=period)
    if row is not None:
        return row, _newest.one(figure=row.pk)
    row = new_row(Figure, series_id=series.pk, member_id=actor.member_id or "", period=period)
    add_row(row)
    return row, None


def _check_correction(corrects: Corrects | None, newest: Revision | None) -> None:
    if corrects is None and newest is not None:
        raise PolicyRefusal("already_there", f"revision {newest.number}")
    if corrects is not None and (newest is None or newest.number != corrects.revision):
        raise PolicyRefusal("not_the_newest", f"revision {newest.number if newest else 0}")


def _check_pace(actor: Actor, *, now: datetime) -> None:
    """Nothing that came is ever dropped, so a stolen token must not be able to correct for ever."""
    lately = Revision.objects.filter(member_id=actor.member_id, number__gt=1, at__gt=now - timedelta(hours=1))
    if lately.count() >= corrections_an_hour():
        raise PolicyRefusal("too_often")


def corrections_an_hour() -> int:
    """Of one member's figures, by machine and by hand together."""
    return int(getattr(settings, "FIGURE_CORRECTIONS_PER_HOUR", 100))


def _odd(metric: Metric, row: Figure, figure: WireFigure) -> tuple[Oddity, ...]:
    """Beside the periods in which there was something to count."""
    earlier: dict[UUID, Revision] = {}
    for revision in _earlier(series=row.series_id, member=row.member_id, period=row.period):
        earlier[revision.figure_id] = revision
    history = [one.said for one in earlier.values() if not has_no_part(metric, observed_of(one.said))]
    return oddities(_told(figure), [_told(one) for one in history])


def _told(figure: WireFigure) -> Told:
    listed = figure.listed
    return Told(
        figure.value,
        figure.method,
        listed.entries_mean if listed else None,
        listed.resolvers if listed else None,
    )


_collecting = Prepared(
    lambda: Series.objects.select_for_update().filter(pk=Slot("metric", CharField()), closed_at=None).order_by()
)
_sent = Prepared(
    lambda: Revision.objects.filter(member_id=Slot("member", CharField()), key=Slot("key", UUIDField())).order_by()
)
_kept = Prepared(
    lambda: Figure.objects.filter(
        series_id=Slot("series", CharField()), member_id=Slot("member", CharField()), period=Slot("period", CharField())
    ).order_by()
)
_newest = Prepared(lambda: Revision.objects.filter(figure_id=Slot("figure", UUIDField())).order_by("-number")[:1])
_earlier = Prepared(
    lambda: Revision.objects.filter(
        figure__series_id=Slot("series", CharField()),
        member_id=Slot("member", CharField()),
        figure__period__lt=Slot("period", CharField()),
    ).order_by("figure__period", "number")
)
