"""How far away a moment is, as it stands in each row of a list: Django's own words for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from django.utils.timesince import timesince, timeuntil
from hypothesis import example, given
from hypothesis import strategies as st

from skyddsnat.hub.pages.templatetags.look import span

START = datetime(2024, 1, 31, 12, 30, 15, 999_999, tzinfo=UTC)


@pytest.mark.parametrize("language", ["sv", "en"])
@given(
    start=st.timedeltas(timedelta(0), timedelta(days=1_800)).map(lambda later: START + later),
    length=st.timedeltas(timedelta(0), timedelta(days=1_200))
    | st.integers(0, 40).map(lambda days: timedelta(days=days)),
)
@example(start=START, length=timedelta(0))
@example(start=START, length=timedelta(seconds=59))
@example(start=START, length=timedelta(days=29))
@example(start=START, length=timedelta(days=30, microseconds=-1))
def test_a_span_is_what_django_says(language: str, start: datetime, length: timedelta) -> None:
    with translation.override(language):
        assert span(start, start + length) == timesince(start, start + length, depth=1)
        assert span(start, start + length) == timeuntil(start + length, start, depth=1)
