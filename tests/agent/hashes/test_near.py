"""PDQ look-ups: everything within 31 bits, nothing beyond, whichever way they are answered.  Random bits alone."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyddsnat.agent.hashes.near import DISTANCE, NearIndex

BITS = 256
hashes = st.integers(0, 2**BITS - 1)


def octets(number: int) -> bytes:
    return number.to_bytes(32, "little")


def flipped(number: int, bits: list[int]) -> int:
    for bit in bits:
        number ^= 1 << bit
    return number


def by_counting(listed: list[int], asked: int) -> list[tuple[int, int]]:
    distances = ((number ^ asked).bit_count() for number in listed)
    return sorted((distance, place) for place, distance in enumerate(distances) if distance <= DISTANCE)


@st.composite
def neighbourhoods(draw: st.DrawFn) -> tuple[list[int], int]:
    """A hash to ask for, some around it at any distance, and some anywhere."""
    asked = draw(hashes)
    bits = st.lists(st.integers(0, BITS - 1), min_size=20, max_size=45, unique=True)
    around = draw(st.lists(bits, min_size=1, max_size=6))
    return [*(flipped(asked, one) for one in around), *draw(st.lists(hashes, max_size=6))], asked


@settings(deadline=None, max_examples=60)
@given(neighbourhoods())
def test_both_ways_find_exactly_what_counting_bits_finds(case: tuple[list[int], int]) -> None:
    listed, asked = case
    index = NearIndex(b"".join(map(octets, listed)))
    wanted = by_counting(listed, asked)
    assert index.near(octets(asked)) == wanted
    index.build()
    assert index.near(octets(asked)) == wanted


@pytest.mark.parametrize("clustered", [True, False])
def test_thirty_one_bits_are_near_and_thirty_two_are_not_wherever_they_lie(clustered: bool) -> None:
    """Two bits in each piece is the hardest case: with one less, one piece is all that shows the way."""
    dice = random.Random(7)
    listed = [dice.getrandbits(BITS) for _ in range(3000)]
    index = NearIndex(b"".join(map(octets, listed)))
    index.build()
    for place in range(0, 3000, 60):
        spread = [16 * piece + bit for piece in range(16) for bit in dice.sample(range(16), 2)]
        bits = dice.sample(range(BITS), 32) if clustered else spread
        dice.shuffle(bits)
        assert index.near(octets(flipped(listed[place], bits))) == []
        assert index.near(octets(flipped(listed[place], bits[1:]))) == [(31, place)]


def test_many_questions_of_a_long_list_change_the_way_and_not_the_answers() -> None:
    dice = random.Random(8)
    listed = [dice.getrandbits(BITS) for _ in range(10_000)]
    index = NearIndex(b"".join(map(octets, listed)))
    asked = [flipped(listed[place], dice.sample(range(BITS), 31)) for place in range(30)]
    assert [index.near(octets(one)) for one in asked] == [[(31, place)] for place in range(30)]


@pytest.mark.parametrize("size", [0, 1])
def test_an_empty_list_and_a_list_of_one_are_lists_too(size: int) -> None:
    index = NearIndex(octets(5) * size)
    index.build()
    assert index.near(octets(4)) == [(1, 0)] * size
