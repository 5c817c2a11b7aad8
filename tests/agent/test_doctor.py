"""The doctor finds what is wrong and says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner

from skyddsnat.agent import doctor
from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.doctor import examine
from skyddsnat.cli.agent import app
from skyddsnat.protocols.feedhead import FeedHead, sign
from tests.agent.conftest import HOT, Site


def look(agent: Agent) -> dict[str, str]:
    """What is not well, with the advice."""
    return {finding.what: finding.advice for finding in examine(agent) if not finding.ok}


@pytest.mark.servers
def test_a_healthy_site_has_no_finding(dns_site: Site) -> None:
    dns_site.hub.verify("bad.test")
    agent = dns_site.agent()
    agent.pull()
    agent.settle(agent.step(), wait_seconds=60)
    assert look(agent) == {}


@pytest.mark.servers
def test_a_primary_and_a_resolver_that_are_down_are_found(dns_site: Site) -> None:
    agent = dns_site.agent()
    agent.pull()
    agent.settle(agent.step(), wait_seconds=60)
    assert dns_site.knot is not None
    assert dns_site.unbound is not None
    dns_site.knot.stop()
    dns_site.unbound.stop()
    found = look(agent)
    assert "not reached" in found[f"primary serves {HOT}"]
    assert "is it running" in found["resolver unbound-1"]


@pytest.mark.servers
def test_a_resolver_that_serves_the_list_to_clients_is_found(dns_site: Site) -> None:
    agent, unbound = dns_site.agent(), dns_site.unbound
    assert unbound is not None
    agent.pull()
    agent.settle(agent.step(), wait_seconds=60)
    unbound.stop()
    unbound.start(change=("    rpz-log: yes\n", "    rpz-log: yes\n    for-downstream: yes\n"))
    assert "for-downstream" in look(agent)["resolver unbound-1 keeps the list to itself"]


@pytest.mark.parametrize(
    ("harm", "what", "advice"),
    [
        (lambda site: (site.folder / "taxii.token").chmod(0o644), "token (scope taxii)", "chmod 600"),
        (lambda site: (site.folder / "taxii.token").write_text(""), "token (scope taxii)", "missing"),
        (lambda site: (site.folder / "stats.token").unlink(), "report token (scope stats)", "cannot be read"),
        (lambda site: (site.folder / "data").chmod(0o755), "data_dir is private", "chmod 700"),
        (lambda site: cut(site.folder / "data" / "journal.jsonl"), "journal is whole", "line"),
        (lambda site: (site.zone_dir / "hot.zone").write_text("x"), "file of the hot zone is as published", "publish"),
        (lambda site: site.clock.move(hours=-3), "feed", "clock"),
        (lambda site: site.clock.move(days=300), "protect list is recent", "newer release"),
        (lambda site: site.hub.stop(), "feed", "not reached"),
        (lambda site: site.configure(protect="[]"), "own names are protected", "[list] protect"),
        (lambda site: site.configure(must_not_block="[]"), "lawful names are tested", "must_not_block"),
    ],
)
def test_each_fault_is_found_with_advice(site: Site, harm: Callable[[Site], object], what: str, advice: str) -> None:
    site.hub.clock = lambda: site.clock() - site.clock.ahead  # the hub's clock is right, the agent's is moved
    agent = site.agent()
    agent.pull()
    agent.step()
    agent.journal.write("more")
    harm(site)
    found = look(site.agent())
    match = [line for name, line in found.items() if name.startswith(what)]
    assert match, found
    assert advice in match[0]


def test_a_disk_with_little_room_is_found(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.LEAST_FREE == 200 * 1024 * 1024, "as its advice says"
    monkeypatch.setattr(doctor, "LEAST_FREE", 1 << 62)
    assert "make room" in look(site.agent())["room on the disk"]


def test_a_key_that_is_not_the_pinned_one_is_never_to_be_taken_over(site: Site) -> None:
    site.hub.head_trick = lambda head: {**head, "head": head["head"].replace("count 0", "count 1")}
    found = look(site.agent())
    assert any("do not change it" in advice for advice in found.values())


@pytest.mark.parametrize(
    ("trick", "told"),
    [
        (lambda _: {"status": "ok"}, "lacks `head` or `signature`.*check url"),
        (lambda head: {**head, "signature": "A"}, "the signature was not read.*check url"),
    ],
)
def test_what_is_no_head_at_all_is_not_told_as_another_key(
    site: Site, trick: Callable[[dict[str, str]], dict[str, str]], told: str
) -> None:
    site.hub.head_trick = trick
    (advice,) = (advice for what, advice in look(site.agent()).items() if what.startswith("feed"))
    assert re.search(told, advice)
    assert "do not change it" not in advice


def test_the_head_of_another_collection_is_found(site: Site) -> None:
    other = UUID(int=7)
    site.hub.head_trick = lambda head: sign(
        replace(FeedHead.parse(head["head"]), collection=other), site.hub.key
    ).document()
    (advice,) = (advice for what, advice in look(site.agent()).items() if what.startswith("feed"))
    assert f"the head of {other}" in advice


def cut(path: Path) -> None:
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[1:]) + "\n")


def test_the_doctor_changes_nothing(site: Site) -> None:
    agent = site.agent()
    agent.pull()
    before = agent.status()
    examine(agent)
    assert agent.status() == before
    assert before.heard_at is not None
    assert site.clock() - before.heard_at < timedelta(minutes=1)


def test_a_benchmark_key_that_others_can_read_is_found(site: Site) -> None:
    key, words = site.folder / "key.json", site.folder / "words"
    key.write_text("{}")
    key.chmod(0o640)
    text = site.config_file.read_text()
    ours = f'[benchmark]\nkey_file = "{key}"\npassphrase_file = "{words}"\ntoken_file = "taxii.token"\n'
    site.config_file.write_text(text.replace("[benchmark]\n", ours, 1))
    found = look(site.agent())
    assert "chmod 600" in found["benchmark key file"]
    assert "cannot be read" in found["its passphrase file"]
    assert "token (scope shares)" not in found


def test_advice_is_shown_as_it_is_written_also_where_it_names_a_table(site: Site) -> None:
    done = CliRunner().invoke(app, ["doctor", "--config", str(site.config_file)])
    assert "add a [[resolver]] for each" in done.output
