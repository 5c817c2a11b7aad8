"""The table as a workbook: the figures, what each column is, and what its codes mean."""

from __future__ import annotations

from typing import Final

from skyddsnat.catalogue.text import Text
from skyddsnat.protocols.series.components import CODES, COMPONENTS, Cell, columns, rows
from skyddsnat.protocols.series.table import Table
from skyddsnat.protocols.series.workbook import Sheet, write_workbook
from skyddsnat.protocols.spreadsheets import write_table

FIGURES: Final = Text("Tal", "Figures")
COLUMNS: Final = Text("Kolumner", "Columns")
CODED: Final = Text("Koder", "Codes")
HEADING: Final = (
    Text("Kolumn", "Column"),
    Text("Benämning", "Name"),
    Text("Slag", "Type"),
    Text("Kodlista", "Code list"),
)
CODE_HEADING: Final = (Text("Kodlista", "Code list"), Text("Kod", "Code"), Text("Betydelse", "Meaning"))


def write_xlsx(table: Table, *, language: str) -> bytes:
    """Three sheets; the figures' headings are the columns' ids, as in the other formats."""
    return write_workbook(
        [
            Sheet(FIGURES.get(language), columns(), list(rows(table, language=language))),
            Sheet(COLUMNS.get(language), [each.get(language) for each in HEADING], _columns(language)),
            Sheet(CODED.get(language), [each.get(language) for each in CODE_HEADING], _codes(language)),
        ]
    )


def write_dictionary(*, language: str) -> bytes:
    """The columns and codes as CSV, to lie beside a file of figures."""
    heading = [*(each.get(language) for each in HEADING), *(each.get(language) for each in CODE_HEADING[1:])]
    lines = [[*map(str, row), "", ""] for row in _columns(language)]
    lines += [["", "", "", *map(str, row)] for row in _codes(language)]
    return write_table(heading, lines)


def _columns(language: str) -> list[list[Cell]]:
    return [[each.id, each.name.get(language), each.type.value, each.codes] for each in COMPONENTS]


def _codes(language: str) -> list[list[Cell]]:
    return [[name, code, text.get(language)] for name, codes in CODES.items() for code, text in codes.items()]
