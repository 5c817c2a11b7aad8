"""Everything that may arrive, changed in every place: a submission, a statement, a ciphertext, shares.  Each is refused by name.

The changes are made by a program, so that no place is forgotten: each field is left out, doubled, cut, swapped and put in another
form; each ciphertext cut, flipped, replayed and given to another party.
"""

from __future__ import annotations

import copy
import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from skyddsnat.mpc.errors import SealError
from skyddsnat.mpc.layout import Layout, vector
from skyddsnat.mpc.sealing import open_shares, seal, seal_bytes, submission_info
from skyddsnat.protocols.benchmark import envelope, statement
from skyddsnat.protocols.benchmark.envelope import Envelope
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.field import P, to_bytes
from skyddsnat.protocols.benchmark.statement import Kind, Statement
from tests.effort import seed, tries
from tests.figures import figure
from tests.rounds import PARTIES, signing_key, specification

SPEC = specification()
OTHER = replace(SPEC, round="2026-q1")
KEYS = [X25519PrivateKey.generate() for _ in range(3)]
PUBLIC = [key.public_key().public_bytes_raw().hex() for key in KEYS]
BODIES: dict[Kind, dict[str, Any]] = {
    Kind.APPROVAL: {"round_key": "ab" * 32, "certificate": "-----", "address": "127.0.0.1:4000", "program": "1+a"},
    Kind.ROOT: {"root": "ab" * 32, "size": 5},
    Kind.RUN: {"root": "ab" * 32},
    Kind.VERDICT: {"accepted": ["alfa", "beta"], "rejected": [{"member": "delta", "reason": "not_bits"}]},
    Kind.OUTPUT: {"opened": {"MET-BLK-05/members": "17", "MET-BLK-05/median": str(P - 1)}},
    Kind.POSITIONS: {"sealed": {"alfa": "A" * 96}},
    Kind.ABORTED: {"code": "time_limit", "detail": {}},
    Kind.DESTROYED: {"what": ["round_key", "sealed"]},
}
BELIEVED = ""


def submission(*, round_: Any = SPEC, member: str = "alfa", seq: int = 1) -> dict[str, Any]:
    """What a member posts."""
    sealed = seal(round_, vector(round_, {}), PUBLIC, member=member, seq=seq)
    first, second, third = (hashlib.sha256(raw).hexdigest() for raw in sealed)
    made = Envelope(round_.round, round_.sha256, member, seq, (first, second, third))
    return dict(envelope.wire(envelope.sign(made, signing_key(member)), sealed))


def take_submission(thing: Any) -> str:
    """How the hub, and each party, judges it."""
    try:
        envelope.read_submission(thing)[0].check(SPEC)
    except BadRound as refusal:
        return refusal.code
    return BELIEVED


def take_statement(thing: Any) -> str:
    try:
        statement.read(thing).check(SPEC)
    except BadRound as refusal:
        return refusal.code
    return BELIEVED


def said(kind: Kind, *, party: int = 1, round_: Any = SPEC) -> dict[str, Any]:
    told = Statement(kind, round_.round, round_.sha256, party, copy.deepcopy(BODIES[kind]))
    return dict(statement.sign(told, signing_key(PARTIES[party])).document())


# ---- changes


def places(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each part of it."""
    if path:
        yield path
    if isinstance(thing, dict):
        for name in thing:
            yield from places(thing[name], (*path, name))
    elif isinstance(thing, list):
        for at in range(len(thing)):
            yield from places(thing[at], (*path, at))


def part(thing: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        thing = thing[step]
    return thing


def instead(value: Any, dice: random.Random) -> Iterator[tuple[str, Any]]:
    """Other things in the place of this one."""
    for odd in (None, True, -1, 1.5, 2**70, "", "\x00", [], {}, [[[]]]):
        if odd != value:
            yield f"{odd!r:.10}", odd
    if isinstance(value, str) and value:
        yield "cut", value[:-1]
        yield "doubled", value * 2
        yield "upper", value.upper() + " "
        at = dice.randrange(len(value))
        letter = "1" if value[at] != "1" else "2"
        yield "one letter", value[:at] + letter + value[at + 1 :]
    if isinstance(value, list):
        yield "one more", [*value, *value[:1]] if value else [0]
        if value:
            yield "one less", value[:-1]
        if len(value) > 1 and value != value[::-1]:
            yield "swapped", value[::-1]
    if isinstance(value, dict):
        yield "more", value | {"value": 17}
    if isinstance(value, int):
        yield "next", value + 1


def changes(honest: Any, dice: random.Random) -> Iterator[tuple[str, Any]]:
    """Every part left out, and put in other forms."""
    for path in places(honest):
        where = "/".join(map(str, path))
        for name, odd in instead(part(honest, path), dice):
            made = copy.deepcopy(honest)
            part(made, path[:-1])[path[-1]] = odd
            yield f"{where}: {name}", made
        made = copy.deepcopy(honest)
        del part(made, path[:-1])[path[-1]]
        yield f"{where}: gone", made
    for odd in (None, [], [honest], "x", 1, {}):
        yield f"all: {odd!r:.10}", odd


def judge(honest: Any, take: Callable[[Any], str]) -> dict[str, int]:
    """How often each code was told.  Fails for a change that is believed and for one that ends in no name."""
    assert take(honest) == BELIEVED
    codes: dict[str, int] = {}
    for turn in range(tries(short=1, long=40)):
        for name, odd in changes(honest, random.Random(seed() * 1000 + turn)):
            code = take(odd)
            assert code != BELIEVED, name
            codes[code] = codes.get(code, 0) + 1
    return codes


def test_a_submission_changed_anywhere_is_refused_by_name() -> None:
    codes = judge(submission(), take_submission)
    codes[take_submission(submission(round_=OTHER))] = 1
    stolen = submission() | {"signature": submission(member="beta")["signature"]}
    assert take_submission(stolen) == "bad_signature"
    assert set(codes) == {"malformed", "bad_signature", "other_round", "other_specification", "unknown_member"}
    figure("benchmark.mutated_submissions", refused=sum(codes.values()), codes=len(codes), believed=0)


def test_a_statement_changed_anywhere_is_refused_by_name() -> None:
    total, codes = 0, set()
    for kind in Kind:
        found = judge(said(kind), take_statement)
        total, codes = total + sum(found.values()), codes | set(found)
        assert take_statement(said(kind, round_=OTHER)) == "other_round"
        moved = said(kind)
        moved["statement"]["party"] = 2
        assert take_statement(moved) == "bad_signature"
        for other in set(Kind) - {kind}:
            swapped = said(kind) | {"signature": said(other)["signature"]}
            assert take_statement(swapped) == "bad_signature"
    assert {"malformed", "bad_signature", "other_round", "other_specification"} <= codes
    beyond = said(Kind.OUTPUT)
    beyond["statement"]["body"]["opened"]["MET-BLK-05/median"] = str(P)
    assert take_statement(beyond) == "not_in_field"
    figure("benchmark.mutated_statements", refused=total, kinds=len(Kind), believed=0)


def open_it(raw: bytes, *, spec: Any = SPEC, member: str = "alfa", seq: int = 1, party: int = 0) -> str:
    try:
        open_shares(spec, raw, KEYS[party], member=member, seq=seq, party=party)
    except SealError as refusal:
        return refusal.code
    return BELIEVED


def test_a_ciphertext_that_is_cut_flipped_replayed_or_swapped_is_refused_by_name() -> None:
    dice = random.Random(seed())
    sealed = seal(SPEC, vector(SPEC, {}), PUBLIC, member="alfa", seq=1)
    assert [open_it(raw, party=party) for party, raw in enumerate(sealed)] == [BELIEVED] * 3
    first = sealed[0]
    for _ in range(tries(short=300, long=20_000)):
        at = dice.randrange(len(first))
        flipped = bytearray(first)
        flipped[at] ^= 1 << dice.randrange(8)
        # The last bit of an X25519 key is no part of it (RFC 7748 § 5), but HPKE binds the bytes as they came.
        assert open_it(bytes(flipped)) == "unopenable", at
        assert open_it(first[:at]) == "unopenable", at
    for name, code in {
        "another party": open_it(sealed[1]),
        "another member": open_it(first, member="beta"),
        "an older hand-in": open_it(first, seq=2),
        "another round": open_it(first, spec=OTHER),
        "longer": open_it(first + b"\0"),
        "empty": open_it(b""),
    }.items():
        assert code == "unopenable", name


@pytest.mark.parametrize("change", [-12, -1, 1, 12])
def test_shares_too_few_too_many_or_outside_the_field_are_refused_by_name(change: int) -> None:
    info = submission_info(spec=SPEC.sha256, round=SPEC.round, member="alfa", seq=1, party=0)
    plain = to_bytes([1] * Layout.of(SPEC).size)
    assert open_it(seal_bytes(plain, PUBLIC[0], info)) == BELIEVED
    other = plain[:change] if change < 0 else plain + b"\0" * change
    assert open_it(seal_bytes(other, PUBLIC[0], info)) == "malformed"
    for odd in (P, P + 1, 2**96 - 1):
        beyond = odd.to_bytes(12, "little") + plain[12:]
        assert open_it(seal_bytes(beyond, PUBLIC[0], info)) == "malformed"
