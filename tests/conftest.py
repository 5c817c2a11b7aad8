"""What every test may ask for."""

from __future__ import annotations

import pytest

from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast of organisations and people, in the test's own database."""
    return make_cast()
