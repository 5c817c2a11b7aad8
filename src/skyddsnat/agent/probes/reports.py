"""At the agent: what the probes wrote.  Others write these files, so nothing in them is believed beyond counts and a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from skyddsnat.agent.probes.sharing import newest
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.zones import ZoneRow

TAIL = 65_536
"""Bytes of a report that are read: the newest lines."""
MOST_LOOKED = 100
SKEW = timedelta(minutes=5)
SILENT_AFTER = timedelta(minutes=15)
"""A probe that has not written for so long is told of.  It is no failed look-up: a probe may be unplugged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of a probe about the canaries that stand in the zones now.  asked, answered: look-ups."""

    at: datetime
    asked: int
    answered: int


class Probes:
    """The configured access types, each with one report in the folder."""

    def __init__(self, folder: Path | None, accesses: Collection[str], notes: Notes) -> None:
        self._folder = folder
        self._accesses = tuple(accesses)
        self._notes = notes

    @property
    def folder(self) -> Path | None:
        """Where question and reports lie; None where there is no probe."""
        return self._folder if self._accesses else None

    def count(self, zones: Collection[ZoneRow], *, now: datetime) -> tuple[int, int]:
        """(look-ups, answered) that no earlier call has counted; remembers what each access type showed last.

        Lines about canaries that are replaced meanwhile prove nothing for the list in force and count for nothing.
        """
        owners = {zone.canary.owner for zone in zones}
        newest = max((zone.published_at for zone in zones), default=now)
        noted: dict[str, Any] = self._notes.get(Notes.PROBES) or {}
        asked = answered = 0
        for access in self._accesses:
            before = noted.get(access) or {}
            since = datetime.fromisoformat(before["at"]) if before else datetime.min.replace(tzinfo=UTC)
            for told in self._lines(access, owners):
                if not since < told.at <= now + SKEW:
                    continue
                since, asked, answered = told.at, asked + told.asked, answered + told.answered
                before = _showed(told, before, published=newest)
            if before:
                noted[access] = before
        self._notes.put(Notes.PROBES, {access: noted[access] for access in self._accesses if access in noted} or None)
        return asked, answered

    def _lines(self, access: str, owners: set[str]) -> Iterator[Told]:
        if self._folder is None:
            return
        try:
            lines = newest(self._folder / f"{access}.jsonl", TAIL).split(b"\n")
        except OSError:
            return
        for line in lines[:-1]:  # what has no end is still being written
            told = _read(line, access, owners)
            if told is not None:
                yield told


def _read(line: bytes, access: str, owners: set[str]) -> Told | None:
    """A line, or None for one that cannot be read or is about other canaries."""
    try:
        raw = orjson.loads(line)
        at, looked, whose = datetime.fromisoformat(raw["at"]), raw["looked"][:MOST_LOOKED], raw["access"]
        moment = at.astimezone(UTC)
        mine = [one["answered"] is True for one in looked if one["owner"] in owners]
    except (ValueError, OverflowError, KeyError, TypeError):  # a time may be none in UTC
        return None
    if whose != access or at.tzinfo is None or not mine:
        return None
    return Told(at=moment, asked=len(mine), answered=sum(mine))


def _showed(told: Told, before: dict[str, Any], *, published: datetime) -> dict[str, Any]:
    """What status tells of an access type.  after: seconds from the newest publish to the first line with every answer."""
    whole = told.answered == told.asked and told.at >= published
    known = before.get("after") if before.get("of") == published.isoformat() else None
    after = known if known is not None or not whole else (told.at - published).total_seconds()
    return {
        "at": told.at.isoformat(),
        "asked": told.asked,
        "answered": told.answered,
        "of": published.isoformat(),
        "after": after,
    }
