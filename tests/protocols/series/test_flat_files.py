"""CSV, XLSX and Parquet: the same figures in each, each with its context, and nothing that a program runs."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from lxml import etree

from skyddsnat.protocols.series import (
    Observation,
    Sheet,
    Status,
    write_csv,
    write_dictionary,
    write_parquet,
    write_sdmx_csv,
    write_workbook,
    write_xlsx,
)
from skyddsnat.protocols.series.components import COMPONENTS, columns, rows
from tests.protocols.series.examples import CONTEXT, NASTY, TABLE

FIRST = {
    "METRIC": "MET-BLK-01",
    "TIME_PERIOD": "2026-07",
    "OBS_VALUE": "412340",
    "OBS_STATUS": "A",
    "CONF_STATUS": "F",
    "DEFINITION": "DNS queries answered with a block.",
    "CAVEAT": "Counts queries, not people.",
    "METHOD_VERSION": "1",
    "LIST_SOURCE": "The coalition's list",
    "LIST_ENTRIES_MEAN_FROM": "2870",
    "LIST_ENTRIES_MEAN_TO": "2914",
    "SUBSCRIPTIONS_FROM": "3000000",
    "SUBSCRIPTIONS_TO": "",
    "RESOLVERS": "most",
    "OWNERS": "5",
    "KNOWN_GAPS": "Some days are missing.",
    "RELEASED_ON": "2026-11-20",
}


def read(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def test_each_row_of_a_csv_carries_its_definition_method_and_context() -> None:
    found = read(write_csv(TABLE, language="en"))
    assert [row["OBS_VALUE"] for row in found] == ["412340", "398120", "", "", "100", "97.5"]
    assert [row["OBS_STATUS"] for row in found] == ["A", "B", "Q", "O", "A", "A"]
    assert {key: found[0][key] for key in FIRST} == FIRST
    mandatory = [each.id for each in COMPONENTS if each.mandatory]
    assert [row for row in found if not all(row[name] for name in mandatory)] == []


def test_texts_follow_the_language_and_numbers_do_not() -> None:
    swedish, english = (read(write_csv(TABLE, language=language)) for language in ("sv", "en"))
    assert swedish[0]["TITLE"] == "Blockerade uppslagningar"
    assert [row["OBS_VALUE"] for row in swedish] == [row["OBS_VALUE"] for row in english]
    assert list(swedish[0]) == list(english[0]) == columns()


@pytest.mark.parametrize("write", [write_csv, write_sdmx_csv])
def test_a_cell_that_a_spreadsheet_would_run_stays_text(write: Any) -> None:
    found = [row["EVENTS"] for row in read(write(TABLE, language="en")) if row["EVENTS"]]
    assert [text[0] for text in found] == ["'"]
    assert ", '@SUM" in found[0] or ",' @SUM" in found[0]
    assert "\n" not in found[0]


def test_a_figure_that_is_held_back_cannot_have_a_value_nor_a_released_one_none() -> None:
    for status, value in ((Status.SUPPRESSED, Decimal(7)), (Status.MISSING, Decimal(0)), (Status.NORMAL, None)):
        with pytest.raises(ValueError, match="do not go together"):
            Observation("2026-07", status, value, CONTEXT)


def workbook() -> bytes:
    body = [list(row) for row in rows(TABLE, language="sv")]
    return write_workbook([Sheet("Tal", columns(), body), Sheet("[Om]: allt/resten", ["Fält", "Vad"], [["A", NASTY]])])


def test_a_workbook_opens_and_its_numbers_are_numbers() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    assert book.sheetnames == ["Tal", " Om   allt resten"]
    head, *body = book["Tal"].iter_rows(values_only=True)
    assert list(head) == columns()
    assert [row[head.index("OBS_VALUE")] for row in body] == [412340, 398120, None, None, 100, 97.5]
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert book[book.sheetnames[1]]["B2"].value.startswith("=HYPERLINK"), "text, and no formula"


def test_a_workbook_is_five_kinds_of_xml_and_the_same_each_time() -> None:
    raw = workbook()
    assert raw == workbook()
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        assert [name for name in book.namelist() if not name.endswith((".xml", ".rels"))] == []
        for name in book.namelist():
            etree.fromstring(book.read(name))


def test_a_workbook_takes_any_text() -> None:
    raw = write_workbook([Sheet("x", ["a"], [["\x00\x0b\ud800 ok"], ["y" * 40_000], [None]])])
    cells = [row[0] for row in openpyxl.load_workbook(io.BytesIO(raw))["x"].iter_rows(min_row=2, values_only=True)]
    assert cells[0].endswith(" ok")
    assert len(cells[1]) == 32_767


def test_the_workbook_explains_its_columns_and_codes() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(TABLE, language="sv")))
    assert book.sheetnames == ["Tal", "Kolumner", "Koder"]
    explained = {row[0]: row[3] for row in book["Kolumner"].iter_rows(min_row=2, values_only=True)}
    assert list(explained) == columns()
    listed = {(row[0], row[1]) for row in book["Koder"].iter_rows(min_row=2, values_only=True)}
    assert ("CL_OBS_STATUS", "Q") in listed
    beside = read(write_dictionary(language="en"))
    assert [row["Column"] for row in beside if row["Column"]] == columns()
    assert len([row for row in beside if row["Code"]]) == len(listed)


def test_parquet_has_types_and_says_which_structure_it_follows() -> None:
    table = pq.read_table(io.BytesIO(write_parquet(TABLE, language="en")))
    assert table.column_names == columns()
    assert table["OBS_VALUE"].to_pylist() == [412340.0, 398120.0, None, None, 100.0, 97.5]
    assert table["OBS_STATUS"].to_pylist() == ["A", "B", "Q", "O", "A", "A"]
    assert table["LIST_ENTRIES_MEAN_TO"].to_pylist()[0] == 2914
    assert table["RELEASED_ON"].to_pylist()[0] == CONTEXT.released_on
    assert b"SKYDDSNAT:SERIES(1.1.0)" in table.schema.metadata[b"structure"]
