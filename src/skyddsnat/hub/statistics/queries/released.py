"""Released figures: all that anyone else ever learns of members' figures.  Exports, reports and public pages read this alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import get_language

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Metric
from skyddsnat.hub.statistics.context import Context, from_json, to_all
from skyddsnat.hub.statistics.models import Event, Release, Series
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.sums import longer, sums
from skyddsnat.policy.statistics.words import EventKind

WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ReleasedRow:
    """One period.

    shown: "total", "index", "held" (back by the rules) or "withdrawn".  total: in steps of 10^-decimals of the unit.  index: in
    tenths, 1000 in the first period of a panel whose index begins.  owners: how many contributed.  panel: number of the fixed
    panel; between two numbers the members changed.  context: None where nothing is shown, and of sums.
    """

    period: Period
    shown: str
    total: int | None
    index: int | None
    owners: int
    panel: int
    context: Context | None
    released_at: datetime


@dataclass(frozen=True, slots=True)
class ReleasedSum:
    """A quarter or a year.  total: None where a part of it is not shown."""

    period: Period
    total: int | None


@dataclass(frozen=True, slots=True)
class ReleasedEvent:
    """Something that may explain a step.  label, note: in the reader's language; note may be empty."""

    day: date
    kind: EventKind
    label: str | Promise
    note: str


@dataclass(frozen=True, slots=True)
class ReleasedSeries:
    """A series as everyone sees it.  rows: oldest first.  is_public: whether it may leave the coalition."""

    metric: Metric
    is_public: bool
    rows: tuple[ReleasedRow, ...]
    sums: tuple[ReleasedSum, ...]
    events: tuple[ReleasedEvent, ...]

    @property
    def decimals(self) -> int:
        """Of its totals."""
        return self.metric.value.decimals


def released(metric: str, *, public: bool = False) -> ReleasedSeries | None:
    """One series; None where there is none.  public: only if it may leave the coalition."""
    row = Series.objects.filter(pk=metric, **_only(public)).first()
    return _series(row) if row is not None else None


def released_all(*, public: bool = False) -> tuple[ReleasedSeries, ...]:
    """Every series of which a period was decided, in the catalogue's order.  public: those that may leave the coalition."""
    order = list(load_catalogue().metrics)
    rows = Series.objects.filter(Q(releases__isnull=False), **_only(public)).distinct()
    return tuple(_series(row) for row in sorted(rows, key=lambda row: order.index(row.pk)))


def was_shown(metric: str, first: date, last: date) -> bool:
    """Whether a total or an index of any of these days was shown, withdrawn or not (settings.JOINT_FIGURES)."""
    rows = Release.objects.filter(series_id=metric).exclude(shown=Release.Shown.HELD)
    periods = map(Period.read, rows.values_list("period", flat=True))
    return any(period.first_day <= last and first <= period.last_day for period in periods)


def _only(public: bool) -> dict[str, bool]:
    return {"is_public": True} if public else {}


def _series(series: Series) -> ReleasedSeries:
    metric = load_catalogue().metrics[series.pk]
    decided = list(series.releases.select_related("panel").order_by("period"))
    first = _first_panel(decided)
    rows = tuple(_row(row, first) for row in decided)
    totals = {row.period: row.total for row in rows}
    return ReleasedSeries(
        metric=metric,
        is_public=series.is_public,
        rows=rows,
        sums=tuple(
            ReleasedSum(period, total)
            for kind in longer(metric.frequency)
            for period, total in sums(totals, kind).items()
        ),
        events=tuple(_event(row) for row in events_of(series)),
    )


def _first_panel(decided: Iterable[Release]) -> int | None:
    """The panel of which something was shown first, withdrawn or not: what was shown is known."""
    shown = sorted((row.pk, row.panel_id) for row in decided if row.shown != Release.Shown.HELD)
    return shown[0][1] if shown else None


def _row(row: Release, first_panel: int | None) -> ReleasedRow:
    gone = row.withdrawn_at is not None
    return ReleasedRow(
        period=Period.read(row.period),
        shown=WITHDRAWN if gone else row.shown,
        total=None if gone else row.total,
        index=None if gone else row.index,
        owners=row.owners,
        panel=row.panel.number,
        context=None
        if gone or row.shown == Release.Shown.HELD
        else to_all(from_json(row.context), is_first_panel=row.panel_id == first_panel),
        released_at=row.released_at,
    )


def events_of(series: Series) -> Iterable[Event]:
    """Events of a series and of all, oldest first."""
    return Event.objects.filter(Q(series=series) | Q(series=None), removed_at=None).order_by("day", "pk")


def _event(row: Event) -> ReleasedEvent:
    kind = EventKind(row.kind)
    return ReleasedEvent(row.day, kind, Event.WORDS[kind], row.note_sv if get_language() == "sv" else row.note_en)
