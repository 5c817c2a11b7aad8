"""What a member makes of its values: vector, shares, ciphertexts; and who can open them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.mpc import sealing, shares
from skyddsnat.mpc.errors import SealError, ValueRefused
from skyddsnat.mpc.layout import Entry, Layout, vector
from skyddsnat.protocols.benchmark import envelope
from skyddsnat.protocols.benchmark.field import P, put_together, to_bytes
from tests.mpc.rounds import amount, code, specification

SPEC = specification([code("A", 19), amount("B", 2**37 - 2), code("C", 3)], 5)
KEYS = [X25519PrivateKey.generate() for _ in range(3)]
PUBLIC = [key.public_key().public_bytes_raw().hex() for key in KEYS]


@given(st.lists(st.integers(0, P - 1), max_size=20))
def test_any_two_shares_give_the_value_and_the_third_lies_on_their_line(values: list[int]) -> None:
    made = list(zip(*shares.split(values), strict=True))
    assert [put_together(each) for each in made] == values
    assert [shares.reconstruct(each[0], each[1]) for each in made] == values


def test_equal_values_have_unequal_shares() -> None:
    for drawn in shares.split([7] * 1000):
        assert len(set(drawn)) == 1000
        assert max(drawn) > P // 2


def test_what_is_drawn_beyond_the_field_is_thrown_away() -> None:
    answers = [b"\xff" * 12 + (5).to_bytes(12, "little"), (P - 1).to_bytes(12, "little")]
    assert shares.uniform(2, random=lambda count: answers.pop(0)) == [5, P - 1]
    assert answers == []


def test_a_vector_holds_values_presence_measured_and_both_proofs_in_that_order() -> None:
    made = vector(SPEC, {"A": Entry(5, measured=True), "C": Entry(3)})
    at = Layout.of(SPEC)
    assert len(made) == at.size == 9 + 2 * (5 + 37 + 3)
    assert made[:9] == [5, 0, 3, 1, 0, 1, 1, 0, 0]
    for place, item in enumerate(SPEC.items):
        x = made[at.value(place)]
        assert sum(made[k] << i for i, k in enumerate(at.value_bits(place))) == x
        assert sum(made[k] << i for i, k in enumerate(at.room_bits(place))) == item.max - x
    assert sorted({*at.value_bits(0), *at.value_bits(1), *at.value_bits(2), *at.room_bits(0), *at.room_bits(1),
                   *at.room_bits(2)}) == list(range(9, at.size))  # fmt: skip


@pytest.mark.parametrize(
    ("entries", "said"),
    [({"A": Entry(20)}, "out_of_range"), ({"A": Entry(-1)}, "out_of_range"), ({"Z": Entry(1)}, "unknown_item")],
)
def test_a_value_that_no_proof_could_cover_is_refused_at_home(entries: dict[str, Entry], said: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        vector(SPEC, entries)
    assert refused.value.code == said


def sealed() -> tuple[bytes, bytes, bytes]:
    return sealing.seal(SPEC, vector(SPEC, {"A": Entry(5)}), PUBLIC, member="member-001", seq=2)


def test_each_party_opens_its_own_and_together_they_hold_the_vector() -> None:
    made = sealed()
    assert {len(each) for each in made} == {envelope.ciphertext_size(SPEC)}
    opened = [sealing.open_shares(SPEC, made[i], KEYS[i], member="member-001", seq=2, party=i) for i in range(3)]
    assert [put_together(each) for each in zip(*opened, strict=True)] == vector(SPEC, {"A": Entry(5)})


OTHER = specification([code("A", 19), amount("B", 2**37 - 2), code("C", 4)], 5)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda c: sealing.open_shares(SPEC, c[0], KEYS[0], member="member-002", seq=2, party=0),
        lambda c: sealing.open_shares(SPEC, c[0], KEYS[0], member="member-001", seq=1, party=0),
        lambda c: sealing.open_shares(SPEC, c[0], KEYS[0], member="member-001", seq=2, party=1),
        lambda c: sealing.open_shares(SPEC, c[1], KEYS[0], member="member-001", seq=2, party=0),
        lambda c: sealing.open_shares(SPEC, c[0], KEYS[1], member="member-001", seq=2, party=0),
        lambda c: sealing.open_shares(OTHER, c[0], KEYS[0], member="member-001", seq=2, party=0),
        lambda c: sealing.open_shares(SPEC, c[0][:-1], KEYS[0], member="member-001", seq=2, party=0),
        lambda c: sealing.open_shares(SPEC, c[0][:20], KEYS[0], member="member-001", seq=2, party=0),
        lambda c: sealing.open_shares(SPEC, b"", KEYS[0], member="member-001", seq=2, party=0),
    ],
    ids=["member", "seq", "party", "swapped", "key", "specification", "truncated", "no tag", "empty"],
)
def test_a_ciphertext_for_something_else_does_not_open(attempt: Callable[[tuple[bytes, ...]], object]) -> None:
    with pytest.raises(SealError) as refused:
        attempt(sealed())
    assert refused.value.code == "unopenable"


@pytest.mark.parametrize("plain", [b"", b"\0" * 11, to_bytes([1]), P.to_bytes(12, "little") * Layout.of(SPEC).size])
def test_what_opens_but_holds_no_shares_of_this_round_is_malformed(plain: bytes) -> None:
    info = sealing.submission_info(spec=SPEC.sha256, round=SPEC.round, member="member-001", seq=1, party=0)
    made = sealing.seal_bytes(plain, PUBLIC[0], info)
    with pytest.raises(SealError) as refused:
        sealing.open_shares(SPEC, made, KEYS[0], member="member-001", seq=1, party=0)
    assert refused.value.code == "malformed"


def test_a_position_opens_for_its_owner_only() -> None:
    owner = X25519PrivateKey.generate()
    spec = specification(SPEC.items, 5, keys=[owner.public_key().public_bytes_raw().hex()] * 5)
    made = sealing.seal_position(spec, {"A/third": P - 1}, member="member-001", party=1)
    assert sealing.open_position(spec, made, owner, member="member-001", party=1) == {"A/third": P - 1}
    for member, party in (("member-002", 1), ("member-001", 0)):
        with pytest.raises(SealError):
            sealing.open_position(spec, made, owner, member=member, party=party)
    info = sealing.position_info(spec=spec.sha256, round=spec.round, member="member-001", party=1)
    for plain in (b"{}", b"[]", b'{"values":{"A/third":"-1"}}', b'{"values":{"A/third":null}}', b"\xff"):
        with pytest.raises(SealError, match="malformed"):
            sealing.open_position(
                spec, sealing.seal_bytes(plain, spec.members[1].opening_key, info), owner, member="member-001", party=1
            )


def test_handing_in_needs_none_of_the_parties_libraries() -> None:
    told = "import sys, skyddsnat.mpc.sealing; print([m for m in ('mpyc', 'numpy', 'gmpy2') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, env={"PYTHONPATH": "src"}
    )
    assert done.stdout.strip() == "[]"
