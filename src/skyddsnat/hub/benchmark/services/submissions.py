"""A member hands in: signature, specification, number and sizes are checked, the ciphertexts are kept, a receipt is signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField

from skyddsnat.hub.adding import add_row, new_row
from skyddsnat.hub.audit import keys as log_keys
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.benchmark.limits import MOST_SUBMISSIONS_A_ROUND, submissions_an_hour
from skyddsnat.hub.benchmark.models import BenchmarkKey, Ciphertext, ReceiptKey, Round, Submission
from skyddsnat.hub.benchmark.queries.submissions import latest_of
from skyddsnat.hub.benchmark.services.steps import locked
from skyddsnat.hub.benchmark.services.transcript import append
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.protocols.benchmark import canonical, envelope, receipt
from skyddsnat.protocols.benchmark.errors import BadRound

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """answer: the signed receipt as the member keeps it.  again: whether this very submission was here already."""

    answer: dict[str, Any]
    again: bool


@transaction.atomic
def hand_in(actor: Actor, pk: str, thing: object, *, now: datetime) -> HandedIn:
    """Take a submission for the actor's own member; a later one replaces it until the deadline.

    Sent once more with the very same bytes, it is answered with the same receipt: an answer may be lost on its way.
    Raises BadRound(malformed | bad_signature | other_round | other_specification | unknown_member), and PolicyRefusal
    ("other_member" | "not_open" | "late" | "stale_seq" | "key_revoked" | "too_often" |
    "too_many").
    """
    signed, sealed = envelope.read_submission(thing)
    round_ = locked(pk)
    signed.check(round_.specification)
    member_id = signed.envelope.member
    if member_id != actor.member_id:
        raise PolicyRefusal("other_member", "signed by another member than the one that brought it")
    text = canonical.dumps(signed.document()).decode()
    before = latest_of(round_, member_id)
    if before is not None and before.envelope == text:
        return HandedIn(canonical.loads(before.receipt.encode()), again=True)
    _check_time(round_, now)
    _check_member(round_, member_id, last=before.seq if before else 0, seq=signed.envelope.seq, now=now)
    size = envelope.ciphertext_size(round_.specification)
    for party, raw in enumerate(sealed):
        if len(raw) != size:
            raise BadRound("malformed", f"the ciphertext for party {party} has {len(raw)} bytes, expected {size}")
    made = _keep(actor, round_, signed, text=text, sealed=sealed, now=now)
    return HandedIn(canonical.loads(made.receipt.encode()), again=False)


def _check_time(round_: Round, now: datetime) -> None:
    if round_.state in {Round.State.DRAFT, Round.State.APPROVED}:
        raise PolicyRefusal("not_open")
    if round_.state != Round.State.OPEN or now >= round_.deadline:
        raise PolicyRefusal("late")


def _check_member(round_: Round, member_id: str, *, last: int, seq: int, now: datetime) -> None:
    if seq <= last:
        raise PolicyRefusal("stale_seq", f"number {seq}, expected more than {last}")
    agreed = round_.specification.member_of[member_id].signing_key
    if not _living_key(key=agreed, member=member_id):
        raise PolicyRefusal("key_revoked")
    times = [at for (at,) in _times(round=round_.pk, member=member_id)]
    if len(times) >= MOST_SUBMISSIONS_A_ROUND:
        raise PolicyRefusal("too_many")
    if sum(at > now - HOUR for at in times) >= submissions_an_hour():
        raise PolicyRefusal("too_often")


_living_key = Prepared(
    lambda: (
        BenchmarkKey.objects.filter(
            signing_key=Slot("key", CharField()), member=Slot("member", CharField()), ended_at=None
        )
        .order_by()
        .values_list("pk")
    )
)
_times = Prepared(
    lambda: (
        Submission.objects.filter(round=Slot("round", CharField()), member=Slot("member", CharField()))
        .order_by()
        .values_list("at")
    )
)


def _keep(
    actor: Actor,
    round_: Round,
    signed: envelope.SignedEnvelope,
    *,
    text: str,
    sealed: tuple[bytes, bytes, bytes],
    now: datetime,
) -> Submission:
    content = signed.envelope
    entry = record(
        actor, "round.handed_in", kind="round", object_id=round_.pk, seq=content.seq, sealed=list(content.sealed)
    )
    key = log_keys.signer().private
    public = key.public_key().public_bytes_raw().hex()
    if not _receipt_key(key=public):
        ReceiptKey.objects.get_or_create(pk=public, defaults={"since": now})
    answer = receipt.sign(content, at=now.replace(microsecond=0), entry=entry.pk, key=key).wire()
    Ciphertext.objects.filter(submission__round=round_, submission__member_id=content.member).delete()
    made = new_row(
        Submission,
        round_id=round_.pk,
        member_id=content.member,
        seq=content.seq,
        envelope=text,
        receipt=canonical.dumps(answer).decode(),
        at=now,
    )
    add_row(made)
    Ciphertext.objects.bulk_create(
        Ciphertext(submission=made, party=party, sealed=raw) for party, raw in enumerate(sealed)
    )
    append(actor, round_, by=f"member:{content.member}", kind="submission", content=signed.document(), now=now)
    return made


_receipt_key = Prepared(lambda: ReceiptKey.objects.filter(pk=Slot("key", CharField())).order_by().values_list("pk"))
