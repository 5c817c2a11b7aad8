"""The live set of a collection, kept between two heads: a small change costs its own size, not that of the set.

Its digest is the one of `feedhead.set_digest`, whatever the way that led to it (docs/adr/0018-cheap-polls-without-caches.md).
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from skyddsnat.protocols.feedhead import SetDigest

SAID = 65
"""Octets of `|object_hash` at a line's end."""


class LiveSet:
    """(STIX id, version, object hash) of each live indicator, as the sorted lines of the signed digest.  Never changes."""

    def __init__(self, entries: Iterable[tuple[str, int, str]] = ()) -> None:
        self._lines = sorted(map(_line, entries))

    def __len__(self) -> int:
        return len(self._lines)

    def changed(self, ids: Iterable[str], entries: Iterable[tuple[str, int, str]]) -> LiveSet:
        """The set in which these entries stand in place of all that is held of these ids."""
        after = LiveSet()
        after._lines = self._lines.copy()
        for stix_id in ids:
            _drop(after._lines, stix_id.encode())
        after._lines.extend(map(_line, entries))
        after._lines.sort()  # two sorted runs: no more than one look at each line
        return after

    @cached_property
    def digest(self) -> SetDigest:
        """What a signed head says of exactly this set."""
        short = sorted(line[:-SAID] for line in self._lines)
        return SetDigest(len(self._lines), _joined(short), _joined(self._lines))


def _line(entry: tuple[str, int, str]) -> bytes:
    stix_id, version, said = entry
    return f"{stix_id}|{version}|{said}".encode()


def _drop(lines: list[bytes], stix_id: bytes) -> None:
    """Take the id's lines out.  Between them may stand those of an id that goes on with a `|`, as a hostile hub might send."""
    prefix = stix_id + b"|"
    at = bisect_left(lines, prefix)
    while at < len(lines) and lines[at].startswith(prefix):
        if lines[at].rsplit(b"|", 2)[0] == stix_id:
            del lines[at]
        else:
            at += 1


def _joined(lines: list[bytes]) -> str:
    return hashlib.sha256(b"\n".join(lines)).hexdigest()
