"""Canonical JSON is the same to the byte whichever writer wrote it: digests and signatures rest on it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.protocols.canonical import canonical

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=40)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(st.characters()), inner, max_size=6)
)


def slowly(thing: Any) -> bytes:
    """As the form is defined (docs/taxii.md, docs/security/log.md)."""
    text = json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


@given(TREES)
def test_every_json_value_is_written_as_json_writes_it(tree: Any) -> None:
    assert canonical(tree) == slowly(tree)


@pytest.mark.parametrize(
    "thing",
    [
        {"b": 1, "a": [True, None, "å", "\x7f", "\u2028", '\x00\x1f\\"/'], "é": {"z": "", "A": -0}},
        {"big": 2**63 - 1, "low": -(2**63)},
        {"bigger": 2**64 - 1, "more": 2**64, "least": -(2**63) - 1},
        {"fraction": 1e16, "small": 1e-7, "zero": -0.0},
        {"lone": "\ud800", "pair": "\U0001f600"},
        {"\uffff": 1, "\U00010000": 2},
        {1: "a number for a key", 2: ""},
    ],
)
def test_what_is_hard_to_write_is_written_alike(thing: Any) -> None:
    assert canonical(thing) == slowly(thing)


def test_a_tree_deeper_than_is_looked_into_is_written_all_the_same() -> None:
    tree: Any = "leaf"
    for _ in range(200):
        tree = {"b": [tree], "a": 1}
    assert canonical(tree) == slowly(tree)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_no_number_is_refused_where_only_finite_ones_may_stand(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"a": [number]}, finite=True)
