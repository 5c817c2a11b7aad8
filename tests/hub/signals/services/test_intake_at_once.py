"""Members that report the same thing at the same moment: on SQLite in a file, or on the PostgreSQL of the run."""

from __future__ import annotations

from typing import Any

from tests.hub import crowds
from tests.hub.crowds import database

__all__ = ["database"]


def crowd(database: str, *orders: str, limit: int = 5_000) -> dict[str, Any]:
    """What becomes of it when all hand in at once.  limit: reports that one member may hand in within an hour."""
    return crowds.crowd("tests.hub.signals.services.crowd", database, *orders, CROWD_LIMIT=str(limit))


def test_two_members_at_once_give_one_signal_with_two_submissions(database: str) -> None:
    found = crowd(database, "alfa:lek.test", "beta:lek.test")
    assert found["faults"] == []
    assert sorted(found["outcomes"].values()) == [["corroborated"], ["created"]]
    assert found["signals"] == [["lek.test", "corroborated", "inform"]]
    assert found["submissions"] == [["lek.test", "alfa", 1], ["lek.test", "beta", 1]]


def test_long_lists_in_opposite_orders_neither_stop_each_other_nor_lose_a_row(database: str) -> None:
    values = [f"lek-{number:03d}.test" for number in range(900)]
    found = crowd(database, f"alfa:{','.join(values)}", f"beta:{','.join(reversed(values))}", f"gamma:{values[450]}")
    assert found["faults"] == []
    assert {member: len(told) for member, told in found["outcomes"].items()} == {"alfa": 900, "beta": 900, "gamma": 1}
    assert {tuple(signal[1:]) for signal in found["signals"]} == {("corroborated", "inform")}
    assert len(found["signals"]) == 900
    assert len(found["submissions"]) == 1801


def test_a_member_that_hands_in_to_two_circles_at_once_gets_no_more_than_its_hour(database: str) -> None:
    here, there = (",".join(f"{word}-{number}.test" for number in range(60)) for word in ("lek", "spel"))
    found = crowd(database, f"alfa:{here}", f"alfa:{there}:leads", limit=70)
    assert found["faults"] == []
    assert set(found["outcomes"]) == {"alfa", "alfa:leads"}
    assert len(found["submissions"]) == 70
    refused = [status for told in found["outcomes"].values() for status in told if status == "refused"]
    assert len(refused) == 50
