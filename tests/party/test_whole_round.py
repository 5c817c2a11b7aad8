"""A round from draft to forgetting, at three parties."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

import pytest

from skyddsnat.mpc.sealing import open_position
from skyddsnat.party.errors import TryAgain
from skyddsnat.party.worker import Worker
from skyddsnat.protocols.benchmark import transcript, verify
from skyddsnat.protocols.benchmark.field import put_together
from skyddsnat.protocols.benchmark.statement import Kind
from tests.party.conftest import ROUND, Site
from tests.rounds import opening_key


def test_a_round_is_released_and_forgotten(site: Site) -> None:
    site.to_computing()
    site.run(lambda: site.round.state == "archived")
    found = verify.verify(transcript.lines(site.round.entries))
    assert found.release is not None
    assert found.release.items["MQ-A1"].members == 5
    for index in range(3):
        assert list((site.place(index) / "data" / "rounds").iterdir()) == []
        assert site.over(index) == "released"


def test_a_worker_is_given_the_limits_that_the_party_has_set(site: Site) -> None:
    site.settings = "\nwall_seconds = 9000\nconnect_seconds = 77\n"
    site.to_computing()
    given: list[dict[str, object]] = []

    class Listening(Worker):
        def send(self, message: Mapping[str, object]) -> None:
            given.append(dict(message))
            raise TryAgain("peers", own_fault=False)

    site.means(0).start = lambda place, bounds: Listening(
        place, bounds, module="stand_in", paths=[site.meeting.folder / "worker-0"]
    )
    site.turn(0)
    assert given[0]["limits"] == {"connect_seconds": 77, "wall_seconds": 9000}


def test_each_member_and_nobody_else_opens_its_own_position(site: Site) -> None:
    site.to_computing()
    site.run(lambda: site.round.state == "archived")
    said = site.round.said(Kind.POSITIONS)
    member = "alfa"
    shares = [
        open_position(
            site.spec,
            base64.b64decode(each.statement.body["sealed"][member]),
            opening_key(member),
            member=member,
            party=index,
        )
        for index, each in enumerate(said)
    ]
    got = {name: put_together([each[name] for each in shares]) for name in shares[0]}
    assert got == dict(site.plain.private[member])


def test_the_logs_and_the_journal_hold_no_share(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.to_computing()
    site.run(lambda: site.round.state == "archived")
    shares = {text for said in site.round.said(Kind.OUTPUT) for text in said.statement.body["opened"].values()}
    told = caplog.text
    for index in range(3):
        told += (site.place(index) / "data" / "journal.jsonl").read_text()
    assert len(shares) > 10
    assert not [share for share in shares if share in told]
    facts = [json.loads(line) for line in (site.place(0) / "data" / "journal.jsonl").read_text().splitlines()]
    assert {"approval", "root_used", "computed", "released", "destroyed"} <= {fact["event"] for fact in facts}


def test_nothing_is_said_before_a_person_has_approved(site: Site) -> None:
    site.turn()
    site.turn()
    assert site.round.statements == {}
    assert not (site.place(0) / "data" / "rounds" / ROUND).exists()
    site.approve(0, 2)
    site.turn()
    assert sorted(site.round.statements[Kind.APPROVAL]) == [0, 2]
    assert site.round.state == "draft"
