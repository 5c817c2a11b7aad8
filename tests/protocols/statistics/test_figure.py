"""A figure reads back as it was written, and whatever else comes is refused in one plain sentence that repeats none of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import SUBSCRIPTIONS, Correction, Gap, Observed, Share
from skyddsnat.protocols.statistics import (
    MOST_BYTES,
    BadFigure,
    Corrects,
    Figure,
    ListContext,
    figure_bytes,
    read_figure,
)

periods = st.builds(Period.holding, st.dates(), st.sampled_from(Frequency))
listed = st.builds(
    ListContext,
    version=st.from_regex(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,63}", fullmatch=True),
    versions=st.integers(1, 100_000),
    entries_mean=st.integers(0, 10**9),
    resolvers=st.sampled_from(Share),
    subscriptions_from=st.sampled_from(SUBSCRIPTIONS),
    block_ttl=st.integers(0, 604_800),
    observed=st.none() | st.sampled_from(Observed),
)
figures = st.builds(
    Figure,
    key=st.uuids(),
    metric=st.from_regex(r"MET-[A-Z]{3}-[0-9]{2}", fullmatch=True),
    period=periods,
    value=st.integers(0, 10**15),
    decimals=st.integers(0, 6),
    unit=st.sampled_from(["%", "count/month", "queries/M subs/month"]),
    published=st.booleans(),
    method=st.sampled_from(["1", "1.2", "2a"]),
    gaps=st.frozensets(st.sampled_from(Gap)),
    listed=st.none() | listed,
    corrects=st.none() | st.builds(Corrects, st.integers(1, 99), st.sampled_from(Correction)),
)


@given(figures)
def test_a_figure_reads_back_as_it_was_written(figure: Figure) -> None:
    raw = figure_bytes(figure)
    assert len(raw) <= MOST_BYTES
    assert read_figure(raw) == figure
    assert figure_bytes(read_figure(raw)) == raw


def figure(**changes: Any) -> dict[str, Any]:
    """A figure as an agent sends it, with the changes."""
    return {
        "schema": "skyddsnat/figure/1",
        "key": "5f0c0a52-8f0e-4c55-9d55-0a4f3f0f9a11",
        "metric": "MET-BLK-09",
        "period": "2026-10",
        "value": 128430,
        "decimals": 0,
        "unit": "count/month",
        "published": False,
        "method": "1",
        "gaps": ["days_missing"],
        "list": {
            "version": "9f86d0", "versions": 31, "entries_mean": 11820,
            "resolvers": "all", "subscriptions_from": 300_000, "block_ttl": 60,
        },
        "corrects": None,
    } | changes  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": "skyddsnat/figure/2"}, "schema was not read"),
        ({"key": "SECRET"}, "key was not read"),
        ({"metric": "SECRET"}, "metric was not read"),
        ({"period": "2026-13"}, "expected 2026-10, 2026-Q4 or 2026"),
        ({"period": "2026-Q0"}, "expected 2026-10, 2026-Q4 or 2026"),
        ({"value": 1.5}, "value was not read, expected a whole number"),
        ({"value": True}, "value was not read, expected a whole number"),
        ({"value": -1}, "value was not read, expected a whole number"),
        ({"unit": "<SECRET>"}, "unit was not read"),
        ({"published": "no"}, "published was not read, expected true or false"),
        ({"gaps": ["SECRET"]}, "gaps was not read, expected words of: days_missing"),
        ({"gaps": "days_missing"}, "gaps was not read, expected a list"),
        ({"client": "SECRET"}, "has too much of: client"),
        ({"list": figure()["list"] | {"subscriptions_from": 412_345}}, "no edge of a band, expected one of 0, 10000"),
        ({"list": figure()["list"] | {"resolvers": "17 of 20"}}, "list.resolvers was not read"),
        ({"list": figure()["list"] | {"client": "SECRET"}}, "too much of: client"),
        ({"list": figure()["list"] | {"observed": "SECRET"}}, "list.observed was not read, expected words of: none"),
        ({"list": figure()["list"] | {"observed": None}}, "list.observed was not read"),
        ({"list": []}, "list is no object"),
        ({"corrects": {"revision": 0, "reason": "late_data"}}, "corrects.revision was not read"),
        ({"corrects": {"revision": 1, "reason": "SECRET"}}, "corrects.reason was not read"),
    ],
)
def test_what_is_not_a_figure_is_refused_in_plain_words(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadFigure) as refused:
        read_figure(json.dumps(figure(**changes)).encode())
    assert said in refused.value.message
    assert "SECRET" not in refused.value.message


def test_a_figure_from_before_observing_was_told_is_not_known_to_be_either_and_stays_as_it_was() -> None:
    raw = json.dumps(figure(), sort_keys=True, separators=(",", ":")).encode()
    found = read_figure(raw)
    assert found.listed is not None
    assert found.listed.observed is None
    assert figure_bytes(found) == raw


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b"[" * 4000, b"{" + b" " * MOST_BYTES + b"}"])
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(BadFigure):
        read_figure(raw)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_stumble(raw: bytes) -> None:
    with pytest.raises(BadFigure):
        read_figure(raw)
