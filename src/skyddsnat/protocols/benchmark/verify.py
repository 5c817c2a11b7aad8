"""Checks a whole transcript without trust in the hub: everything but what happened inside the computation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from skyddsnat.policy.benchmark.states import RoundState
from skyddsnat.protocols.benchmark import canonical, envelope, release, spec_reader, statement, transcript
from skyddsnat.protocols.benchmark.envelope import SignedEnvelope
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.release import Release
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.benchmark.statement import Kind, SignedStatement
from skyddsnat.protocols.benchmark.transcript import Entry


@dataclass(slots=True)
class Verified:
    """What a transcript proves.  release is None for a round that has not come so far, or never will."""

    specification: Specification
    submissions: list[SignedEnvelope] = field(default_factory=list)
    statements: dict[Kind, dict[int, SignedStatement]] = field(default_factory=dict)
    accepted: tuple[str, ...] = ()
    release: Release | None = None
    head: str = ""
    stopped: bool = False
    """Whether a party or the hub says that the round ended without a result; then there must be none."""

    def said(self, kind: Kind) -> list[SignedStatement]:
        """Statements of a kind, by party."""
        return [said for _, said in sorted(self.statements.get(kind, {}).items())]


def verify(raw: bytes, *, pinned: Sequence[str] | None = None) -> Verified:
    """Check the chain, every signature, the root, the agreement of the parties, and the release.

    pinned: the three parties' long-term keys (hex) as the reader knows them from elsewhere; None trusts the specification's.
    Raises BadRound at the first thing that does not hold.
    """
    return verify_entries(transcript.read(raw), pinned=pinned)


def verify_entries(entries: Sequence[Entry], *, pinned: Sequence[str] | None = None) -> Verified:
    """As `verify`, for entries that are read already."""
    transcript.check_chain(entries)
    first = entries[0]
    if first.kind != "specification":
        raise BadRound("malformed", "the transcript does not begin with the specification")
    found = Verified(spec_reader.read(canonical.dumps(first.content)), head=entries[-1].hash)
    keys = [party.signing_key for party in found.specification.parties]
    if pinned is not None and keys != list(pinned):
        raise BadRound(
            "unknown_party", "the parties' keys are not those that you know; ask each party for its fingerprint"
        )
    for entry in entries[1:]:
        _take(found, entry)
    _check_agreement(found)
    _check_root(found)
    _check_release(found)
    return found


def _take(found: Verified, entry: Entry) -> None:
    if entry.kind == "submission":
        signed = envelope.read(entry.content)
        signed.check(found.specification)
        if entry.by != f"member:{signed.envelope.member}":
            raise BadRound("malformed", f"entry {entry.n} is entered for another member than signed it")
        found.submissions.append(signed)
    elif entry.kind == "statement":
        said = statement.read(entry.content)
        said.check(found.specification)
        party = said.statement.party
        if entry.by != f"party-{party}":
            raise BadRound("malformed", f"entry {entry.n} is entered for another party than signed it")
        before = found.statements.setdefault(said.statement.kind, {}).setdefault(party, said)
        found.stopped |= said.statement.kind is Kind.ABORTED
        if before.document() != said.document():
            raise BadRound("not_allowed", f"party {party} said {said.statement.kind} twice, and differently")
    elif entry.kind == "state" and isinstance(entry.content, dict):
        found.stopped |= entry.content.get("to") == RoundState.ABORTED.value


def _check_agreement(found: Verified) -> None:
    for kind in statement.AGREED:
        if not statement.agree(found.said(kind)) and not found.stopped:
            raise BadRound("not_allowed", f"the parties' {kind} statements differ, and yet the round went on")


def _check_root(found: Verified) -> None:
    roots = found.said(Kind.ROOT)
    if not roots:
        return
    root, size = envelope.root(found.submissions)
    for said in roots:
        if said.statement.body != {"root": root, "size": size}:
            raise BadRound("bad_root", f"party {said.statement.party} signed another root than that of the submissions")


def _check_release(found: Verified) -> None:
    outputs = found.said(Kind.OUTPUT)
    if found.stopped or len(outputs) < len(found.specification.parties):
        return
    verdicts = found.said(Kind.VERDICT)
    for kind in (Kind.APPROVAL, Kind.ROOT, Kind.RUN, Kind.VERDICT):
        if len(found.said(kind)) < len(outputs):
            raise BadRound("malformed", f"there is a result, but not every party's {kind}")
    found.accepted = tuple(verdicts[0].statement.body["accepted"])
    submitted = {signed.envelope.member for signed in found.submissions}
    if not set(found.accepted) <= submitted:
        raise BadRound("not_allowed", "a member was computed on that had not handed in")
    opened = [said.statement.body["opened"] for said in outputs]
    found.release = release.read(found.specification, found.accepted, opened)
