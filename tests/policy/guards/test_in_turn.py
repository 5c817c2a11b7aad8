"""A picture handed in piece by piece, a request each, is found when the pieces are read after what came before them."""

from __future__ import annotations

import random
from itertools import product
from string import ascii_letters, digits

import pytest

from skyddsnat.policy.guards import find_imagery_following
from skyddsnat.policy.guards.base85 import base85_that_may_begin
from skyddsnat.policy.guards.decoding import FIRST_TWO, decoded_that_may_begin
from skyddsnat.policy.guards.together import _shape
from tests.effort import seed, tries
from tests.figures import figure
from tests.policy.guards.batches import ordinary_batches
from tests.policy.guards.formats import EVERY_FORMAT
from tests.policy.guards.splits import CUTS, MASKED, Rows, b64, pieces, splits

MOST_ROWS = 60
"""Of a picture that is tried: a byte a row takes more, and is not found."""
KEPT = 24
"""As the hub reads back (hub.signals.services.recent)."""


def found_at(rows: Rows, before: Rows, at_once: int) -> int | None:
    """How many rows had been taken in when the rest was stopped; None when all of them were."""
    taken = list(before)
    for start in range(0, len(rows), at_once):
        part = rows[start : start + at_once]
        if find_imagery_following(taken[-KEPT:], part):
            return start
        taken += part
    return None


@pytest.mark.parametrize("at_once", [1, 7])
def test_of_random_cuts_handed_in_one_after_the_other_nearly_all_are_found(at_once: int) -> None:
    count = tries(short=10 + 2 * at_once, long=1_000)
    ordinary = ordinary_batches(seed(), count, rows=25)
    tried = [one for one in splits(4_000 + seed() + at_once, count) if at_once < len(one.rows) <= MOST_ROWS]
    stopped = [found_at(one.rows, before, at_once) for one, before in zip(tried, ordinary, strict=False)]
    found = [place for place in stopped if place is not None]
    share = max((place / len(one.rows) for one, place in zip(tried, stopped, strict=True) if place is not None))
    figure(f"guards.in_turn.{at_once}", found=len(found), of=len(tried), most_taken_percent=round(100 * share))
    missed = [(one.format, one.cut, one.order) for one, place in zip(tried, stopped, strict=True) if place is None]
    assert len(found) >= 0.9 * len(tried), missed


@pytest.mark.parametrize("cut", sorted(CUTS.keys() - {"notes, one number"}))
def test_each_way_of_cutting_is_found_row_by_row(cut: str) -> None:
    rows = CUTS[cut](EVERY_FORMAT["png"](random.Random(cut), 16))
    assert found_at(rows, [], 1) is not None


def test_what_is_thought_to_come_begins_no_file_and_so_is_not_decoded() -> None:
    for first, second in product({*_shape(ascii_letters + digits)}, repeat=2):
        text = (first + second) * 100
        assert first + second not in FIRST_TWO
        assert [*decoded_that_may_begin(text), *base85_that_may_begin(text)] == []


def test_ordinary_rows_one_after_the_other_are_let_through() -> None:
    stopped = rows = 0
    for batch in ordinary_batches(5_000 + seed(), tries(short=4, long=200), rows=60):
        stopped += found_at(batch, [], 5) is not None
        rows += len(batch)
    figure("guards.in_turn_ordinary", stopped=stopped, rows=rows)
    assert stopped == 0


def test_what_is_masked_or_lies_too_far_apart_is_not_found_and_the_documents_say_so() -> None:
    rng = random.Random(6)
    masked = MASKED["hashes, masked"](EVERY_FORMAT["png"](rng, 16))
    assert found_at(masked, [], 1) is None
    a_byte_each = CUTS["notes, one number"](EVERY_FORMAT["png"](rng, 8))
    assert found_at(a_byte_each[: KEPT + 4], [], 1) is None, "more requests for a head than are read back"
    (decoys,) = ordinary_batches(7, 1, rows=KEPT)
    first, second, *_ = pieces(b64(EVERY_FORMAT["png"](rng, 8)), 6)  # four bytes each: no beginning by itself
    assert find_imagery_following(decoys, [(first, "")]) is None
    assert find_imagery_following([(first, ""), *decoys][-KEPT:], [(second, "")]) is None, "after so much else"


def test_notes_without_a_beginning_are_stopped_once_they_are_opaque() -> None:
    """And each piece after, so that no more than a few lie among the last notes."""
    rng = random.Random(9)
    taken: Rows = []
    for row in MASKED["notes, masked"](EVERY_FORMAT["png"](rng, 16)):
        if find_imagery_following(taken[-KEPT:], [row]) is None:
            taken.append(row)
    assert len(taken) <= 8


def test_nothing_before_and_nothing_new_are_no_finding() -> None:
    row = ("lek.test", "En vanlig anmälan.")
    assert find_imagery_following([], [row]) is None
    assert find_imagery_following([row], []) is None


def test_whoever_writes_after_a_piece_that_got_in_is_not_stopped_for_it() -> None:
    whole = EVERY_FORMAT["png"](random.Random(8), 16)
    got_in = [("sida.test", piece) for piece in pieces(b64(whole), 60)[:2]]  # before there was this reading
    for value, note in [("vanlig.test", "Sedd i kundtjänst."), ("https://exempel.test/a1b2c3d4e5f6", ""), ("ord", "")]:
        assert find_imagery_following(got_in, [(value, note)]) is None
    assert find_imagery_following([], got_in) is not None, "it would not have got in"
