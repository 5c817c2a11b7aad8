"""Lines that follow their changes make the text that sorting all of them would give, whatever pieces they lie in."""

from __future__ import annotations

import hashlib
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy import sorted_lines
from skyddsnat.policy.sorted_lines import SortedLines

LINES = st.text(st.sampled_from(["a", "b", ".", " ", "|", "å", "𝄞"]), min_size=1, max_size=4)
STEPS = st.lists(st.tuples(st.sets(LINES), st.sets(LINES)), max_size=6)


def text(lines: set[str]) -> bytes:
    return b"\n".join(sorted(line.encode() for line in lines))


@given(st.sets(LINES), STEPS, st.integers(1, 5), LINES)
def test_changes_lead_to_the_text_of_the_whole(
    start: set[str], steps: list[tuple[set[str], set[str]]], piece: int, prefix: str
) -> None:
    with mock.patch.object(sorted_lines, "PIECE", piece):
        held, lines = set(start), SortedLines(start)
        for drop, add in steps:
            before = lines.text, lines.sha256(head="å\nå")
            after = lines.changed(drop=drop, add=add - (held - drop))
            assert after.sha256(head="å\nå")
            assert (lines.text, lines.sha256(head="å\nå")) == before, "lines never change"
            held, lines = (held - drop) | add, after
            assert lines.text == SortedLines(held).text == SortedLines.of_text(lines.text).text == text(held)
            assert lines.sha256() == hashlib.sha256(text(held)).hexdigest()
            head = "å\nå\n" if held else "å\nå"
            assert lines.sha256(head="å\nå") == hashlib.sha256(head.encode() + text(held)).hexdigest()
            assert lines.starting_with(prefix) == sorted(line for line in held if line.startswith(prefix))


def test_a_change_leaves_the_other_pieces_as_they_are() -> None:
    lines = SortedLines(f"{number:06}" for number in range(10_000))
    before = list(lines.pieces)
    after = list(lines.changed(drop=["000500"], add=["000500b"]).pieces)
    assert [one is other for one, other in zip(before, after, strict=True)] == [False, *[True] * 9]
