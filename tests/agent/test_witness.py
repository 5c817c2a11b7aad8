"""The agent as a witness: it goes on only with a log that goes on, keeps before it cosigns, and shouts until a person looked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.doctor import examine
from skyddsnat.agent.errors import AgentError, HubError, WrongUse
from skyddsnat.agent.log_client import LogClient
from skyddsnat.agent.loop import Loop
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.status import AgentState
from skyddsnat.agent.witness import LogRefused, Trouble
from skyddsnat.policy.agent_guards import Reason
from skyddsnat.protocols.feedhead import FeedHead
from skyddsnat.protocols.log import NoteKey, NoteSigner, entry_text, read_checkpoint, read_cosignature
from tests.agent.conftest import Site
from tests.agent.fake_hub import FakeLog
from tests.figures import figure


def alarm(agent: Agent) -> str | None:
    found = agent.state.notes.get(Notes.LOG_ALARM)
    return found["code"] if found else None


def test_each_new_checkpoint_is_checked_kept_and_cosigned(site: Site) -> None:
    agent = site.agent()
    for size in (1, 2, 7):
        site.hub.log.texts += [b"x"] * (size - len(site.hub.log.texts))
        watched = agent.watch_log()
        assert watched is not None
        assert (watched.size, watched.settled) == (size, size)
        sent = site.hub.log.cosigned[-1]
        said = read_checkpoint(site.hub.log.note(), site.hub.log.signer.key)
        assert read_cosignature(said, sent["line"], NoteKey.parse(sent["key"])).key.name == "alfa-1"
    assert len({sent["key"] for sent in site.hub.log.cosigned}) == 1, "one key, also behind a restart"


def test_a_key_that_a_crash_left_empty_is_made_anew_and_one_that_is_none_is_told(site: Site) -> None:
    agent = site.agent()
    key = agent.config.data_dir / "witness.key"
    key.write_bytes(b"")
    agent.watch_log()
    assert len(site.hub.log.cosigned) == 1
    key.write_bytes(b"no key\n")
    site.clock.move(hours=13)
    with pytest.raises(AgentError, match=r"witness\.key is no key"):
        agent.watch_log()


def test_nothing_new_costs_a_304_and_no_cosignature_for_half_a_day(site: Site) -> None:
    agent = site.agent()
    agent.watch_log()
    agent.watch_log()
    assert site.hub.log.answers == {"200": 1, "304": 1}
    assert len(site.hub.log.cosigned) == 1
    site.clock.move(hours=13)
    agent.watch_log()
    assert len(site.hub.log.cosigned) == 2


def test_it_is_kept_before_it_is_cosigned(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between the two must leave a witness that knows what it may have vouched for."""
    agent = site.agent()
    seen: list[int] = []

    def crash(self: LogClient, **fields: object) -> None:
        seen.append(agent.state.notes.get(Notes.WITNESS)["size"])
        raise HubError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(LogClient, "cosign", crash)
        with pytest.raises(HubError):
            agent.watch_log()
    assert seen == [1]
    again = site.agent()
    again.watch_log()
    assert [sent["size"] for sent in site.hub.log.cosigned] == [1], "what was not handed in is handed in later"


def fork(log: FakeLog) -> None:
    log.texts = [b"another", *log.texts[1:], b"more"]


def other_root(log: FakeLog) -> None:
    log.texts = [*log.texts[:-1], b"another"]


def rollback(log: FakeLog) -> None:
    log.shown = 2


def other_key(log: FakeLog) -> None:
    log.signer = NoteSigner(log.signer.name, Ed25519PrivateKey.generate())
    log.texts.append(b"more")


TRICKS = {fork: Trouble.FORK, other_root: Trouble.FORK, rollback: Trouble.ROLLBACK, other_key: Trouble.SIGNATURE}


def test_every_second_history_is_refused_with_evidence_and_never_cosigned(site: Site) -> None:
    noticed = 0
    for trick, code in TRICKS.items():
        site.hub.log = FakeLog(site.hub.log.signer, [b"a", b"b", b"c"])
        site.configure(
            log_public_key=f'"{site.hub.log.signer.key.text()}"', data_dir=f'"{site.folder / trick.__name__}"'
        )
        agent = site.agent()
        agent.watch_log()
        held = site.hub.log.note()
        trick(site.hub.log)
        with pytest.raises(LogRefused):
            agent.watch_log()
        assert alarm(agent) == code
        evidence = json.loads(next((site.folder / trick.__name__).glob("evidence-*.json")).read_text())
        assert (evidence["held"], evidence["offered"]) == (held, site.hub.log.note())
        assert len(site.hub.log.cosigned) == 1
        assert agent.status().state is AgentState.ERROR
        noticed += 1
    figure("audit.forks_noticed", found=noticed, of=len(TRICKS))


def test_it_goes_on_shouting_until_a_person_has_looked(site: Site) -> None:
    agent = site.agent()
    site.hub.log.texts += [b"b", b"c"]
    agent.watch_log()
    good = list(site.hub.log.texts)
    fork(site.hub.log)
    with pytest.raises(LogRefused):
        agent.watch_log()
    site.hub.log.texts = good  # the hub shows the good one again, as if nothing had been
    for one in (agent, site.agent()):
        with pytest.raises(LogRefused):
            one.watch_log()
    assert any("log refused" in finding.advice or "is refused" in finding.advice for finding in examine(agent))
    agent.witness.acknowledge(by="Nora West", reason="the operator put it right", adopt=False)
    assert agent.watch_log() is not None
    events = [entry["event"] for entry in agent.journal.entries()]
    assert {"log_refused", "log_acknowledged"} <= set(events)
    with pytest.raises(WrongUse):
        agent.witness.acknowledge(by="Nora West", reason="again", adopt=False)


def test_a_log_that_stays_forked_is_refused_again_unless_it_is_adopted(site: Site) -> None:
    agent = site.agent()
    site.hub.log.texts += [b"b", b"c"]
    agent.watch_log()
    fork(site.hub.log)
    for adopt in (False, True):
        with pytest.raises(LogRefused):
            agent.watch_log()
        agent.witness.acknowledge(by="Nora West", reason="restored from a backup, we were told", adopt=adopt)
    watched = agent.watch_log()
    assert watched is not None
    assert watched.size == len(site.hub.log.texts)


def log_the_list(site: Site, **changes: object) -> None:
    head = FeedHead.parse(site.hub.head()["head"])
    facts = {"position": head.position, "count": head.count, "sha256": head.sha256, "content": head.content}
    site.hub.log.add_list(site.hub.collection, **{**facts, **changes})


def test_the_list_that_is_held_is_looked_for_in_the_log(site: Site) -> None:
    agent = site.agent()
    site.hub.verify("bad.test")
    agent.pull()
    log_the_list(site)
    agent.watch_log()
    assert next(iter(agent.state.notes.get(Notes.LOGGED_LISTS).values()))["logged"]


def test_an_entry_whose_facts_are_none_contradicts_like_any_other(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = site.agent()
    site.hub.verify("bad.test")
    agent.pull()
    log = site.hub.log
    log.texts.append(
        entry_text({"action": "feed.head_published", "object_id": str(site.hub.collection), "facts": [1]}, "00")
    )
    found = {"entry": 1, "text": log.texts[1].decode(), "proof": log.tree.inclusion(1, 2)}
    monkeypatch.setattr(LogClient, "list_entry", lambda *_: found)
    with pytest.raises(LogRefused):
        agent.watch_log()
    assert alarm(agent) == Trouble.CONTRADICTION


def test_an_answer_to_a_cosignature_without_numbers_is_a_plain_fault(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = site.agent()
    monkeypatch.setattr(agent.client, "post", lambda *_: {"settled": 1, "members": "all"})
    with pytest.raises(HubError, match="no numbers"):
        agent.watch_log()


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"count": 2}, {"content": "0" * 64}])
def test_a_list_that_the_log_contradicts_is_refused_from_then_on(site: Site, change: dict[str, object]) -> None:
    agent = site.agent()
    site.hub.verify("bad.test")
    agent.pull()
    log_the_list(site, **change)
    with pytest.raises(LogRefused):
        agent.watch_log()
    assert alarm(agent) == Trouble.CONTRADICTION
    site.hub.verify("more.test")
    pulled = agent.pull()
    assert (pulled.reasons, pulled.news) == ((Reason.LOG_CONTRADICTED,), 0)
    assert agent.status().state is AgentState.HELD


def test_a_list_that_is_not_logged_yet_is_in_force_and_watched_for_an_hour(site: Site) -> None:
    agent = site.agent()
    site.hub.verify("bad.test")
    agent.pull()
    for _ in range(4):
        assert agent.watch_log().waits
        site.clock.move(minutes=12)
    assert agent.status().state is not AgentState.ERROR
    site.clock.move(minutes=20)
    with pytest.raises(LogRefused, match="within an hour"):
        agent.watch_log()
    log_the_list(site)
    agent.watch_log()
    assert "log" not in agent.status().faults


def test_a_hub_that_logs_no_list_is_found_out_however_often_it_has_a_new_one(site: Site) -> None:
    agent = site.agent()
    for number in range(5):
        site.hub.verify(f"bad{number}.test")
        agent.pull()
        agent.watch_log()
        site.clock.move(minutes=14)
    with pytest.raises(LogRefused, match="within an hour"):
        agent.watch_log()
    log_the_list(site)
    agent.watch_log()
    site.hub.verify("more.test")
    agent.pull()
    agent.watch_log()  # begins anew


def test_two_looks_that_each_meet_a_new_list_miss_none(site: Site) -> None:
    """Hours apart, because the agent looks seldom or did not run; in between everything was logged."""
    agent = site.agent()
    for name in ("bad.test", "more.test"):
        site.hub.verify(name)
        agent.pull()
        assert agent.watch_log().waits, "the log comes a second after the list"
        site.clock.move(hours=2)
    log_the_list(site)
    assert not agent.watch_log().waits
    assert agent.status().faults == {}


def test_what_is_amiss_with_the_log_is_looked_at_again_soon(site: Site) -> None:
    """An hour without the log is told; whoever looks once an hour would take two unlucky looks for one."""
    agent = site.configure(witness_seconds="3600").agent()
    running = Loop(agent, stop=threading.Event())
    now = 100.0
    agent.monotonic = lambda: now

    def looks_after(seconds: float) -> bool:
        nonlocal now
        now += seconds
        site.hub.log.answers.clear()
        running.round()
        return bool(site.hub.log.answers)

    assert looks_after(0)
    site.hub.verify("bad.test")
    assert not looks_after(3599)
    assert looks_after(1)
    assert looks_after(61), "the list was not in the log yet"
    log_the_list(site)
    assert looks_after(61)
    assert not looks_after(61)
    running._reporter.close()


def test_a_fork_leaves_the_feed_alone(site: Site) -> None:
    """Protection must not wait for the quarrel about the log; the feed has guards of its own."""
    agent = site.agent()
    site.hub.log.texts += [b"b"]
    agent.watch_log()
    fork(site.hub.log)
    with pytest.raises(LogRefused):
        agent.watch_log()
    site.hub.verify("bad.test")
    assert agent.pull().news == 1


def test_a_hub_that_hides_its_log_is_a_fault_after_an_hour(site: Site) -> None:
    agent = site.agent()
    site.hub.log.silent = True
    for minutes, broken in ((0, False), (50, False), (20, True)):
        site.clock.move(minutes=minutes)
        with pytest.raises(HubError):
            agent.watch_log()
        assert ("log" in agent.status().faults) == broken
    site.hub.log.silent = False
    agent.watch_log()
    assert "log" not in agent.status().faults


def test_an_agent_without_the_key_works_and_says_what_to_add(site: Site) -> None:
    lines = site.config_file.read_text().splitlines()
    site.config_file.write_text("\n".join(line for line in lines if not line.startswith("log_public_key")))
    agent = site.agent()
    assert agent.watch_log() is None
    advice = [finding.advice for finding in examine(agent) if "log" in finding.what]
    assert "add log_public_key to [hub]" in advice[0]


def command(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "skyddsnat", "agent", "witness", *arguments, "--config", str(site.config_file)]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=60, env={**os.environ})


def test_the_command_tells_machines_and_people_and_ends_with_1_when_refused(site: Site) -> None:
    site.hub.log.texts += [b"b"]
    fine = command(site, "--json")
    assert (fine.returncode, json.loads(fine.stdout)["size"]) == (0, 2)
    fork(site.hub.log)
    refused = command(site, "--json")
    told = json.loads(refused.stdout)
    assert (refused.returncode, told["ok"], told["alarm"]["code"]) == (1, False, "fork")
    assert command(site, "--acknowledge").returncode == 2
    adopted = command(site, "--acknowledge", "--adopt", "--by", "Nora West", "--reason", "told by the coordinator")
    assert adopted.returncode == 0, adopted.stdout + adopted.stderr
