"""Times on the wire."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.protocols.stix import (
    BadMoment,
    from_us,
    next_version,
    position_time,
    read_moment,
    stix_time,
    stix_time_us,
    to_us,
)

aware = st.datetimes(
    datetime(2, 1, 1),  # noqa: DTZ001
    datetime(9000, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(aware)
def test_a_position_survives_the_way_through_its_text(moment):
    us = to_us(moment)
    assert from_us(us) == moment
    assert read_moment(position_time(us)) == us
    assert read_moment(stix_time_us(us)) == us


@given(aware)
def test_any_offset_names_the_same_moment(moment):
    text = moment.isoformat(timespec="microseconds")
    assert read_moment(text) == to_us(moment)
    assert read_moment(text.replace("+", " ")) == to_us(moment)  # a plus that was not quoted in a query


@given(aware, st.integers(0, 9))
def test_any_fraction_of_up_to_nine_digits_is_read_and_never_rounded_up(moment, digits):
    whole = moment.astimezone(UTC)
    nine = f"{whole.microsecond:06d}987"[:digits]
    text = whole.replace(tzinfo=None, microsecond=0).isoformat() + (f".{nine}" if digits else "") + "Z"
    read = read_moment(text)
    assert read <= to_us(moment)
    assert to_us(moment) - read < 10 ** (6 - digits) if digits < 6 else read == to_us(moment)


@given(aware)
def test_a_stix_time_has_three_digits_and_is_cut_off(moment):
    text = stix_time(moment)
    assert text.endswith("Z")
    assert len(text) == len("2026-11-24T12:00:00.123Z")
    assert 0 <= to_us(moment) - read_moment(text) < 1000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13-01",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-24",
        "2026-11-24T12:00:00",
        "2026-11-24T24:00:00Z",
        "2026-11-24T12:00:60Z",
        "2026-11-24T12:00:00.Z",
        "2026-11-24T12:00:00.1234567890Z",
        "2026-11-24T12:00:00+25:00",
        "2026-11-24T12:00:00+01:75",
        "2026-11-24T12:00:00Z\n",
        " 2026-11-24T12:00:00Z",
        "٢٠٢٦-11-24T12:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+10:00",
        "9999-12-31T23:59:59-10:00",
        None,
        1795536000,
    ],
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(BadMoment):
        read_moment(text)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    with contextlib.suppress(BadMoment):
        assert isinstance(read_moment(text), int)


@given(aware, st.integers(-5_000_000, 5_000_000))
def test_the_next_version_is_always_later_and_a_whole_millisecond(previous, shift):
    now = previous + timedelta(microseconds=shift)
    found = next_version(now, previous)
    assert to_us(found) % 1000 == 0
    assert stix_time(found) > stix_time(previous)
    assert found >= now - timedelta(milliseconds=1)
