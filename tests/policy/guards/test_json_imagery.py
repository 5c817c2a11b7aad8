"""The guard over decoded JSON: what a tree can hide that a text cannot."""

from __future__ import annotations

import base64
import json
import random
import textwrap
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyddsnat.policy.guards import ImageryRule, find_imagery, find_imagery_in_json
from tests.policy.guards.formats import FORMATS

PICTURE = base64.b64encode(FORMATS["png"](random.Random(1), 12)).decode()
INDICATOR: dict[str, Any] = {
    "type": "indicator",
    "spec_version": "2.1",
    "id": "indicator--5b4c8a52-6d3d-5f0a-9d2d-1f0f6a6a0001",
    "created": "2026-11-01T00:00:00.000Z",
    "name": "Domain, verified",
    "pattern": "[domain-name:value = 'd1.example-1.test']",
    "confidence": 80,
    "labels": ["a", "b"],
}


@pytest.mark.parametrize(
    ("node", "rule"),
    [
        ({"type": "artifact", "url": "x"}, ImageryRule.MEDIA_OBJECT),
        ({"type": "file", "payload_bin": "aGVq"}, ImageryRule.MEDIA_OBJECT),
        ({"type": "x", "Payload_Bin": "aGVq"}, ImageryRule.MEDIA_OBJECT),
        ({"type": "file", "mime_type": "image/png"}, ImageryRule.MEDIA_OBJECT),
        ({"x": {"content": "Video/mp4; codecs=a"}}, ImageryRule.MEDIA_OBJECT),
        ({"x": list(range(48))}, ImageryRule.NUMBER_ROWS),
        ({"x": [0.5] * 300}, ImageryRule.NUMBER_ROWS),
        ({"x": [[0.1 * column for column in range(16)] for _ in range(8)]}, ImageryRule.NUMBER_ROWS),
        ({"x": PICTURE}, ImageryRule.ENCODED_BLOCK),
        ({PICTURE: "x"}, ImageryRule.ENCODED_BLOCK),
        ({"x": textwrap.wrap(PICTURE, 30)}, ImageryRule.OPAQUE_TOKENS),
        ({f"k{number}": piece for number, piece in enumerate(textwrap.wrap(PICTURE, 30))}, ImageryRule.OPAQUE_TOKENS),
        ({"x": json.dumps({"y": json.dumps({"type": "artifact", "url": "x" * 40})})}, ImageryRule.MEDIA_OBJECT),
    ],
)
def test_what_a_tree_hides_is_found(node: dict[str, object], rule: ImageryRule) -> None:
    for tree in (node, {"type": "bundle", "objects": [INDICATOR, node]}):
        found = find_imagery_in_json(tree)
        assert found is not None
        assert found.rule is rule


def test_a_bundle_of_ordinary_indicators_is_let_through() -> None:
    hashes = [
        {**INDICATOR, "pattern": f"[file:hashes.'SHA-256' = '{random.Random(n).randbytes(32).hex()}']"}
        for n in range(300)
    ]
    bundle = {"type": "bundle", "id": "bundle--1", "objects": [INDICATOR, *hashes]}
    assert find_imagery_in_json(bundle) is None
    assert find_imagery(json.dumps(bundle, indent=1)) is None


def test_a_short_series_of_counts_is_let_through() -> None:
    assert find_imagery_in_json({"counts": list(range(31)), "grid": [[1, 2, 3]] * 20}) is None


def test_a_tree_that_is_too_deep_is_refused_without_exhausting_the_stack() -> None:
    tree: object = "x"
    for _ in range(100_000):
        tree = [tree]
    found = find_imagery_in_json(tree)
    assert found is not None
    assert found.rule is ImageryRule.TOO_DEEP
    assert find_imagery("[" * 100_000 + "]" * 100_000) is None  # no JSON that any reader of ours accepts


def test_a_tree_that_is_too_large_is_refused() -> None:
    found = find_imagery_in_json(["x"] * 200_001)
    assert found is not None
    assert found.rule is ImageryRule.TOO_LARGE


trees = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=6), st.dictionaries(st.text(max_size=8), inner, max_size=6)),
    max_leaves=40,
)


@settings(deadline=None)
@given(trees)
def test_the_guard_answers_any_tree(tree: object) -> None:
    find_imagery_in_json(tree)
