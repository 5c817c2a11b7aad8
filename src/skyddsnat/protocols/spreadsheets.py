"""CSV that no spreadsheet executes.

A cell that begins like a formula gets an apostrophe in front.  The same holds behind a character that a spreadsheet of another
language takes for the end of a cell.  Look-alikes count: some programs fold full-width signs to plain ones before they look.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

FORMULA = frozenset("=+-@|%")
"""What a formula, or a call of another program (DDE), begins with."""

_HIDDEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_CONTROLS = frozenset("\t\r\n")
_PARTS = re.compile(r"([;,\t\r\n|])")


def safe_cell(text: str) -> str:
    """The text so that it stays text in every spreadsheet."""
    parts = _PARTS.split(text)
    safe = "".join(f"'{part}" if number % 2 == 0 and _is_formula(part) else part for number, part in enumerate(parts))
    return f"'{safe}" if safe[:1] in _CONTROLS or _is_formula(safe) else safe


def write_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file in UTF-8 with a byte order mark, without which spreadsheets guess another encoding."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _is_formula(part: str) -> bool:
    """Whether a cell that begins like this could be taken for a formula.  Hidden signs and quotation marks are looked through."""
    first = next((sign for sign in part if sign != '"' and unicodedata.category(sign) not in _HIDDEN), "")
    folded = unicodedata.normalize("NFKC", first)[:1]
    return bool(first) and (
        folded in FORMULA or unicodedata.category(first) == "Pd"
    )  # every dash: some fold to a minus
