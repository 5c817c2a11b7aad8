"""What looks odd is asked about; what is usual is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.statistics.plausible import Oddity, Told, oddities
from skyddsnat.policy.statistics.words import Share

USUAL = [Told(value, "1", 10_000, Share.MOST) for value in (10_000, 11_000, 9_500, 10_400)]


def odd(value: int, *, method: str = "1", entries: int = 10_000, resolvers: Share = Share.MOST) -> tuple[Oddity, ...]:
    return oddities(Told(value, method, entries, resolvers), USUAL)


def test_a_usual_figure_is_not_asked_about() -> None:
    assert odd(10_900) == ()


def test_what_is_odd_has_its_own_word() -> None:
    assert odd(0) == (Oddity.NOTHING,)
    assert odd(10_000_000) == odd(1_000) == (Oddity.SLIP,)
    assert odd(17_000) == (Oddity.FAR,)
    assert odd(10_400) == (Oddity.SAME,)
    assert odd(10_900, entries=14_000) == (Oddity.LIST_SIZE,)
    assert odd(10_900, resolvers=Share.SOME) == (Oddity.FEWER_RESOLVERS,)
    assert odd(10_900, resolvers=Share.ALL) == ()
    assert odd(10_900, method="2") == (Oddity.METHOD,)


def test_two_figures_are_no_history_to_be_far_from() -> None:
    assert oddities(Told(17_000, "1"), [Told(10_000, "1"), Told(10_100, "1")]) == ()
    assert oddities(Told(17_000, "1"), []) == ()


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**12), max_size=9))
def test_there_is_an_answer_for_every_history(value: int, earlier: list[int]) -> None:
    found = oddities(Told(value, "1"), [Told(each, "1") for each in earlier])
    assert len(found) <= 1
