"""Each story of sign-in starts with its rate limits untouched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()
