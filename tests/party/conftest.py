"""Three parties on this machine, a hub in miniature, and stand-ins for their workers."""

from __future__ import annotations

import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from skyddsnat.party.config import load
from skyddsnat.party.means import Means
from skyddsnat.party.private_files import make_folder, write
from skyddsnat.party.sample_toml import PartySample, party_toml
from skyddsnat.party.service import Service, open_means
from skyddsnat.party.store import Decision, Kept, Store
from skyddsnat.party.worker import Bounds, Worker
from skyddsnat.protocols.benchmark.signing import public_hex
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.log import NoteKey
from tests.party.fake_hub import FakeHub, FakeRound, now
from tests.party.meeting import Meeting
from tests.rounds import PARTIES, Plain, Values, plain_result, random_values, signing_key, specification

ROUND = "2026-q2"


@dataclass(slots=True)
class Clock:
    """Wall time that a test can move."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(slots=True)
class Site:
    """All that takes part in one round."""

    folder: Path
    hub: FakeHub
    spec: Specification
    values: Values
    plain: Plain
    meeting: Meeting
    clock: Clock = field(default_factory=Clock)
    settings: str = ""
    _open: dict[int, Means] = field(default_factory=dict)

    @property
    def round(self) -> FakeRound:
        return self.hub.rounds[ROUND]

    def place(self, index: int) -> Path:
        return self.folder / PARTIES[index]

    def config_file(self, index: int) -> Path:
        """party.toml and the key of a party, written at the first call."""
        folder = self.place(index)
        path = folder / "party.toml"
        if not path.exists():
            folder.mkdir()
            key_file = make_folder(folder / "keys") / "party.key"
            raw = signing_key(PARTIES[index]).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            write(key_file, raw)
            write(folder / "party.token", f"skn_party_{PARTIES[index]}".encode())
            log_key = NoteKey("hub.test/log", 1, self.hub.log_key.public_key().public_bytes_raw()).text()
            sample = PartySample(
                id=PARTIES[index],
                address=f"127.0.0.1:{7000 + index}",
                data_dir=folder / "data",
                key_file=key_file,
                hub_url=self.hub.url,
                token_file=folder / "party.token",
                log_public_key=log_key,
                poll_seconds=0.05,
                peers=[(name, public_hex(signing_key(name))) for name in PARTIES if name != PARTIES[index]],
            )
            path.write_text(party_toml(sample) + self.settings)
        return path

    def means(self, index: int) -> Means:
        """A party's means; the same until `crash`."""
        if index not in self._open:
            made = open_means(load(self.config_file(index)), clock=self.clock)
            folder = self.meeting.folder / f"worker-{index}"
            made.start = lambda place, bounds: stand_in(place, bounds, folder)
            made.client._sleep = lambda _: None
            self._open[index] = made
        return self._open[index]

    def crash(self, index: int) -> None:
        """The party's memory is gone; what is on its disk stays."""
        self._open.pop(index).close()

    def turn(self, *parties: int) -> None:
        """One look of each of these parties, one after the other; all three if none is named."""
        for index in parties or range(3):
            self.means(index).stop.clear()
            Service(self.means(index)).turn()

    def approve(self, *parties: int) -> None:
        """A person at each of these parties approves what waits there."""
        for index in parties or range(3):
            store = self.means(index).store
            kept = store.get(ROUND)
            store.decide(ROUND, Decision.APPROVED, sha256=kept.sha256, by="Ada", at=self.clock())

    def to_open(self) -> None:
        """Met, approved, said, opened."""
        self.turn()
        self.approve()
        self.turn()
        self.round.open()

    def to_closed(self) -> None:
        """All members have handed in, and the list is fixed."""
        self.to_open()
        for member in self.values:
            self.round.hand_in(member)
        self.round.close()

    def to_computing(self) -> None:
        """Roots signed and stored."""
        self.to_closed()
        self.turn()
        self.turn()
        assert self.round.state == "computing"

    def run(self, until: Callable[[], bool], *, seconds: float = 240.0, parties: tuple[int, ...] = (0, 1, 2)) -> None:
        """Services of these parties at once, until something holds."""
        threads = []
        for index in parties:
            means = self.means(index)
            means.stop.clear()
            threads.append(threading.Thread(target=Service(means).run))
        for thread in threads:
            thread.start()
        end = time.monotonic() + seconds
        while not until() and time.monotonic() < end:
            time.sleep(0.02)
        for index in parties:
            self.means(index).stop.set()
        for thread in threads:
            thread.join(120)
        assert until(), self.round.state

    def over(self, index: int = 0) -> str:
        """Why the round is over at a party."""
        return self.kept(index).over

    def kept(self, index: int = 0) -> Kept:
        """What a party remembers, read beside its service: a connection is for one thread."""
        store = Store.open(self.place(index) / "data")
        try:
            return store.get(ROUND)
        finally:
            store.close()

    def refused(self, index: int = 0) -> str | None:
        """The code of what a party does not believe."""
        found = self.means(index).store.refused(ROUND)
        return found["code"] if found else None

    def close(self) -> None:
        for made in self._open.values():
            made.close()
        self.meeting.stop()
        self.hub.stop()


def stand_in(place: Path, bounds: Bounds, folder: Path) -> Worker:
    """A worker that only meets its like."""
    return Worker(place, bounds, module="stand_in", paths=[folder])


def make_site(folder: Path, *, settings: str = "", spec: Specification | None = None) -> Site:
    """A site with a round in draft whose deadline has just passed."""
    made = spec or replace(specification(), deadline=now() - timedelta(seconds=2))
    values = random_values(made, random.Random(3))
    plain = plain_result(made, values)
    hub = FakeHub({ROUND: FakeRound(made)})
    hub.start()
    return Site(folder, hub, made, values, plain, Meeting(folder, made, plain), settings=settings)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, as sockets need it, for this user alone."""
    made = Path(tempfile.mkdtemp(prefix="sn-party-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    made = make_site(folder)
    yield made
    made.close()
