"""The transcript of a round: a chain of entries from the specification to the last notice of destruction, values excepted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from skyddsnat.protocols.benchmark import canonical, fields
from skyddsnat.protocols.benchmark.errors import BadRound

FIRST: Final = "0" * 64
MOST_ENTRIES: Final = 20_000
KINDS: Final = (
    "specification",
    "opened",
    "submission",
    "closed",
    "objection",
    "statement",
    "state",
    "release",
    "destroyed",
)
"""`statement`: a party's, signed.  `submission`: an envelope and its signature.  The others are the hub's notes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """by: `hub`, `party-0` to `party-2`, or `member:<id>`.  prev: hash of the entry before, FIRST for the first."""

    n: int
    prev: str
    at: datetime
    by: str
    kind: str
    content: Any

    def document(self) -> dict[str, Any]:
        """What is hashed and served."""
        return {
            "n": self.n,
            "prev": self.prev,
            "at": fields.moment_text(self.at),
            "by": self.by,
            "kind": self.kind,
            "content": self.content,
        }

    @property
    def hash(self) -> str:
        """What the next entry names."""
        return canonical.digest(self.document())


def follow(last: Entry | None, *, at: datetime, by: str, kind: str, content: Any) -> Entry:
    """The entry after `last`."""
    return (
        Entry(0, FIRST, at, by, kind, content) if last is None else Entry(last.n + 1, last.hash, at, by, kind, content)
    )


def lines(entries: Iterable[Entry]) -> bytes:
    """JSON lines, as they are downloaded."""
    return b"".join(canonical.dumps(entry.document()) + b"\n" for entry in entries)


def read(raw: bytes) -> list[Entry]:
    """Parse JSON lines and check the chain.  Raises BadRound(malformed | broken_chain)."""
    rows = raw.splitlines()
    if not 1 <= len(rows) <= MOST_ENTRIES:
        raise BadRound("malformed", f"{len(rows)} lines, expected 1 to {MOST_ENTRIES}")
    entries = [_entry(row) for row in rows]
    check_chain(entries)
    return entries


def check_chain(entries: Sequence[Entry]) -> None:
    """Raises BadRound(broken_chain) at the first entry that does not follow the one before."""
    prev = FIRST
    for n, entry in enumerate(entries):
        if entry.n != n or entry.prev != prev:
            raise BadRound(
                "broken_chain", f"entry {n} does not follow the one before: something was changed or left out"
            )
        prev = entry.hash


def _entry(row: bytes) -> Entry:
    try:
        thing = json.loads(row)
    except (ValueError, RecursionError):
        raise BadRound("malformed", "a line of the transcript was not read as JSON") from None
    top = fields.table(thing, ("n", "prev", "at", "by", "kind", "content"), what="an entry")
    return Entry(
        n=fields.whole(top["n"], low=0, high=MOST_ENTRIES, what="an entry's n"),
        prev=fields.text(top["prev"], fields.HEX32, what="an entry's prev"),
        at=fields.moment(top["at"], what="an entry's at"),
        by=fields.text(top["by"], rf"hub|party-[012]|member:{fields.IDENTIFIER}", what="an entry's by"),
        kind=fields.text(top["kind"], "|".join(KINDS), what="an entry's kind"),
        content=top["content"],
    )
