"""The power goes: what the hub and the agent have acknowledged is on the disk.  kill -9 cannot show this: the system keeps
what a dead process wrote.  So the real statements of real acts are played to a disk that forgets what was not synced."""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import apsw
import pytest
from django.db import connection
from django.utils import timezone

from skyddsnat.agent.primaries.zonefile import write_atomically
from skyddsnat.agent.state import State
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.settings.env import SQLITE_OPTIONS
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.services import SignalDraft
from skyddsnat.policy.review import bases_for, checklist
from skyddsnat.policy.vocabulary import Basis, Mandate, Marking, Scope, SignalType
from skyddsnat.site.journal import Journal
from tests.agent.conftest import Site
from tests.cast import Cast
from tests.effort import seed, tries
from tests.figures import figure
from tests.survival.power import Disk, disk

TRIALS = tries(short=30, long=600)
HUB = tuple(part.strip() for part in SQLITE_OPTIONS["init_command"].split(";") if part.strip())
READS = ("SELECT", "PRAGMA", "EXPLAIN", "--")


@dataclass(slots=True)
class Tape:
    """What was said to a database, from a known start.  acts: how many statements had been said when each was acknowledged."""

    start: bytes
    said: list[str] = field(default_factory=list)
    acts: list[int] = field(default_factory=list)

    def listen(self, statement: str) -> None:
        if not statement.lstrip().startswith(READS):
            self.said.append(statement)

    def acknowledge(self) -> None:
        self.acts.append(len(self.said))


def fingerprint(database: sqlite3.Connection) -> str:
    return hashlib.sha256("\n".join(database.iterdump()).encode()).hexdigest()


def boundaries(tape: Tape, folder: Path) -> dict[str, int]:
    """Each whole state that the database went through, with how many statements led to it."""
    path = folder / "whole.sqlite"
    path.write_bytes(tape.start)
    found: dict[str, int] = {}
    with sqlite3.connect(path, isolation_level=None) as database:
        found[fingerprint(database)] = 0
        for number, statement in enumerate(tape.said, start=1):
            database.execute(statement)
            if not database.in_transaction:
                found[fingerprint(database)] = number
    database.close()
    return found


def cut(
    tape: Tape, folder: Path, here: Disk, luck: random.Random, pragmas: tuple[str, ...]
) -> tuple[int, sqlite3.Connection]:
    """Say the tape to the disk until the power goes.  Returns how much had been acknowledged, and the disk afterwards."""
    path = folder / "live.sqlite"
    path.write_bytes(tape.start)
    here.platters.clear()
    until = luck.randint(1, len(tape.said))
    database = apsw.Connection(str(path), vfs=here.name)
    platter = here.platters[str(path)]
    platter.safe, platter.since = bytearray(tape.start), []
    for pragma in (*pragmas, f"PRAGMA wal_autocheckpoint={luck.choice((5, 50, 1000))}"):
        database.execute(pragma).fetchall()
    for statement in tape.said[:until]:
        database.execute(statement).fetchall()
    left = folder / "left"
    left.mkdir(exist_ok=True)
    for old in left.iterdir():
        old.unlink()
    here.lose_power(left, luck)
    database.close()
    return max((end for end in tape.acts if end <= until), default=0), sqlite3.connect(left / path.name)


def trials(tape: Tape, folder: Path, pragmas: tuple[str, ...], *, count: int = TRIALS) -> dict[str, int]:
    """How often something was lost, half or broken."""
    luck, whole = random.Random(seed()), boundaries(tape, folder)
    found = {"trials": count, "lost": 0, "half": 0, "broken": 0, "acknowledged": 0}
    with disk(f"power{id(tape)}") as here:
        for _ in range(count):
            acknowledged, database = cut(tape, folder, here, luck, pragmas)
            found["acknowledged"] += sum(1 for end in tape.acts if 0 < end <= acknowledged)
            try:
                if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                    found["broken"] += 1
                elif (at := whole.get(fingerprint(database))) is None:
                    found["half"] += 1
                else:
                    found["lost"] += sum(1 for end in tape.acts if at < end <= acknowledged)
            except sqlite3.DatabaseError:
                found["broken"] += 1
            finally:
                database.close()
    return found


@pytest.fixture
def tape(transactional_db: None, cast: Cast) -> Tape:
    """What members do in half an hour, as the hub says it to its database."""
    connection.ensure_connection()
    made = Tape(connection.connection.serialize())
    connection.connection.set_trace_callback(made.listen)
    try:
        for act in _acts(cast):
            act()
            made.acknowledge()
    finally:
        connection.connection.set_trace_callback(None)
    return made


def _acts(cast: Cast) -> Iterator[Callable[[], object]]:
    now = timezone.now()
    for number in range(5):
        now += timedelta(minutes=1)
        draft = SignalDraft(type=SignalType.DOMAIN, text=f"n{number}.example", basis=Basis.OWN_OBSERVATION)
        actor = Actor.of(cast.person("alfa", "analyst"))
        yield lambda actor=actor, draft=draft, now=now: services.submit(
            actor, [draft], circle=cast.circle, marking=Marking.AMBER_STRICT, channel="form", now=now
        )
        pk = Signal.objects.latest("created_at").pk
        for member, mandate in (("vakten", Mandate.POLICE), ("solros", Mandate.HOTLINE)):
            who = Actor.of(cast.person(member, "reviewer"))
            ticked = [line.value for line in checklist(SignalType.DOMAIN, Scope.EXACT, mandate)]
            yield lambda who=who, ticked=ticked, mandate=mandate, pk=pk, now=now: services.approve(
                who, pk, basis=bases_for(mandate)[0], checklist=ticked, now=now
            )
        if number % 2:
            yield lambda who=who, pk=pk, now=now: services.withdraw(who, pk, reason="gone", now=now)


def test_the_hub_loses_nothing_that_it_has_acknowledged(tape: Tape, tmp_path: Path) -> None:
    found = trials(tape, tmp_path, HUB)
    assert (found["lost"], found["half"], found["broken"]) == (0, 0, 0)
    assert found["acknowledged"] > TRIALS * 3
    figure("survival.power_cut_hub", **found)


def test_without_full_the_same_power_cut_loses_what_was_acknowledged(tape: Tape, tmp_path: Path) -> None:
    """The proof that the test above can fail."""
    weaker = tuple(pragma.replace("synchronous=FULL", "synchronous=NORMAL") for pragma in HUB)
    assert weaker != HUB
    found = trials(tape, tmp_path, weaker, count=max(10, TRIALS // 3))
    assert found["lost"] > 0
    assert (found["half"], found["broken"]) == (0, 0)
    figure("survival.power_cut_normal", **found)


@pytest.mark.django_db
def test_a_live_connection_of_the_hub_waits_for_the_disk(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "hub.sqlite")
    for pragma in HUB:
        database.execute(pragma)
    assert database.execute("PRAGMA synchronous").fetchone() == (2,)
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
    database.close()


def test_the_agent_forgets_nothing_that_it_has_taken_in(site: Site, tmp_path: Path) -> None:
    """Its memory on the same disk.  The files around it are synced one by one: test_files_are_synced_before_they_count."""
    agent = site.agent()
    database = agent.state.connection
    made = Tape(database.serialize())
    database.set_trace_callback(made.listen)
    listed = []
    for number in range(6):
        listed.append(site.hub.verify(f"n{number}.test"))
        if number % 3 == 2:
            site.hub.withdraw(listed.pop(0))
        agent.pull()
        made.acknowledge()
        agent.step()
        made.acknowledge()
    database.set_trace_callback(None)
    pragmas = tuple(
        f"PRAGMA {name}={database.execute(f'PRAGMA {name}').fetchone()[0]}" for name in ("journal_mode", "synchronous")
    )
    assert pragmas == ("PRAGMA journal_mode=wal", "PRAGMA synchronous=2")
    found = trials(made, tmp_path, pragmas)
    assert (found["lost"], found["half"], found["broken"]) == (0, 0, 0)
    figure("survival.power_cut_agent", **found)
    assert State.open(site.folder / "data").lists.live() is not None


def test_files_are_synced_before_they_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A zone file: content, then name, then folder.  A line of the journal: content, noted end, and once its folder."""
    said: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        said.append(f"sync {Path(os.readlink(f'/proc/self/fd/{descriptor}')).name}")
        real_sync(descriptor)

    def replace(old: Path, new: Path) -> Path:
        said.append(f"rename to {new.name}")
        return real_replace(old, new)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    write_atomically(tmp_path / "hot.zone", "zone")
    assert said == ["sync .hot.zone.new", "rename to hot.zone", f"sync {tmp_path.name}"]
    said.clear()
    journal = Journal(tmp_path / "journal.jsonl", clock=timezone.now)
    journal.write("one")
    journal.write("two")
    line = ["sync journal.jsonl", "sync journal.end.new", "rename to journal.end"]
    assert said == [*line, f"sync {tmp_path.name}", *line]
