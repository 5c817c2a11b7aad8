"""The search and the attack that the views are tried with do find what is there: leaks of each kind, planted one by one."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from skyddsnat.mpc.layout import Entry, vector
from skyddsnat.mpc.sealing import seal, seal_bytes, submission_info
from skyddsnat.mpc.shares import split
from skyddsnat.protocols.benchmark import envelope
from skyddsnat.protocols.benchmark.envelope import Envelope
from skyddsnat.protocols.benchmark.field import to_bytes
from tests.benchmarking.attack import Attack, found_in, share_forms, value_forms
from tests.benchmarking.stage import METRICS
from tests.rounds import signing_key, specification

SPEC = specification(METRICS)
ROW: list[int | None] = [31, 7, 18, 143, 12, 0, 5, 38, 2, 11]
NUMBERS = vector(SPEC, {item.id: Entry(each or 0) for item, each in zip(SPEC.items, ROW, strict=True)})
NOISE = random.Random(5).randbytes(200_000)
NAMED = {item.id: each for item, each in zip(SPEC.items, ROW, strict=True)}

LEAKS: dict[str, Callable[[], bytes]] = {
    "a table": lambda: ";".join(map(str, ROW)).encode(),
    "a list": lambda: json.dumps(ROW).encode(),
    "a named list": lambda: json.dumps({"values": NAMED}).encode(),
    "a named list, short": lambda: json.dumps(NAMED, separators=(",", ":")).encode(),
    "a body in base64": lambda: base64.b64encode(json.dumps({"member": "alfa", "values": NAMED}).encode()),
    "codes as bytes": lambda: bytes(each or 0 for each in ROW),
    "codes in hex": lambda: bytes(each or 0 for each in ROW).hex().encode(),
    "numbers of four bytes": lambda: b"".join((each or 0).to_bytes(4, "big") for each in ROW),
    "the vector": lambda: to_bytes(NUMBERS),
    "the vector in base64": lambda: base64.b64encode(b"?" + to_bytes(NUMBERS)),
    "the vector in hex": lambda: to_bytes(NUMBERS).hex().encode(),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_values_are_found_however_they_are_written(leak: str) -> None:
    needles = value_forms(SPEC, ROW)
    assert found_in(NOISE, needles) == []
    assert found_in(NOISE[:777] + LEAKS[leak]() + NOISE[777:], needles)


def test_shares_are_found_however_they_are_written() -> None:
    shares = split(NUMBERS)[1]
    needles = share_forms(shares)
    assert found_in(NOISE, needles) == []
    for leak in (
        str(shares[0]).encode(),
        json.dumps({"share": str(shares[0])}).encode(),
        f"{shares[0]:x}".encode(),
        to_bytes(shares),
        base64.b64encode(b"??" + to_bytes(shares)),
        shares[0].to_bytes(12, "big"),
    ):
        assert found_in(NOISE[:99] + leak + NOISE[99:], needles)


def test_the_quick_search_finds_what_the_plain_one_does() -> None:
    dice = random.Random(9)
    text = NOISE[:5_000] + b"0123456789" * 50
    cuts = [(dice.randrange(len(text)), dice.randint(1, 30)) for _ in range(500)]
    needles = [text[at : at + size] for at, size in cuts] + [dice.randbytes(dice.randint(1, 30)) for _ in range(500)]
    assert found_in(text, needles) == [needle for needle in needles if needle in text]
    assert found_in(b"abc", [b"abc", b"abcd", b"x"]) == [b"abc"]


def test_the_attack_finds_a_vector_that_two_keys_or_one_key_for_two_opens() -> None:
    keys = [X25519PrivateKey.generate() for _ in range(3)]
    public = [key.public_key().public_bytes_raw().hex() for key in keys]
    honest = seal(SPEC, NUMBERS, public, member="alfa", seq=1)
    held = json.dumps([base64.b64encode(raw).decode() for raw in honest]).encode()
    first, second, third = (hashlib.sha256(raw).hexdigest() for raw in honest)
    listed = [
        envelope.sign(Envelope(SPEC.round, SPEC.sha256, "alfa", 1, (first, second, third)), signing_key("alfa")),
    ]
    attacker = Attack(SPEC, public, listed)
    secrets = [key.private_bytes_raw().hex().encode() for key in keys]
    assert attacker.values(held) == {}
    assert attacker.values(held + b"\n" + secrets[2]) == {}
    assert attacker.values(held, secrets[0] + b"\n" + secrets[2]) == {"alfa": ROW}
    assert attacker.known() == {"alfa": NUMBERS}


def test_the_attack_sees_a_member_that_seals_two_shares_to_one_party() -> None:
    keys = [X25519PrivateKey.generate() for _ in range(3)]
    public = [key.public_key().public_bytes_raw().hex() for key in keys]
    shares = split(NUMBERS)
    wrong = [public[0], public[0], public[2]]
    first, second, third = (
        seal_bytes(
            to_bytes(each),
            key,
            submission_info(spec=SPEC.sha256, round=SPEC.round, member="alfa", seq=1, party=party),
        )
        for party, (each, key) in enumerate(zip(shares, wrong, strict=True))
    )
    a, b, c = (hashlib.sha256(raw).hexdigest() for raw in (first, second, third))
    made = envelope.sign(Envelope(SPEC.round, SPEC.sha256, "alfa", 1, (a, b, c)), signing_key("alfa"))
    view = b"\n".join(base64.b64encode(raw) for raw in (first, second, third))
    view += b"\n" + keys[0].private_bytes_raw().hex().encode()
    assert Attack(SPEC, public, [made]).values(view) == {"alfa": ROW}
