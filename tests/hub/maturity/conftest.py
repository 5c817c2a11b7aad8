"""Sealed answers as a browser makes them, and a member's lead with colleagues."""

from __future__ import annotations

import base64
import os

import pytest
from django.utils import timezone

from skyddsnat.hub.maturity.models import Assessment
from skyddsnat.hub.maturity.services import open_year
from tests.cast import Cast
from tests.hub.benchmark.conftest import Bench, make_bench


def sealed_answer(blocks: int = 1) -> str:
    """Of the form and one of the sizes that the browser makes; nobody can open it."""
    return f"{base64.b64encode(os.urandom(12)).decode()}.{base64.b64encode(os.urandom(1024 * blocks + 16)).decode()}"


@pytest.fixture
def bench(cast: Cast) -> Bench:
    """Five operators with benchmark leads."""
    return make_bench(cast)


@pytest.fixture
def assessment(bench: Bench) -> Assessment:
    """Alfa's of this year."""
    return open_year(bench.leads["alfa"], timezone.localdate(bench.now).year, now=bench.now)
