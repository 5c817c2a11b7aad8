"""The rules of a joint total, beside their definitions."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.policy.benchmark import disclosure
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.sums import longer, sums
from skyddsnat.policy.statistics.totals import BASE, HELD, Decided, Part, decide, owners_of, safe_total
from tests.rounds import rules as round_rules

RULES = load_catalogue().metric_words.joint_totals
START = Period.read("2026-01")

amounts = st.lists(st.integers(0, 10**9), min_size=2, max_size=12)


def parts_of(*values: int) -> dict[str, Part]:
    return {f"m{at}": Part(f"m{at}", value) for at, value in enumerate(values)}


def decided(period: Period, parts: dict[str, Part], total: int | None, index: int | None) -> Decided:
    return Decided(period, parts, "1", total, index)


@given(amounts)
def test_each_on_its_own_the_rules_are_those_of_a_sealed_total(values: list[int]) -> None:
    """What parties compute on shares and what the hub asks in the clear are one rule (from as many owners as either asks)."""
    same = replace(round_rules(), p=RULES.p_percent)
    expected = len(values) >= RULES.min_contributors and disclosure.safe_total(values, same)
    assert safe_total(parts_of(*values).values(), RULES) is expected


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 10**6)), max_size=14))
def test_members_under_one_owner_are_one(given_: list[tuple[str, int]]) -> None:
    parts = [Part(owner, value) for owner, value in given_]
    joined = [Part(owner, sum(v for o, v in given_ if o == owner)) for owner in {owner for owner, _ in given_}]
    assert safe_total(parts, RULES) is safe_total(joined, RULES)
    assert owners_of(dict(enumerate(parts))) == len(joined)  # type: ignore[arg-type]


@given(amounts, st.integers(0, 10**9))
def test_what_all_know_neither_helps_nor_harms(values: list[int], known: int) -> None:
    parts = parts_of(*values)
    assert safe_total([*parts.values(), Part("x", known, published=True)], RULES) is safe_total(parts.values(), RULES)


@given(amounts, st.integers(0, 10**9))
def test_what_all_know_of_an_owner_covers_neither_its_secrets_nor_anybody_elses(values: list[int], known: int) -> None:
    parts = parts_of(*values)
    more = [*parts.values(), Part("m0", known, published=True)]
    assert safe_total(more, RULES) is safe_total(parts.values(), RULES)


def test_a_published_figure_of_a_third_owner_is_no_cover_for_the_largest() -> None:
    """The second largest knows its own 200 and what was published: 306 less these is the largest, within 2 %."""
    secret = [Part("a", 250), Part("b", 200), Part("c", 1), Part("d", 1), Part("e", 1)]
    assert not safe_total([*secret, Part("c", 60, published=True)], RULES)


@given(st.lists(st.sets(st.sampled_from("abcdefghi"), min_size=4), min_size=1, max_size=8), st.data())
def test_totals_are_of_one_panel_for_ever(panels: list[set[str]], data: st.DataObject) -> None:
    history: list[Decided] = []
    for at, members in enumerate(panels):
        parts = {name: Part(name, data.draw(st.integers(80, 120))) for name in sorted(members)}
        shown = decide(START.shifted(at), parts, history, RULES, method="1")
        assert (shown == HELD) is not safe_total(parts.values(), RULES)
        history.append(decided(START.shifted(at), parts, shown.total, shown.index))
    assert len({frozenset(one.parts) for one in history if one.total is not None}) <= 1


def test_the_index_follows_the_fixed_panel() -> None:
    first = parts_of(100, 110, 120, 130, 140)
    history = [decided(START, first, 600, BASE)]
    assert decide(START.next, parts_of(110, 120, 130, 140, 160), history, RULES, method="1").index == 1100


def test_across_a_change_of_panel_the_index_follows_those_who_stayed() -> None:
    first = parts_of(100, 110, 120, 130, 140)
    joined = {name: replace(part, value=part.value * 2) for name, part in first.items()} | {"x": Part("x", 5)}
    shown = decide(START.next, joined, [decided(START, first, 600, BASE)], RULES, method="1")
    assert (shown.total, shown.index) == (None, 2000)


def test_where_too_few_stayed_the_index_begins_anew() -> None:
    first = parts_of(100, 110, 120, 130, 140)
    left = {name: part for name, part in first.items() if name != "m0"} | {"x": Part("x", 115)}
    assert decide(START.next, left, [decided(START, first, 600, 1300)], RULES, method="1").index == BASE


def test_members_who_merged_since_are_one_owner_then_and_now() -> None:
    first = parts_of(100, 100, 30, 30, 30, 30)
    later = {name: replace(part, owner="m0" if name == "m1" else name) for name, part in parts_of(*[60] * 6).items()}
    shown = decide(START.next, later | {"x": Part("x", 55)}, [decided(START, first, 320, 1300)], RULES, method="1")
    assert shown.index == BASE, "of the 320 one owner knew 200, by today's owners more than half"


def test_another_way_of_counting_begins_the_index_anew() -> None:
    parts = parts_of(100, 110, 120, 130, 140)
    assert decide(START.next, parts, [decided(START, parts, 600, 1300)], RULES, method="2").index == BASE


def test_no_total_beside_quartiles_of_a_small_round() -> None:
    parts = parts_of(100, 110, 120, 130, 140)
    assert decide(START, parts, [], RULES, method="1", quartiles_from=7) == HELD
    assert decide(START, parts, [], RULES, method="1", quartiles_from=8).total == 600


def test_four_are_too_few() -> None:
    assert decide(START, parts_of(100, 110, 120, 130), [], RULES, method="1") == HELD


def test_two_large_ones_that_could_work_each_other_out_are_held_back() -> None:
    """Neither has too large a share: it is the rest that is too small to hide behind."""
    assert decide(START, parts_of(500, 450, 20, 20, 10), [], RULES, method="1") == HELD
    assert decide(START, parts_of(500, 450, 40, 30, 20), [], RULES, method="1").total == 1040


def test_all_equal_is_held_back() -> None:
    assert decide(START, parts_of(*[100] * 6), [], RULES, method="1") == HELD


@given(st.lists(st.none() | st.integers(0, 10**6), min_size=1, max_size=30))
def test_a_sum_is_shown_only_when_each_part_is(values: list[int | None]) -> None:
    totals = {START.shifted(at): value for at, value in enumerate(values)}
    for kind in longer(Frequency.MONTH):
        for whole, total in sums(totals, kind).items():
            parts = [totals.get(each) for each in totals if each.within(kind) == whole]
            missing = len(parts) < (3 if kind is Frequency.QUARTER else 12) or None in parts
            assert total == (None if missing else sum(part for part in parts if part is not None))
