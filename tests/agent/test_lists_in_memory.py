"""How lists lie in the agent's memory: one core, and differences from it."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from unittest import mock

import pytest

from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.loop import Loop
from skyddsnat.agent.plan import Planner
from skyddsnat.agent.publish import Publisher
from skyddsnat.agent.state.zones import ZoneRole
from skyddsnat.policy import entries as entries_module
from skyddsnat.policy.entries import Entries, as_line, part_of
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz import Compiler
from tests.agent.conftest import Site
from tests.agent.deciding import Running, in_force, take


def cores(site: Site) -> int:
    agent = site.agent()
    return int(agent.state.connection.execute("SELECT COUNT(*) FROM cores").fetchone()[0])


def test_lists_that_follow_each_other_lie_there_once(running: Running) -> None:
    site, agent, _ = running
    wanted: dict[str, set[str]] = {}
    for number in range(5):
        site.hub.verify(f"one-more-{number}.test")
        take(agent)
        live = agent.state.lists.live()
        assert live is not None
        wanted[live.version] = in_force(agent)
    assert cores(site) == 2, "the first list, and base, which has nothing yet"
    again = site.agent()
    assert {version: {name for name, _ in again.state.lists.entries(version)} for version in wanted} == wanted
    base = again.state.zones.all()[ZoneRole.BASE].entries
    assert isinstance(base, Entries)
    assert again.planner.in_force()[1].core is base.core, "and once in memory"


def test_a_core_that_nothing_differs_from_any_more_is_dropped(running: Running) -> None:
    site, agent, _ = running
    with mock.patch.object(entries_module, "FEW", 0), mock.patch.object(entries_module, "SHARE", 1_000):
        for number in range(35):  # each list a core of its own
            site.hub.verify(f"one-more-{number}.test")
            take(agent)
    assert 30 <= cores(site) <= 31, "thirty lists, and base"


DAMAGED = [zlib.compress(b"other.test exact"), b"no stream of zlib's", b""]


@pytest.mark.parametrize("damaged", DAMAGED)
@pytest.mark.parametrize("place", ["UPDATE cores SET rows=?", "UPDATE core_parts SET lines=?"])
def test_a_damaged_core_is_told_and_never_taken_for_a_list(running: Running, place: str, damaged: bytes) -> None:
    site, agent, ids = running
    agent.state.connection.execute(place, [damaged])
    again = site.agent()
    live = again.state.lists.live()
    assert live is not None
    for ask in (
        again.planner.plan,
        lambda: again.state.lists.text(live.version),
        lambda: again.decisions.lift(min(ids), by="Astrid Ek", reason="wrong"),
    ):
        with pytest.raises(AgentError, match="damaged"):
            ask()
    assert again.state.lists.live() == live


@pytest.mark.parametrize("place", ["UPDATE core_parts SET lines=?", "DELETE FROM core_parts WHERE lines IS NOT ?"])
def test_a_name_is_lifted_by_reading_the_parts_in_which_it_would_stand(running: Running, place: str) -> None:
    """What is wrong with another part waits for the next look at the whole, and is told then."""
    site, agent, ids = running
    agent.publisher.maintain(at_once=True)
    agent.state.zones.mark_seen(ZoneRole.BASE, token=agent.state.zones.all()[ZoneRole.BASE].canary.token)
    agent.publisher.maintain()  # base holds all now, and hot nothing
    name = min(ids)
    needed = {part_of(as_line((one, scope))) for one in (name, "test") for scope in Scope}
    marks = ", ".join("?" * len(needed))
    agent.state.connection.execute(f"{place} AND part NOT IN ({marks})".replace("=? AND", "=? WHERE"), [b"", *needed])
    again = site.agent()
    assert again.decisions.lift(name, by="Astrid Ek", reason="wrong").removed == 1
    assert f"{name} CNAME rpz-passthru." in site.zone_text()
    with pytest.raises(AgentError, match="damaged"):
        again.planner.plan()


def rounds_of_a_day(site: Site, loop: Loop) -> None:
    """From one rebuild of base to the next: what hot needs no longer goes first."""
    site.clock.move(hours=25)
    for _ in range(2):
        loop._due.repair = 0.0  # the loop's own clock is not the wall's
        loop.round()


@pytest.fixture
def loop(running: Running) -> Iterator[Loop]:
    site, agent, _ = running
    site.hub.verify("one-more.test")
    assert take(agent) is Outcome.PUBLISHED
    made = Loop(agent, stop=threading.Event())
    yield made
    made._reporter.close()


def test_when_base_follows_the_long_way_is_gone_beside_the_short_one(running: Running, loop: Loop) -> None:
    site, agent, _ = running
    with mock.patch.object(Planner, "compile_anew", autospec=True, side_effect=Planner.compile_anew) as anew:
        rounds_of_a_day(site, loop)
    assert anew.call_count == 1
    assert agent.status().faults == {}


def slip(change: Callable[..., None]) -> Callable[..., None]:
    """A planted slip: an entry is lost on the short way."""

    def slipped(compiler: Compiler, *args: object, **more: object) -> None:
        change(compiler, *args, **more)
        lost = min(compiler.list.entries)
        compiler.list = replace(compiler.list, entries=compiler.list.entries.changed(drop=[lost]), version="f" * 64)

    return slipped


def test_a_slip_on_the_short_way_is_told_and_ends_with_the_day(running: Running, loop: Loop) -> None:
    site, agent, ids = running
    with mock.patch.object(Compiler, "change", slip(Compiler.change)):
        site.hub.verify("and-more.test")
        assert take(agent) is Outcome.PUBLISHED
    assert len(in_force(agent)) == len(ids) + 1
    rounds_of_a_day(site, loop)
    assert "is not the one that all of the feed gives" in agent.status().faults["list"]["line"]
    loop.round()
    assert in_force(agent) == {*ids, "one-more.test", "and-more.test"}
    site.hub.verify("last.test")
    take(agent)
    rounds_of_a_day(site, loop)
    assert agent.status().faults == {}


def test_zones_that_lost_a_name_on_the_short_way_are_told(running: Running, loop: Loop) -> None:
    site, agent, _ = running
    wanted = Publisher._wanted

    def lossy(publisher: Publisher, *args: object, **more: object) -> object:
        sets = wanted(publisher, *args, **more)  # type: ignore[arg-type]
        return replace(sets, hot=frozenset(sorted(sets.hot)[1:]))

    with mock.patch.object(Publisher, "_wanted", lossy):
        site.hub.verify("and-more.test")
        assert take(agent) is Outcome.PUBLISHED
    rounds_of_a_day(site, loop)
    assert agent.status().faults["list"]["line"].startswith("the zones do not hold the list in force")
