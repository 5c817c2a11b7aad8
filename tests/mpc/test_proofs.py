"""A member that hands in what is not well formed is named and left out, and all others pass; parties cannot cheat the toss."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from skyddsnat.mpc import proofs, run
from skyddsnat.mpc.engine import Array, Engine, array
from skyddsnat.mpc.errors import ComputationFailed
from skyddsnat.mpc.layout import Entry, Layout, vector
from skyddsnat.mpc.opening import open_all
from skyddsnat.mpc.shares import split
from skyddsnat.protocols.benchmark.field import P
from skyddsnat.protocols.benchmark.statement import Fault
from tests.mpc.engines import Seat, Table, together
from tests.mpc.rounds import amount, code, member_id, specification

SPEC = specification([code("A", 19), amount("B", 1000), code("C", 4)], 5)
AT = Layout.of(SPEC)
HONEST = vector(SPEC, {"A": Entry(7, measured=True), "C": Entry(4)})
CHEATER = member_id(2)

type Vectors = list[list[int]]


def changed(**numbers: int) -> list[int]:
    """An honest vector with some numbers changed: by name of the layout's method, for the first item."""
    made = list(HONEST)
    for name, number in numbers.items():
        where = getattr(AT, name)(0)
        if isinstance(where, range):
            for place, at in enumerate(where):
                made[at] = number >> place & 1
        else:
            made[where] = number % P
    return made


def at(place: int, number: int) -> list[int]:
    made = list(HONEST)
    made[place] = number % P
    return made


def bent(place: int, party: int) -> Vectors:
    """Honest shares, but for one of one party."""
    made = [list(each) for each in split(HONEST)]
    made[party][place] = (made[party][place] + 1) % P
    return made


CHEATS: dict[str, tuple[Vectors, Fault]] = {
    "a share off the line": (bent(AT.value(0), 1), Fault.INCONSISTENT),
    "a bit's share off the line": (bent(AT.size - 1, 2), Fault.INCONSISTENT),
    "presence off the line": (bent(AT.present(1), 0), Fault.INCONSISTENT),
    "a bit of 5": ([*split(at(AT.value_bits(0)[0], 5))], Fault.NOT_BITS),
    "a bit of -1": ([*split(at(AT.room_bits(2)[1], -1))], Fault.NOT_BITS),
    "presence 3": ([*split(changed(present=3))], Fault.NOT_BITS),
    "presence -4, to lower the count": ([*split(changed(present=-4))], Fault.NOT_BITS),
    "measured 2": ([*split(changed(measured=2))], Fault.NOT_BITS),
    "a value above the largest": ([*split(changed(value=20, value_bits=20, room_bits=31))], Fault.OUT_OF_RANGE),
    "the value that stands for missing": ([*split(changed(value=31, value_bits=31, room_bits=20))], Fault.OUT_OF_RANGE),
    "a value below 0": ([*split(changed(value=-1, value_bits=31, room_bits=20))], Fault.OUT_OF_RANGE),
    "a value that is not its bits": ([*split(changed(value=8))], Fault.OUT_OF_RANGE),
    "bits that are not the value": ([*split(changed(value_bits=8))], Fault.OUT_OF_RANGE),
    "room that is not max - x": ([*split(changed(room_bits=8))], Fault.OUT_OF_RANGE),
    "measured without a value": ([*split(at(AT.measured(1), 1))], Fault.OUT_OF_RANGE),
}


def judged(vectors: dict[str, Vectors], table: Table | None = None) -> list[run.Verdict]:
    def act(engine: Engine) -> Any:
        handed_in = {member: each[engine.party] for member, each in vectors.items()}
        return run.judge(engine, SPEC, handed_in, context=b"the root")

    return together(act, table=table)


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_cheat_is_named_by_all_three_and_the_others_pass(cheat: str) -> None:
    vectors, fault = CHEATS[cheat]
    honest = {member_id(number): [*split(HONEST)] for number in (0, 1, 3, 4)}
    verdicts = judged(honest | {CHEATER: vectors})
    assert verdicts == [run.Verdict(tuple(honest), {CHEATER: fault})] * 3


def test_honest_members_pass_at_the_ends_of_every_range() -> None:
    for value, missing in ((0, False), (19, False), (0, True)):
        entries = {} if missing else {"A": Entry(value), "B.amount": Entry(1000 if value else 0, measured=True)}
        verdicts = judged({member_id(0): [*split(vector(SPEC, entries))]})
        assert verdicts == [run.Verdict((member_id(0),), {})] * 3


def test_all_cheats_at_once_are_told_apart() -> None:
    every = {f"member-{number:03}": vectors for number, (vectors, _) in enumerate(CHEATS.values())}
    faults = {f"member-{number:03}": fault for number, (_, fault) in enumerate(CHEATS.values())}
    assert judged(every) == [run.Verdict((), faults)] * 3


def test_a_member_that_one_party_cannot_read_is_left_out_by_all() -> None:
    def act(engine: Engine) -> Any:
        own: dict[str, Any] = {member_id(0): split(HONEST)[engine.party]}
        own[CHEATER] = Fault.MALFORMED if engine.party == 1 else split(HONEST)[engine.party]
        return run.judge(engine, SPEC, own, context=b"")

    # the honest member's three shares are of three splits here: not on a line, so it is named too
    faults = {member_id(0): Fault.INCONSISTENT, CHEATER: Fault.MALFORMED}
    assert together(act) == [run.Verdict((), faults, {CHEATER: (1,)})] * 3, "all three name the party that says so"


def test_weights_follow_every_party_s_coin_and_what_the_toss_is_for() -> None:
    def tossed(coins: list[bytes], context: bytes = b"root") -> bytes:
        results = together(lambda engine: proofs.toss(engine, context=context, coin=coins[engine.party]))
        assert len(set(results)) == 1
        return results[0]

    base = [bytes([n]) * 32 for n in range(3)]
    seeds = [tossed(base), tossed(base, b"other")] + [
        tossed([b"x" * 32 if n == party else coin for n, coin in enumerate(base)]) for party in range(3)
    ]
    assert len(set(seeds)) == 5


def lying(change: Callable[[Any], Any], *, when: Callable[[Any], bool]) -> Table:
    return Table(lie=lambda party, message: change(message) if party == 2 and when(message) else message)


@pytest.mark.parametrize(
    "table",
    [
        lying(lambda _: "00" * 32, when=lambda m: isinstance(m, str)),
        lying(lambda _: 7, when=lambda m: isinstance(m, str)),
        lying(lambda m: m + "00", when=lambda m: isinstance(m, str)),
        lying(lambda _: "no", when=lambda m: isinstance(m, list)),
        lying(lambda m: m[:-1], when=lambda m: isinstance(m, list)),
        lying(lambda m: [row[:2] for row in m], when=lambda m: isinstance(m, list)),
        lying(lambda m: [[str(P)] * 3 for _ in m], when=lambda m: isinstance(m, list)),
        lying(lambda _: {CHEATER: "odd"}, when=lambda m: isinstance(m, dict)),
    ],
    ids=[
        "another coin",
        "no coin",
        "a longer coin",
        "no proofs",
        "too few",
        "too short",
        "not in the field",
        "no fault",
    ],
)
def test_a_party_that_says_what_cannot_be_judged_ends_the_run(table: Table) -> None:
    with pytest.raises(ComputationFailed) as failed:
        judged({CHEATER: [*split(HONEST)]}, table)
    assert failed.value.code == "output_inconsistent"


@pytest.mark.parametrize(
    "change", [lambda m: ["1", *m[1:]], lambda m: m[:1], lambda m: "x", lambda m: [str(P), *m[1:]]]
)
def test_a_party_s_wrong_share_of_a_count_is_seen_before_anything_rests_on_it(change: Callable[[Any], Any]) -> None:
    held = split([3, 4])
    with pytest.raises(ComputationFailed, match="the counts"):
        together(
            lambda engine: open_all(engine, array(held[engine.party]), what="the counts", most=5),
            table=lying(change, when=lambda _: True),
        )


def test_a_count_beyond_what_can_be_is_refused() -> None:
    held = split([6])
    with pytest.raises(ComputationFailed, match="cannot be"):
        together(lambda engine: open_all(engine, array(held[engine.party]), what="the counts", most=5))


def test_proof_shares_of_an_honest_member_are_different_each_time_and_say_nothing_but_zero() -> None:
    """Two proofs of one vector under one toss: masks are fresh, so what is posted never repeats."""
    seen: list[Any] = []

    def act(engine: Engine) -> Any:
        async def twice() -> None:
            for _ in range(2):
                vectors: Array = array([split_once[engine.party]])
                await proofs.check(engine, AT, vectors, context=b"", coin=b"\1" * 32)

        return twice()

    split_once = split(HONEST)
    table = Table(lie=lambda party, message: seen.append(message) or message if isinstance(message, list) else message)
    together(act, table=table)
    posted = [share for message in seen for row in message for share in row]
    assert len(posted) == 18
    assert len(set(posted)) == 18


def test_seats_need_one_another() -> None:
    """The engine of these tests is no shortcut: one seat alone gets nowhere."""

    async def alone() -> None:
        await asyncio.wait_for(Seat(Table(), 0).post("hello"), 0.05)

    with pytest.raises(TimeoutError):
        asyncio.run(alone())
