"""A digest of parts that has followed its changes is that of the lines they lead to, and of no others."""

from __future__ import annotations

import hashlib
import random

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.parts import Parts, fits

LINES = st.text(st.sampled_from(["a", "b", "1", " ", "|", "å", "𝄞"]), min_size=1, max_size=4)
STEPS = st.lists(st.tuples(st.sets(LINES), st.sets(LINES)), max_size=6)


def last(line: str) -> str:
    return line[-1:]


def backwards(line: str) -> str:
    return line[::-1]


def of(lines: set[str]) -> Parts:
    return Parts(lines, of=last, forms=(str, backwards))


def by_hand(lines: set[str]) -> str:
    """The long way, without anything of ours."""
    rows = b""
    for part in sorted({last(line) for line in lines}):
        own = sorted(line.encode() for line in lines if last(line) == part)
        rows += f"{part} {len(own)} {hashlib.sha256(b'\n'.join(own)).hexdigest()}\n".encode()
    return hashlib.sha256(rows).hexdigest()


@given(st.sets(LINES), STEPS)
def test_changes_lead_to_the_digest_of_the_whole(start: set[str], steps: list[tuple[set[str], set[str]]]) -> None:
    held, parts = set(start), of(start)
    for drop, add in steps:
        before = parts.digest(), parts.digest(1)
        after = parts.changed(drop=drop, add=add - (held - drop))
        assert (parts.digest(), parts.digest(1)) == before, "parts never change"
        held, parts = (held - drop) | add, after
        assert parts.digest() == of(held).digest() == by_hand(held)
        assert parts.digest(1) == of(held).digest(1)
        assert {line for part in {*map(last, held)} for line in parts.lines(part)} == held


@given(st.sets(LINES), STEPS, st.sets(LINES))
def test_parts_that_lie_somewhere_else_are_the_same_parts(
    start: set[str], steps: list[tuple[set[str], set[str]]], other: set[str]
) -> None:
    held, read = set(start), []
    place = Parts(held, of=last)

    def text(part: str, row: str) -> str:
        read.append(part)
        assert fits(place.text(part).encode(), row)
        return place.text(part)

    parts = Parts.kept(place.rows(), of=last, read=text)
    for drop, add in steps:
        held, parts = (held - drop) | add, parts.changed(drop=drop, add=add - (held - drop))
    assert {*read} <= {last(line) for step in steps for lines in step for line in lines}, "only what has changed"
    assert (parts.digest(), len(parts)) == (by_hand(held), len(held))
    beside = Parts(other, of=last)
    assert ({*parts - beside}, {*beside - parts}) == (held - other, other - held)
    assert {line for line in held | other if line in parts} == held == {*parts}
    assert len(read) == len({*read}), "each once"


def test_a_text_fits_its_own_row_alone() -> None:
    parts = Parts(["a1", "b1"], of=last)
    (row,) = parts.rows().splitlines()
    assert fits(b"a1\nb1", row)
    for wrong in (b"", b"a1", b"b1\na1", b"a1\nb1\n", b"a1\nb2"):
        assert not fits(wrong, row)
    assert not fits(b"a1\nb1", row.replace(" 2 ", " 3 "))


@given(st.sets(LINES), st.lists(LINES, max_size=3), st.lists(LINES, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_changes_does_not_matter(
    start: set[str], drop: list[str], add: list[str], chance: random.Random
) -> None:
    new = set(add) - start - set(drop)
    changes = [("drop", line) for line in drop] + [("add", line) for line in sorted(new)]
    chance.shuffle(changes)
    parts = of(start)
    for what, line in changes:
        parts = parts.changed(drop=[line]) if what == "drop" else parts.changed(add=[line])
    assert parts.digest() == of((start - set(drop)) | new).digest()


@given(st.sets(LINES), st.sets(LINES))
def test_two_sets_have_two_digests(one: set[str], other: set[str]) -> None:
    assert (of(one).digest() == of(other).digest()) is (one == other)


@given(st.lists(LINES, max_size=6), st.data())
def test_no_line_is_taken_twice_unseen(lines: list[str], data: st.DataObject) -> None:
    """A line that comes once more makes other parts: the rows count."""
    whole = [*lines, data.draw(st.sampled_from(lines))] if lines else ["a"]
    assert Parts(whole, of=last).digest() != Parts(lines, of=last).digest()


def test_a_change_leaves_the_other_parts_as_they_are() -> None:
    parts = Parts((f"{number:06}" for number in range(10_000)), of=last)
    after = parts.changed(drop=["000500"], add=["000500b"])
    same = [part for part in "0123456789" if after._texts[part] is parts._texts[part]]
    assert same == [*"123456789"]


def test_what_stands_before_the_rows_counts() -> None:
    assert Parts(["a"], of=last).digest(head="policy\n") != Parts(["a"], of=last).digest()
    assert Parts(of=last).digest(head="policy\n") == hashlib.sha256(b"policy\n").hexdigest()
