"""A party that waits, for weeks perhaps, checks what it has not checked yet, and writes what it has not written."""

from __future__ import annotations

import pytest

from skyddsnat.party import evidence
from skyddsnat.party.errors import Refused
from skyddsnat.protocols.benchmark import transcript
from tests.party.conftest import Site
from tests.party.fake_hub import canonical_lines


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How long each transcript was that was checked."""
    found: list[int] = []
    read = transcript.read

    def noting(raw: bytes) -> list[transcript.Entry]:
        found.append(len(raw.splitlines()))
        return read(raw)

    monkeypatch.setattr(transcript, "read", noting)
    return found


def test_what_was_checked_is_checked_again_when_it_has_changed(site: Site, checked: list[int]) -> None:
    site.to_open()
    raw = transcript.lines(site.round.entries)
    reader = evidence.Transcripts()

    def read(raw: bytes, *, entries: int = 0, head: str = "") -> evidence.Evidence:
        return reader.read(raw, site.spec, entries=entries, head=head)

    first = read(raw)
    again = read(raw, entries=first.entries, head=first.head)
    assert (again, len(checked)) == (first, 1)
    site.round.hand_in("alfa")
    longer = read(transcript.lines(site.round.entries), entries=first.entries, head=first.head)
    assert (longer.entries, len(checked)) == (first.entries + 1, 2)


def test_what_does_not_hold_is_refused_each_time(site: Site, checked: list[int]) -> None:
    site.to_open()
    reader, raw = evidence.Transcripts(), transcript.lines(site.round.entries)
    held = reader.read(raw, site.spec, entries=0, head="")
    for _ in range(2):
        with pytest.raises(Refused, match="does not go on"):
            reader.read(canonical_lines(site.round.entries[:-1]), site.spec, entries=held.entries, head=held.head)
        with pytest.raises(Refused, match="does not go on"):  # another head is remembered than that of what was read
            reader.read(raw, site.spec, entries=held.entries, head="0" * 64)
    assert len(checked) == 5


def test_a_look_that_brings_nothing_new_is_not_written_down(site: Site) -> None:
    site.to_open()
    site.turn(0)
    memory = site.means(0).store._db
    before = memory.total_changes
    site.turn(0)
    assert memory.total_changes == before
