"""CSV and XLSX as spreadsheets write them, and files made to harm."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest

from skyddsnat.agent.benchmark import workbook
from skyddsnat.agent.benchmark.table import LARGEST, Row, read_table
from skyddsnat.agent.errors import WrongUse

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = f"""<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Värde</t></is></c></row>
<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>97.299999999999997</v></c><c r="C3"><v>5</v></c></row>
<row r="4"><c r="A4" t="inlineStr"><is><t>MET-BLK-01.amount</t></is></c><c r="B4"><v>1.234567E6</v></c></row>
<row r="5"><c r="A5" t="s"><v>2</v></c><c r="B5" t="str"><f>1+1</f><v>2</v></c></row>
<row r="6"><c r="A6" t="inlineStr"><is><t>MET-LST-03</t></is></c></row>
</sheetData></worksheet>"""
STRINGS = f"""<sst xmlns="{MAIN}"><si><t>Mått</t></si><si><r><t>MET-</t></r><r><t>BLK-05</t></r></si>
<si><t>MQ-A1</t></si></sst>"""


def book(folder: Path, **parts: str) -> Path:
    """A workbook; its parts by the names sheet and strings."""
    names = {
        "sheet": "xl/worksheets/sheet1.xml",
        "strings": "xl/sharedStrings.xml",
        "second": "xl/worksheets/sheet2.xml",
    }
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in ({"sheet": SHEET, "strings": STRINGS} | parts).items():
            file.writestr(names.get(name, name), text)
    path = folder / f"{uuid4()}.xlsx"
    path.write_bytes(raw.getvalue())
    return path


def csv(folder: Path, raw: bytes) -> Path:
    path = folder / f"{uuid4()}.csv"
    path.write_bytes(raw)
    return path


def test_a_workbook_gives_what_a_person_typed(tmp_path: Path) -> None:
    expected = [
        Row(3, "MET-BLK-05", "97.3"),
        Row(4, "MET-BLK-01.amount", "1234567"),
        Row(5, "MQ-A1", "2"),
        Row(6, "MET-LST-03", ""),
    ]
    assert read_table(book(tmp_path)) == expected
    assert read_table(book(tmp_path, second=SHEET.replace("97.", "12."))) == expected, "the first sheet counts"


@pytest.mark.parametrize(
    ("raw", "rows"),
    [
        ("﻿Mått;Värde\r\n MET-BLK-05 ; 97,3 \r\n".encode(), [Row(2, "MET-BLK-05", "97,3")]),
        (b"MET-BLK-05\t97.3\textra\nMQ-A1\t\n", [Row(1, "MET-BLK-05", "97.3"), Row(2, "MQ-A1", "")]),
        (b'MET-BLK-05,"1,5"\nMQ-A1\n', [Row(1, "MET-BLK-05", "1,5"), Row(2, "MQ-A1", "")]),
    ],
)
def test_csv_in_the_spellings_of_spreadsheets(tmp_path: Path, raw: bytes, rows: list[Row]) -> None:
    assert read_table(csv(tmp_path, raw)) == rows


def test_numbers_as_a_spreadsheet_stores_them() -> None:
    stored = {
        "0.10000000000000001": "0.1",
        "9.9999999999999995E-7": "0.000001",
        "3.0": "3",
        "-0": "0",
        "0.30000000000000004": "0.3",
        "1E400": "1E400",
        "1.2.3": "1.2.3",
        "123456789012": "123456789012",
    }
    assert {number: workbook.typed(number) for number in stored} == stored


def test_files_made_to_harm_are_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laughs = SHEET.replace("<worksheet", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet')
    outside = SHEET.replace("<worksheet", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet')
    far = SHEET.replace('r="A3"', 'r="A9999999"')
    for path, why in (
        (book(tmp_path, sheet=laughs), "holds a DOCTYPE"),
        (book(tmp_path, sheet=outside), "holds a DOCTYPE"),
        (book(tmp_path, strings=f"<!DOCTYPE s>{STRINGS}"), "holds a DOCTYPE"),
        (book(tmp_path, sheet=far), "more than 10000 rows"),
        (book(tmp_path, sheet=SHEET[:-20]), "XML that was not read"),
        (book(tmp_path, sheet=SHEET.replace('B3"><v>97.299999999999997', 'B3" t="e"><v>#DIV/0!')), "has an error"),
        (csv(tmp_path, b"PK but no zip"), "the workbook was not read"),
        (csv(tmp_path, b"\xff\xfe\x00"), "neither XLSX nor text in UTF-8"),
        (csv(tmp_path, b"MQ-A1,1\n" + b"x\n" * 10_000), "more than 10000 rows"),
        (csv(tmp_path, b"a" * (LARGEST + 1)), "larger than 5 MB"),
        (tmp_path, "cannot be read"),
    ):
        with pytest.raises(WrongUse, match=why):
            read_table(path)
    bomb = book(tmp_path, sheet=SHEET.replace("Värde", " " * 3_000_000))
    assert bomb.stat().st_size < 20_000
    monkeypatch.setattr(workbook, "LARGEST_PART", 1_000_000)
    with pytest.raises(WrongUse, match="when unpacked"):
        read_table(bomb)


def test_bytes_changed_at_random_are_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    rng, good = random.Random(17), book(tmp_path).read_bytes()
    refused = 0
    for _ in range(400):
        raw, text = bytearray(good), list(SHEET)
        for _ in range(rng.randint(1, 4)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
            text[rng.randrange(len(text))] = rng.choice("<>/&; \x00é01E.A-")
        for path in (csv(tmp_path, bytes(raw)), book(tmp_path, sheet="".join(text))):
            try:
                read_table(path)
            except WrongUse:
                refused += 1
    assert 400 < refused < 800
    squeezed = io.BytesIO()
    with zipfile.ZipFile(squeezed, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("xl/worksheets/sheet1.xml", SHEET)
    with pytest.raises(WrongUse, match="the workbook was not read"):
        read_table(csv(tmp_path, squeezed.getvalue()))
