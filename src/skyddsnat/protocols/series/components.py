"""The columns of a table of series: one list from which each format and the data structure definition are made.

The ids are SDMX's where it has one.  Scripts rely on them: a column is added at the end, and none is renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from skyddsnat.catalogue.text import Text
from skyddsnat.protocols.series.table import Figure, Frequency, Observation, Range, Series, Status, Table

type Cell = str | int | Decimal | date | None


class Part(StrEnum):
    """What a column is to the figure of its row."""

    DIMENSION = "dimension"
    TIME = "time"
    MEASURE = "measure"
    ATTRIBUTE = "attribute"


class DataType(StrEnum):
    """SDMX's names of types."""

    STRING = "String"
    WHOLE = "Long"
    DECIMAL = "Decimal"
    TIME = "ObservationalTimePeriod"
    DAY = "GregorianDay"


@dataclass(frozen=True, slots=True)
class Component:
    """One column.  codes: id of the list that its values are from, or "".  cell: its value for a figure, in a language."""

    id: str
    part: Part
    name: Text
    type: DataType
    cell: Callable[[Series, Observation, str], Cell]
    codes: str = ""
    mandatory: bool = False


type _Get = Callable[[Series, Observation, str], Cell]


def _attribute(name: str, sv: str, en: str, cell: _Get, *, mandatory: bool = False, **rest: Any) -> Component:
    return Component(
        name, Part.ATTRIBUTE, Text(sv, en), rest.pop("type", DataType.STRING), cell, mandatory=mandatory, **rest
    )


def _span(name: str, sv: str, en: str, of: Callable[[Observation], Range | None]) -> tuple[Component, Component]:
    """Two columns: where it begins and where it ends."""
    return (
        _attribute(
            f"{name}_FROM",
            f"{sv}, från",
            f"{en}, from",
            lambda _s, o, _: (of(o) or (None, None))[0],
            type=DataType.WHOLE,
        ),
        _attribute(
            f"{name}_TO", f"{sv}, till", f"{en}, to", lambda _s, o, _: (of(o) or (None, None))[1], type=DataType.WHOLE
        ),
    )


def _dimension(name: str, sv: str, en: str, codes: str, cell: _Get) -> Component:
    return Component(name, Part.DIMENSION, Text(sv, en), DataType.STRING, cell, codes)


COMPONENTS: Final = (
    _dimension("FREQ", "Frekvens", "Frequency", "CL_FREQ", lambda s, o, _: s.frequency.value),
    _dimension("METRIC", "Mått", "Metric", "CL_METRIC", lambda s, o, _: s.metric),
    _dimension("FIGURE", "Slag av tal", "Kind of figure", "CL_FIGURE", lambda s, o, _: s.figure.value),
    Component("TIME_PERIOD", Part.TIME, Text("Period", "Period"), DataType.TIME, lambda s, o, _: o.period),
    Component("OBS_VALUE", Part.MEASURE, Text("Värde", "Value"), DataType.DECIMAL, lambda s, o, _: o.value),
    _attribute(
        "OBS_STATUS",
        "Talets status",
        "Status of the figure",
        lambda s, o, _: o.status.value,
        codes="CL_OBS_STATUS",
        mandatory=True,
    ),
    _attribute(
        "CONF_STATUS",
        "Vem som får se talet",
        "Who may see the figure",
        lambda s, o, _: "F" if s.public else "N",
        codes="CL_CONF_STATUS",
        mandatory=True,
    ),
    _attribute("TITLE", "Benämning", "Title", lambda s, o, lang: s.name.get(lang), mandatory=True),
    _attribute("UNIT_MEASURE", "Enhet", "Unit", lambda s, o, lang: s.unit.get(lang), mandatory=True),
    _attribute("DEFINITION", "Definition", "Definition", lambda s, o, lang: s.definition.get(lang), mandatory=True),
    _attribute("CAVEAT", "Att tänka på", "How not to read it", lambda s, o, lang: s.caveat.get(lang), mandatory=True),
    _attribute("METHOD_VERSION", "Metodversion", "Method version", lambda s, o, _: o.context.method),
    _attribute(
        "LIST_SOURCE", "Listans källa", "Source of the list", lambda s, o, lang: o.context.list_source.get(lang)
    ),
    *_span(
        "LIST_VERSIONS", "Listversioner i perioden", "List versions in the period", lambda o: o.context.list_versions
    ),
    *_span(
        "LIST_ENTRIES_MEAN", "Listposter i medeltal", "Mean number of list entries", lambda o: o.context.entries_mean
    ),
    *_span(
        "SUBSCRIPTIONS",
        "Abonnemang hos dem som bidrar",
        "Subscriptions of the contributors",
        lambda o: o.context.subscriptions,
    ),
    *_span(
        "BLOCK_TTL",
        "Blockeringssvarets livslängd i sekunder",
        "Seconds a block answer may be kept",
        lambda o: o.context.block_ttl,
    ),
    _attribute(
        "RESOLVERS",
        "Resolvrar som räknats, minst",
        "Resolvers counted, at least",
        lambda s, o, _: o.context.resolvers,
        codes="CL_SHARE",
    ),
    _attribute(
        "OWNERS", "Bidragande ägare", "Contributing owners", lambda s, o, _: o.context.owners, type=DataType.WHOLE
    ),
    _attribute("KNOWN_GAPS", "Kända luckor", "Known gaps", lambda s, o, lang: o.context.gaps.get(lang)),
    _attribute("EVENTS", "Händelser i perioden", "Events in the period", lambda s, o, lang: o.context.events.get(lang)),
    _attribute("RELEASED_ON", "Utgiven", "Released on", lambda s, o, _: o.context.released_on, type=DataType.DAY),
    _attribute(
        "OBSERVED",
        "När listan bara observerade hos någon som bidrar, så att inget stoppades",
        "When a contributor's list only observed, so that nothing was stopped",
        lambda s, o, _: o.context.observed,
        codes="CL_OBSERVED",
    ),
)
"""In the order in which they stand in a file: what the figure is of, the figure, and what it is not read without."""

CODES: Final[Mapping[str, Mapping[str, Text]]] = {
    "CL_FREQ": {
        Frequency.MONTH: Text("Månad", "Monthly"),
        Frequency.QUARTER: Text("Kvartal", "Quarterly"),
        Frequency.YEAR: Text("År", "Annual"),
    },
    "CL_FIGURE": {
        Figure.TOTAL: Text("Gemensam total", "Joint total"),
        Figure.INDEX: Text("Index mot fast panel", "Fixed-panel index"),
    },
    "CL_OBS_STATUS": {
        Status.NORMAL: Text("Normalt värde", "Normal value"),
        Status.BREAK: Text("Brott i tidsserien", "Time series break"),
        Status.MISSING: Text("Saknas, återkallat", "Missing value, withdrawn"),
        Status.SUPPRESSED: Text(
            "Saknas, visas inte enligt utlämningsreglerna", "Missing value, suppressed by the disclosure rules"
        ),
    },
    "CL_CONF_STATUS": {
        "F": Text("Fritt att sprida", "Free for publication"),
        "N": Text("För medlemmarna, inte för publicering", "For the members, not for publication"),
    },
    "CL_SHARE": {"all": Text("Alla", "All"), "most": Text("De flesta", "Most"), "some": Text("Några", "Some")},
    "CL_OBSERVED": {
        "none": Text("Aldrig", "Never"),
        "some": Text("En del av perioden", "A part of the period"),
        "all": Text("Hela perioden", "The whole period"),
    },
}
"""Closed lists of codes.  The metrics' own list comes from the catalogue."""


def columns() -> list[str]:
    """Ids of all columns, in order."""
    return [each.id for each in COMPONENTS]


def rows(table: Table, *, language: str) -> Iterable[list[Cell]]:
    """The figures, one a row."""
    for series, observation in table.figures():
        yield [one_line(each.cell(series, observation, language)) for each in COMPONENTS]


def plain(cell: Cell) -> str:
    """A cell as text: decimal point, no grouping, times in UTC by ISO 8601, nothing for what is missing."""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return "" if cell is None else str(cell)


def one_line(cell: Cell) -> Cell:
    """A text without line ends: readers of CSV that split at them are many."""
    return " ".join(cell.split()) if isinstance(cell, str) else cell
