"""SDMX-JSON 2.0.0 data: each column's values once, and each figure as numbers that point at them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import orjson

from skyddsnat.protocols.series.components import CODES, COMPONENTS, Component, Part, one_line, plain
from skyddsnat.protocols.series.structure import AGENCY, DATAFLOW_URN, NAME, localised
from skyddsnat.protocols.series.table import Observation, Series, Table

SDMX_JSON: Final = "application/vnd.sdmx.data+json; version=2.0.0"
SCHEMA: Final = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json"


def write_sdmx_json(table: Table, *, language: str) -> bytes:
    """The message.  Texts stand in the one language; names of codes and of columns in both."""
    cells = _Cells(table, language)
    series: dict[str, Any] = {}
    for one, observation in table.figures():
        place = series.setdefault(cells.key(one, observation), {"observations": {}})
        place["observations"][cells.time(one, observation)] = cells.figure(one, observation)
    meta = {
        "schema": SCHEMA,
        "id": f"{AGENCY}-{table.prepared:%Y%m%dT%H%M%S}",
        "prepared": plain(table.prepared),
        "contentLanguages": [language],
        "sender": {"id": AGENCY, "name": table.sender},
    }
    data_set = {"structure": 0, "links": _LINKS, "action": "Information", "series": series}
    return orjson.dumps({"meta": meta, "data": {"structures": [cells.structure()], "dataSets": [data_set]}})


class _Cells:
    """Numbers values column by column as they come up, and then tells what it numbered."""

    def __init__(self, table: Table, language: str) -> None:
        self._language = language
        self._names = {one.metric: one.name for one in table.series}
        self._values: dict[str, dict[str, int]] = {each.id: {} for each in COMPONENTS}
        for series, observation in table.figures():
            for each in COMPONENTS:
                self._number(each, series, observation)
        self._attributes = [
            each for each in _of(Part.ATTRIBUTE) if self._values[each.id]
        ]  # an empty column is left out

    def key(self, series: Series, observation: Observation) -> str:
        """Of a series: the numbers of its dimensions' values, as in `0:1:0`."""
        return ":".join(str(self._number(each, series, observation)) for each in _of(Part.DIMENSION))

    def time(self, series: Series, observation: Observation) -> str:
        """Of an observation within its series."""
        return str(self._number(_of(Part.TIME)[0], series, observation))

    def figure(self, series: Series, observation: Observation) -> list[Any]:
        """The value itself, then a number for each attribute; null for what is missing."""
        return [_number(observation.value), *(self._number(each, series, observation) for each in self._attributes)]

    def structure(self) -> dict[str, Any]:
        """What the numbers mean."""
        position = {each.id: place for place, each in enumerate(_of(Part.DIMENSION, Part.TIME))}
        return {
            "links": _LINKS,
            **localised(NAME),
            "dataSets": [0],
            "dimensions": {
                "series": [self._listed(each) | {"keyPosition": position[each.id]} for each in _of(Part.DIMENSION)],
                "observation": [self._listed(each) | {"keyPosition": position[each.id]} for each in _of(Part.TIME)],
            },
            "measures": {"observation": [_head(each) for each in _of(Part.MEASURE)]},
            "attributes": {"observation": [self._listed(each) | _ATTACHED for each in self._attributes]},
        }

    def _number(self, component: Component, series: Series, observation: Observation) -> int | None:
        text = plain(one_line(component.cell(series, observation, self._language)))
        values = self._values[component.id]
        return values.setdefault(text, len(values)) if text else None

    def _listed(self, component: Component) -> dict[str, Any]:
        return _head(component) | {"values": [self._said(component, text) for text in self._values[component.id]]}

    def _said(self, component: Component, text: str) -> dict[str, Any]:
        """A value.  Numbers stand as texts: the standard's schema wants one type, and takes a whole number for two."""
        if component.codes:
            names = self._names if component.codes == "CL_METRIC" else CODES[component.codes]
            return {"id": text, **localised(names[text])}
        return {"id" if component.part is Part.TIME else "value": text, "name": text}


_LINKS: Final = [{"rel": "dataflow", "urn": DATAFLOW_URN}]
_ATTACHED: Final[dict[str, Any]] = {"relationship": {"observation": {}}}


def _head(component: Component) -> dict[str, Any]:
    return {"id": component.id, **localised(component.name)}


def _of(*parts: Part) -> list[Component]:
    return [each for each in COMPONENTS if each.part in parts]


def _number(value: Decimal | None) -> int | float | None:
    """JSON has one kind of number: whole ones stay exact."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
