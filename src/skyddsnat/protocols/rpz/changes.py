"""What must be sent to turn one zone's rows into another's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from skyddsnat.protocols.rpz.records import Record

OCTETS_BESIDE_NAME = 30
"""Of one row in an UPDATE, at most: label lengths and a pointer to the zone (4), type, class, TTL, length (10), data (16)."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows to delete and rows to add, both sorted."""

    delete: tuple[Record, ...]
    add: tuple[Record, ...]

    def __len__(self) -> int:
        return len(self.delete) + len(self.add)

    def batches(self, octets: int) -> Iterator[Changes]:
        """In pieces that each take at most so many octets in a DNS message, all changes of a name in one piece.

        A name that changes from CNAME to A needs both in one message: an A beside a CNAME is silently ignored
        (RFC 2136 § 3.4.2.2).
        """
        by_name: dict[str, tuple[list[Record], list[Record]]] = {}
        for row in self.delete:
            by_name.setdefault(row.owner, ([], []))[0].append(row)
        for row in self.add:
            by_name.setdefault(row.owner, ([], []))[1].append(row)
        delete: list[Record] = []
        add: list[Record] = []
        size = 0
        for name in sorted(by_name, key=_place):
            gone, new = by_name[name]
            more = (len(gone) + len(new)) * (len(name) + OCTETS_BESIDE_NAME)
            if size and size + more > octets:
                yield Changes(tuple(delete), tuple(add))
                delete, add, size = [], [], 0
            delete += gone
            add += new
            size += more
        if size:
            yield Changes(tuple(delete), tuple(add))


def _place(owner: str) -> tuple[str, str]:
    """Keep a name and its wildcard side by side."""
    return (owner.removeprefix("*."), owner)


def changes_between(old: frozenset[Record], new: frozenset[Record]) -> Changes:
    """The changes from one zone to another; empty if they hold the same rows."""
    return Changes(tuple(sorted(old - new)), tuple(sorted(new - old)))
