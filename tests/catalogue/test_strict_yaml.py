"""YAML without its traps."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.catalogue.strict_yaml import YamlFault, parse
from skyddsnat.catalogue.table import Table


@pytest.mark.parametrize(
    "word", ["NO", "no", "Yes", "on", "off", "True", "2026-11-24", "1_000", "0x1F", "0o17", "12:30:45", "1e3", ".5"]
)
def test_a_bare_word_is_a_word(word: str) -> None:
    assert parse(f"a: {word}\n")["a"] == word


@pytest.mark.parametrize(
    ("written", "value"),
    [("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("12", 12), ("-3", -3)],
)
def test_a_plain_value_is_what_it_looks_like(written: str, value: object) -> None:
    read = parse(f"a: {written}\n")["a"]
    assert read == value
    assert type(read) is type(value)


def test_a_fraction_is_exact() -> None:
    assert parse("a: 1.1\n")["a"] == Decimal("1.1")


def test_a_mapping_knows_its_line() -> None:
    inner = parse("a: 1\nb:\n  c: 2\n")["b"]
    assert isinstance(inner, Table)
    assert inner.line == 3


@given(st.text())
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    fault = None
    try:
        read = parse(text)
    except YamlFault as raised:
        fault = raised
    else:
        assert isinstance(read, Table)
    assert fault is None or (fault.line >= 1 and fault.got and fault.expected)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.from_regex(r"\A[a-z]{1,8}\Z"), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.from_regex(r"\A[a-z]{1,8}\Z"), plain, min_size=1, max_size=5))
def test_what_json_writes_is_read_as_it_was(document: dict[str, object]) -> None:
    """JSON is YAML: a document written by a JSON library must come back equal."""
    assert parse(json.dumps(document, ensure_ascii=False)) == document
