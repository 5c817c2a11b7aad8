"""Hot and base together block exactly the list, whatever was listed, lifted, rebuilt and trimmed before, and whichever base of
those since the last one that all had a resolver has: looked up as each kind of resolver does, in rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skyddsnat.policy.coverage import Coverage, Listed, ancestors
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz import Canary, Policy, Record, Row, ZoneSets, compile_list, passthru_rows, split_zones
from skyddsnat.protocols.rpz.passthru import PASSTHRU
from skyddsnat.protocols.rpz.records import LONGEST_NAME, zone_records
from tests.effort import tries
from tests.protocols.around import around
from tests.protocols.examples import NOW

HOT = "hot.example"
Rows = dict[str, str]
LookUp = Callable[[Rows, str], str | None]


def by_closest_encloser(rows: Rows, name: str) -> str | None:
    """RFC 4592, as BIND: a wildcard does not reach past a name that exists, if only for what stands below it."""
    if name in rows:
        return rows[name]
    there = {above for owner in rows for above in (owner, *ancestors(owner))}
    if name in there:
        return None
    return next((rows.get(f"*.{above}") for above in ancestors(name) if above in there), None)


def by_longest_wildcard(rows: Rows, name: str) -> str | None:
    """As PowerDNS and Knot Resolver: from the name upwards, the first wildcard."""
    return rows.get(name) or next((rows[f"*.{one}"] for one in ancestors(name) if f"*.{one}" in rows), None)


LOOK_UPS: tuple[LookUp, ...] = (by_closest_encloser, by_longest_wildcard)

names = st.lists(st.sampled_from(["a", "b", "c", "a-b"]), min_size=1, max_size=4).map(
    lambda parts: ".".join([*parts, "test"])
)
lists = st.lists(st.builds(Row, names, st.sampled_from(Scope), st.none()), max_size=8).map(
    lambda rows: frozenset(compile_list(rows, now=NOW, policy=Policy(), zones=(HOT,)).entries)
)
histories = st.lists(st.one_of(lists, st.sampled_from(["rebuild", "seen"])), min_size=1, max_size=10)


def rows_of(sets: ZoneSets) -> tuple[Rows, Rows]:
    canary = Canary("c1", "canary.example")
    hot = zone_records(sets.hot, policy=Policy(), canary=canary)
    hot |= passthru_rows(sets.passed, blocked=sets.hot, zone=HOT)
    base = zone_records(sets.base, policy=Policy(), canary=canary)
    assert len({row.owner for row in hot}) == len(hot), "one row for each owner: a CNAME stands alone"
    return {row.owner: row.data for row in hot}, {row.owner: row.data for row in base}


def stopped(look_up: LookUp, hot: Rows, base: Rows, name: str) -> bool:
    """The first zone that knows a name decides."""
    found = look_up(hot, name) or look_up(base, name)
    return found not in (None, PASSTHRU)


def blocked_by(wanted: frozenset[Listed], probes: set[str]) -> set[str]:
    """The names that the list blocks."""
    coverage = Coverage(wanted)
    return {name for name in probes if coverage.blocks(name)}


def step(sets: ZoneSets, wanted: frozenset[Listed], *, settled: bool, hot_limit: int = 1000) -> ZoneSets:
    """With the list before at hand, and the long way."""
    found = split_zones(wanted, before=sets, hot_limit=hot_limit, settled=settled, was=sets.entries)
    assert found == split_zones(wanted, before=sets, hot_limit=hot_limit, settled=settled)
    return found


ONE = frozenset({Listed("a.test", Scope.EXACT)})
BACK_AND_GONE: list[frozenset[Listed] | str] = [ONE, "rebuild", "seen", frozenset(), "rebuild", ONE, frozenset()]
"""A name that base gave up, that came back and went again, while some resolver has the base of before all that."""

ONE_TREE = frozenset({Listed("a.test", Scope.SUBDOMAINS)})
WIDENED_AND_NARROWED: list[frozenset[Listed] | str] = [ONE, "rebuild", ONE_TREE, ONE]
"""What hot lets through, a whole domain that it blocked itself, has base's own name in it."""


@example(BACK_AND_GONE)
@example(WIDENED_AND_NARROWED)
@settings(max_examples=tries(short=200, long=20_000), deadline=None)
@given(histories)
def test_a_resolver_with_any_base_since_the_last_that_all_had_blocks_exactly_the_list(
    history: list[frozenset[Listed] | str],
) -> None:
    sets, wanted, bases = ZoneSets(), frozenset[Listed](), [frozenset[Listed]()]
    probes = {probe for one in history if not isinstance(one, str) for name, _ in one for probe in around(name)}
    for one in history:
        if one == "rebuild":
            sets = sets.rebuilt()
            bases.append(sets.base)
        elif one == "seen":
            sets, bases = sets.trimmed(), [sets.base]
        elif not isinstance(one, str):
            wanted = one
            sets = step(sets, wanted, settled=len(bases) == 1)
        assert sets.entries == wanted
        listed = blocked_by(wanted, probes)
        for base in bases:
            hot_rows, base_rows = rows_of(ZoneSets(hot=sets.hot, base=base, passed=sets.passed))
            for look_up in LOOK_UPS:
                assert {name for name in probes if stopped(look_up, hot_rows, base_rows, name)} == listed


@settings(max_examples=tries(short=100, long=20_000), deadline=None)
@given(histories, st.integers(min_value=0, max_value=5))
def test_when_it_is_too_much_for_hot_base_takes_it_and_they_still_block_exactly_the_list(
    history: list[frozenset[Listed] | str], limit: int
) -> None:
    sets, wanted = ZoneSets(), frozenset[Listed]()
    probes = {probe for one in history if not isinstance(one, str) for name, _ in one for probe in around(name)}
    for one in history:
        if isinstance(one, str):
            sets = sets.rebuilt() if one == "rebuild" else sets.trimmed()
        else:
            wanted, let_through = one, sets.passed & sets.base
            sets = step(sets, wanted, settled=True, hot_limit=limit)
            still = {entry for entry in let_through if not Coverage(wanted).covers(entry)}
            assert sets.passed >= still, "what was let through stays free at a resolver with an older base"
        assert sets.entries == wanted
        listed, (hot_rows, base_rows) = blocked_by(wanted, probes), rows_of(sets)
        for look_up in LOOK_UPS:
            assert {name for name in probes if stopped(look_up, hot_rows, base_rows, name)} == listed


@given(lists)
def test_a_rebuild_that_all_have_leaves_nothing_in_hot(wanted: frozenset[Listed]) -> None:
    sets = step(ZoneSets(base=frozenset({Listed("old.test", Scope.SUBDOMAINS)})), wanted, settled=True)
    assert sets.rebuilt().waiting is False
    assert sets.rebuilt().trimmed() == ZoneSets(base=wanted)
    assert not sets.rebuilt().trimmed().spent


def test_without_rows_on_the_way_base_would_block_around_what_is_still_blocked() -> None:
    """The proof that the test above can fail, and what the rows are."""
    parent, deep = Listed("wild.test", Scope.SUBDOMAINS), Listed("deep.a.wild.test", Scope.EXACT)
    sets = step(ZoneSets(base=frozenset({parent})), frozenset({deep}), settled=True)
    assert sets == ZoneSets(hot=frozenset({deep}), base=frozenset({parent}), passed=frozenset({parent}))
    hot, base = rows_of(sets)
    assert {owner for owner, data in hot.items() if data == PASSTHRU} == {
        "wild.test",
        "*.wild.test",
        "a.wild.test",
        "*.a.wild.test",
        "*.deep.a.wild.test",
    }
    assert not stopped(by_closest_encloser, hot, base, "x.a.wild.test")
    del hot["*.a.wild.test"]
    assert stopped(by_closest_encloser, hot, base, "x.a.wild.test")


def test_a_whole_domain_narrowed_to_its_own_name_lets_only_the_names_below_through() -> None:
    whole, itself = Listed("bad.test", Scope.SUBDOMAINS), Listed("bad.test", Scope.EXACT)
    sets = step(ZoneSets(base=frozenset({whole})), frozenset({itself}), settled=True)
    assert passthru_rows(sets.passed, blocked=sets.hot, zone=HOT) == {Record("*.bad.test", "CNAME", PASSTHRU)}
    assert sets.rebuilt().base == {itself}


def test_a_name_that_comes_back_is_blocked_by_hot_itself() -> None:
    name = frozenset({Listed("bad.test", Scope.SUBDOMAINS)})
    lifted = step(ZoneSets(base=name), frozenset(), settled=True)
    assert step(lifted, name, settled=True) == ZoneSets(hot=name, base=name)


@pytest.mark.parametrize("length", [LONGEST_NAME - len(HOT) - 3, LONGEST_NAME - len(HOT) - 1])
def test_a_row_that_does_not_fit_below_the_zone_is_left_out(length: int) -> None:
    deep = ".".join(["x" * 60] * 4)[: length - len(".wild.test")] + ".wild.test"
    rows = passthru_rows([Listed("wild.test", Scope.SUBDOMAINS)], blocked=[Listed(deep, Scope.EXACT)], zone=HOT)
    assert max(len(row.owner) + 1 + len(HOT) for row in rows) <= LONGEST_NAME
    assert (Record(f"*.{deep}", "CNAME", PASSTHRU) in rows) == (length == LONGEST_NAME - len(HOT) - 3)
