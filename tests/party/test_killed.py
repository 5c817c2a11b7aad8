"""A party that is killed at any point and started again: the same root, nothing said twice or otherwise, and a whole result."""

from __future__ import annotations

import random
import signal
import threading

import pytest

from skyddsnat.party.errors import TryAgain
from skyddsnat.party.means import Means
from skyddsnat.party.service import Service
from skyddsnat.party.vault import Vault
from skyddsnat.protocols.benchmark import transcript, verify
from skyddsnat.protocols.benchmark.field import put_together
from skyddsnat.protocols.benchmark.statement import Kind
from tests.effort import seed, tries
from tests.party import victim
from tests.party.conftest import ROUND, Site

LONGEST = 14
"""Steps that a party may take before it dies: few, so that it dies often."""


def play(site: Site, *, kills: int, rng: random.Random) -> int:
    """Parties 0 and 2 live; party 1 is killed again and again.  Returns how often it was."""
    stand_in = site.meeting.folder / "worker-1"
    threads = [threading.Thread(target=Service(site.means(index)).run) for index in (0, 2)]
    for thread in threads:
        thread.start()
    killed = 0
    try:
        while site.round.state != "archived" and killed < kills:
            process = victim.start(site.config_file(1), stand_in, after=rng.randint(1, LONGEST))
            process.join(timeout=120)
            if process.exitcode is None:
                process.kill()
                process.join()
            assert process.exitcode == -signal.SIGKILL
            killed += 1
        last = victim.start(site.config_file(1), stand_in, after=None)
        for _ in range(4800):
            if site.round.state == "archived":
                break
            threading.Event().wait(0.05)
        last.kill()
        last.join()
    finally:
        for index in (0, 2):
            site.means(index).stop.set()
        for thread in threads:
            thread.join(120)
    return killed


@pytest.mark.parametrize("trial", range(tries(short=1, long=60)))
def test_a_party_killed_at_any_point_brings_the_round_to_its_one_result(
    site: Site, monkeypatch: pytest.MonkeyPatch, trial: int
) -> None:
    monkeypatch.setattr(Means, "pause", lambda *_: None)
    site.to_closed()
    site.crash(1)
    rng = random.Random(f"{seed()} {trial}")
    killed = play(site, kills=12, rng=rng)
    assert site.round.state == "archived", (killed, site.round.state, site.over(0))
    assert killed >= 3
    assert verify.verify(transcript.lines(site.round.entries)).release is not None
    outputs = [said.statement.body["opened"] for said in site.round.said(Kind.OUTPUT)]
    opened = {name: put_together([int(shares[name]) for shares in outputs]) for name in outputs[0]}
    assert opened == dict(site.plain.opened)
    assert len({said.statement.body["root"] for said in site.round.said(Kind.RUN)}) == 1
    assert not (site.place(1) / "data" / "rounds" / ROUND).exists()


def test_stored_shares_are_said_when_another_has_said_its_own(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Means, "pause", lambda *_: None)
    honest, lost = Vault.commit, []

    def commit(vault: Vault, round: str) -> None:
        if vault == site.means(1).vault and not lost:
            lost.append(round)  # as if the party had died before it knew that all three had stored theirs
            raise TryAgain("stopped", own_fault=False)
        honest(vault, round)

    monkeypatch.setattr(Vault, "commit", commit)
    site.to_computing()
    site.run(lambda: site.round.state == "archived")
    assert lost == [ROUND]
    assert site.meeting.done == 1
    assert verify.verify(transcript.lines(site.round.entries)).release is not None


def test_an_archived_round_is_not_asked_for_again(site: Site) -> None:
    site.to_computing()
    site.run(lambda: site.round.state == "archived")
    site.hub.asked.clear()
    site.turn()
    assert set(site.hub.asked) == {"/api/bench/rounds"}
