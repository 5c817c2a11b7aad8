"""What a new list changes, as a person reads it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.agent_guards import difference
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.list_diff import ListDiff, diff
from skyddsnat.policy.vocabulary import Scope

NAME, TREE = Scope.EXACT, Scope.SUBDOMAINS


def test_each_change_stands_where_a_person_looks_for_it() -> None:
    before = frozenset(
        {
            Listed("stays.test", TREE),
            Listed("goes.test", TREE),
            Listed("widens.test", NAME),
            Listed("narrows.test", TREE),
            Listed("child.above.test", NAME),
            Listed("tree.test", TREE),
        }
    )
    after = frozenset(
        {
            Listed("stays.test", TREE),
            Listed("comes.test", NAME),
            Listed("widens.test", TREE),
            Listed("narrows.test", NAME),
            Listed("above.test", TREE),
            Listed("child.tree.test", NAME),
        }
    )
    assert diff(before, after) == ListDiff(
        added=(Listed("above.test", TREE), Listed("comes.test", NAME)),
        removed=(Listed("goes.test", TREE), Listed("tree.test", TREE)),
        widened=(Listed("widens.test", TREE),),
        narrowed=(Listed("narrows.test", NAME),),
        taken_in=(Listed("child.above.test", NAME),),
        split_off=(Listed("child.tree.test", NAME),),
    )
    assert diff(before, before) == ListDiff()


names = st.lists(st.sampled_from("ab"), min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "test"]))
lists = st.frozensets(st.builds(Listed, names, st.sampled_from([NAME, TREE])), max_size=8)


@given(before=lists, after=lists)
def test_nothing_is_left_out_or_told_twice_and_the_guards_count_the_same(
    before: frozenset[Listed], after: frozenset[Listed]
) -> None:
    found = diff(before, after)
    new, gone = difference(before, after)
    assert {*found.added, *found.widened} == new
    coming = [*found.added, *found.widened, *found.narrowed, *found.split_off]
    assert sorted(coming) == sorted(after - before)
    told = {entry.name for entry in (*found.removed, *found.taken_in, *found.narrowed, *found.widened)}
    assert told == {entry.name for entry in before - after}
    assert set(found.removed) <= gone
