"""Outputs follow the list in force: what is published, lifted or rolled back, and never what is held."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.doctor import examine
from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.loop import Loop
from skyddsnat.cli.agent import app
from tests.agent.conftest import Site

Names = Callable[[int], list[str]]
PAGE = "https://shared.test/bad?x=1"


def with_outputs(site: Site, *kinds: str, **extra: object) -> Agent:
    (site.folder / "out").mkdir(exist_ok=True)
    tables = []
    for kind in kinds:
        lines = {"kind": kind, "file": f"out/{kind}", **extra}
        tables.append(
            "\n".join(["", "[[output]]", *(f"{key} = {json.dumps(value)}" for key, value in lines.items()), ""])
        )
    site.more = "".join(tables)
    return site.configure().agent()


def words(site: Site, kind: str = "domains") -> set[str]:
    lines = (site.folder / "out" / kind).read_text().splitlines()
    return {line for line in lines if not line.startswith("#")}


def pull_and_step(agent: Agent) -> Outcome:
    agent.pull()
    step = agent.step()
    agent.bring_outputs_up()
    return step.outcome


def url_pattern(url: str) -> str:
    return f"[url:value = '{url}']"


def test_what_is_published_lifted_or_put_back_is_in_every_output_at_once(site: Site) -> None:
    agent = with_outputs(site, "domains", "json", "dnsdist")
    listed = [site.hub.verify(name) for name in ("bad.test", "worse.test")]
    pull_and_step(agent)
    assert words(site) == {"bad.test", "*.bad.test", "worse.test", "*.worse.test"}
    site.hub.withdraw(listed[0])
    pull_and_step(agent)
    assert words(site) == {"worse.test", "*.worse.test"}
    agent.decisions.lift("worse.test", by="Nora West", reason="lawful")
    agent.bring_outputs_up()
    assert words(site) == set()
    agent.decisions.roll_back(1, by="Nora West")
    agent.bring_outputs_up()
    assert words(site) == set(), "what is lifted here, and what the feed withdrew, does not come back"
    live = agent.state.lists.live()
    assert live is not None
    assert {output.version for output in agent.status().outputs} == {live.version}
    assert all(output.current for output in agent.status().outputs)
    assert json.loads((site.folder / "out" / "json").read_text())["version"] == live.version


def test_a_held_list_changes_nothing_and_a_withdrawal_in_it_all_the_same(site: Site, names: Names) -> None:
    agent = with_outputs(site, "domains")
    first = site.hub.verify("bad.test")
    site.hub.verify("worse.test")
    pull_and_step(agent)
    for name in names(51):
        site.hub.verify(name)
    assert pull_and_step(agent) is Outcome.HELD
    assert words(site) == {"bad.test", "*.bad.test", "worse.test", "*.worse.test"}
    site.hub.withdraw(first)
    assert pull_and_step(agent) is Outcome.HELD
    assert words(site) == {"worse.test", "*.worse.test"}


def test_a_url_is_part_of_the_list_only_where_something_can_act_on_it_and_never_of_a_zone(site: Site) -> None:
    site.hub.verify("", pattern=url_pattern(PAGE), scope="subdomains")
    site.hub.verify("bad.test")
    agent = with_outputs(site, "domains")
    pull_and_step(agent)
    assert agent.planner.in_force()[0].size == 1  # type: ignore[union-attr]
    agent.close()
    agent = with_outputs(site, "domains", "squid-urls", "urls")
    pull_and_step(agent)
    assert words(site, "urls") == {PAGE}
    assert words(site, "squid-urls") == {r"^https://shared\.test/bad\?x=1$"}
    assert "shared" not in "".join(path.read_text() for path in site.zone_dir.glob("*.zone"))
    assert words(site) == {"bad.test", "*.bad.test"}
    assert [(one.entries, one.left_out) for one in agent.status().outputs] == [(1, 1), (1, 1), (1, 1)]
    agent.decisions.lift(f"{PAGE}#top", by="Nora West", reason="lawful")
    agent.bring_outputs_up()
    assert (words(site, "urls"), words(site)) == (set(), {"bad.test", "*.bad.test"})


def test_a_file_that_somebody_changed_or_took_away_is_put_right_by_the_running_agent(site: Site) -> None:
    agent = with_outputs(site, "domains", "hosts")
    site.hub.verify("bad.test")
    running = Loop(agent, stop=threading.Event())
    running.round()
    (site.folder / "out" / "domains").write_text("*.lawful.test\n")
    (site.folder / "out" / "hosts").unlink()
    running._due.outputs = 0
    running.round()
    running._reporter.close()
    assert words(site) == {"bad.test", "*.bad.test"}
    assert words(site, "hosts") == {"0.0.0.0 bad.test", ":: bad.test"}


def test_a_folder_that_is_not_there_stops_no_publish_and_is_told_until_it_is(site: Site) -> None:
    agent = with_outputs(site, "domains")
    (site.folder / "out").rmdir()
    site.hub.verify("bad.test")
    assert pull_and_step(agent) is Outcome.PUBLISHED
    status = agent.status()
    assert "out/domains cannot be written" in status.faults["output"]["line"]
    assert (status.state, [output.current for output in status.outputs]) == ("error", [False])
    (site.folder / "out").mkdir()
    agent.bring_outputs_up()
    assert "output" not in agent.status().faults
    assert words(site) == {"bad.test", "*.bad.test"}


def test_a_reload_command_is_run_with_the_file_and_tried_again_until_it_works(site: Site, tmp_path: Path) -> None:
    agent = with_outputs(site, "domains", reload_command=["cp", "{file}", str(tmp_path / "taken" / "list")])
    site.hub.verify("bad.test")
    pull_and_step(agent)
    assert "reload_command cp ended with 1" in agent.status().faults["output"]["line"]
    (tmp_path / "taken").mkdir()
    agent.bring_outputs_up()
    assert (tmp_path / "taken" / "list").read_text() == (site.folder / "out" / "domains").read_text()


def test_changes_within_a_second_give_times_that_a_reader_of_whole_seconds_can_tell_apart(site: Site) -> None:
    agent = with_outputs(site, "domains")
    file = site.folder / "out" / "domains"
    seen = []
    for name in ("a.test", "b.test", "c.test"):
        site.hub.verify(name)
        pull_and_step(agent)
        seen.append(int(file.stat().st_mtime))
    assert len(set(seen)) == 3


def test_a_death_between_file_and_memory_is_mended_at_the_next_step(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = with_outputs(site, "domains")
    site.hub.verify("bad.test")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("skyddsnat.agent.outputs.keeper.run_command", die)
        with pytest.raises(KeyboardInterrupt):
            pull_and_step(agent)
    assert [output.current for output in agent.status().outputs] == [False]
    agent.bring_outputs_up()
    assert [output.current for output in agent.status().outputs] == [True]


def test_while_one_only_observes_the_files_are_empty_and_say_so_by_their_version(site: Site) -> None:
    agent = with_outputs(site, "domains", "json")
    site.hub.verify("bad.test")
    pull_and_step(agent)
    agent.close()
    site.configure(action='"observe"')
    agent = site.agent()
    pull_and_step(agent)
    said = json.loads((site.folder / "out" / "json").read_text())
    assert (words(site), said["domains"], said["action"]) == (set(), [], "observe")
    agent.close()
    site.configure(action='"nx"')
    agent = site.agent()
    agent.bring_outputs_up(look_at_files=True)
    assert words(site) == set(), "a list that was only observed stops nothing before the guards have let it"
    pull_and_step(agent)
    assert words(site) == {"bad.test", "*.bad.test"}


def test_a_persons_command_writes_the_outputs_before_it_ends(site: Site) -> None:
    agent = with_outputs(site, "domains")
    site.hub.verify("bad.test")
    agent.pull()
    agent.close()
    for command, wanted in (
        (("publish",), {"bad.test", "*.bad.test"}),
        (("unblock", "bad.test", "--reason", "lawful", "--by", "Nora West"), set()),
    ):
        done = CliRunner().invoke(app, [*command, "--config", str(site.config_file)])
        assert done.exit_code == 0, done.output
        assert words(site) == wanted


def test_doctor_tells_what_is_wrong_with_an_output(site: Site) -> None:
    agent = with_outputs(site, "domains", "hosts")
    site.hub.verify("bad.test")
    pull_and_step(agent)
    (site.folder / "out" / "hosts").write_text("127.0.0.1 www.lawful.test\n")
    found = {finding.what: finding for finding in examine(agent) if finding.what.startswith("output")}
    assert found["output domains has the list in force"].ok
    assert "publish" in found["output hosts has the list in force"].advice
    (site.folder / "out" / "hosts").unlink()
    (site.folder / "out" / "domains").unlink()
    (site.folder / "out").rmdir()
    missing = [finding.advice for finding in examine(agent) if finding.what.startswith("output")]
    assert all("is missing; make it" in advice for advice in missing)
