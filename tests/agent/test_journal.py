"""The journal: append-only, and whoever edits it is found out."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skyddsnat.agent.journal import Journal


def clock() -> datetime:
    return datetime(2026, 11, 24, tzinfo=UTC)


def fill(path: Path, count: int = 5) -> Journal:
    journal = Journal(path, clock=clock)
    for number in range(count):
        journal.write("event", number=number)
    return journal


def test_events_come_back_in_order_and_the_chain_holds(tmp_path: Path) -> None:
    journal = fill(tmp_path / "journal.jsonl")
    assert [entry["number"] for entry in journal.entries()] == [0, 1, 2, 3, 4]
    assert journal.broken_at() is None
    assert (tmp_path / "journal.jsonl").stat().st_mode & 0o777 == 0o600


def test_an_absent_journal_is_whole(tmp_path: Path) -> None:
    assert Journal(tmp_path / "none.jsonl", clock=clock).broken_at() is None


@pytest.mark.parametrize("trick", ["change", "drop", "swap", "garbage"])
def test_a_changed_dropped_swapped_or_broken_line_is_found(tmp_path: Path, trick: str) -> None:
    path = tmp_path / "journal.jsonl"
    journal = fill(path)
    lines = path.read_text().splitlines()
    if trick == "change":
        lines[1] = lines[1].replace('"number":1', '"number":9')
    elif trick == "drop":
        del lines[1]
    elif trick == "swap":
        lines[1], lines[2] = lines[2], lines[1]
    else:
        lines[1] = "no json"
    path.write_text("\n".join(lines) + "\n")
    assert journal.broken_at() in {2, 3}


def write_many(path: Path) -> None:
    fill(path, 40)


def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(path,)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    journal = Journal(path, clock=clock)
    assert len(list(journal.entries())) == 120
    assert journal.broken_at() is None
