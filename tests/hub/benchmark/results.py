"""A released round with real values: opened shares and sealed places as three parties would make them."""

from __future__ import annotations

import base64
import random
from collections.abc import Mapping
from datetime import timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import BenchmarkKey, Round
from skyddsnat.hub.members.actor import Actor
from skyddsnat.mpc.sealing import seal_position
from skyddsnat.protocols.benchmark import envelope
from skyddsnat.protocols.benchmark.statement import Kind
from tests.hub.benchmark.conftest import Bench, signer
from tests.rounds import Plain, Values, dealt, plain_result

SEED = bytes(range(32))
"""Of the benchmark key that a browser of Alfa's opens in tests."""


def of_the_seed(name: str) -> bytes:
    """As browser/sealing/keys.js derives it."""
    return HKDF(hashes.SHA256(), 32, b"", f"skyddsnat/bench/{name}/v1".encode()).derive(SEED)


def give_alfa_the_seed() -> None:
    """Alfa's registered key is the one that a browser makes of SEED."""
    sign = Ed25519PrivateKey.from_private_bytes(of_the_seed("sign"))
    open_ = X25519PrivateKey.from_private_bytes(of_the_seed("open"))
    BenchmarkKey.objects.filter(member_id="alfa").update(
        signing_key=sign.public_key().public_bytes_raw().hex(), opening_key=open_.public_key().public_bytes_raw().hex()
    )


def release(
    bench: Bench,
    round_: Round,
    values: Values,
    *,
    measured: Mapping[str, tuple[str, ...]] | None = None,
    lies: Mapping[str, Mapping[str, int]] | None = None,
) -> tuple[Round, Plain]:
    """Take an open round to its result.  values: codes by member and item; lies: places that are not true, by member."""
    keys = {key.member_id: key.signing_key for key in BenchmarkKey.objects.filter(ended_at=None)}
    for member in values:
        found, sealed = envelope.read_submission(bench.wire(round_, member))
        own = Ed25519PrivateKey.from_private_bytes(of_the_seed("sign"))
        key = own if keys[member] == own.public_key().public_bytes_raw().hex() else signer(member)
        wire = dict(envelope.wire(envelope.sign(found.envelope, key), sealed))
        services.hand_in(Actor.of(bench.leads[member]), round_.pk, wire, now=bench.now)
    bench.now = round_.deadline
    services.tend(bench.now)
    round_ = bench.again(round_)
    bench.all_say(round_, Kind.ROOT)
    bench.now += timedelta(seconds=round_.objection_seconds)
    bench.all_say(round_, Kind.RUN)
    bench.all_say(round_, Kind.VERDICT)
    spec = round_.specification
    plain, rng = plain_result(spec, values, measured=measured), random.Random(1)
    for index in range(3):
        bench.say(round_, index, Kind.POSITIONS, sealed=_sealed(round_, plain, lies or {}, index))
    for index, opened in enumerate(dealt(plain.opened, rng)):
        bench.say(round_, index, Kind.OUTPUT, opened=opened)
    return bench.again(round_), plain


def _sealed(round_: Round, plain: Plain, lies: Mapping[str, Mapping[str, int]], index: int) -> dict[str, str]:
    spec = round_.specification
    sealed = {}
    for member, told in plain.private.items():
        shares = dealt({**told, **lies.get(member, {})}, random.Random(member))[index]
        raw = seal_position(spec, {name: int(share) for name, share in shares.items()}, member=member, party=index)
        sealed[member] = base64.b64encode(raw).decode()
    return sealed
