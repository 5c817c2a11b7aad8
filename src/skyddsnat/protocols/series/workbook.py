"""XLSX: a workbook of plain tables, written and never read.  It is a ZIP of XML; these six kinds of parts are all there is.

No library does it here: those that write workbooks can also put pictures into them (tests/test_no_imagery_by_capability.py).
Texts stand as inline strings, which no spreadsheet takes for formulas.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from skyddsnat.protocols.series.components import Cell, plain

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\]")
LONGEST: Final = 32_767
"""Characters of a cell, by the format."""
WIDEST: Final = 60
"""Characters of a column's width."""
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""Time of each part, so that the same table gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with its heading.  name: at most 31 characters are shown of it."""

    name: str
    heading: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """The workbook; each heading stands still while its table moves."""
    names = [f"xl/worksheets/sheet{number}.xml" for number in range(1, len(sheets) + 1)]
    parts = {
        "[Content_Types].xml": _types(names),
        "_rels/.rels": _related([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _related(
            [*(("worksheet", name[3:]) for name in names), ("styles", "styles.xml")]
        ),
        "xl/styles.xml": _STYLES,
        **{name: _sheet(sheet) for name, sheet in zip(names, sheets, strict=True)},
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            part = zipfile.ZipInfo(name, EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            book.writestr(part, _HEAD + text)
    return file.getvalue()


def _sheet(sheet: Sheet) -> str:
    widths = [
        max(map(len, column))
        for column in zip(sheet.heading, *([plain(c) for c in row] for row in sheet.rows), strict=True)
    ]
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{min(width, WIDEST) + 2}" customWidth="1"/>'
        for number, width in enumerate(widths, 1)
    )
    heading = "".join(_cell(text, style=1) for text in sheet.heading)
    rows = "".join(f"<row>{''.join(_cell(cell) for cell in row)}</row>" for row in sheet.rows)
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData><row>{heading}</row>{rows}</sheetData></worksheet>"
    )


def _cell(cell: Cell, *, style: int = 0) -> str:
    if isinstance(cell, int | Decimal):
        return f"<c><v>{plain(cell)}</v></c>"
    text = _NO_XML.sub("\ufffd", plain(cell))[:LONGEST]
    styled = f' s="{style}"' if style else ""
    return (
        f'<c t="inlineStr"{styled}><is><t xml:space="preserve">{escape(text)}</t></is></c>' if text else f"<c{styled}/>"
    )


def _book(sheets: Iterable[Sheet]) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(_NO_NAME.sub(" ", sheet.name)[:31])} sheetId="{number}" r:id="r{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{listed}</sheets></workbook>'


def _related(parts: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="r{number}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _types(sheets: Iterable[str]) -> str:
    overrides = {"xl/workbook.xml": "sheet.main", "xl/styles.xml": "styles"} | dict.fromkeys(sheets, "worksheet")
    listed = "".join(
        f'<Override PartName="/{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in overrides.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
