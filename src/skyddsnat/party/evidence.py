"""What is known of a round from its transcript: who said what, each signature checked, none of it on the hub's word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from skyddsnat.party.errors import Refused
from skyddsnat.protocols.benchmark import canonical, statement, transcript
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.benchmark.statement import Kind, SignedStatement
from skyddsnat.protocols.benchmark.transcript import Entry

PARTIES = 3


@dataclass(slots=True)
class Evidence:
    """statements: by kind and party.  objections: receipts that members object with, unchecked.  entries, head: of the chain."""

    statements: dict[Kind, dict[int, SignedStatement]] = field(default_factory=dict)
    objections: list[Any] = field(default_factory=list)
    entries: int = 0
    head: str = ""

    def said(self, kind: Kind) -> Mapping[int, SignedStatement]:
        """Who said this kind of thing, and what."""
        return self.statements.get(kind, {})

    def all(self, kind: Kind) -> list[SignedStatement] | None:
        """The three statements in order of their parties, or None until all have spoken."""
        found = self.said(kind)
        return [found[party] for party in range(PARTIES)] if len(found) == PARTIES else None

    def missing(self, kind: Kind) -> list[int]:
        """Parties that have not said it."""
        return [party for party in range(PARTIES) if party not in self.said(kind)]

    def aborted(self) -> SignedStatement | None:
        """A party's word that the round is over."""
        return next(iter(self.said(Kind.ABORTED).values()), None)


@dataclass(slots=True)
class Transcripts:
    """Reads transcripts as `read` does.  A round waits for weeks: what was checked is not checked again while no byte is another.

    _held: by round, the specification and the hash of the last that held, and what was known from it.
    """

    _held: dict[str, tuple[tuple[str, bytes], Evidence]] = field(default_factory=dict)

    def read(self, raw: bytes, specification: Specification, *, entries: int, head: str) -> Evidence:
        """Raises Refused as `read` does, each time anew."""
        this = specification.sha256, sha256(raw).digest()
        before, found = self._held.get(specification.round, (None, None))
        if found is None or before != this or (found.entries, found.head) != (entries, head):
            found = read(raw, specification, entries=entries, head=head)
            self._held[specification.round] = this, found
        return found


def read(raw: bytes, specification: Specification, *, entries: int, head: str) -> Evidence:
    """Check a transcript that must go on from what was seen before (`entries`, `head`; 0 for the first time).

    Raises Refused: history_changed, or the code of what does not hold.
    """
    try:
        chain = transcript.read(raw)
        if entries > len(chain) or (entries and chain[entries - 1].hash != head):
            raise Refused(
                "history_changed",
                f"the transcript has {len(chain)} entries and does not go on from the {entries} seen before; "
                "the hub was restored from a backup, or changes what was said: ask its operator",
            )
        if chain[0].kind != "specification" or canonical.dumps(chain[0].content) != specification.raw:
            raise BadRound("other_specification", "the transcript begins with another specification")
        found = Evidence(entries=len(chain), head=chain[-1].hash)
        for entry in chain[1:]:
            _take(found, entry, specification)
    except BadRound as fault:
        raise Refused(fault.code, f"the hub's transcript: {fault.message}") from None
    return found


def _take(found: Evidence, entry: Entry, specification: Specification) -> None:
    if entry.kind == "objection":
        found.objections.append(entry.content)
    if entry.kind != "statement":
        return
    said = statement.read(entry.content)
    said.check(specification)
    party = said.statement.party
    if entry.by != f"party-{party}":
        raise BadRound("malformed", f"entry {entry.n} is entered for another party than signed it")
    before = found.statements.setdefault(said.statement.kind, {}).setdefault(party, said)
    if before.document() != said.document():
        raise BadRound("not_allowed", f"party {party} said {said.statement.kind} twice, and differently")
