"""A list told by its difference from a core is the plain set, for every question that is asked of it."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy import entries as module
from skyddsnat.policy.coverage import Coverage, Listed, is_url
from skyddsnat.policy.entries import Core, Entries, as_line, part_of, still_covered
from skyddsnat.policy.parts import Parts
from skyddsnat.policy.vocabulary import Scope

NAMES = ("test", "a.test", "b.a.test", "b.test", "c.test")
URLS = ("https://a.test/", "http://b.a.test/x")
LISTED = st.builds(Listed, st.sampled_from(NAMES), st.sampled_from(Scope)) | st.builds(
    Listed, st.sampled_from(URLS), st.just(Scope.EXACT)
)
SETS = st.frozensets(LISTED, max_size=8)
STEPS = st.lists(st.tuples(SETS, SETS, st.sampled_from(["", "parts", "whole", "near", "kept"])), max_size=6)
LIMITS = st.sampled_from([0, 1, 3, 1_000])

Plain = frozenset[Listed]


@given(SETS, STEPS, LIMITS)
def test_every_list_of_a_history_is_its_plain_set(
    start: Plain, steps: list[tuple[Plain, Plain, str]], limit: int
) -> None:
    with mock.patch.object(module, "FEW", limit):
        history = [(start, Entries(start))]
        for add, drop, then in steps:
            plain, listed = history[-1]
            plain, listed = (plain - drop) | add, listed.changed(add=add, drop=drop)
            if then == "parts":
                _ = listed.parts  # those of the next are made of them
            elif then == "whole":
                listed = listed.whole
            elif then == "near":
                listed = listed.near(history[0][1].domains)
            elif then == "kept":  # as it comes from a disk: parts, and nothing read yet
                listed = as_kept(listed.whole.parts)
            history.append((plain, listed))
        for plain, listed in history:
            looks_like(listed, plain)
            looks_like(listed.domains, frozenset(entry for entry in plain if not is_url(entry.name)))
            for other_plain, other in history:
                compare_like(listed, other, plain, other_plain)


def as_kept(parts: Parts) -> Entries:
    """A list of these parts, of which nothing has been read yet."""
    return Entries.beside(Core(parts=Parts.kept(parts.rows(), of=part_of, read=lambda part, _: parts.text(part))))


def looks_like(listed: Entries, plain: Plain) -> None:
    assert (len(listed), set(listed), listed.plain) == (len(plain), plain, plain)
    assert len([*listed]) == len(plain), "each once"
    assert listed == plain == listed
    assert [entry for name in NAMES for scope in Scope if (entry := Listed(name, scope)) in listed] == [
        entry for name in NAMES for scope in Scope if (entry := Listed(name, scope)) in plain
    ]
    assert listed.parts.digest() == Parts(map(as_line, plain), of=part_of).digest()
    assert listed.url_count == sum(is_url(entry.name) for entry in plain)
    assert listed.whole == plain


def compare_like(one: Entries, other: Entries, plain: Plain, other_plain: Plain) -> None:
    for left in (one, plain):
        for right in (other, other_plain):
            assert (left == right) is (plain == other_plain)
            assert (left <= right) is (plain <= other_plain)
            assert left - right == plain - other_plain
            assert left & right == plain & other_plain
    by, kept = Coverage(other_plain), set()
    for entry in plain:  # the long way
        if by.covers(entry):
            kept.add(entry)
        elif by.blocks(entry.name):
            kept.add(Listed(entry.name, Scope.EXACT))
    assert still_covered(one, other) == kept


def many(count: int, *, shift: int = 0) -> Plain:
    return frozenset(Listed(f"n{number}.test", Scope.SUBDOMAINS) for number in range(shift, shift + count))


def test_a_list_shares_its_core_until_it_differs_by_much() -> None:
    listed = Entries(many(10_000))
    near = listed.changed(add=many(module.FEW, shift=10_000))
    assert near.core is listed.core
    assert near.changed(add=many(10_000, shift=20_000)).core is not listed.core


def test_two_lists_on_one_core_are_compared_without_looking_through_it() -> None:
    listed = Entries(many(10_000))
    more, less = listed.changed(add=many(1, shift=10_000)), listed.changed(drop=many(1))
    with mock.patch.object(Entries, "plain", property(lambda _: pytest.fail("the whole set was looked at"))):
        assert (more - less, less - more) == (many(1) | many(1, shift=10_000), frozenset())
        assert more != less


def test_a_list_comes_near_one_that_it_hardly_differs_from_and_keeps_its_urls() -> None:
    base = Entries(many(10_000)).changed(drop=many(2))
    urls = frozenset(Listed(f"https://u{number}.test/", Scope.EXACT) for number in range(3))
    listed = Entries(many(9_999, shift=1) | urls)
    near = listed.near(base)
    assert near == listed
    assert near.domains.core is base.core
    assert near.domains - base == many(1, shift=1)
    assert near.near(base) is near
    assert near.parts.digest() == listed.parts.digest() == Entries(near.plain).parts.digest()


def test_a_list_that_differs_by_much_stays_as_it_is() -> None:
    listed = Entries(many(10_000))
    assert listed.near(Entries()) is listed
    assert listed.near(Entries(many(10_000, shift=5_000))) is listed
