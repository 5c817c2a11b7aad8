"""How the edges of bands are written: as the reader's language writes numbers, and no longer than they tell."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override

from skyddsnat.hub.benchmark.queries.bands import number


@pytest.mark.parametrize(
    ("edge", "told"),
    [
        ("0", "0"),
        ("5", "5"),
        ("99.5", "99,5"),
        ("3.6842278", "3,684"),
        ("0.0121", "0,0121"),
        ("1210", "1\xa0210"),
        ("84283456", "84\xa0280\xa0000"),
    ],
)
def test_an_edge_has_four_digits_at_most(edge: str, told: str) -> None:
    with override("sv"):
        assert number(Decimal(edge)) == told
