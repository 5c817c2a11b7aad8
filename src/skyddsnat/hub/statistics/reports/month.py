"""The coalition's month: a row for the own member, if the asking person sees its figures, and a row for all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.members.queries import coalition
from skyddsnat.hub.statistics import context
from skyddsnat.hub.statistics.context import Context
from skyddsnat.hub.statistics.exports import LIST_SOURCE
from skyddsnat.hub.statistics.lines import GAPS, OBSERVED, period_said, value_said
from skyddsnat.hub.statistics.queries.released import ReleasedRow, released
from skyddsnat.hub.statistics.reports.own import own_figures, value_of
from skyddsnat.hub.statistics.reports.shape import Line, Part, Report, State, empty, line
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import Gap, Observed
from skyddsnat.protocols.series import Cell

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.protocols.statistics import Figure as Said

COUNTED: Final = {
    "blocked_queries": "MET-BLK-10",
    "dedup_attempts": "MET-BLK-09",
    "stop_page_views": "MET-STP-02",
    "canary_pass": "MET-BLK-07",
}
"""Fields that are metrics which members hand in."""
LABELS: Final[Mapping[str, Promise]] = {
    "member": gettext_lazy("Member"),
    "period": gettext_lazy("Period"),
    "list_source": gettext_lazy("Source of the list"),
    "list_version_count": gettext_lazy("List versions in the period"),
    "list_entries_mean": gettext_lazy("Mean number of list entries"),
    "blocked_queries": gettext_lazy("Blocked queries"),
    "dedup_attempts": gettext_lazy("Blocked lookups, without repeats"),
    "stop_page_views": gettext_lazy("Views of the stop page"),
    "help_clicks": gettext_lazy("Clicks through to help"),
    "subscriptions": gettext_lazy("Subscriptions"),
    "resolvers_total": gettext_lazy("Resolvers in all"),
    "resolvers_current": gettext_lazy("Resolvers with a current list"),
    "canary_pass": gettext_lazy("Canary test pass rate"),
    "method_version": gettext_lazy("Method version"),
    "known_gaps": gettext_lazy("Known gaps"),
}
ELSEWHERE: Final[Mapping[str, Promise]] = {
    "help_clicks": gettext_lazy(
        "The stop page counts them at the operator; what is handed in is their share (MET-STP-01)."
    ),
    "resolvers_total": gettext_lazy(
        "How many resolvers a member has stays with it; what it covers is compared in confidence (MET-BLK-04)."
    ),
    "resolvers_current": gettext_lazy("Compared in confidence (MET-BLK-04), so it is not handed in here."),
}
"""Fields that the hub does not have, and why."""


def monthly(person: Person, period: Period) -> Report:
    """The own member's month beside the joint one; of another member nothing is in it."""
    layout = load_catalogue().exchange.statistics_formats["coalition_monthly"]
    own = own_figures(person, metrics=COUNTED.values(), periods=[str(period)])
    mine = {name: own.get((metric, str(period))) for name, metric in COUNTED.items()}
    there = [context.own(said) for said in mine.values() if said is not None]
    joint = {name: _row(metric, period) for name, metric in COUNTED.items()}
    shown = [row.context for row in joint.values() if row is not None and row.context is not None]
    parts = (
        _part("own", person.member.name, period, {name: _own_line(name, said) for name, said in mine.items()}, there),
        _part("joint", coalition().name, period, {name: _joint_line(name, row) for name, row in joint.items()}, shown),
    )
    return Report(layout, period_said(period), str(period), parts, by_row=True)


def _part(name: str, whose: str, period: Period, counted: Mapping[str, Line], contexts: Sequence[Context]) -> Part:
    told: dict[str, Cell] = {"member": whose, "period": str(period)}
    if contexts:
        told.update(_of_context(contexts))
    lines = {field: line(field, LABELS[field], cell) for field, cell in told.items()}
    lines |= {field: empty(field, LABELS[field], State.NOT_COLLECTED, why) for field, why in ELSEWHERE.items()}
    lines.update(counted)
    lacking = (
        State.HELD if "list_source" in told else State.MISSING
    )  # of other members than the first no spans are told
    return Part(name, whose, tuple(lines.get(field) or empty(field, LABELS[field], lacking) for field in LABELS))


def _own_line(name: str, said: Said | None) -> Line:
    if said is None:
        return empty(name, LABELS[name], State.MISSING)
    return line(name, LABELS[name], value_of(said))


def _row(metric: str, period: Period) -> ReleasedRow | None:
    found = released(metric)
    return next((row for row in found.rows if row.period == period), None) if found else None


def _joint_line(name: str, row: ReleasedRow | None) -> Line:
    if name == "canary_pass":
        return empty(name, LABELS[name], State.NOT_COLLECTED, _("A share cannot be added up: it has no joint figure."))
    if row is not None and row.total is not None:
        return line(name, LABELS[name], row.total)
    if row is not None and row.index is not None:
        return empty(
            name, LABELS[name], State.HELD, _("Only an index is shown of the period, since the members changed.")
        )
    held = row is not None and row.shown == "held"
    return empty(
        name,
        LABELS[name],
        State.HELD if held else State.MISSING,
        "" if held else _("Nothing is released of the period."),
    )


def _of_context(contexts: Sequence[Context]) -> dict[str, Cell]:
    """The context lines in the format's columns.  All figures of a month are about the same lists."""
    listed = next((each.listed for each in contexts if each.listed is not None), None)
    gaps = [gap for gap in Gap if any(gap in each.gaps for each in contexts)]
    known = [str(GAPS[gap]) for gap in gaps]
    if listed is not None and listed.observed in {Observed.SOME, Observed.ALL}:
        known.append(f"{_('Look-ups were stopped')}: {OBSERVED[listed.observed]}")
    told: dict[str, Cell] = {
        "method_version": ", ".join(sorted({each.method for each in contexts})),
        "known_gaps": "; ".join(known) or _("none known"),
    }
    if listed is None:
        return told
    told["list_source"] = LIST_SOURCE.get(get_language() or "en")
    spans = {
        "list_version_count": listed.versions,
        "list_entries_mean": listed.entries,
        "subscriptions": listed.subscriptions,
    }
    told.update({field: _span(span) for field, span in spans.items() if span is not None})
    return told


def _span(span: tuple[int, int | None]) -> Cell:
    """A number where there is one, or a span of numbers in words."""
    low, high = span
    if low == high:
        return low
    told = {"low": value_said(low, 0), "high": value_said(high or 0, 0)}
    return _("%(low)s or more") % told if high is None else _("%(low)s to %(high)s") % told
