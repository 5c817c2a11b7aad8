"""What a party says: verified against the specification, kept once, entered in the transcript, acted on when all have spoken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.db import transaction
from django.db.models import CharField, IntegerField, QuerySet

from skyddsnat.hub.adding import add_row, new_row
from skyddsnat.hub.benchmark.models import Round, Statement
from skyddsnat.hub.benchmark.queries.submissions import latest_envelopes
from skyddsnat.hub.benchmark.queries.timing import window_ends
from skyddsnat.hub.benchmark.services import steps
from skyddsnat.hub.benchmark.services.transcript import append
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy.benchmark.planning import PARTIES
from skyddsnat.policy.benchmark.states import Abort, RoundState
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.protocols.benchmark import canonical, envelope, statement
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.statement import Kind, SignedStatement

_S = RoundState
SAID_IN: Final = {
    Kind.APPROVAL: frozenset({_S.DRAFT}),
    Kind.ROOT: frozenset({_S.CLOSED}),
    Kind.RUN: frozenset({_S.CLOSED}),
    Kind.VERDICT: frozenset({_S.COMPUTING}),
    Kind.OUTPUT: frozenset({_S.COMPUTING}),
    Kind.POSITIONS: frozenset({_S.COMPUTING, _S.RELEASED}),
    Kind.ABORTED: frozenset({_S.DRAFT, _S.APPROVED, _S.OPEN, _S.CLOSED, _S.COMPUTING, _S.VERIFYING}),
    Kind.DESTROYED: frozenset({_S.RELEASED, _S.ABORTED}),
}
"""In which states a kind is heard; in any other the answer is 409."""


@transaction.atomic
def take_statement(actor: Actor, pk: str, thing: object, *, now: datetime) -> Statement:
    """Hear a party.  actor: its machine.  The same statement again changes nothing and is answered alike.

    Raises BadRound for what is not to be believed, and PolicyRefusal("other_party" | "said_already" | "wrong_state" |
    "too_early" | "other_root") for what is not heard now.
    """
    signed = statement.read(thing)
    round_ = steps.locked(pk)
    said = signed.statement
    signed.check(round_.specification)
    if round_.specification.parties[said.party].id != actor.member_id:
        raise PolicyRefusal("other_party", "signed by another party than the one whose token brought it")
    text = canonical.dumps(signed.document()).decode()
    before: Statement | None = _before.one(round=pk, party=said.party, kind=said.kind.value)
    if before is not None:
        if before.text != text:
            raise PolicyRefusal("said_already", "this kind of statement was made before, and otherwise")
        return before
    if RoundState(round_.state) not in SAID_IN[said.kind]:
        raise PolicyRefusal("wrong_state", f"{said.kind} is not heard while the round is {round_.state}")
    _CHECKS.get(said.kind, _nothing)(round_, signed, now)
    row = new_row(Statement, round_id=pk, party=said.party, kind=said.kind.value, text=text, at=now)
    add_row(row)
    if round_.state != Round.State.DRAFT:  # the transcript begins when all three have approved
        append(actor, round_, by=f"party-{said.party}", kind="statement", content=signed.document(), now=now)
    _EFFECTS[said.kind](round_, signed, now)
    return row


def heard(round_: Round, kind: Kind) -> list[SignedStatement]:
    """What has been said of a kind, by party."""
    return [statement.read(canonical.loads(text.encode())) for (text,) in _heard(round=round_.pk, kind=kind.value)]


def _said() -> QuerySet[Statement]:
    return Statement.objects.filter(round_id=Slot("round", CharField()), kind=Slot("kind", CharField()))


_before = Prepared(lambda: _said().filter(party=Slot("party", IntegerField())).order_by())
_heard = Prepared(lambda: _said().order_by("party").values_list("text"))


def _all(round_: Round, kind: Kind) -> list[SignedStatement]:
    """The three statements, or none until all have spoken."""
    found = heard(round_, kind)
    return found if len(found) == PARTIES else []


# ---- what a statement must fit before it is kept


def _nothing(round_: Round, signed: SignedStatement, now: datetime) -> None:
    """No more than that it can be read."""


def _check_approval(round_: Round, signed: SignedStatement, now: datetime) -> None:
    body = signed.statement.body
    try:
        subject = x509.load_pem_x509_certificate(body["certificate"].encode()).subject
        names = [str(name.value) for name in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    except ValueError:
        names = []
    wanted = f"MPyC party {signed.statement.party}"
    if names != [wanted]:
        raise BadRound("malformed", f"the approval's certificate names {names[:1]}, expected {wanted}")
    others = [other.statement.body for other in heard(round_, Kind.APPROVAL)]
    for field in ("round_key", "certificate"):
        if any(other[field] == body[field] for other in others):
            raise BadRound("not_allowed", f"the approval's {field} is another party's, expected one of its own")
    if round_.deadline <= now:
        raise PolicyRefusal("wrong_state", "the deadline has passed before the round was approved")


def _check_run(round_: Round, signed: SignedStatement, now: datetime) -> None:
    roots = _all(round_, Kind.ROOT)
    if not roots:
        raise PolicyRefusal("too_early", "not every party has signed the root")
    if now < window_ends(round_):
        raise PolicyRefusal("too_early", "members may still object")
    if signed.statement.body["root"] != roots[0].statement.body["root"]:
        raise PolicyRefusal("other_root", "a run of another root than the one that the parties signed")


def _check_verdict(round_: Round, signed: SignedStatement, now: datetime) -> None:
    body = signed.statement.body
    judged = [*body["accepted"], *(row["member"] for row in body["rejected"])]
    if sorted(judged) != [one.envelope.member for one in latest_envelopes(round_)]:
        raise BadRound("not_allowed", "the verdict judges others than those that handed in")


def _check_after_verdict(round_: Round, signed: SignedStatement, now: datetime) -> None:
    verdicts = _all(round_, Kind.VERDICT)
    if not verdicts:
        raise PolicyRefusal("too_early", "not every party has given its verdict")
    if signed.statement.kind is Kind.POSITIONS:
        extra = set(signed.statement.body["sealed"]) - set(verdicts[0].statement.body["accepted"])
        if extra:
            raise BadRound("not_allowed", "a position for a member whose submission was not accepted")


_CHECKS: Final[dict[Kind, Callable[[Round, SignedStatement, datetime], None]]] = {
    Kind.APPROVAL: _check_approval,
    Kind.RUN: _check_run,
    Kind.VERDICT: _check_verdict,
    Kind.OUTPUT: _check_after_verdict,
    Kind.POSITIONS: _check_after_verdict,
}


# ---- what follows when it is kept


def _approved(round_: Round, signed: SignedStatement, now: datetime) -> None:
    rows = list(round_.statements.filter(kind=Kind.APPROVAL.value))
    if len(rows) < PARTIES:
        return
    documents: list[tuple[int, Any]] = [(row.party, canonical.loads(row.text.encode())) for row in rows]
    steps.approve(round_, said=documents, now=now)
    if not statement.agree(heard(round_, Kind.APPROVAL)):
        steps.stop(HUB, round_, Abort.VERSION_MISMATCH, now=now)


def _rooted(round_: Round, signed: SignedStatement, now: datetime) -> None:
    said = _all(round_, Kind.ROOT)
    if not said:
        return
    root, size = envelope.root(latest_envelopes(round_))
    if not statement.agree(said) or said[0].statement.body != {"root": root, "size": size}:
        steps.stop(HUB, round_, Abort.ROOT_MISMATCH, now=now)


def _run(round_: Round, signed: SignedStatement, now: datetime) -> None:
    if _all(round_, Kind.RUN):
        steps.step(HUB, round_, RoundState.COMPUTING, now=now)


def _judged(round_: Round, signed: SignedStatement, now: datetime) -> None:
    said = _all(round_, Kind.VERDICT)
    if said and not statement.agree(said):
        steps.stop(HUB, round_, Abort.VERDICT_MISMATCH, now=now)


def _opened(round_: Round, signed: SignedStatement, now: datetime) -> None:
    said = _all(round_, Kind.OUTPUT)
    if said:
        accepted = heard(round_, Kind.VERDICT)[0].statement.body["accepted"]
        steps.verify_outputs(round_, accepted=accepted, opened=[one.statement.body["opened"] for one in said], now=now)


def _positions(round_: Round, signed: SignedStatement, now: datetime) -> None:
    """Kept for their owners; nothing follows for the round."""


def _aborted(round_: Round, signed: SignedStatement, now: datetime) -> None:
    # A draft is not stopped by a party that refuses it: the coordinator sees the refusal, and takes it back.
    if round_.state != Round.State.DRAFT:
        steps.stop(HUB, round_, Abort(signed.statement.body["code"]), now=now)


def _destroyed(round_: Round, signed: SignedStatement, now: datetime) -> None:
    if _all(round_, Kind.DESTROYED):
        steps.destroy_ciphertexts(round_, now=now)
        steps.step(HUB, round_, RoundState.ARCHIVED, now=now)


_EFFECTS: Final[dict[Kind, Callable[[Round, SignedStatement, datetime], None]]] = {
    Kind.APPROVAL: _approved,
    Kind.ROOT: _rooted,
    Kind.RUN: _run,
    Kind.VERDICT: _judged,
    Kind.OUTPUT: _opened,
    Kind.POSITIONS: _positions,
    Kind.ABORTED: _aborted,
    Kind.DESTROYED: _destroyed,
}
