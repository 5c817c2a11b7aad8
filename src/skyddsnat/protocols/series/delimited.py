"""CSV: the plain table with SDMX's column ids, and SDMX-CSV 2.0, which says in front of each row what structure it follows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from skyddsnat.protocols.series.components import Cell, columns, plain, rows
from skyddsnat.protocols.series.structure import DATAFLOW
from skyddsnat.protocols.series.table import Table
from skyddsnat.protocols.spreadsheets import safe_cell, write_table

SDMX_CSV: Final = "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"


def write_csv(table: Table, *, language: str) -> bytes:
    """For spreadsheets and scripts: one figure a row, one column for each thing that it is not read without."""
    return write_table(columns(), ([plain(cell) for cell in row] for row in rows(table, language=language)))


def write_sdmx_csv(table: Table, *, language: str) -> bytes:
    """SDMX-CSV 2.0.0.  Without a byte order mark: its readers take one for a part of the first heading."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *columns()])
    writer.writerows(["dataflow", DATAFLOW, "I", *_guarded(row)] for row in rows(table, language=language))
    return file.getvalue().encode()


def _guarded(row: Iterable[Cell]) -> list[str]:
    """Cells of SDMX-CSV are opened in spreadsheets too: a text that would run there gets the same sign in front."""
    return [safe_cell(plain(cell)) for cell in row]
