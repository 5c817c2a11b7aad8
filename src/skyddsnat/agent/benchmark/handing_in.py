"""Seal, sign, send, and keep the receipt.  Between `prepare` and `send` nothing has left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from skyddsnat.agent.benchmark.client import RoundsClient
from skyddsnat.agent.benchmark.entries import Line, entries
from skyddsnat.agent.benchmark.folder import RoundFolder
from skyddsnat.agent.benchmark.rounds import KnownRound, RoundRefused, round_keys
from skyddsnat.mpc import sealing
from skyddsnat.mpc.layout import vector
from skyddsnat.policy.benchmark.states import RoundState
from skyddsnat.protocols.benchmark import envelope, receipt
from skyddsnat.protocols.benchmark.envelope import Envelope, SignedEnvelope
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.keyfile import MemberKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What will leave: an envelope with its signature, and three ciphertexts."""

    signed: SignedEnvelope
    sealed: tuple[bytes, bytes, bytes]

    def wire(self) -> Mapping[str, Any]:
        """As it is posted."""
        return envelope.wire(self.signed, self.sealed)

    def facts(self) -> dict[str, Any]:
        """All of it, but the ciphertexts themselves."""
        return {**self.signed.document(), "ciphertext_bytes": [len(raw) for raw in self.sealed]}


def prepare(
    client: RoundsClient, known: KnownRound, lines: Sequence[Line], keys: MemberKeys, *, last: int, now: datetime
) -> Prepared:
    """Split and seal.  last: the highest number with a receipt here, which a hub that was put back may have forgotten.

    Raises RoundRefused when the round takes nothing now, or a party's key is not to be believed.
    """
    specification = known.specification
    if known.state != RoundState.OPEN:
        raise RoundRefused(f"round {known.name} is {known.state}, expected open; nothing is taken now")
    if now >= specification.deadline:
        raise RoundRefused(
            f"round {known.name} takes nothing after its deadline, {specification.deadline:%Y-%m-%d %H:%M} UTC"
        )
    parties = round_keys(known, client.get(known.name, "approvals"))
    seq = max(known.seq, last) + 1
    numbers = vector(specification, entries(lines))
    try:
        sealed = sealing.seal(specification, numbers, parties, member=keys.member, seq=seq)
    except ValueError:
        raise RoundRefused(f"round {known.name}: a party's key of the round is no key; tell the coordinator") from None
    first, second, third = (sha256(raw).hexdigest() for raw in sealed)
    inner = Envelope(known.name, specification.sha256, keys.member, seq, (first, second, third))
    return Prepared(signed=envelope.sign(inner, keys.signing), sealed=sealed)


def send(
    client: RoundsClient,
    folder: RoundFolder,
    known: KnownRound,
    prepared: Prepared,
    lines: list[Line],
    keys: MemberKeys,
    *,
    now: datetime,
) -> tuple[receipt.Receipt, Path]:
    """Hand in; returns the hub's receipt and where it is kept.  From now on the parties' keys are pinned.

    Raises HubError, RoundRefused(no valid receipt).
    """
    folder.pin({party.id: party.signing_key for party in known.specification.parties})
    answer = client.post(known.name, "submissions", prepared.wire())
    try:
        taken = receipt.read(answer, key=known.log_key)
        if taken.envelope != prepared.signed.envelope:
            raise BadRound("malformed", "it is for another submission")
    except BadRound as fault:
        raise RoundRefused(
            f"the hub's receipt is not to be believed ({fault.message}); hand in again, and call the coordinator"
        ) from None
    kept = folder.keep_receipt(taken)
    folder.keep_values(known.name, lines, keys, at=now)
    return taken, kept
