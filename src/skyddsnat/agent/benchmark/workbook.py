"""The first two columns of an XLSX file's first sheet.  An XLSX is a ZIP of XML: sizes are bounded, and a DOCTYPE is refused."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.parsers import expat

from skyddsnat.agent.errors import WrongUse

LARGEST_PART: Final = 20_000_000
MOST_STRINGS: Final = 200_000
_SHEET: Final = re.compile(r"xl/worksheets/sheet([0-9]{1,4})\.xml", re.ASCII)
_CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_NUMBER: Final = re.compile(r"-?[0-9.]{1,40}(?:E[+-]?[0-9]{1,3})?", re.ASCII | re.IGNORECASE)
_NO_ZIP: Final = (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError, ValueError, LookupError)
"""What `zipfile` raises for bytes that only look like a ZIP; found by changing some at random (tests)."""
DIGITS: Final = 15
"""What a person typed has at most so many; a spreadsheet keeps 0.1 as 0.10000000000000001."""


def first_sheet(raw: bytes, *, most_rows: int) -> list[tuple[str, str]]:
    """(first cell, second cell) of each row, gaps included.  Raises WrongUse."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            numbers = sorted(int(found[1]) for name in book.namelist() if (found := _SHEET.fullmatch(name)))
            if not numbers:
                raise WrongUse("the file is no workbook, expected XLSX with a sheet")
            strings = _Strings()
            if "xl/sharedStrings.xml" in book.namelist():
                _parse(_part(book, "xl/sharedStrings.xml"), strings.start, strings.end, strings.text)
            sheet = _Sheet(strings.found, most_rows)
            _parse(_part(book, f"xl/worksheets/sheet{numbers[0]}.xml"), sheet.start, sheet.end, sheet.text)
    except _NO_ZIP:
        raise WrongUse("the workbook was not read, expected an XLSX file without a password") from None
    last = max(sheet.rows, default=0)
    return [(row.get("A", ""), row.get("B", "")) for row in (sheet.rows.get(n, {}) for n in range(1, last + 1))]


class _Strings:
    """Texts that cells name by number."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._now: list[str] | None = None
        self._said = False

    def start(self, name: str, _: dict[str, str]) -> None:
        if name == "si":
            if len(self.found) >= MOST_STRINGS:
                raise WrongUse("the workbook holds too many texts, expected a table of items and values")
            self._now = []
        self._said = name == "t"

    def text(self, data: str) -> None:
        if self._said and self._now is not None:
            self._now.append(data)

    def end(self, name: str) -> None:
        self._said = False
        if name == "si" and self._now is not None:
            self.found.append("".join(self._now))
            self._now = None


class _Sheet:
    """Cells of the columns A and B, by row."""

    def __init__(self, strings: list[str], most_rows: int) -> None:
        self.rows: dict[int, dict[str, str]] = {}
        self._strings = strings
        self._most_rows = most_rows
        self._at: tuple[str, int] | None = None
        self._kind = ""
        self._said: list[str] = []
        self._reads = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            place = _CELL.fullmatch(attributes.get("r", ""))
            self._at = (place[1], int(place[2])) if place and place[1] in {"A", "B"} else None
            self._kind, self._said = attributes.get("t", "n"), []
            if self._at and not 1 <= self._at[1] <= self._most_rows:
                raise WrongUse(f"the sheet has more than {self._most_rows} rows, expected one an item")
        self._reads = name in {"v", "t"} and self._at is not None

    def text(self, data: str) -> None:
        if self._reads:
            self._said.append(data)

    def end(self, name: str) -> None:
        self._reads = False
        if name != "c" or self._at is None:
            return
        column, row = self._at
        self.rows.setdefault(row, {})[column] = self._cell("".join(self._said))

    def _cell(self, said: str) -> str:
        if self._kind == "s":
            place = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else len(self._strings)
            return self._strings[place] if place < len(self._strings) else ""
        if self._kind == "e":
            raise WrongUse(f"the sheet has an error ({said[:20]}) in a cell of item or value, expected a value")
        return typed(said) if self._kind == "n" else said


def typed(number: str) -> str:
    """A stored number as a person would have typed it; anything else as it is."""
    if not _NUMBER.fullmatch(number):
        return number
    try:
        exact = Decimal(number)
    except InvalidOperation:
        return number
    if not exact or not -DIGITS <= exact.adjusted() <= DIGITS:
        return "0" if not exact else number
    places = DIGITS - 1 - exact.adjusted()
    return format(round(exact, places).normalize() + 0, "f") if places < 30 else number


def _part(book: zipfile.ZipFile, name: str) -> bytes:
    if book.getinfo(name).compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise zipfile.BadZipFile(name)
    with book.open(name) as part:  # what the directory says of a size is not believed: so much is read and no more
        content = part.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise WrongUse(f"the workbook is larger than {LARGEST_PART // 1_000_000} MB when unpacked")
    return content


def _parse(
    raw: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
    parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, LookupError):  # LookupError: an encoding that nobody knows
        raise WrongUse("the workbook holds XML that was not read; save it anew as XLSX") from None


def _no_doctype(*_: object) -> None:
    raise WrongUse("the workbook holds a DOCTYPE, which no spreadsheet writes; it is not read")
