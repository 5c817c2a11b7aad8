"""Reads item and value out of a CSV or XLSX file: id in the first column, value in the second; other columns are nobody's."""

from __future__ import annotations

import csv
import io
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from skyddsnat.agent.benchmark.workbook import first_sheet
from skyddsnat.agent.errors import WrongUse

LARGEST: Final = 5_000_000
MOST_ROWS: Final = 10_000
_ID: Final = re.compile(r"M(?:ET|Q)-[A-Z0-9.a-z-]{1,40}", re.ASCII)
_ZIP: Final = b"PK"


@dataclass(frozen=True, slots=True)
class Row:
    """One value as it stands in the file.  line: from 1.  An empty value says: there is none."""

    line: int
    item: str
    value: str


def read_table(path: Path) -> list[Row]:
    """The rows that begin with an item's id.  Raises WrongUse for what is too large, unreadable, or says an item twice."""
    raw = _bytes(path)
    cells = first_sheet(raw, most_rows=MOST_ROWS) if raw[:2] == _ZIP else _separated(raw)
    rows = [
        Row(line, first.strip(), second.strip())
        for line, (first, second) in enumerate(cells, start=1)
        if _ID.fullmatch(first.strip())
    ]
    if not rows:
        raise WrongUse(f"{path} has no row that begins with an item's id such as MET-BLK-04 or MQ-A1")
    seen: dict[str, int] = {}
    for row in rows:
        if before := seen.get(row.item):
            raise WrongUse(f"{row.item} stands in line {before} and in line {row.line}, expected each item once")
        seen[row.item] = row.line
    return rows


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > LARGEST:
                raise WrongUse(f"{path} is larger than {LARGEST // 1_000_000} MB, expected a table of items and values")
            return file.read(LARGEST + 1)
    except OSError as error:
        raise WrongUse(f"{path} cannot be read ({error.strerror}), expected a CSV or XLSX file") from error


def _separated(raw: bytes) -> list[tuple[str, str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUse("the file is neither XLSX nor text in UTF-8; save it as XLSX or as CSV UTF-8") from None
    first = text.split("\n", 1)[0]
    separator = ";" if ";" in first else "\t" if "\t" in first else ","
    try:
        found: list[tuple[str, str]] = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            if len(found) >= MOST_ROWS:
                raise WrongUse(f"the file has more than {MOST_ROWS} rows, expected one an item")
            found.append((row[0] if row else "", row[1] if len(row) > 1 else ""))
        return found
    except csv.Error as error:
        raise WrongUse(f"the file was not read as CSV ({error})") from None
