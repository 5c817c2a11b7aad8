"""A hub or a party that is away, slow or silent is told and awaited, up to a point, and ends no service."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from skyddsnat.protocols.benchmark.statement import Kind
from tests.party.conftest import ROUND, Site
from tests.party.tricks import aborted, listed


def test_a_hub_that_is_away_is_told_and_awaited(site: Site) -> None:
    site.to_closed()
    site.hub.down = True
    site.turn(0)
    assert "503" in site.means(0).store.note("fault:hub")["line"]
    site.hub.down = False
    site.turn(0)
    assert site.means(0).store.note("fault:hub") is None
    assert 0 in site.round.statements[Kind.ROOT]


def test_a_hub_that_is_slow_or_says_too_much_is_told_and_awaited(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.means(0).client._http.timeout = httpx.Timeout(0.1)
    site.hub.slow = 0.3
    site.turn(0)
    assert "ReadTimeout" in site.means(0).store.note("fault:hub")["line"]
    site.hub.slow = 0.0
    site.means(0).client._http.timeout = httpx.Timeout(10)
    monkeypatch.setattr("skyddsnat.party.client.LONGEST", 10)
    site.turn(0)
    assert "longer than 10 bytes" in site.means(0).store.note("fault:hub")["line"]
    monkeypatch.undo()
    site.turn(0)
    assert site.means(0).store.note("fault:hub") is None


@pytest.mark.parametrize(
    "honest", [b"{}", b"[1]", b'{"rounds": [{"id": "../..", "state": "open", "spec": "x"}]}', b"<html>"]
)
def test_an_answer_that_is_no_list_of_rounds_is_told(site: Site, honest: bytes) -> None:
    site.hub.change["rounds"] = lambda _: honest
    site.turn(0)
    assert site.means(0).store.note("fault:hub") is not None
    assert site.means(0).store.rounds() == []


def test_a_refusal_that_cannot_be_noted_ends_no_service(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.to_closed()
    site.turn(0)
    memory = site.means(0).store._db
    site.hub.change["transcript"] = lambda _: b"{}\n"
    memory.execute("PRAGMA query_only=ON")  # every write fails, as on a full disk
    site.turn(0)
    assert f"round {ROUND}: OperationalError; look at disk and rights" in caplog.text
    memory.execute("PRAGMA query_only=OFF")
    site.turn(0)
    assert site.refused(0) is not None
    site.hub.change.clear()
    site.turn(0)
    assert site.refused(0) is None
    assert 0 in site.round.statements[Kind.ROOT]


def test_a_token_that_is_not_there_ends_no_service(site: Site) -> None:
    site.means(0)
    token = site.place(0) / "party.token"
    kept = token.rename(token.with_name("moved"))
    site.turn(0)
    assert "party.token cannot be read" in site.means(0).store.note("fault:hub")["line"]
    kept.rename(token)
    site.turn(0)
    assert site.means(0).store.note("fault:hub") is None


def test_a_token_that_cannot_stand_in_a_header_ends_no_service(site: Site) -> None:
    site.means(0)
    token = site.place(0) / "party.token"
    kept = token.read_text()
    token.write_text(f"\ufeff{kept}")
    site.turn(0)
    assert "holds more than a secret" in site.means(0).store.note("fault:hub")["line"]
    token.write_text(kept)
    site.turn(0)
    assert site.means(0).store.note("fault:hub") is None


def test_clocks_that_differ_are_told(site: Site) -> None:
    site.hub.ahead = timedelta(minutes=10)
    site.turn(0)
    assert "clock" in site.means(0).store.note("fault:clock")["line"]
    site.hub.ahead = timedelta(seconds=30)
    site.turn(0)
    assert site.means(0).store.note("fault:clock") is None


def test_a_time_of_the_hubs_that_is_none_ends_no_service(site: Site) -> None:
    """The header may say anything: at the end of the calendar there is no such moment in UTC."""
    client = site.means(0).client
    client._note_clock("Fri, 31 Dec 9999 23:59:59 -2359")
    assert client.skew is None
    client._note_clock("yesterday")
    assert client.skew is None


def test_a_party_of_whom_nothing_is_heard_ends_the_round_after_the_patience(site: Site) -> None:
    site.to_closed()
    site.turn(0, 1)
    site.turn(0, 1)
    assert Kind.ABORTED not in site.round.statements
    site.clock.ahead = timedelta(hours=73)
    site.turn(0)
    assert aborted(site) == ("party_unavailable", {"missing": [2], "statement": "root"})
    site.turn(0)
    assert site.round.statements[Kind.DESTROYED][0].statement.body["what"] == [
        "round_key",
        "tls_key",
        "sealed",
        "shares",
    ]
    assert not (site.place(0) / "data" / "rounds" / ROUND).exists()


def test_a_round_that_the_hub_ends_is_forgotten_and_its_reason_kept(site: Site) -> None:
    site.to_closed()
    site.round.state, site.round.abort = "aborted", "too_few"
    site.turn()
    site.turn()
    assert site.over() == "aborted:too_few"
    assert site.round.state == "archived"
    assert not (site.place(0) / "data" / "rounds" / ROUND).exists()


def test_a_hub_that_never_closes_ends_the_round_after_the_patience(site: Site) -> None:
    site.to_open()
    site.clock.ahead = timedelta(hours=73)
    site.turn(0)
    assert aborted(site) == ("time_limit", {"waited_for": "hub"})


def test_an_end_that_the_hub_did_not_hear_is_told_again(site: Site) -> None:
    site.to_closed()
    site.turn(0)
    site.hub.change["submissions"] = listed(lambda rows: rows.pop() and None)
    honest = site.round.take
    site.round.take = lambda said: 503  # type: ignore[method-assign]
    site.turn(0)
    assert site.over() == "aborted:root_mismatch"
    assert Kind.ABORTED not in site.round.statements
    site.round.take = honest  # type: ignore[method-assign]
    site.hub.change.clear()
    site.turn(0)
    assert aborted(site)[0] == "root_mismatch"
