"""Times as logs write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from skyddsnat.agent.counting.times import Times

LATEST = datetime(2026, 11, 24, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T15:08:09.711Z",
        "2026-11-24T16:08:09.711+01:00",
        "2026-11-24T16:08:09.711",
        "24-Nov-2026 16:08:09.711",
        "Nov 24 16:08:09",
        "[1795532889]",
    ],
)
def test_each_way_of_writing_is_the_same_second(text: str) -> None:
    times = Times(ZoneInfo("Europe/Stockholm"), latest=LATEST)
    assert datetime.fromtimestamp(times.read(text), UTC) == datetime(2026, 11, 24, 15, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("latest", "year"), [(datetime(2027, 1, 1, 2, tzinfo=UTC), 2026), (datetime(2026, 12, 31, 23, tzinfo=UTC), 2026)]
)
def test_a_time_without_a_year_is_of_the_file_s_last_year(latest: datetime, year: int) -> None:
    found = Times(UTC, latest=latest).read("Dec 31 22:59:59")
    assert datetime.fromtimestamp(found, UTC).year == year


def test_the_29th_of_february_is_found_years_later() -> None:
    found = Times(UTC, latest=LATEST).read("Feb 29 10:00:00")
    assert datetime.fromtimestamp(found, UTC) == datetime(2024, 2, 29, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-01T00:00:00Z",
        "Nix 24 15:08:09",
        "24-Nix-2026 15:08:09.1",
        "Nov 31 10:00:00",
        "2026-11-25T16:00:01Z",
        "9999-12-31T23:59:59Z",
        "[99999999999]",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever its words
        Times(UTC, latest=LATEST).read(text)
