"""What must be sent to turn one zone's rows into another's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched

from skyddsnat.protocols.rpz.records import Record


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows to delete and rows to add, both sorted."""

    delete: tuple[Record, ...]
    add: tuple[Record, ...]

    def __len__(self) -> int:
        return len(self.delete) + len(self.add)

    def batches(self, size: int) -> Iterator[Changes]:
        """In pieces of at most `size` owner names, all changes of a name in one piece.

        A name that changes from CNAME to A needs both in one message: an A beside a CNAME is silently ignored
        (RFC 2136 § 3.4.2.2).
        """
        names = sorted({row.owner for row in (*self.delete, *self.add)}, key=_place)
        for piece in batched(names, size):
            chosen = set(piece)
            yield Changes(
                tuple(row for row in self.delete if row.owner in chosen),
                tuple(row for row in self.add if row.owner in chosen),
            )


def _place(owner: str) -> tuple[str, str]:
    """Keep a name and its wildcard side by side."""
    return (owner.removeprefix("*."), owner)


def changes_between(old: frozenset[Record], new: frozenset[Record]) -> Changes:
    """The changes from one zone to another; empty if they hold the same rows."""
    return Changes(tuple(sorted(old - new)), tuple(sorted(new - old)))
