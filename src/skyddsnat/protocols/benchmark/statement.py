"""What a computing party says of a round, signed with its long-term key.  All of it goes into the transcript."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.policy.benchmark.states import Abort
from skyddsnat.protocols.benchmark import canonical, fields, signing
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.field import P
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.benchmark.spec_reader import MOST_ITEMS, MOST_MEMBERS

LONGEST: Final = 2_000_000
OPENED: Final = rf"{fields.ITEM}/(?:members|groups|released|median|q1|q3|sum|measured)"


class Kind(StrEnum):
    """In the order in which a party says them."""

    APPROVAL = "approval"
    ROOT = "root"
    RUN = "run"
    VERDICT = "verdict"
    OUTPUT = "output"
    POSITIONS = "positions"
    ABORTED = "aborted"
    DESTROYED = "destroyed"


class Fault(StrEnum):
    """Why a member's submission was left out."""

    UNOPENABLE = "unopenable"
    MALFORMED = "malformed"
    INCONSISTENT = "inconsistent"
    NOT_BITS = "not_bits"
    OUT_OF_RANGE = "out_of_range"


UNREAD: Final = frozenset({Fault.UNOPENABLE, Fault.MALFORMED})
"""What one party alone can see, and is believed: so the verdict says which party it was."""

AGREED: Final = MappingProxyType(
    {
        Kind.APPROVAL: ("program",),
        Kind.ROOT: ("root", "size"),
        Kind.RUN: ("root",),
        Kind.VERDICT: ("accepted", "rejected"),
    }
)
"""Fields of the body that the three parties must say alike."""


@dataclass(frozen=True, slots=True)
class Statement:
    """body: checked by `read`, by kind."""

    kind: Kind
    round: str
    spec: str
    party: int
    body: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """What is signed."""
        return {
            "format": signing.STATEMENT,
            "kind": self.kind.value,
            "round": self.round,
            "spec": self.spec,
            "party": self.party,
            "body": dict(self.body),
        }


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """A statement and its party's signature (hex)."""

    statement: Statement
    signature: str

    def document(self) -> dict[str, Any]:
        """As it travels and stands in the transcript."""
        return {"statement": self.statement.document(), "signature": self.signature}

    def check(self, specification: Specification) -> None:
        """Raises BadRound(other_round | other_specification | bad_signature)."""
        said = self.statement
        if said.round != specification.round:
            raise BadRound("other_round", f"about the round {said.round}, expected {specification.round}")
        if said.spec != specification.sha256:
            raise BadRound("other_specification", "about another specification of this round")
        key = specification.parties[said.party].signing_key
        signing.check(signing.STATEMENT, said.document(), self.signature, key)


def sign(statement: Statement, key: Ed25519PrivateKey) -> SignedStatement:
    """Sign as the party.  Raises BadRound(malformed) for a body that could not be read back."""
    _BODIES[statement.kind](statement.body)
    return SignedStatement(statement, signing.sign(signing.STATEMENT, statement.document(), key))


def read(thing: object) -> SignedStatement:
    """Parse `{"statement", "signature"}`.  Raises BadRound(malformed), saying which field."""
    top = fields.table(thing, ("statement", "signature"), what="a statement")
    inner = fields.table(
        top["statement"], ("format", "kind", "round", "spec", "party", "body"), what="a statement's text"
    )
    if len(canonical.dumps(inner)) > LONGEST:
        raise BadRound("malformed", f"a statement of more than {LONGEST} bytes")
    fields.text(inner["format"], signing.STATEMENT, what="the statement's format")
    kind = Kind(fields.text(inner["kind"], "|".join(Kind), what="the statement's kind"))
    _BODIES[kind](inner["body"])
    statement = Statement(
        kind=kind,
        round=fields.text(inner["round"], fields.IDENTIFIER, what="the statement's round"),
        spec=fields.text(inner["spec"], fields.HEX32, what="the statement's spec"),
        party=fields.whole(inner["party"], low=0, high=2, what="the statement's party"),
        body=inner["body"],
    )
    return SignedStatement(statement, fields.text(top["signature"], fields.HEX64, what="the statement's signature"))


def agree(statements: list[SignedStatement]) -> bool:
    """Whether parties that said the same kind of thing said it alike, where they must."""
    agreed = [
        canonical.dumps([said.statement.body[name] for name in AGREED.get(said.statement.kind, ())])
        for said in statements
    ]
    return len(set(agreed)) <= 1


def share(text: object, *, what: str) -> int:
    """A share as it is written: a decimal string below p.  Raises BadRound(malformed | not_in_field)."""
    number = int(fields.text(text, fields.NUMBER, what=what))
    if number >= P:
        raise BadRound("not_in_field", f"{what} is no element of the field")
    return number


def _approval(body: object) -> None:
    top = fields.table(body, ("round_key", "certificate", "address", "program"), what="an approval")
    fields.text(top["round_key"], fields.HEX32, what="the approval's round_key")
    certificate = top["certificate"]
    if not isinstance(certificate, str) or len(certificate) > 4_000 or "PRIVATE" in certificate:
        raise BadRound("malformed", "the approval's certificate was not read, expected PEM of a certificate")
    fields.text(top["address"], r"[A-Za-z0-9.\[\]:-]{1,253}:[0-9]{1,5}", what="the approval's address")
    fields.text(top["program"], r"[0-9A-Za-z.+-]{1,120}", what="the approval's program")


def _root(body: object) -> None:
    top = fields.table(body, ("root", "size"), what="a root")
    fields.text(top["root"], fields.HEX32, what="the root")
    fields.whole(top["size"], low=0, high=MOST_MEMBERS, what="the root's size")


def _run(body: object) -> None:
    fields.text(fields.table(body, ("root",), what="a run")["root"], fields.HEX32, what="the run's root")


def _verdict(body: object) -> None:
    top = fields.table(body, ("accepted", "rejected"), what="a verdict")
    accepted = fields.rows(top["accepted"], what="the verdict's accepted", most=MOST_MEMBERS)
    left_out = fields.rows(top["rejected"], what="the verdict's rejected", most=MOST_MEMBERS)
    names = [fields.text(each, fields.IDENTIFIER, what="an accepted member") for each in accepted]
    names += map(_left_out, left_out)
    if len(set(names)) != len(names) or list(accepted) != sorted(accepted):
        raise BadRound("malformed", "a verdict names a member twice or out of order")


def _left_out(thing: object) -> str:
    """A rejected member's id.  by: the parties that could not read its hand-in; older verdicts do not name them."""
    named = isinstance(thing, dict) and "by" in thing
    row = fields.table(thing, ("member", "reason", *(["by"] if named else [])), what="a rejected member")
    reason = Fault(fields.text(row["reason"], "|".join(Fault), what="a rejected member's reason"))
    if named:
        rows = fields.rows(row["by"], what="who could not read it", fewest=1, most=3)
        parties = [fields.whole(each, low=0, high=2, what="a party that could not read it") for each in rows]
        if parties != sorted(set(parties)) or reason not in UNREAD:
            raise BadRound("malformed", "a verdict names parties twice, out of order, or for what all can check")
    return fields.text(row["member"], fields.IDENTIFIER, what="a rejected member")


def _output(body: object) -> None:
    opened = fields.table(body, ("opened",), what="an output")["opened"]
    if not isinstance(opened, dict) or len(opened) > 8 * MOST_ITEMS:
        raise BadRound("malformed", "the output's opened was not read, expected an object of shares")
    for name, text in opened.items():
        share(text, what=f"the share of {fields.text(name, OPENED, what='an opened name')}")


def _positions(body: object) -> None:
    sealed = fields.table(body, ("sealed",), what="positions")["sealed"]
    if not isinstance(sealed, dict) or len(sealed) > MOST_MEMBERS:
        raise BadRound("malformed", "the positions were not read, expected an object of ciphertexts")
    for member, text in sealed.items():
        fields.text(member, fields.IDENTIFIER, what="a position's member")
        fields.text(text, r"[A-Za-z0-9+/]{64,200000}={0,2}", what="a sealed position")


def _aborted(body: object) -> None:
    top = fields.table(body, ("code", "detail"), what="an abort")
    fields.text(top["code"], "|".join(Abort), what="the abort's code")
    if not isinstance(top["detail"], dict) or len(canonical.dumps(top["detail"])) > 4_000:
        raise BadRound("malformed", "the abort's detail was not read, expected a small object")


def _destroyed(body: object) -> None:
    what = fields.rows(fields.table(body, ("what",), what="a destruction")["what"], what="what", fewest=1, most=10)
    for each in what:
        fields.text(each, "round_key|tls_key|sealed|shares", what="what was destroyed")


_BODIES: Final[Mapping[Kind, Callable[[object], None]]] = MappingProxyType(
    {
        Kind.APPROVAL: _approval,
        Kind.ROOT: _root,
        Kind.RUN: _run,
        Kind.VERDICT: _verdict,
        Kind.OUTPUT: _output,
        Kind.POSITIONS: _positions,
        Kind.ABORTED: _aborted,
        Kind.DESTROYED: _destroyed,
    }
)
