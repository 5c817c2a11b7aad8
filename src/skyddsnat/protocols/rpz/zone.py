"""The text of a policy zone's file, byte for byte the same for the same rows, serial and canary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from skyddsnat.protocols.rpz.changes import Changes
from skyddsnat.protocols.rpz.records import Record

BLOCK_TTL = 60
"""Seconds that a resolver or a client may keep a block answer: also how long a lifted block can linger."""

REFRESH, RETRY, EXPIRE, MINIMUM = 30, 10, 1_209_600, 60
"""SOA timers in seconds.  Refresh is the safety net under NOTIFY; expire (14 days) is how long resolvers keep the last list
when hub and agent are gone."""


@dataclass(frozen=True, slots=True)
class ZoneHead:
    """Name of the zone (no trailing dot) and its serial."""

    name: str
    serial: int

    @property
    def soa(self) -> str:
        """Data of the SOA record."""
        return f"localhost. hostmaster.{self.name}. {self.serial} {REFRESH} {RETRY} {EXPIRE} {MINIMUM}"


def zone_text(head: ZoneHead, records: Iterable[Record]) -> str:
    """The zone file: SOA and NS, then the rows in order."""
    return _text(head, [_line(record) for record in sorted(records)])


def changed_text(text: str, head: ZoneHead, changes: Changes) -> str:
    """The same from the zone's file before the changes: with a million rows a tenth of the work.

    Rows stay in the order of `zone_text`: a blank sorts before every character of a name.
    """
    gone = {_line(record) for record in changes.delete}
    lines = [line for line in text.splitlines()[len(_head(head)) :] if line not in gone]
    lines += [_line(record) for record in changes.add]
    lines.sort()  # in order but for the end, which sorting makes use of
    return _text(head, lines)


def _text(head: ZoneHead, lines: Iterable[str]) -> str:
    return "\n".join([*_head(head), *lines]) + "\n"


def _head(head: ZoneHead) -> list[str]:
    return [f"$ORIGIN {head.name}.", f"$TTL {BLOCK_TTL}", f"@ SOA {head.soa}", "@ NS localhost."]


def _line(record: Record) -> str:
    return f"{record.owner} {record.kind} {record.data}"
