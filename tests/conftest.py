"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.cast import Cast, make_cast

# Programs that tests start find the package too, however pytest itself was started.
os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent / "src")

# How long it takes to draw an example is the machine's affair: no test fails for a busy one.
settings.register_profile("skyddsnat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("skyddsnat")


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast of organisations and people, in the test's own database."""
    return make_cast()
