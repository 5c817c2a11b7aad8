"""The live set of a collection, kept between two heads: a small change costs its own size, and one pass of the hash function.

Its digest is the one of `feedhead.set_digest`, whatever the way that led to it (docs/adr/0018-cheap-polls-without-caches.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from skyddsnat.policy.sorted_lines import SortedLines
from skyddsnat.protocols.feedhead import SetDigest

SAID = 65
"""Characters of `|object_hash` at a line's end."""


class LiveSet:
    """(STIX id, version, object hash) of each live indicator, as the sorted lines of the signed digest.  Never changes.

    An id has no line break in it.
    """

    def __init__(self, entries: Iterable[tuple[str, int, str]] = ()) -> None:
        lines = [*map(_line, entries)]
        self._count = len(lines)
        self._long, self._short = SortedLines(lines), SortedLines(map(_short, lines))

    def __len__(self) -> int:
        return self._count

    def changed(self, ids: Iterable[str], entries: Iterable[tuple[str, int, str]]) -> LiveSet:
        """The set in which these entries stand in place of all that is held of these ids."""
        gone, come = [line for stix_id in ids for line in self._of(stix_id)], [*map(_line, entries)]
        after = LiveSet()
        after._count = self._count - len(gone) + len(come)
        after._long = self._long.changed(drop=gone, add=come)
        after._short = self._short.changed(drop=map(_short, gone), add=map(_short, come))
        return after

    def _of(self, stix_id: str) -> list[str]:
        """The id's lines; others that begin so are of an id that goes on with a `|`, as a hostile hub might send."""
        return [line for line in self._long.starting_with(f"{stix_id}|") if line.rsplit("|", 2)[0] == stix_id]

    @cached_property
    def digest(self) -> SetDigest:
        """What a signed head says of exactly this set."""
        return SetDigest(self._count, self._short.sha256(), self._long.sha256())


def _line(entry: tuple[str, int, str]) -> str:
    stix_id, version, said = entry
    return f"{stix_id}|{version}|{said}"


def _short(line: str) -> str:
    return line[:-SAID]
