"""docs/taxii.md says what the program does: other people's clients are written from it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.hub.feed.services.publishing import STEP
from skyddsnat.hub.taxii.refusals import MAX_CONTENT_LENGTH, MOST_OBJECTS
from skyddsnat.protocols.feedhead import FORMAT, FeedHead, set_digest
from skyddsnat.protocols.liveset import LiveSet
from skyddsnat.protocols.stix import EXTENSION_ID, extension_definition, indicator, read_indicator
from skyddsnat.protocols.stix.accept import FIELDS
from skyddsnat.protocols.taxii.query import DEFAULT_LIMIT, MOST, MOST_VALUES
from tests.protocols.examples import ISSUER, NOW, signal_facts

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "taxii.md").read_text(encoding="utf-8")


def test_the_extension_is_documented_property_by_property():
    schema = extension_definition()["schema"]
    properties = set(re.findall(r"^(\w+) \(", schema, re.MULTILINE))
    assert len(properties) == 12
    table = DOCUMENT.split("### The extension")[1].split("##")[0]
    assert properties <= set(re.findall(r"`(\w+)`", table))
    assert EXTENSION_ID in DOCUMENT


def test_the_documented_indicator_has_the_fields_of_a_real_one():
    block = next(text for text in re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL))
    documented, real = json.loads(block), indicator(signal_facts(), issuer=ISSUER, modified=NOW)
    assert documented.keys() == real.keys()
    assert documented["extensions"][EXTENSION_ID].keys() == real["extensions"][EXTENSION_ID].keys()


def test_the_documented_report_is_taken():
    body = DOCUMENT.split("--data '")[1].split("}}}]}'")[0] + "}}}]}"
    things = json.loads(body.replace("'\\''", "'").replace("<id of a circle>", "7a4d6c1e-6a0b-4c3e-8f55-2d0a7e5b9c01"))
    assert read_indicator(things["objects"][0], now=NOW).text == "name.example"


def test_the_documented_head_is_read():
    lines = DOCUMENT.split(f"```\n{FORMAT}\n")[1].split("```")[0]
    assert FeedHead.parse(f"{FORMAT}\n" + lines.replace("0f…", "0f" * 32)).count == 412


def recipe() -> Callable[[list[tuple[str, int, str]]], dict[str, object]]:
    """The documented way to the digests, as a client's developer would copy it: it knows nothing of this project."""
    text = next(block for block in re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL) if "def sums(" in block)
    assert re.findall(r"^(?:import|from) .*", text, re.MULTILINE) == ["import hashlib"]
    made: dict[str, Any] = {}
    exec(text, made)  # noqa: S102
    return made["sums"]


ENDS = st.text("0123456789abcdef", min_size=3, max_size=4)
SETS = st.dictionaries(
    ENDS.map("indicator--".__add__), st.tuples(st.integers(0, 10**16), ENDS.map(lambda end: end.rjust(64, "0")))
)


@given(SETS, st.randoms(use_true_random=False))
def test_the_documented_recipe_gives_the_digests_of_the_head(found, chance):
    mine = [(stix_id, *rest) for stix_id, rest in found.items()]
    chance.shuffle(mine)
    assert recipe()(mine) == asdict(set_digest(mine)) == asdict(LiveSet(mine).digest)


def test_the_documented_sums_of_one_indicator_are_right():
    stix_id, version = re.search(r"one indicator `([^`]+)` of [^ ]+ \(([0-9]+)\)", DOCUMENT).groups()
    mine = [(stix_id, int(version), hashlib.sha256(b"").hexdigest())]
    told = re.search(r"`sha256` `([0-9a-f]{64})`\nand `content` `([0-9a-f]{64})`", DOCUMENT).groups()
    assert recipe()(mine) == {"count": 1, "sha256": told[0], "content": told[1]} == asdict(set_digest(mine))


@pytest.mark.parametrize(
    "words",
    [
        f"above {MOST:,} it is cut",
        f"up to {DEFAULT_LIMIT:,} objects",
        f"at most {MOST_VALUES} values",
        f"more than {MAX_CONTENT_LENGTH // 1024**2} MiB or {MOST_OBJECTS:,} objects",
    ],
)
def test_the_documented_limits_are_the_real_ones(words):
    assert words in DOCUMENT


def test_positions_are_whole_milliseconds_as_documented():
    assert STEP % 1000 == 0


def test_every_type_that_is_taken_is_documented():
    assert all(f"`{name}`" in DOCUMENT for name in FIELDS)
