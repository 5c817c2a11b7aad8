"""A whole transcript, checked step by step and told in words; nothing of it on the hub's word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from skyddsnat.party.evidence import PARTIES
from skyddsnat.protocols.benchmark import canonical, spec_reader, transcript, verify
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.signing import fingerprint
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.benchmark.statement import Kind
from skyddsnat.protocols.benchmark.transcript import Entry
from skyddsnat.protocols.benchmark.verify import Verified


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    ok: bool
    said: str


@dataclass(slots=True)
class Report:
    """All of it.  pinned: parties whose key the reader knew from elsewhere."""

    checks: list[Check] = field(default_factory=list)
    pinned: int = 0
    released: bool = False

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return all(check.ok for check in self.checks)

    def add(self, what: str, said: str, *, ok: bool = True) -> None:
        """One more check."""
        self.checks.append(Check(what, ok, said))

    def closing(self) -> str:
        """The last line."""
        if not self.ok:
            return "This transcript does not hold.  Keep the file, and show it to the other members."
        if self.pinned < PARTIES:
            return "All of it holds, if the keys are the parties': compare each fingerprint with the one that the party told you."
        return "All of it holds.  What no transcript can show is what happened inside the computation."

    def facts(self) -> Mapping[str, Any]:
        """For machines."""
        rows = [{"what": check.what, "ok": check.ok, "said": check.said} for check in self.checks]
        return {"ok": self.ok, "pinned": self.pinned, "released": self.released, "checks": rows}


def check_transcript(raw: bytes, *, pinned: Mapping[str, str]) -> Report:
    """Check a transcript.  pinned: parties' keys (hex) by id, from elsewhere."""
    report = Report()
    entries = _step(
        report, "chain", lambda: transcript.read(raw), lambda found: f"{len(found)} entries, each sealed to the last"
    )
    if entries is None:
        return report
    specification = _step(
        report, "specification", lambda: _specification(entries), lambda found: f"SHA-256 {found.sha256}"
    )
    if specification is None:
        return report
    _keys(report, specification, pinned)
    found = _step(report, "statements", lambda: verify.verify_entries(entries), _statements)
    if found is not None:
        _outcome(report, found)
    return report


def _step[T](report: Report, what: str, take: Callable[[], T], tell: Callable[[T], str]) -> T | None:
    try:
        found = take()
    except BadRound as fault:
        report.add(what, f"{fault.code}: {fault.message}", ok=False)
        return None
    report.add(what, tell(found))
    return found


def _specification(entries: list[Entry]) -> Specification:
    if entries[0].kind != "specification":
        raise BadRound("malformed", "the transcript does not begin with the specification")
    return spec_reader.read(canonical.dumps(entries[0].content))


def _keys(report: Report, specification: Specification, pinned: Mapping[str, str]) -> None:
    for party in specification.parties:
        known = pinned.get(party.id)
        shown = fingerprint(party.signing_key)
        if known is None:
            report.add(f"key of {party.id}", f"fingerprint {shown}; not known here, compare it yourself")
        elif known == party.signing_key:
            report.pinned += 1
            report.add(f"key of {party.id}", f"the pinned one, fingerprint {shown}")
        else:
            report.add(f"key of {party.id}", f"fingerprint {shown}, expected {fingerprint(known)}", ok=False)


def _statements(found: Verified) -> str:
    count = sum(len(by_party) for by_party in found.statements.values())
    return f"{count} of parties and {len(found.submissions)} submissions of members, every signature fits"


def _left_out(row: Mapping[str, Any]) -> str:
    """A member with the reason; what only one party can see is told with its name."""
    by = f", as party {' and '.join(map(str, row['by']))} says" if "by" in row else ""
    return f"{row['member']} ({row['reason']}{by})"


def _outcome(report: Report, found: Verified) -> None:
    """What the statements add up to; `verify` has compared them already."""
    whole = {kind: found.said(kind) for kind in Kind}
    if len(whole[Kind.APPROVAL]) == PARTIES:
        report.add("program", f"the same at all three: {whole[Kind.APPROVAL][0].statement.body['program']}")
    if whole[Kind.ROOT]:
        body = whole[Kind.ROOT][0].statement.body
        report.add("root", f"{body['root']} over {body['size']} members, recomputed, signed by {len(whole[Kind.ROOT])}")
    if whole[Kind.VERDICT]:
        body = whole[Kind.VERDICT][0].statement.body
        left_out = ", ".join(map(_left_out, body["rejected"])) or "nobody"
        report.add("verdict", f"{len(body['accepted'])} accepted, left out: {left_out}")
    if found.release is not None:
        report.released = True
        items = found.release.items.values()
        opened = sum(item.released for item in items)
        report.add("output shares", "every opened value lies on one line through all three parties' shares")
        report.add("rules", f"{opened} of {len(items)} items released, nothing opened beyond the rules")
    for said in whole[Kind.ABORTED]:
        report.add("aborted", f"by party {said.statement.party}: {said.statement.body['code']}")
    if whole[Kind.DESTROYED]:
        report.add(
            "destroyed", f"{len(whole[Kind.DESTROYED])} of {PARTIES} parties say that keys and shares are destroyed"
        )
