"""The journal: append-only, and whoever edits it is found out."""

from __future__ import annotations

import itertools
import multiprocessing
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skyddsnat.site.journal import End, Journal


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


def tricks(lines: list[str]) -> Iterator[list[str]]:
    """Every line changed, dropped or made nonsense, every two swapped, one added, and every end cut off."""
    for place, line in enumerate(lines):
        for other in (
            [line.replace('"event"', '"event" ')],
            [line.replace("number", "n0mber")],
            [],
            ["no json"],
            [line] * 2,
        ):
            yield lines[:place] + other + lines[place + 1 :]
        yield lines[:place]
    for first, second in itertools.combinations(range(len(lines)), 2):
        swapped = [*lines]
        swapped[first], swapped[second] = lines[second], lines[first]
        yield swapped


def test_a_changed_removed_added_or_reordered_line_is_found_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = fill(path)
    lines = path.read_text().splitlines()
    for told in tricks(lines):
        path.write_text("".join(f"{line}\n" for line in told))
        assert journal.broken_at() is not None, told
    path.write_text("".join(f"{line}\n" for line in lines))
    assert journal.broken_at() is None


@pytest.mark.parametrize("left", [0, 2, 4])
def test_lines_cut_off_the_end_stay_found_when_the_journal_goes_on(tmp_path: Path, left: int) -> None:
    path = tmp_path / "journal.jsonl"
    journal = fill(path)
    path.write_text("".join(f"{line}\n" for line in path.read_text().splitlines()[:left]))
    assert journal.broken_at() == left + 1
    journal.write("event", number=9)
    assert journal.broken_at() == left + 1
    assert [entry["event"] for entry in journal.entries()][left:] == ["lines_lost", "event"]


def test_an_end_noted_on_paper_tells_when_file_and_noted_end_were_both_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = fill(path)
    paper = End.parse(str(journal.end()))
    assert journal.broken_at(since=paper) is None
    journal.write("event", number=5)
    assert journal.broken_at(since=paper) is None
    path.unlink()
    path.with_suffix(".end").unlink()
    Journal(path, clock=clock).write("another", number=0)
    assert journal.broken_at(since=paper) == 2
    assert End.parse("3:ab") is None


def test_a_crash_before_the_end_is_noted_is_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = fill(path, 3)
    end = path.with_suffix(".end").read_bytes()
    journal.write("event", number=3)
    path.with_suffix(".end").write_bytes(end)
    assert journal.broken_at() is None
    journal.write("event", number=4)
    assert journal.broken_at() is None
    assert [entry["number"] for entry in journal.entries()] == [0, 1, 2, 3, 4]
    path.with_suffix(".end").unlink()  # a journal of the release before has none
    journal.write("event", number=5)
    assert str(journal.end()) == path.with_suffix(".end").read_text().strip()


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


def test_a_line_that_a_crash_cut_short_is_taken_away_and_told_of(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = fill(path, 2)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"at":"2026-11-24T00:00:00+00:00","event":"publ')
    journal.write("event", number=2)
    assert journal.broken_at() is None
    assert [entry["event"] for entry in journal.entries()] == ["event", "event", "line_cut_short", "event"]
    assert path.read_bytes().startswith(whole)


def test_a_disk_that_takes_half_a_line_gets_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.jsonl"
    journal = fill(path, 2)
    real = os.write
    monkeypatch.setattr("skyddsnat.site.journal.os.write", lambda where, line: real(where, line[:20]))
    with pytest.raises(OSError, match="No space left"):
        journal.write("event", number=2)
    monkeypatch.undo()
    journal.write("event", number=3)
    assert journal.broken_at() is None
    assert [entry["number"] for entry in journal.entries()] == [0, 1, 3]
