"""The supervisor with the real workers: a worker that is killed in the midst, and a second attempt with the same verdict."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from skyddsnat.mpc.layout import Entry, vector
from skyddsnat.mpc.sealing import seal
from skyddsnat.party.means import Means
from skyddsnat.party.service import start_worker
from skyddsnat.party.worker import Bounds, Worker
from skyddsnat.protocols.benchmark import transcript, verify
from skyddsnat.protocols.benchmark.field import put_together
from skyddsnat.protocols.benchmark.statement import Kind
from tests.mpc.parties import free_addresses
from tests.party.conftest import ROUND, Site, make_site
from tests.party.fake_hub import now
from tests.rounds import specification


class Mortal(Worker):
    """Is killed once it has given its verdict."""

    def hear(self, seconds: float) -> Mapping[str, Any] | None:
        message = super().hear(seconds)
        if message is not None and "verdict" in message:
            os.killpg(self.pid, signal.SIGKILL)
        return message


@pytest.fixture
def real(folder: Path) -> Iterator[Site]:
    spec = replace(specification(["MET-BLK-05", "MQ-A1"]), deadline=now() - timedelta(seconds=2))
    site = make_site(folder, spec=spec)
    for index, address in enumerate(free_addresses(3)):
        path = site.config_file(index)
        path.write_text(path.read_text().replace(f"127.0.0.1:{7000 + index}", address))
        site.means(index).start = start_worker
    yield site
    site.close()


def hand_in(site: Site) -> None:
    """Each member seals to the keys that the parties have approved the round with."""
    keys = [said.statement.body["round_key"] for said in site.round.said(Kind.APPROVAL)]
    for member, row in site.values.items():
        entries = {item: Entry(number) for item, number in row.items() if number is not None}
        sealed = seal(site.spec, vector(site.spec, entries), keys, member=member, seq=1)
        site.round.hand_in(member, sealed=sealed)


def test_a_worker_killed_in_the_midst_costs_an_attempt_and_nothing_else(
    real: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Means, "pause", lambda *_: None)
    lives = [Mortal, Worker]

    def start(place: Path, bounds: Bounds) -> Worker:
        return (lives.pop(0) if len(lives) > 1 else lives[0])(place, bounds)

    real.means(1).start = start
    real.to_open()
    hand_in(real)
    real.round.close()
    real.turn()
    real.turn()
    real.run(lambda: real.round.state == "archived", seconds=90)
    assert verify.verify(transcript.lines(real.round.entries)).release is not None
    outputs = [said.statement.body["opened"] for said in real.round.said(Kind.OUTPUT)]
    opened = {name: put_together([int(shares[name]) for shares in outputs]) for name in outputs[0]}
    assert opened == dict(real.plain.opened)
    assert real.means(1).store.get(ROUND).attempts >= 2
    journal = (real.place(0) / "data" / "journal.jsonl").read_text().splitlines()
    computed = [fact for fact in map(json.loads, journal) if fact["event"] == "computed"]
    assert [fact["facts"]["messages"] > 0 for fact in computed] == [True]
