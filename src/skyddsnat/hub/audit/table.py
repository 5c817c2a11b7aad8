"""Entries as a table for a spreadsheet: bounded, and with no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from skyddsnat.hub.audit.words import Line
from skyddsnat.protocols.spreadsheets import safe_cell

MOST_ROWS: Final = 5_000


def as_csv(lines: Iterable[Line]) -> str:
    """The table, with a byte order mark, so that spreadsheets read the letters right."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow([_("no."), _("When"), _("What"), _("Member"), _("By"), _("Concerning"), _("Id"), _("Facts")])
    for line in lines:
        facts = "; ".join(f"{key}: {value}" for key, value in line.facts)
        index = "" if line.index is None else line.index
        at = line.at.isoformat(timespec="seconds")
        cells = [index, at, line.what, line.member, line.who, line.kind, line.object_id, facts]
        table.writerow([safe_cell(str(cell)) for cell in cells])
    return "\ufeff" + out.getvalue()
