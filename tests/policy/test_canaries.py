"""Marks in exported lists: one of a kind, told by the key alone, and read back from any spelling of a list."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.canaries import PLANTED, Seen, is_mark, marks
from skyddsnat.policy.normal_form import normalise
from skyddsnat.policy.vocabulary import HashKind, SignalType

KEY = b"k" * 32
ZONE = "canary.example"


def test_each_member_and_export_has_marks_of_its_own() -> None:
    made = [mark for m in ("alfa", "beta") for e in range(500) for mark in marks(KEY, member=m, export=str(e))]
    assert len(made) == 2 * 500 * PLANTED
    assert len({mark.word for mark in made}) == len({mark.digest for mark in made}) == len(made)


def test_a_mark_has_a_normal_form_like_any_signal() -> None:
    for mark in marks(KEY, member="alfa", export="1"):
        for kind in (SignalType.DOMAIN, SignalType.URL):
            assert normalise(kind, mark.value(kind, ZONE)).value == mark.value(kind, ZONE)
        found = normalise(SignalType.HASH, mark.digest, hash_kind=HashKind.SHA256)
        assert found.value == mark.digest
        assert mark.value(SignalType.TERM, ZONE) == mark.value(SignalType.DOMAIN, "") == ""


def test_a_mark_is_known_without_knowing_the_export() -> None:
    for mark in marks(KEY, member="alfa", export="1"):
        for kind in (SignalType.DOMAIN, SignalType.URL):
            assert is_mark(KEY, [ZONE], kind, mark.value(kind, ZONE))
        assert is_mark(KEY, [ZONE], SignalType.HASH, mark.digest, HashKind.SHA256)
        assert not is_mark(b"x" * 32, [ZONE], SignalType.HASH, mark.digest, HashKind.SHA256)
        assert not is_mark(KEY, [ZONE], SignalType.HASH, mark.digest, HashKind.PDQ)


@given(st.binary(min_size=32, max_size=32))
def test_no_other_hash_is_taken_for_a_mark(digest: bytes) -> None:
    assert not is_mark(KEY, [ZONE], SignalType.HASH, digest.hex(), HashKind.SHA256)


def test_only_the_zone_itself_and_what_is_below_it_counts() -> None:
    for name in ("canary.example", "x.canary.example", "x.y.canary.example"):
        assert is_mark(KEY, [ZONE], SignalType.DOMAIN, name)
        assert is_mark(KEY, [ZONE], SignalType.URL, f"https://{name}/a")
    for name in ("notcanary.example", "canary.example.test", "example"):
        assert not is_mark(KEY, [ZONE], SignalType.DOMAIN, name)
    assert not is_mark(KEY, [ZONE], SignalType.TERM, "x.canary.example")


def test_a_leaked_list_tells_in_any_spelling() -> None:
    planted = marks(KEY, member="alfa", export="1")
    name = planted[1].value(SignalType.DOMAIN, ZONE)
    for spelling in (
        name,
        name.upper(),
        name.replace(".", "[.]"),
        f"hxxps://{name}/;1",
        f"{planted[1].word},x",
        planted[1].digest,
    ):
        assert Seen.of(f"a.test\n{spelling}\nb.test").count(planted) == 1, spelling
    assert Seen.of("\n".join(mark.value(SignalType.DOMAIN, ZONE) for mark in planted)).count(planted) == PLANTED
    assert Seen.of("a.test\n" * 100).count(planted) == 0


def test_a_short_reference_counts_only_in_company() -> None:
    planted = marks(KEY, member="alfa", export="1")
    assert Seen.of(planted[0].reference).count(planted) == 0
    assert Seen.of(f"{planted[0].reference};{planted[2].reference}").count(planted) == 2
    assert all(re.fullmatch("[0-9A-F]{8}", mark.reference) for mark in planted)
