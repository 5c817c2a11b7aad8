"""The lists as files: readable, dated, complete, and strict about mistakes."""

from __future__ import annotations

import contextlib
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.normal_form import registrable_domain
from skyddsnat.policy.protect import BrokenProtectList, ProtectList, ProtectMode, ProtectReason, parse_names
from skyddsnat.policy.protect.list_file import parse_shipped, shipped_lists

POPULAR = ProtectReason.POPULAR


def test_a_list_holds_names_tenants_warnings_and_comments() -> None:
    text = "# a comment\n\nA.test\n*.b.test\nräk.test warn  # why\n"
    names = parse_names(text, reason=POPULAR, source="own.txt")
    assert [(entry.name, entry.tenants, entry.mode) for entry in names] == [
        ("a.test", False, ProtectMode.STOP),
        ("b.test", True, ProtectMode.STOP),
        ("xn--rk-via.test", False, ProtectMode.WARN),
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a.test\nhttp://b.test/\n", r"own\.txt, line 2: not a domain name \(url_given\)"),
        ("a.test stop\n", 'line 1: expected a name, or a name and "warn"'),
        ("a.test warn now\n", "line 1"),
        ("a.test\nA.TEST\n", "line 2: this name stands here twice"),
        ("*.*.test\n", "line 1: not a domain name"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(BrokenProtectList, match=complaint):
        parse_names(text, reason=POPULAR, source="own.txt")


@pytest.mark.parametrize(
    "text", ["a.test\n", "# date: soon\na.test\n", "# date: 2026-01-01\n# date: 2026-01-02\na.test\n"]
)
def test_a_shipped_list_has_one_date(text: str) -> None:
    with pytest.raises(BrokenProtectList, match="date"):
        parse_shipped(text, reason=POPULAR, source="popular.txt")


def test_an_empty_shipped_list_is_refused_instead_of_protecting_nothing() -> None:
    with pytest.raises(BrokenProtectList, match="no names"):
        parse_shipped("# date: 2026-01-01\n", reason=POPULAR, source="popular.txt")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(BrokenProtectList):
        names = parse_names(text, reason=POPULAR, source="own.txt")
        assert all(entry.name.isascii() for entry in names)


def test_the_shipped_lists_are_dated_and_large_enough() -> None:
    counts = {shipped.names[0].reason: len(shipped.names) for shipped in shipped_lists()}
    assert counts[ProtectReason.POPULAR] >= 500
    assert counts[ProtectReason.SHARED_PLATFORM] >= 100
    assert counts[ProtectReason.INFRASTRUCTURE] >= 100
    assert all(shipped.dated >= date(2026, 11, 24) for shipped in shipped_lists())
    assert ProtectList.build().dated <= min(shipped.dated for shipped in shipped_lists())


def test_the_shipped_lists_say_what_they_are_for_and_how_to_refresh_them() -> None:
    for file in (files("skyddsnat.policy.protect") / "data").iterdir():
        text = file.read_text("utf-8")
        assert all(f"\n# {word}: " in text for word in ("date", "purpose", "refresh")), file.name


def test_popular_names_are_registrable_domains_written_in_order() -> None:
    text = (files("skyddsnat.policy.protect") / "data" / "popular.txt").read_text("utf-8")
    for section in text.split("\n\n")[1:]:
        names = [line for line in section.splitlines() if not line.startswith("#")]
        assert names == sorted(names)
        assert all(registrable_domain(name) == name for name in names)
