"""Parquet: the plain table with typed columns, for programs that count.  pyarrow is loaded when the first one is asked for."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Final

from skyddsnat.protocols.series.components import COMPONENTS, Cell, Component, DataType, rows
from skyddsnat.protocols.series.structure import DATAFLOW_URN
from skyddsnat.protocols.series.table import Table

PARQUET: Final = "application/vnd.apache.parquet"


def write_parquet(table: Table, *, language: str) -> bytes:
    """One row group; what is missing is null.  The file's own notes say which structure it follows, of whom and when."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {
        DataType.WHOLE: pa.int64(),
        DataType.DECIMAL: pa.float64(),
        DataType.DAY: pa.date32(),
    }
    notes = {
        "structure": DATAFLOW_URN,
        "sender": table.sender,
        "prepared": table.prepared.isoformat(),
        "language": language,
    }
    schema = pa.schema([(each.id, kinds.get(each.type, pa.string())) for each in COMPONENTS], metadata=notes)
    cells = list(rows(table, language=language))
    columns = [[_typed(row[place], each) for row in cells] for place, each in enumerate(COMPONENTS)]
    file = io.BytesIO()
    made = pa.Table.from_arrays(
        [pa.array(column, kind.type) for column, kind in zip(columns, schema, strict=True)], schema=schema
    )
    pq.write_table(made, file, compression="snappy")
    return file.getvalue()


def _typed(cell: Cell, component: Component) -> Cell | float:
    """A double holds every count below 9 * 10^15 exactly, and all that reads Parquet reads doubles."""
    return float(cell) if isinstance(cell, Decimal) else cell if cell != "" else None
