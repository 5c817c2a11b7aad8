"""The fixed-panel index (MET-BLK-08): whether what is listed is asked for more, apart from the list's own growth.

The panel of a year is what the list stopped when the base month began: January, or the first whole month with an agent.  It
only shrinks, by what a list does not hold any more.  A base month that was hardly counted is no measure: the next one is tried.
A month is closed when its last day is counted for good, before any list of the next month is looked at, and stays as it is
then: so a figure that was handed in never changes because an entry left later.  Why names are kept for it at all, and which:
docs/adr/0045.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from skyddsnat.agent.counting.figures import TOO_FEW, disclosed
from skyddsnat.agent.counting.panel_store import IndexMonth, Panel
from skyddsnat.agent.counting.store import CountStore, day_date, day_number
from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import Observed

if TYPE_CHECKING:
    from skyddsnat.agent.counting.listed import ListsOfDays

BASE: Final = 100
MOST: Final = 10_000
COUNTED: Final = Fraction(9, 10)
"""Of a month's days, those that must have been counted."""


def keep_up(store: CountStore, lists: ListsOfDays, *, now: datetime) -> None:
    """Begin this year's panel, shrink it by the lists that have been in force, and close the months that are counted."""
    today, horizon = now.astimezone(UTC).date(), store.horizon()
    settled = date.min if horizon is None else day_date(horizon)
    panels = store.panels.open_panels()
    if all(panel.base.year != today.year for panel in panels):
        panels += _begun(store, lists, Period(today.year, 1, Frequency.MONTH), today)
    while panels:
        again = _follow(store, lists, panels.pop(), settled=settled)
        if again is not None:
            panels += _begun(store, lists, again, today)


def index_for(
    store: CountStore, period: Period, *, observed: Callable[[Period], Observed | None]
) -> tuple[int | None, str]:
    """The index of a month; or why there is none.  observed: for how much of a month nothing was stopped."""
    found = store.panels.month(period)
    if found is None:
        return None, "no panel of entries was followed to the end of this month"
    then, now = disclosed(found.base_hits), disclosed(found.hits)
    if then is None or now is None:
        return None, TOO_FEW
    if any(_days_of(month) * COUNTED > days for month, days in ((found.base, found.base_days), (period, found.days))):
        return None, f"{found.base} or {period} has too few counted days, expected nine in ten"
    if not found.same_resolvers:
        return None, f"other resolvers were counted than in {found.base}"
    if any(observed(month) in {Observed.SOME, Observed.ALL} for month in (found.base, period)):
        return None, f"the list only observed for a while in {found.base} or {period}"
    index = round(BASE * Fraction(now, found.days) / Fraction(then, found.base_days))
    return (index, "") if index <= MOST else (None, "more than a hundred times the base month; look what asks so often")


def _begun(store: CountStore, lists: ListsOfDays, first: Period, today: date) -> list[Panel]:
    """With the first month of the year, from `first` on, for which it is known what blocked when the month began; or none."""
    for month in first.until(Period.holding(min(today, date(first.year, 12, 31)), Frequency.MONTH)):
        start = _start(month)
        entries = lists.in_force(start)
        if entries is not None:
            panel = Panel(base=month, following=month, seen=start, entries=entries)
            store.panels.put(panel)
            return [panel]
    return []


def _follow(store: CountStore, lists: ListsOfDays, panel: Panel, *, settled: date) -> Period | None:
    """As far as it can be followed now.  Returns the month to begin anew with, where the base month is no measure."""
    kept = panel
    while panel.following.year == panel.base.year:
        end = _start(panel.following.next)
        for published_at, entries in lists.published(panel.seen, end):
            panel = replace(panel, seen=published_at, entries=panel.entries & entries)
        if settled < panel.following.last_day:
            if panel is not kept:
                store.panels.put(panel)
            return None
        closed = _closed(store, panel)
        if closed.period == closed.base and not _is_measure(closed):
            store.panels.drop(panel)
            return closed.base.next if closed.base.next.year == closed.base.year else None
        panel = replace(panel, following=panel.following.next, seen=max(panel.seen, end))
        store.panels.close(panel, closed)
        kept = panel
    return None


def _is_measure(base: IndexMonth) -> bool:
    """Whether others can be held against this month."""
    return disclosed(base.hits) is not None and base.days >= COUNTED * _days_of(base.base)


def _closed(store: CountStore, panel: Panel) -> IndexMonth:
    names = {line.partition(" ")[0] for line in panel.entries}
    base, month = (_counted(store, one, names) for one in (panel.base, panel.following))
    return IndexMonth(
        period=panel.following,
        base=panel.base,
        entries=len(panel.entries),
        base_hits=base[0],
        hits=month[0],
        base_days=base[1],
        days=month[1],
        same_resolvers=base[2] == month[2],
    )


def _counted(store: CountStore, month: Period, names: set[str]) -> tuple[int, int, frozenset[str]]:
    """(blocked queries for these names, days counted, resolvers with a line) of a month."""
    first, last = day_number(month.first_day), day_number(month.last_day)
    days = store.days(first, last)
    hits = sum(hits for entry, hits in store.entry_hits(first, last) if entry in names)
    return hits, len(days), frozenset(one.resolver for day in days for one in day.resolvers if one.lines)


def _start(month: Period) -> datetime:
    return datetime.combine(month.first_day, time(), UTC)


def _days_of(month: Period) -> int:
    return (month.last_day - month.first_day).days + 1
