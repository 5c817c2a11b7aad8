"""A memory whose lists have versions of the older kind is opened, and nothing that stood before stands otherwise after it."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.state.packing import packed, unpack_text
from skyddsnat.agent.state.sets import COLUMNS, KeptSet, KeptSets
from skyddsnat.policy.agent_guards import Reason
from tests.agent.conftest import Site
from tests.agent.deciding import Running, in_force, take

NX, OBSERVE, PAGE = "policy nx CNAME .", "policy observe", "policy page A 192.0.2.80"


def as_before(site: Site, agent: Agent, policy: str = NX) -> dict[str, str]:
    """Stop the agent, and name its lists as one before layout 8 did.  Returns old versions by what they are now."""
    agent.close()
    path = site.folder / "data" / "state.sqlite"
    with closing(sqlite3.connect(path)) as memory, memory:
        lists, old = KeptSets(memory), {}
        for version, *columns in memory.execute(f"SELECT version, {COLUMNS} FROM lists").fetchall():  # noqa: S608
            lines = "\n".join(["skyddsnat/list/1", policy, lists.text(KeptSet(*columns))])
            old[version] = hashlib.sha256(lines.encode()).hexdigest()
        for now, before in old.items():
            for table in ("lists", "approvals"):
                memory.execute(f"UPDATE {table} SET version=? WHERE version=?", [before, now])  # noqa: S608
            memory.execute("UPDATE notes SET value=replace(value, ?, ?)", [now, before])
        make_cores_whole(memory)
        memory.execute("PRAGMA user_version=7")
    return old


def make_cores_whole(memory: sqlite3.Connection) -> None:
    """As agents kept them in layouts 7 and 8, which had no steps either."""
    memory.execute("DROP TABLE steps")
    cores = memory.execute("SELECT digest FROM cores").fetchall()
    memory.executescript("ALTER TABLE cores RENAME TO now; CREATE TABLE cores(digest TEXT PRIMARY KEY, entries BLOB)")
    for (digest,) in cores:
        parts = memory.execute("SELECT lines FROM core_parts WHERE core=?", [digest]).fetchall()
        text = "\n".join(sorted(line for (part,) in parts for line in unpack_text(part).split("\n"))).encode()
        before = hashlib.sha256(text).hexdigest()
        memory.execute("INSERT INTO cores VALUES(?, ?)", [before, packed(text)])
        for table in ("lists", "zones"):
            memory.execute(f"UPDATE {table} SET core=? WHERE core=?", [before, digest])  # noqa: S608
    memory.executescript("DROP TABLE now; DROP TABLE core_parts")


def versions(path: Path) -> dict[str, str]:
    """Status by version, as the file has them."""
    with closing(sqlite3.connect(path)) as memory:
        return dict(memory.execute("SELECT version, status FROM lists").fetchall())


def published(agent: Agent) -> int:
    return [entry["event"] for entry in agent.journal.entries()].count("published")


@pytest.mark.parametrize(
    ("settings", "policy"),
    [({}, NX), ({"action": '"page"', "page_ipv4": '"192.0.2.80"'}, PAGE), ({"action": '"observe"'}, OBSERVE)],
)
def test_the_list_in_force_is_known_again_and_nothing_is_published(
    site: Site, settings: dict[str, str], policy: str
) -> None:
    agent = site.configure(**settings).agent()
    for name in ("bad.test", "worse.test"):
        site.hub.verify(name)
        assert take(agent) is Outcome.PUBLISHED
    file = site.folder / "data" / "state.sqlite"
    before = versions(file)
    old = as_before(site, agent, policy)
    assert not before.keys() & versions(file).keys()
    agent, zones = site.agent(), site.zone_text()
    assert versions(file) == before
    assert set(old) == set(before)
    assert take(agent) is Outcome.NOTHING
    assert (published(agent), site.zone_text()) == (2, zones)
    site.hub.verify("more.test")
    assert take(agent) is Outcome.PUBLISHED
    assert in_force(agent) == {"bad.test", "worse.test", "more.test"}


def test_an_approval_still_counts_and_takes_one_more(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("alfa-operator.test")
    assert take(agent) is Outcome.HELD
    hold = agent.status().list_hold
    assert hold is not None
    agent.decisions.approve(hold["version"], by="Astrid Ek")
    as_before(site, agent)
    agent = site.agent()
    assert take(agent) is Outcome.HELD
    assert agent.status().list_hold == hold, "the same hold, since the same moment"
    assert in_force(agent) == set(ids)
    assert agent.decisions.approve(hold["version"], by="Bo Lind").people == ("Astrid Ek", "Bo Lind")
    assert in_force(agent) == {*ids, "alfa-operator.test"}


def test_a_rejected_list_stays_out(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("alfa-operator.test")
    take(agent)
    agent.decisions.reject(agent.status().list_hold["version"], by="Astrid Ek")  # type: ignore[index]
    as_before(site, agent)
    agent = site.agent()
    assert take(agent) is Outcome.HELD
    hold = agent.status().list_hold
    assert hold is not None
    assert hold["rejected_by"] == "Astrid Ek"
    assert agent.state.lists.held() is None
    assert in_force(agent) == set(ids)


def test_a_list_that_people_went_back_from_is_not_met_again(running: Running) -> None:
    site, agent, ids = running
    for name in ("one.test", "two.test"):
        site.hub.verify(name)
        take(agent)
    agent.decisions.roll_back(1, by="Astrid Ek")
    as_before(site, agent)
    agent = site.agent()
    assert take(agent) is Outcome.HELD
    assert agent.status().list_hold["reasons"] == [Reason.ROLLED_BACK]  # type: ignore[index]
    assert in_force(agent) == {*ids, "one.test"}
    agent.decisions.roll_back(1, by="Astrid Ek")
    assert in_force(agent) == set(ids)


def test_a_version_that_fits_no_known_policy_stays_and_the_same_names_take_its_place(running: Running) -> None:
    """Nothing that is compiled now can be taken for it; what is blocked does not change."""
    site, agent, ids = running
    old = as_before(site, agent, "policy page A 198.51.100.7")
    agent, zones = site.agent(), site.zone_text("base")
    assert set(versions(site.folder / "data" / "state.sqlite")) == set(old.values())
    assert take(agent) is Outcome.PUBLISHED
    live = agent.state.lists.live()
    assert live is not None
    assert (live.added, live.removed, in_force(agent)) == (0, 0, set(ids))
    assert site.zone_text("base") == zones


def test_cores_that_lay_there_whole_are_cut_into_parts(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("more.test")
    take(agent)
    lists = {kept.version: agent.state.lists.text(kept.version) for kept in agent.state.lists.kept()}
    agent.close()
    path = site.folder / "data" / "state.sqlite"
    with closing(sqlite3.connect(path)) as memory, memory:
        cores = memory.execute("SELECT digest FROM cores ORDER BY digest").fetchall()
        make_cores_whole(memory)
        memory.execute("PRAGMA user_version=8")
    again = site.agent()
    assert again.state.connection.execute("SELECT digest FROM cores ORDER BY digest").fetchall() == cores
    assert {version: again.state.lists.text(version) for version in lists} == lists
    assert take(again) is Outcome.NOTHING
    assert in_force(again) == {*ids, "more.test"}


def test_a_damaged_list_is_told_when_the_memory_is_opened(running: Running) -> None:
    site, agent, _ = running
    as_before(site, agent)
    path = site.folder / "data" / "state.sqlite"
    with closing(sqlite3.connect(path)) as memory, memory:
        memory.execute("UPDATE cores SET entries=x'00'")
    with pytest.raises(AgentError, match="damaged"):
        site.agent()
    assert "live" in versions(path).values(), "and the memory is left as it was"
