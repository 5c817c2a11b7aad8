"""Counts per hour that a program on an operator's machine keeps for another to read: one small JSON file a month.

A count tells that something happened in an hour, never to whom.  Files are replaced by rename, so a reader sees a whole one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from skyddsnat.site.errors import Exit, SiteError
from skyddsnat.site.journal import sync_folder

WHAT: Final = ("views", "help", "support", "complaints")
"""What a stop page counts: pages shown, clicks to help for oneself, clicks to support for children, complaints taken in."""

MODE: Final = 0o640  # the agent reads it through the group

type Hours = dict[str, dict[str, int]]
"""By hour in UTC, `2026-11-28T13`, and word of WHAT."""


class NotCounts(SiteError):
    """A file that lies where the counts do and is none of them."""

    exit_code = Exit.WRONG_USE


def hour_of(moment: datetime) -> str:
    """The hour that a moment counts to."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H")


def add_counts(folder: Path, hour: str, counts: Mapping[str, int]) -> None:
    """Add to an hour, and wait until it is on the disk.  Raises OSError."""
    path = _path(folder, hour[:7])
    hours = _read(path)
    row = hours.setdefault(hour, {})
    for what, count in counts.items():
        row[what] = row.get(what, 0) + count
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, MODE), "w") as file:
        os.fchmod(file.fileno(), MODE)
        json.dump(hours, file, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(folder)


def month_totals(folder: Path, month: str) -> dict[str, int]:
    """Sums of a month, `2026-11`, by word of WHAT.  Empty where nothing was counted: unknown, which is not 0.

    Raises NotCounts for a file that is not one of ours.
    """
    try:
        hours = _read(_path(folder, month))
    except ValueError:
        raise NotCounts(f"{folder} holds a file that the stop page did not write; look who did") from None
    if not hours:
        return {}
    return {what: sum(row.get(what, 0) for row in hours.values()) for what in WHAT}


def _path(folder: Path, month: str) -> Path:
    return folder / f"{month}.json"


def _read(path: Path) -> Hours:
    try:
        found = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    if not isinstance(found, dict) or not all(_is_row(row) for row in found.values()):
        raise ValueError(f"{path} is not a file of hourly counts")
    return found


def _is_row(row: object) -> bool:
    return isinstance(row, dict) and all(isinstance(n, int) and n >= 0 for n in row.values())
