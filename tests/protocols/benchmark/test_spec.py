"""A specification is read back as it was written, and whatever this version does not know is refused."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from skyddsnat.protocols.benchmark import canonical, spec_reader
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.spec import Previous, SignOff
from tests.rounds import specification

WHOLE = replace(
    specification(("MET-BLK-01", "MET-BLK-01.amount", "MET-LST-03", "MQ-A1"), count=9),
    previous=Previous("2026-q1", ("alfa", "beta"), ("MET-BLK-01.amount",)),
    sign_offs=(SignOff("MET-COM-01", "Jurist Ek", datetime(2026, 11, 1, tzinfo=UTC)),),
)


def test_what_was_written_is_read() -> None:
    again = spec_reader.read(WHOLE.raw)
    assert again == WHOLE
    assert again.sha256 == WHOLE.sha256


def every_place(thing: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    return [path, *(place for key, each in inside for place in every_place(each, (*path, key)))]


def changed(document: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(document)
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = changed(copy[path[0]], path[1:], change)
    return copy


@pytest.mark.parametrize("change", [lambda _: None, lambda _: 1.5, lambda _: "\u202e", lambda _: {}, lambda _: -1])
def test_a_wrong_value_anywhere_is_refused_by_name(change: Callable[[Any], Any]) -> None:
    document = json.loads(WHOLE.raw)
    places = [p for p in every_place(document) if p]
    for place in random.Random(7).sample(places, 150):
        odd = changed(document, place, change)
        if odd == document or (place[-1] in {"previous", "high"} and change(None) is None):
            continue
        with pytest.raises(BadRound) as caught:
            spec_reader.read(json.dumps(odd, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
        assert caught.value.code == "malformed"
        assert caught.value.message


@pytest.mark.parametrize("point", ["00", "01", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b8"])
def test_a_key_that_nobody_can_seal_to_is_refused(point: str) -> None:
    """A party would fail at the moment at which it seals that member's place, and with it the round of all."""
    first, *others = WHOLE.members
    odd = replace(WHOLE, members=(replace(first, opening_key=point.ljust(64, "0")), *others))
    with pytest.raises(BadRound, match="small order"):
        spec_reader.read(odd.raw)


def test_a_field_too_many_or_too_few_is_refused() -> None:
    document = json.loads(WHOLE.raw)
    for place in every_place(document):
        inside = document
        for key in place:
            inside = inside[key]
        if isinstance(inside, dict):
            for odd in ({**inside, "extra": "1"}, dict(list(inside.items())[1:])):
                with pytest.raises(BadRound):
                    spec_reader.read(canonical.dumps(changed(document, place, lambda _, odd=odd: odd)))


def test_another_spelling_of_the_same_is_refused() -> None:
    with pytest.raises(BadRound, match="canonical"):
        spec_reader.read(WHOLE.raw + b"\n")
    with pytest.raises(BadRound, match="canonical"):
        spec_reader.read(json.dumps(json.loads(WHOLE.raw)).encode())


@pytest.mark.parametrize(
    "odd",
    [
        replace(WHOLE, members=WHOLE.members[::-1]),
        replace(WHOLE, members=(*WHOLE.members, WHOLE.members[0])),
        replace(WHOLE, items=(*WHOLE.items, WHOLE.items[0])),
        replace(WHOLE, parties=(WHOLE.parties[0], WHOLE.parties[1], replace(WHOLE.parties[1], index=2))),
        replace(WHOLE, rules=replace(WHOLE.rules, k=4)),
        replace(WHOLE, last_day=WHOLE.first_day.replace(year=2020)),
        replace(WHOLE, items=(replace(WHOLE.items[0], edges=WHOLE.items[0].edges[::-1]),)),
        replace(WHOLE, items=(replace(WHOLE.items[0], max=3),)),
        replace(WHOLE, members=(replace(WHOLE.members[0], signing_key=WHOLE.parties[0].signing_key), *WHOLE.members[1:])),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(odd: Any) -> None:
    with pytest.raises(BadRound):
        spec_reader.read(odd.raw)


def test_a_total_is_held_when_the_group_is_another_than_last_time() -> None:
    everyone = tuple(member.id for member in WHOLE.members)
    amount, code = WHOLE.item_of["MET-BLK-01.amount"], WHOLE.item_of["MET-BLK-01"]
    assert not WHOLE.unchanged(amount, everyone)
    assert not WHOLE.unchanged(code, everyone)
    assert WHOLE.unchanged(amount, ("alfa", "beta"))
    assert WHOLE.unchanged(code, ("alfa", "beta"))
    assert not WHOLE.unchanged(replace(amount, id="MET-BLK-02.amount"), ("alfa", "beta"))
    assert replace(WHOLE, previous=None).unchanged(amount, everyone)
