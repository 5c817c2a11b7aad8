"""Periods, values and contexts in the reader's language: the same words on pages, in exports and in reports."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from django.utils import formats
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from skyddsnat.catalogue.metrics import Frequency, Metric
from skyddsnat.hub.statistics.context import Context, ListLines
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.plausible import Oddity
from skyddsnat.policy.statistics.words import Correction, Gap, Observed, Share, band_end

GAPS: dict[Gap, Promise] = {
    Gap.DAYS_MISSING: gettext_lazy("days without counts"),
    Gap.LINES_UNREAD: gettext_lazy("log lines that could not be read"),
    Gap.RESOLVERS_MISSING: gettext_lazy("resolvers that were not counted"),
    Gap.NO_CLIENTS: gettext_lazy("resolvers whose log holds no client, so that duplicates stay"),
    Gap.METHOD_CHANGED: gettext_lazy("the way of counting changed within the period"),
    Gap.LIST_LATE: gettext_lazy("the list came late"),
    Gap.OTHER: gettext_lazy("something else"),
}
SHARES: dict[Share, Promise] = {
    Share.ALL: pgettext_lazy("resolvers counted", "all"),
    Share.MOST: pgettext_lazy("resolvers counted", "half or more"),
    Share.SOME: pgettext_lazy("resolvers counted", "fewer than half"),
}
OBSERVED: dict[Observed, Promise] = {
    Observed.NONE: gettext_lazy("The whole period"),
    Observed.SOME: gettext_lazy("A part of the period, otherwise the list only observed"),
    Observed.ALL: gettext_lazy("Never: the list only observed"),
}
"""When look-ups were stopped."""
CORRECTIONS: dict[Correction, Promise] = {
    Correction.LATE_DATA: gettext_lazy("Data came late"),
    Correction.COUNTED_WRONG: gettext_lazy("It was counted wrong"),
    Correction.WRONG_PERIOD: gettext_lazy("It was about another period"),
    Correction.CONTEXT_WRONG: gettext_lazy("The figure was right, its context was not"),
    Correction.OTHER: gettext_lazy("Another reason"),
}
ODDITIES: dict[Oddity, Promise] = {
    Oddity.SLIP: gettext_lazy("Eight times as much or as little as usual. Is the unit right?"),
    Oddity.FAR: gettext_lazy("More than half as much again as usual, or less than half of it."),
    Oddity.NOTHING: gettext_lazy("Zero, where there used to be something. Was anything counted?"),
    Oddity.SAME: gettext_lazy("Exactly the same as the period before. Was it sent twice?"),
    Oddity.LIST_SIZE: gettext_lazy("The list is almost a third larger or smaller than the period before."),
    Oddity.FEWER_RESOLVERS: gettext_lazy("Fewer of the resolvers are counted than the period before."),
    Oddity.METHOD: gettext_lazy("It is counted in another way than the period before: the series breaks here."),
}


class Line(NamedTuple):
    """One line of context."""

    label: str
    text: str

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"


def period_said(period: Period) -> str:
    """`October 2026`, `quarter 4, 2026`, `2026`, as within a sentence."""
    if period.kind is Frequency.MONTH:
        return formats.date_format(period.first_day, "F Y")
    if period.kind is Frequency.QUARTER:
        return _("quarter %(number)d, %(year)d") % {"number": period.number, "year": period.year}
    return str(period.year)


def period_short(period: Period) -> str:
    """For an axis: `Oct 2026`, `Q4 2026`, `2026`.  The year is whole: `Oct 26` is a day."""
    if period.kind is Frequency.MONTH:
        return formats.date_format(period.first_day, pgettext("a month on an axis, as Django writes dates", "M Y"))
    if period.kind is Frequency.QUARTER:
        return _("Q%(number)d %(year)d") % {"number": period.number, "year": period.year}
    return str(period.year)


def value_said(value: int, decimals: int) -> str:
    """A value in steps of 10^-decimals, as people write numbers."""
    return formats.number_format(Decimal(value).scaleb(-decimals), decimal_pos=decimals)


def index_said(index: int) -> str:
    """An index in tenths: `104.2`."""
    return value_said(index, 1)


def value_of(metric: Metric, value: int) -> str:
    """A value with what follows it: per cent or hours; a count stands alone, its unit in the heading."""
    said = value_said(value, metric.value.decimals)
    return f"{said} %" if metric.unit == "%" else said


def band_said(edge: int) -> str:
    """A band of subscriptions: `300 000 to 1 000 000`."""
    return _span(edge, band_end(edge))


def context_lines(context: Context) -> list[Line]:
    """What a figure never travels without."""
    gaps = ", ".join(str(GAPS[gap]) for gap in context.gaps)
    return [
        *(_of_list(context.listed) if context.listed is not None else ()),
        Line(_("Way of counting"), _("version %(version)s") % {"version": context.method}),
        Line(_("Known gaps"), capfirst(gaps) if gaps else _("None known")),
    ]


def _of_list(listed: ListLines) -> Iterator[Line]:
    """Of members that are not those of the first figures next to nothing is told, and that is said."""
    if listed.versions is not None:
        yield Line(_("List versions in the period"), _range(listed.versions))
    if listed.entries is not None:
        yield Line(_("Entries on the list, on average"), _range(listed.entries))
    if listed.resolvers is not None:
        yield Line(_("Resolvers counted"), capfirst(str(SHARES[listed.resolvers])))
    if listed.subscriptions is not None:
        yield Line(_("Subscriptions"), _span(*listed.subscriptions))
    else:
        why = _(
            "Not told, since the members are not those of the first figures: beside those it would tell who came or left."
        )
        yield Line(_("List, resolvers and subscriptions"), why)
    if listed.block_ttl is not None:
        seconds = ngettext("%(seconds)s second", "%(seconds)s seconds", listed.block_ttl[1])
        yield Line(_("A block answer may be kept for"), seconds % {"seconds": _range(listed.block_ttl)})
    if listed.observed is not None:
        yield Line(_("Look-ups were stopped"), str(OBSERVED[listed.observed]))


def _range(span: tuple[int, int]) -> str:
    low, high = span
    return value_said(low, 0) if low == high else f"{value_said(low, 0)}–{value_said(high, 0)}"


def _span(low: int, high: int | None) -> str:
    if high is None:
        return _("more than %(low)s") % {"low": value_said(low, 0)}
    return _("%(low)s to %(high)s") % {"low": value_said(low, 0), "high": value_said(high, 0)}
