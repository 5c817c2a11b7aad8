"""What is computed on shares is what one would work out in the clear: every algorithm, every size, ties, gaps and equals."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skyddsnat.mpc import run
from skyddsnat.mpc.algorithms import choice
from skyddsnat.mpc.algorithms.largest import two_largest
from skyddsnat.mpc.algorithms.small import look_up
from skyddsnat.mpc.algorithms.sort import network
from skyddsnat.mpc.engine import Array, Engine, array
from skyddsnat.mpc.layout import Entry, vector
from skyddsnat.mpc.shares import split
from skyddsnat.policy.benchmark.disclosure import WIDEST, Rules, comparison_bits
from skyddsnat.protocols.benchmark import release, spec_reader
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.spec import Item, Previous, Specification
from tests.effort import seed, tries
from tests.mpc.engines import alone, opened, together
from tests.mpc.plain import Plain, plainly
from tests.mpc.rounds import FOUR, RULES, Entries, amount, code, member_id, specification

ALGORITHMS = ("counting", "pairs", "sort")
ITEMS = [code("A", 1), code("B", 3), code("C", 8), code("D", 40, neutral=True), amount("E", 9), amount("F")]


@st.composite
def rounds(draw: st.DrawFn, *, largest: int = 40) -> tuple[Specification, dict[str, Entries]]:
    """Groups of 3 to `largest`; few or many ties, some or no gaps, owners of several members, ranks wanted or not."""
    dice = random.Random(draw(st.integers(0, 2**32)))
    members = draw(st.one_of(st.integers(3, 13), st.integers(3, largest)))
    spread, gaps, common = (
        draw(st.sampled_from([1, 2, 5, 2**40])),
        draw(st.sampled_from([0, 0.1, 0.5])),
        draw(st.booleans()),
    )
    rules = draw(st.sampled_from([RULES, FOUR]))
    spec = specification(
        ITEMS,
        members,
        groups=[dice.randrange(max(2, members - 1)) if common else number for number in range(members)],
        ranks=[dice.random() < 0.5 for _ in range(members)],
        rules=rules,
        previous=draw(st.sampled_from([None, _previous(members), _previous(members + 1)])),
    )
    return spec, {member.id: _entries(dice, spec.items, spread, gaps) for member in spec.members}


def _previous(members: int) -> Previous:
    """A round before, of so many members, in which everyone had all values but one."""
    return Previous("2026-q2", tuple(member_id(n) for n in range(members)), tuple(item.id for item in ITEMS[:-1]))


def _entries(dice: random.Random, items: Sequence[Item], spread: int, gaps: float) -> Entries:
    return {
        item.id: Entry(dice.randrange(min(item.max + 1, spread)), measured=dice.random() < 0.5)
        for item in items
        if dice.random() >= gaps
    }


def compute(engine: Engine, spec: Specification, entries: dict[str, Entries]) -> object:
    handed_in = {member: vector(spec, each) for member, each in entries.items()}
    return run.compute(engine, spec, handed_in, sorted(entries))


def assert_plain(spec: Specification, entries: dict[str, Entries], got: run.Outcome) -> Plain:
    plain = plainly(spec, entries, sorted(entries))
    assert got.opened == plain.opened
    for member, mine in plain.private.items():
        told = got.private.get(member, {})
        assert {name: told[name] for name in mine} == mine
        for name in set(told) - set(mine):  # of what it has no value for, it gets what tells nothing
            item, what = name.split("/")
            assert item not in entries[member]
            members = got.opened[f"{item}/members"]
            assert told[name] == {"third": 1, "side": 1, "place": members - 1}[what]
    return plain


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@settings(max_examples=tries(short=100, long=3000), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_round_is_what_it_is_in_the_clear(algorithm: str, data: st.DataObject) -> None:
    spec, entries = data.draw(rounds(largest=16 if algorithm == "pairs" else 40))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choice, "cheapest", lambda *_, **__: algorithm)
        got = alone(lambda engine: compute(engine, spec, entries))
    assert_plain(spec, entries, got)


@pytest.mark.parametrize("rules", [RULES, FOUR], ids=["five", "four opted in"])
@pytest.mark.parametrize("members", [3, 4, 5, 7, 8, 11, 12, 25, 40])
def test_every_rung_opens_its_own_names_and_none_below(members: int, rules: Rules) -> None:
    dice = random.Random(seed() + members)
    spec = specification(ITEMS, members, rules=rules)
    entries = {m.id: _entries(dice, spec.items, 2**40, 0) for m in spec.members}
    entries[spec.members[0].id] = {item.id: Entry(1) for item in spec.items}
    entries[spec.members[1].id] = {item.id: Entry(0) for item in spec.items}  # never all equal
    got = alone(lambda engine: compute(engine, spec, entries))
    assert_plain(spec, entries, got)
    public = {name.split("/")[1] for name in got.opened} - {"members", "groups", "released"}
    private = {name.split("/")[1] for mine in got.private.values() for name in mine}
    if members < (4 if rules.four_opted_in else 5):
        assert (public, private) == (set(), set())
        assert {name.split("/")[1] for name in got.opened} == {"members", "groups"}
    elif members == 4:
        assert (public - {"measured"}, private) == (set(), {"side"})
    else:
        statistics = {"median", "measured"} | ({"q1", "q3", "sum"} if members >= 8 else set())
        assert (public, private) == (statistics, {"third", "place"})
    assert not any(name == "D/place" for mine in got.private.values() for name in mine)  # neutral: no ranks


@pytest.mark.parametrize("members", [5, 14])
def test_three_parties_with_real_shares_come_to_the_same_and_readers_can_check_it(members: int) -> None:
    dice = random.Random(seed())
    spec = specification(ITEMS, members, groups=[number // 2 if number < 2 else number for number in range(members)])
    entries = {m.id: _entries(dice, spec.items, 2**40, 0.05) for m in spec.members}
    shared = _three_vectors(spec, entries)
    for algorithm in ALGORITHMS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(choice, "cheapest", lambda *_, name=algorithm, **__: name)
            held = together(lambda engine: run.compute(engine, spec, shared[engine.party], sorted(entries)))
        assert_held(spec, entries, held)


def assert_held(spec: Specification, entries: dict[str, Entries], held: list[run.Outcome]) -> None:
    """What three parties hold comes to the plain result, and any reader can check it."""
    names = sorted(held[0].opened)
    values = opened([array([each.opened[name] for name in names]) for each in held])
    private = {
        member: dict(zip(mine, opened([array([each.private[member][n] for n in mine]) for each in held]), strict=True))
        for member, mine in held[0].private.items()
    }
    assert_plain(spec, entries, run.Outcome(dict(zip(names, values, strict=True)), private))
    posted = [{name: str(share) for name, share in each.opened.items()} for each in held]
    assert release.read(spec, sorted(entries), posted).accepted == tuple(sorted(entries))


def _three_vectors(spec: Specification, entries: dict[str, Entries]) -> list[dict[str, list[int]]]:
    made = {member: split(vector(spec, each)) for member, each in entries.items()}
    return [{member: each[party] for member, each in made.items()} for party in range(3)]


@pytest.mark.parametrize("wires", range(1, 41))
def test_the_network_sorts_what_is_zero_or_one(wires: int) -> None:
    """A network that sorts every such row sorts everything (Knuth 5.3.4, Z)."""
    dice = random.Random(wires)
    rows = [[int(at < cut) for at in range(wires)] for cut in range(wires + 1)]
    rows = [dice.sample(row, wires) for row in rows for _ in range(20)]
    for row in rows:
        for low, high in network(wires):
            assert len({*low, *high}) == 2 * len(low)
            for one, other in zip(low, high, strict=True):
                row[one], row[other] = min(row[one], row[other]), max(row[one], row[other])
        assert row == sorted(row)


@given(st.lists(st.lists(st.integers(0, 15), min_size=1, max_size=9), min_size=2, max_size=12))
@settings(deadline=None)
def test_the_two_largest_of_amounts(columns: list[list[int]]) -> None:
    rows = list(zip(*columns, strict=False))
    bits = array([[[value >> at & 1 for at in range(4)] for value in row] for row in rows])
    first, second = alone(lambda engine: two_largest(engine, bits))
    assert [sorted(row)[-2:] for row in rows] == [list(each) for each in zip(second, first, strict=True)]


@given(st.integers(1, 60).flatmap(lambda size: st.lists(st.integers(0, 99), min_size=size, max_size=size)))
@settings(deadline=None)
def test_a_function_of_a_small_number_is_its_table(table: list[int]) -> None:
    numbers: Array = array([list(range(len(table)))])
    both = array([[table, table[::-1]]])
    found = alone(lambda engine: look_up(engine, numbers, both))
    assert found.tolist() == [[table, table[::-1]]]
    summed = alone(lambda engine: look_up(engine, numbers, both, total=True))
    assert summed.tolist() == [[sum(table), sum(table)]]


def test_the_cheapest_way_is_counting_on_coarse_grids_and_in_large_groups_and_comparing_on_fine_ones() -> None:
    for members, codes in ((5, 4), (5, 20), (7, 17), (12, 17), (20, 122), (100, 122)):
        assert choice.cheapest(members, codes, items=100) == "counting"
    for members, codes in ((5, 41), (5, 1000), (8, 61), (12, 100)):
        assert choice.cheapest(members, codes, items=100) == "pairs"
    assert choice.cheapest(20, 1000, items=100) == choice.cheapest(100, 60_000, items=100) == "sort"


def test_amounts_too_large_to_be_tested_in_a_group_are_refused_before_anyone_signs() -> None:
    """And what is not refused fits: the engine in the clear checks the bounds of each comparison."""
    for members in (5, 27, 28, 100):
        for most in (2**37 - 2, 2**35 - 2):
            spec = specification([amount("QA", most)], members)
            if comparison_bits(RULES, members, most) > WIDEST:
                assert (members, most) in {(28, 2**37 - 2), (100, 2**37 - 2)}
                with pytest.raises(BadRound, match="too large to be tested"):
                    spec_reader.read(spec.raw)
                continue
            assert spec_reader.read(spec.raw) == spec
            for low in (0, most):  # the first alone is large, or all but the first
                entries = {
                    m.id: {"QA.amount": Entry(most - low if at == 0 else low)} for at, m in enumerate(spec.members)
                }
                assert_plain(spec, entries, alone(lambda engine, held=entries, of=spec: compute(engine, of, held)))
