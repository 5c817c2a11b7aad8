"""The live set of a collection, kept between two heads: a small change costs its own parts, whatever the rest has grown to.

Its digest is the one of `feedhead.set_digest`, whatever the way that led to it (docs/adr/0049-digests-of-parts.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from skyddsnat.policy.parts import Parts
from skyddsnat.protocols.feedhead import SetDigest, part_of

SAID = 65
"""Characters of `|object_hash` at a line's end."""


class LiveSet:
    """(STIX id, version, object hash) of each live indicator, as the parts of the signed digest.  Never changes.

    An id has no line break in it.
    """

    def __init__(self, entries: Iterable[tuple[str, int, str]] = ()) -> None:
        lines = [*map(_line, entries)]
        self._count = len(lines)
        self._parts = Parts(lines, of=_part, forms=(str, _short))

    def __len__(self) -> int:
        return self._count

    def changed(self, ids: Iterable[str], entries: Iterable[tuple[str, int, str]]) -> LiveSet:
        """The set in which these entries stand in place of all that is held of these ids."""
        gone, come = [line for stix_id in ids for line in self._of(stix_id)], [*map(_line, entries)]
        after = LiveSet.__new__(LiveSet)
        after._count = self._count - len(gone) + len(come)
        after._parts = self._parts.changed(drop=gone, add=come)
        return after

    def _of(self, stix_id: str) -> list[str]:
        """The id's lines; others that begin so are of an id that goes on with a `|`, as a hostile hub might send."""
        begins, lines = f"{stix_id}|", self._parts.lines(part_of(stix_id))
        return [line for line in lines if line.startswith(begins) and _id(line) == stix_id]

    @cached_property
    def digest(self) -> SetDigest:
        """What a signed head says of exactly this set."""
        return SetDigest(self._count, sha256=self._parts.digest(1), content=self._parts.digest(0))


def _line(entry: tuple[str, int, str]) -> str:
    stix_id, version, said = entry
    return f"{stix_id}|{version}|{said}"


def _short(line: str) -> str:
    return line[:-SAID]


def _id(line: str) -> str:
    return line.rsplit("|", 2)[0]


def _part(line: str) -> str:
    return part_of(_id(line))
