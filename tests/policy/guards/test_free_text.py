"""One call for every free text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyddsnat.policy.guards import (
    MAX_FREE_TEXT,
    ImageryRule,
    PersonalDataKind,
    Severity,
    ShapeRule,
    inspect_text,
    stops,
)
from tests.policy.guards.control import HASHES, PROSE


def test_an_ordinary_note_has_no_findings() -> None:
    assert inspect_text(PROSE["a Swedish note"]) == ()
    assert inspect_text("") == ()


def test_a_text_over_the_limit_is_stopped_where_it_goes_over() -> None:
    (finding,) = inspect_text("a " * MAX_FREE_TEXT)
    assert (finding.code, finding.severity, finding.start) == (ShapeRule.TOO_LONG, Severity.STOP, MAX_FREE_TEXT)
    assert inspect_text("a " * 50, limit=99)[0].code is ShapeRule.TOO_LONG
    assert inspect_text("a " * 50, limit=100) == ()


def test_imagery_is_told_before_personal_data() -> None:
    (finding,) = inspect_text("anna@example.test skickade <img src=x> till oss i går")
    assert finding.code is ImageryRule.MEDIA_MARKUP


def test_a_list_of_hashes_belongs_in_its_own_column() -> None:
    few, many = "\n".join(HASHES[:8]), "\n".join(HASHES[:9])
    assert inspect_text(few) == ()
    (finding,) = inspect_text(many)
    assert (finding.code, finding.start, finding.end) == (ShapeRule.HASH_LIST, 0, len(many))


def test_every_finding_points_at_its_place() -> None:
    text = "Ring 070-174 06 05 eller skriv till abuse@example.test."
    assert [(f.code, f.severity, text[f.start : f.end]) for f in inspect_text(text)] == [
        (PersonalDataKind.PHONE, Severity.STOP, "070-174 06 05"),
        (PersonalDataKind.EMAIL, Severity.WARN, "abuse@example.test"),
    ]


def test_only_a_stop_forbids_storing() -> None:
    assert stops(inspect_text("anna@example.test"))
    assert not stops(inspect_text("abuse@example.test"))
    assert not stops(())


def test_no_two_rules_share_a_code() -> None:
    codes = [code.value for rules in (ImageryRule, PersonalDataKind, ShapeRule) for code in rules]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", PROSE)
def test_what_people_at_work_write_is_stored_but_for_long_lists_of_hashes(kind: str) -> None:
    lists = {"a long list of hashes", "MD5 and SHA-1"}
    assert stops(inspect_text(PROSE[kind], limit=10_000)) == (kind in lists)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    assert all(0 <= finding.start <= finding.end <= len(text) for finding in inspect_text(text))
