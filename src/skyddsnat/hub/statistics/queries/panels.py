"""Which panel a period has, and the figures of its members as they stand.  For services alone: these are everybody's figures."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import CharField

from skyddsnat.catalogue.metrics import Metric
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.statistics.models import Agreement, Panel, Revision, Series
from skyddsnat.policy.statistics.collecting import has_no_part
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.protocols.statistics import observed_of


def words_of(series: Series) -> list[Agreement]:
    """Agreements that stand: not ended, and of members that are in the coalition."""
    return _words(series=series.pk)


def panels_of(series: Series) -> list[Panel]:
    """Every panel with its members, in their order."""
    return _panels(series=series.pk)


_words = Prepared(
    lambda: Agreement.objects.filter(
        series_id=Slot("series", CharField()), ended_at=None, member__left_at=None
    ).select_related("member")
)
_panels = Prepared(
    lambda: (
        Panel.objects.filter(series_id=Slot("series", CharField()))
        .order_by("number")
        .prefetch_related("members__member")
    )
)


def panel_at(panels: Iterable[Panel], period: Period) -> Panel | None:
    """The panel that is fixed for the period."""
    begun = [one for one in panels if Period.read(one.first_period) <= period]
    return begun[-1] if begun else None


def newest_of(panel: Panel, period: Period) -> dict[str, Revision]:
    """By member of the panel: the newest revision of its figure for the period, where there is one."""
    rows = Revision.objects.filter(
        figure__series_id=panel.series_id,
        figure__period=str(period),
        member_id__in=panel.members.values("member_id"),
    )
    return {revision.member_id: revision for revision in rows.order_by("number")}


def stopped_nothing(metric: Metric, figures: Iterable[Revision]) -> bool:
    """Whether one of them can have no part in a joint figure: it is a number of blocks from where nothing was blocked."""
    return any(has_no_part(metric, observed_of(revision.said)) for revision in figures)


def earliest_panel(series: Series) -> Period:
    """The first period that a new panel may begin with: nothing is decided about it or about a later one."""
    last = series.panels.order_by("-number").first()
    taken = [Period.read(text) for text in series.releases.values_list("period", flat=True)]
    if last is not None and last.releases.exists():
        taken.append(Period.read(last.first_period))
    first = Period.read(series.first_period)
    return max(first, max(taken).next) if taken else first
