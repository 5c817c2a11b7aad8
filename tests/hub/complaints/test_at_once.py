"""Complaints at the same moment are each taken in: on SQLite in a file, or on the PostgreSQL of the run."""

from __future__ import annotations

from tests.hub.complaints.crowd import PAIRS
from tests.hub.crowds import crowd, database

__all__ = ["database"]


def test_each_is_answered_once_and_a_name_has_one_open_case(database: str) -> None:
    found = crowd("tests.hub.complaints.crowd", database)
    assert found == {"faults": [], "same": [1] * PAIRS, "cases": [1] * PAIRS}
