"""What a period that was only observed is to a joint figure."""

from __future__ import annotations

import pytest

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.statistics.collecting import has_no_part
from skyddsnat.policy.statistics.words import Observed


@pytest.mark.parametrize("metric", ["MET-BLK-09", "MET-BLK-10"])
def test_blocks_are_of_those_who_blocked(metric: str) -> None:
    known = load_catalogue().metrics[metric]
    assert [has_no_part(known, word) for word in (None, *Observed)] == [False, False, False, True]


def test_what_is_no_number_of_blocks_counts_also_where_nothing_was_blocked() -> None:
    assert not has_no_part(load_catalogue().metrics["MET-STP-02"], Observed.ALL)
