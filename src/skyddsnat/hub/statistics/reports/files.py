"""Reports as CSV and XLSX.  A format of one row a subject keeps its columns; beside them stands what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from skyddsnat.hub.statistics.reports.shape import Part, Report, State
from skyddsnat.protocols.series import Cell, Sheet, plain, write_workbook
from skyddsnat.protocols.spreadsheets import write_table

NOTES = "notes"
"""A last column of our own: what is not filled in, and why."""


def as_csv(report: Report) -> bytes:
    """All of a report; the template of ten parts says in its first column which part a line is of."""
    if report.by_row:
        return write_table(_columns(report), [_plain(_row(part)) for part in report.parts])
    heading = ["section", *_headings()]
    return write_table(heading, [[part.name, *_plain(cells)] for part in report.parts for cells in _lines(part)])


def part_as_csv(part: Part) -> bytes:
    """One part of the template, which is ten files."""
    return write_table(_headings(), [_plain(cells) for cells in _lines(part)])


def as_workbook(report: Report) -> bytes:
    """A sheet of rows in the format and one that explains them; or a sheet a part."""
    if report.by_row:
        explained = [[part.heading, *cells] for part in report.parts for cells in _lines(part)]
        return write_workbook(
            [
                Sheet(
                    pgettext("sheet of a workbook", "Figures"), _columns(report), [_row(part) for part in report.parts]
                ),
                Sheet(pgettext("sheet of a workbook", "Explained"), [_("Whose"), *_headings()], explained),
            ]
        )
    return write_workbook([Sheet(part.heading, _headings(), _lines(part)) for part in report.parts])


def _columns(report: Report) -> list[str]:
    return [*report.layout.fields, NOTES]


def _row(part: Part) -> list[Cell]:
    missing = [f"{line.name}: {line.note or line.state_words}" for line in part.lines if line.state is not State.FILLED]
    return [*(line.value for line in part.lines), " | ".join(missing)]


def _headings() -> Sequence[str]:
    return [_("Field"), _("In words"), _("Value"), _("Standing"), _("To note")]


def _lines(part: Part) -> list[list[Cell]]:
    return [[line.name, line.label, line.value, str(line.state_words), line.note] for line in part.lines]


def _plain(cells: Sequence[Cell]) -> list[str]:
    return [plain(cell) for cell in cells]
