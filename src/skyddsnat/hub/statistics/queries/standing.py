"""How far a series has come: who has agreed, who is in the panel, whose figures are there.  Names and dates, never a value."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, QuerySet

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.members.models import Member
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.statistics.models import Figure, Panel, PanelMember, Release, Series
from skyddsnat.hub.statistics.queries.calendar import periods_of
from skyddsnat.hub.statistics.queries.panels import newest_of, panel_at, panels_of, stopped_nothing, words_of
from skyddsnat.policy.statistics.periods import Period


@dataclass(frozen=True, slots=True)
class Standing:
    """agreed: members whose word stands.  owners: how many they are by owner; needed: how many it takes.

    panel: the newest, or None.  outside: who has agreed and is not in it; gone: who is in it and agrees no more.
    """

    agreed: tuple[Member, ...]
    owners: int
    needed: int
    panel: Panel | None
    outside: tuple[Member, ...]
    gone: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """One period for the coordinator.  came, waits: members of its panel.  shown: of the release, "" before one.

    is_observed: somebody of the panel stopped nothing all the time, so that there is no joint figure of blocks.
    """

    period: Period
    came: tuple[Member, ...]
    waits: tuple[Member, ...]
    shown: str
    release: int | None
    is_withdrawn: bool
    has_panel: bool
    is_held: bool
    is_observed: bool

    @property
    def is_ready(self) -> bool:
        """Whether it can be released now."""
        return self.has_panel and not self.waits and self.release is None and not self.is_observed


def standing_of(series: Series) -> Standing:
    """Who is in a series."""
    agreed = tuple(sorted((row.member for row in words_of(series)), key=lambda one: one.name))
    panel = next(reversed(panels_of(series)), None)
    inside = {one.member_id: one.member for one in panel.members.all()} if panel else {}
    words = {member.pk for member in agreed}
    return Standing(
        agreed=agreed,
        owners=len({member.control_group for member in agreed}),
        needed=load_catalogue().metric_words.joint_totals.min_contributors,
        panel=panel,
        outside=tuple(member for member in agreed if member.pk not in inside),
        gone=tuple(member for key, member in inside.items() if key not in words),
    )


def period_lines(series: Series, *, now: datetime) -> list[PeriodLine]:
    """The periods that are over, newest first."""
    came: dict[str, set[str]] = defaultdict(set)
    for period, member in _figures(series=series.pk):
        came[period].add(member)
    metric = load_catalogue().metrics[series.pk]
    decided, panels = {row.period: row for row in _releases(series=series.pk)}, panels_of(series)
    found = []
    for each in reversed(periods_of(series, now=now)):
        panel, release = panel_at(panels, each), decided.get(str(each))
        members = [one.member for one in panel.members.all()] if panel else []
        waits = tuple(one for one in members if one.pk not in came[str(each)])
        found.append(
            PeriodLine(
                period=each,
                came=tuple(one for one in members if one.pk in came[str(each)]),
                waits=waits,
                shown=str(release.get_shown_display()) if release else "",
                release=release.pk if release else None,
                is_withdrawn=release is not None and release.withdrawn_at is not None,
                has_panel=panel is not None,
                is_held=release is not None and release.shown == Release.Shown.HELD,
                is_observed=panel is not None
                and release is None
                and not waits
                and stopped_nothing(metric, newest_of(panel, each).values()),
            )
        )
    return found


_figures = Prepared(
    lambda: Figure.objects.filter(series_id=Slot("series", CharField())).order_by().values_list("period", "member_id")
)
_releases = Prepared(lambda: Release.objects.filter(series_id=Slot("series", CharField())))


def may_be_ready() -> list[Series]:
    """Collected series of which some period that nothing is decided about has the figure of each member of one of its panels.

    There is no other that `ready_of` finds anything in; it is asked at each page of a coordinator, and asks much more.
    """
    return _may_be_ready()


def _with_a_whole_period() -> QuerySet[Series]:
    has_it = Figure.objects.filter(
        series=OuterRef("panel__series"), member=OuterRef("member"), period=OuterRef(OuterRef(OuterRef("period")))
    )
    missing = PanelMember.objects.filter(~Exists(has_it), panel=OuterRef("pk"))
    whole = Panel.objects.filter(~Exists(missing), series=OuterRef("series"))
    decided = Release.objects.filter(series=OuterRef("series"), period=OuterRef("period"))
    periods = Figure.objects.filter(~Exists(decided), Exists(whole), series=OuterRef("pk"))
    return Series.objects.filter(Exists(periods), closed_at=None, approved_at__isnull=False)


_may_be_ready = Prepared(_with_a_whole_period)


def ready_of(series: Series, *, now: datetime) -> list[Period]:
    """Periods that can be released now, oldest first."""
    if not load_catalogue().metrics[series.pk].additive or standing_of(series).gone:
        return []
    return [line.period for line in reversed(period_lines(series, now=now)) if line.is_ready]
