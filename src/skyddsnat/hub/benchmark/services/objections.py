"""A member whose latest submission is not in the list shows its receipt: then no party may compute on that list."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from skyddsnat.hub.audit import keys as log_keys
from skyddsnat.hub.benchmark.models import ReceiptKey, Round
from skyddsnat.hub.benchmark.queries.submissions import latest_envelopes
from skyddsnat.hub.benchmark.queries.timing import window_ends
from skyddsnat.hub.benchmark.services import steps
from skyddsnat.hub.benchmark.services.transcript import append
from skyddsnat.hub.members.actor import Actor
from skyddsnat.policy.benchmark.states import Abort
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.protocols.benchmark import fields, receipt
from skyddsnat.protocols.benchmark.errors import BadRound


@transaction.atomic
def object_to_list(actor: Actor, pk: str, thing: object, *, now: datetime) -> Round:
    """Object with `{"receipt": {…, "signature"}}`.  A receipt that proves an omission stops the round at once.

    Raises BadRound(malformed | bad_signature | other_round | other_specification), and PolicyRefusal("other_member" |
    "not_closed" | "window_over" | "nothing_left_out").
    """
    shown = fields.table(thing, ("receipt",), what="an objection")["receipt"]
    found = _read(shown)
    round_ = steps.locked(pk)
    said = found.envelope
    if said.round != round_.pk:
        raise BadRound("other_round", f"a receipt of the round {said.round}, expected {round_.pk}")
    if said.spec != round_.spec_sha256:
        raise BadRound("other_specification", "a receipt of another specification of this round")
    if said.member != actor.member_id:
        raise PolicyRefusal("other_member", "another member's receipt")
    if round_.state != Round.State.CLOSED:
        raise PolicyRefusal("not_closed")
    if now >= window_ends(round_):
        raise PolicyRefusal("window_over")
    listed = {one.envelope.member: one.envelope for one in latest_envelopes(round_)}.get(said.member)
    if listed is not None and (listed.seq > said.seq or listed == said):
        raise PolicyRefusal("nothing_left_out", "the list has this submission or a later one")
    append(actor, round_, by=f"member:{said.member}", kind="objection", content=found.wire(), now=now)
    steps.stop(actor, round_, Abort.OBJECTION, now=now)
    return round_


def _read(shown: object) -> receipt.Receipt:
    """A receipt that this hub has signed, under its log's key of today or an earlier one.  Raises BadRound."""
    earlier = ReceiptKey.objects.exclude(pk=log_key()).order_by("-since").values_list("pk", flat=True)
    for key in earlier:
        try:
            return receipt.read(shown, key=key)
        except BadRound:
            continue
    return receipt.read(shown, key=log_key())


def log_key() -> str:
    """The public half of the key that signs receipts, hex of 32 raw bytes."""
    return log_keys.signer().private.public_key().public_bytes_raw().hex()
