"""The steps of a round.  Each is taken with its evidence at hand, under the round's lock, and stands in transcript and log.

The services that hold the evidence (statements, submissions, the clock) call these; people call `open_round` and `call_off`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField
from django.utils import timezone

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.benchmark.models import Ciphertext, PeerGroup, Round, Submission
from skyddsnat.hub.benchmark.queries.submissions import latest_envelopes
from skyddsnat.hub.benchmark.services.transcript import append
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.queries import authority_of
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy import management
from skyddsnat.policy.benchmark.planning import FEWEST_MEMBERS
from skyddsnat.policy.benchmark.states import Abort, RoundState, check_step
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.protocols.benchmark import canonical, envelope, fields, release
from skyddsnat.protocols.benchmark.errors import BadRound

DESTROYED_BY_HUB = ("sealed",)


def locked(pk: str) -> Round:
    """The round, held until the transaction ends.  Raises Round.DoesNotExist."""
    round_: Round | None = _locked.one(round=pk)
    if round_ is None:
        raise Round.DoesNotExist
    return round_


_locked = Prepared(lambda: Round.objects.select_for_update().filter(pk=Slot("round", CharField())).order_by())


def step(actor: Actor, round_: Round, to: RoundState, *, now: datetime, **facts: Any) -> None:
    """Into the next state.  Raises PolicyRefusal("wrong_state") for a step that is not in the table."""
    before = RoundState(round_.state)
    check_step(before, to)
    round_.state, round_.state_since = to.value, now
    round_.save()
    append(actor, round_, by="hub", kind="state", content={"from": before.value, "to": to.value, **facts}, now=now)
    record(actor, f"round.{to.value}", kind="round", object_id=round_.pk, before=before.value, **facts)


def approve(round_: Round, *, said: Sequence[tuple[int, Mapping[str, Any]]], now: datetime) -> None:
    """The third party has signed: the transcript begins, and the peer group is fixed for its year.

    said: party and signed statement, in the order of arrival.
    """
    append(HUB, round_, by="hub", kind="specification", content=canonical.loads(round_.spec.encode()), now=now)
    for party, document in said:
        append(HUB, round_, by=f"party-{party}", kind="statement", content=document, now=now)
    step(HUB, round_, RoundState.APPROVED, now=now)
    PeerGroup.objects.filter(pk=round_.group_id, fixed_on=None).update(fixed_on=timezone.localdate(now))


@transaction.atomic
def open_round(actor: Actor, pk: str, *, now: datetime) -> Round:
    """Members may hand in from now on: all three keys of the round are there, since approvals carry them.

    Raises PolicyRefusal("not_coordinator" | "wrong_state" | "deadline_past").
    """
    management.check_coordinator(authority_of(actor))
    round_ = locked(pk)
    check_step(RoundState(round_.state), RoundState.OPEN)
    if round_.deadline <= now:
        raise PolicyRefusal("deadline_past")
    content = {"spec": round_.spec_sha256, "deadline": fields.moment_text(round_.deadline)}
    append(actor, round_, by="hub", kind="opened", content=content, now=now)
    step(actor, round_, RoundState.OPEN, now=now)
    return round_


@transaction.atomic
def call_off(actor: Actor, pk: str, *, now: datetime) -> Round:
    """A coordinator stops a round that has not come to a result.  Raises PolicyRefusal("not_coordinator" | "wrong_state")."""
    management.check_coordinator(authority_of(actor))
    round_ = locked(pk)
    stop(actor, round_, Abort.WITHDRAWN, now=now)
    return round_


def stop(actor: Actor, round_: Round, code: Abort, *, now: datetime) -> None:
    """End without a result, under the round's lock; ciphertexts go at once, since no further run may use them.

    Raises PolicyRefusal("wrong_state").
    """
    check_step(RoundState(round_.state), RoundState.ABORTED)
    round_.abort = code.value
    step(actor, round_, RoundState.ABORTED, now=now, code=code.value)
    destroy_ciphertexts(round_, now=now)


def close(round_: Round, *, now: datetime) -> None:
    """The deadline has passed: the list is fixed with its root.  With fewer than can release anything the round ends here."""
    latest = latest_envelopes(round_)
    root, size = envelope.root(latest)
    kept = Ciphertext.objects.filter(submission__round=round_)
    content = {
        "root": root,
        "size": size,
        "submissions": [{"member": one.envelope.member, "seq": one.envelope.seq} for one in latest],
        "bytes": sum(len(one.sealed) for one in kept.iterator()),
    }
    round_.closed_at = now
    append(HUB, round_, by="hub", kind="closed", content=content, now=now)
    step(HUB, round_, RoundState.CLOSED, now=now, root=root, size=size)
    if size < FEWEST_MEMBERS:
        stop(HUB, round_, Abort.TOO_FEW, now=now)


def verify_outputs(
    round_: Round, *, accepted: Sequence[str], opened: Sequence[Mapping[str, str]], now: datetime
) -> None:
    """All three output shares are here: put them together, test every line and every name, and release, or stop."""
    step(HUB, round_, RoundState.VERIFYING, now=now)
    try:
        found = release.read(round_.specification, accepted, opened)
    except BadRound as bad:
        record(HUB, "round.outputs_refused", kind="round", object_id=round_.pk, fault=bad.code)
        stop(HUB, round_, Abort.OUTPUT_INCONSISTENT, now=now)
        return
    document = release.document(found)
    round_.release = canonical.dumps(document).decode()
    append(HUB, round_, by="hub", kind="release", content=document, now=now)
    step(HUB, round_, RoundState.RELEASED, now=now)
    destroy_ciphertexts(round_, now=now)


def destroy_ciphertexts(round_: Round, *, now: datetime) -> None:
    """The hub's own part of forgetting: what members sealed for the parties is gone for good."""
    if round_.destroyed_at is not None:
        return
    gone, _rows = Ciphertext.objects.filter(submission__round=round_).delete()
    round_.destroyed_at = now
    round_.save(update_fields=["destroyed_at"])
    content = {"what": list(DESTROYED_BY_HUB), "ciphertexts": gone}
    append(HUB, round_, by="hub", kind="destroyed", content=content, now=now)


def handed_in(round_: Round) -> set[str]:
    """Members that have handed in."""
    return set(Submission.objects.filter(round=round_).values_list("member_id", flat=True))
