"""Released series as the table that leaves, and the forms in which it does.

Nothing here reads a member's figure: what goes in is `queries.released`, and what comes out is a pure table of the protocols.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Frequency as Every
from skyddsnat.catalogue.text import EMPTY, Text
from skyddsnat.hub.members.queries import coalition
from skyddsnat.hub.statistics.lines import GAPS
from skyddsnat.hub.statistics.queries.released import (
    ReleasedEvent,
    ReleasedRow,
    ReleasedSeries,
    released_all,
)
from skyddsnat.policy.statistics.collecting import needs_list
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.protocols import series as wire
from skyddsnat.protocols.series import Context, Figure, Frequency, Observation, Series, Status, Table

LIST_SOURCE: Final = Text("Koalitionens lista med verifierade signaler", "The coalition's list of verified signals")
LONG_AGO: Final = datetime(2018, 6, 28, tzinfo=UTC)
"""When nothing has been released, a table is from the day on which the coalition was announced."""
MOST_PERIODS: Final = 240
"""Of each series that leave, the newest: twenty years of months."""
FREQUENCIES: Final = {Every.MONTH: Frequency.MONTH, Every.QUARTER: Frequency.QUARTER, Every.YEAR: Frequency.YEAR}
INDEX_UNIT: Final = "index"
SUM_UNIT: Final = "count"
"""A month's unit says that it is of a month; a sum over several is a plain count."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a file.  suffix: of its name."""

    label: str
    about: Promise
    content_type: str
    suffix: str
    write: Callable[..., bytes]


FORMS: Final = {
    "csv": Form("CSV", _("for spreadsheets and scripts"), "text/csv; charset=utf-8", ".csv", wire.write_csv),
    "xlsx": Form("XLSX", _("a workbook with its columns and codes explained"), wire.XLSX, ".xlsx", wire.write_xlsx),
    "parquet": Form(
        "Parquet", _("typed columns, for programs that count"), wire.PARQUET, ".parquet", wire.write_parquet
    ),
    "sdmx_csv": Form("SDMX-CSV 2.0", _("for statistical offices"), wire.SDMX_CSV, ".sdmx.csv", wire.write_sdmx_csv),
    "sdmx_json": Form(
        "SDMX-JSON 2.0", _("for statistical offices"), wire.SDMX_JSON, ".sdmx.json", wire.write_sdmx_json
    ),
}


def table(language: str, *, public: bool) -> Table:
    """All released figures, prepared when the newest of them was released: the same figures give the same bytes.

    public: only of series that may be published; the others say in each row that they may not.
    """
    with translation.override(language):
        known = tuple(map(_newest, released_all(public=public)))
        prepared = max((row.released_at for each in known for row in each.rows), default=LONG_AGO)
        return Table(coalition().name, prepared, tuple(one for each in known for one in _series_of(each)))


@lru_cache(maxsize=32)
def written(form: str, language: str, table: Table) -> bytes:
    """The table in one form.  Kept, since many ask for the same one until the next release."""
    return FORMS[form].write(table, language=language)


def _value(row: ReleasedRow, figure: Figure, *, decimals: int) -> Decimal | None:
    """The total in its unit, or the index with the base 100; None where there is none."""
    kept, places = (row.index, 1) if figure is Figure.INDEX else (row.total, decimals)
    return None if kept is None else Decimal(kept).scaleb(-places)


def _is_break(row: ReleasedRow, before: ReleasedRow | None) -> bool:
    """Whether a figure is of other members, or counted in another way, than the last one that was shown."""
    if before is None or before.context is None or row.context is None:
        return False
    return row.panel != before.panel or row.context.method != before.context.method


def _rows(found: ReleasedSeries, figure: Figure) -> list[ReleasedRow]:
    """The rows that hold this kind of figure; those that hold none stand with the totals."""
    if figure is Figure.INDEX:
        return [row for row in found.rows if row.index is not None]
    return [row for row in found.rows if row.shown != "index"]


def _event(event: ReleasedEvent) -> str:
    """`2026-08-03 New list source: note`."""
    return f"{event.day} {event.label}{': ' if event.note else ''}{event.note}"


def _newest(found: ReleasedSeries) -> ReleasedSeries:
    rows = found.rows[-MOST_PERIODS:]
    wholes = {row.period.within(kind) for row in rows for kind in Every}
    return replace(found, rows=rows, sums=tuple(each for each in found.sums if each.period in wholes))


def _series_of(found: ReleasedSeries) -> Iterator[Series]:
    for figure in Figure:
        if rows := _rows(found, figure):
            yield _head(found, figure, rows[0].period.kind, _observations(found, figure, rows))
    for kind in Every:
        if sums := tuple(_sum(found, each.period, each.total) for each in found.sums if each.period.kind is kind):
            yield replace(_head(found, Figure.TOTAL, kind, sums), unit=load_catalogue().metric_words.units[SUM_UNIT])


def _head(found: ReleasedSeries, figure: Figure, kind: Every, observations: tuple[Observation, ...]) -> Series:
    metric = found.metric
    return Series(
        metric=metric.id,
        figure=figure,
        frequency=FREQUENCIES[kind],
        public=found.is_public,
        name=metric.name,
        unit=load_catalogue().metric_words.units[INDEX_UNIT if figure is Figure.INDEX else metric.unit],
        definition=metric.definition,
        caveat=metric.pitfalls,
        observations=observations,
    )


def _observations(found: ReleasedSeries, figure: Figure, rows: Sequence[ReleasedRow]) -> tuple[Observation, ...]:
    made: list[Observation] = []
    before: ReleasedRow | None = None
    for row in rows:
        value = _value(row, figure, decimals=found.decimals)
        if value is None:
            status = Status.SUPPRESSED if row.shown == "held" else Status.MISSING
        else:
            status, before = Status.BREAK if _is_break(row, before) else Status.NORMAL, row
        made.append(Observation(str(row.period), status, value, _context(found, row)))
    return tuple(made)


def _sum(found: ReleasedSeries, period: Period, total: int | None) -> Observation:
    """A quarter or a year, with the context of its last part that has one."""
    parts = [row for row in found.rows if row.period.within(period.kind) == period]
    last = next((row for row in reversed(parts) if row.context is not None), parts[-1])
    context = replace(_context(found, last), events=_said(_happened(found, period)))
    if total is None:
        return Observation(str(period), Status.SUPPRESSED, None, context)
    return Observation(str(period), Status.NORMAL, Decimal(total).scaleb(-found.decimals), context)


def _context(found: ReleasedSeries, row: ReleasedRow) -> Context:
    context, source = row.context, LIST_SOURCE if needs_list(found.metric) else EMPTY
    common = Context(
        method=context.method if context else "",
        list_source=source,
        owners=row.owners,
        events=_said(_happened(found, row.period)),
        released_on=timezone.localdate(row.released_at),
    )
    if context is None:
        return common
    common = replace(common, gaps=_said("; ".join(str(GAPS[gap]) for gap in context.gaps)))
    listed = context.listed
    if listed is None:
        return common
    return replace(
        common,
        list_versions=listed.versions,
        entries_mean=listed.entries,
        resolvers="" if listed.resolvers is None else listed.resolvers.value,
        subscriptions=listed.subscriptions,
        block_ttl=listed.block_ttl,
        observed="" if listed.observed is None else listed.observed.value,
    )


def _happened(found: ReleasedSeries, period: Period) -> str:
    return "; ".join(_event(each) for each in found.events if period.first_day <= each.day <= period.last_day)


def _said(text: str) -> Text:
    """What was said in the reader's language: of a note there is no other."""
    return Text(text, text)
