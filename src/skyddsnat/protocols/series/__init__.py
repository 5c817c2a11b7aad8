"""Series as they leave: one table, written as CSV, XLSX, Parquet, SDMX-CSV and SDMX-JSON, with its data structure definition."""

from skyddsnat.protocols.series.components import Cell, plain
from skyddsnat.protocols.series.delimited import SDMX_CSV, write_csv, write_sdmx_csv
from skyddsnat.protocols.series.parquet import PARQUET, write_parquet
from skyddsnat.protocols.series.sdmx_json import SDMX_JSON, write_sdmx_json
from skyddsnat.protocols.series.spreadsheet import write_dictionary, write_xlsx
from skyddsnat.protocols.series.structure import STRUCTURE_JSON, write_structure_json
from skyddsnat.protocols.series.structure_xml import STRUCTURE_XML, write_structure_xml
from skyddsnat.protocols.series.table import Context, Figure, Frequency, Observation, Series, Status, Table
from skyddsnat.protocols.series.workbook import XLSX, Sheet, write_workbook

__all__ = [
    "PARQUET",
    "SDMX_CSV",
    "SDMX_JSON",
    "STRUCTURE_JSON",
    "STRUCTURE_XML",
    "XLSX",
    "Cell",
    "Context",
    "Figure",
    "Frequency",
    "Observation",
    "Series",
    "Sheet",
    "Status",
    "Table",
    "plain",
    "write_csv",
    "write_dictionary",
    "write_parquet",
    "write_sdmx_csv",
    "write_sdmx_json",
    "write_structure_json",
    "write_structure_xml",
    "write_workbook",
    "write_xlsx",
]
