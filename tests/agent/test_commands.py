"""The commands as an operator types them: what they print, and their exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from skyddsnat.agent.lock import RUNNING, agent_lock
from skyddsnat.agent.report import report_payload
from skyddsnat.cli.agent import app
from skyddsnat.cli.agent_screen import REASONS
from skyddsnat.policy.agent_guards import Reason
from tests.agent.conftest import Site

Names = Callable[[int], list[str]]


def command(site: Site, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--config", str(site.config_file)])


def facts(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize(
    "name",
    [
        "init",
        "pull",
        "plan",
        "publish",
        "verify",
        "approve",
        "reject",
        "rollback",
        "unblock",
        "status",
        "doctor",
        "versions",
        "journal",
        "run",
        "submit",
        "position",
        "benchmark-key",
        "hash",
    ],
)
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert "--config" in result.output


def test_pull_plan_publish_status_end_with_zero_when_all_is_well(site: Site) -> None:
    site.hub.verify("bad.test")
    for words in (["pull"], ["plan"], ["publish"], ["status"], ["publish"]):
        assert command(site, *words).exit_code == 0, words
    status = facts(command(site, "status", "--json"))
    assert (status["state"], status["entries"], status["held"]) == ("live", 1, None)


DEAD = '\n[[resolver]]\nname = "dead-{0}"\naddress = "127.0.0.1"\nport = {0}\nnotify = false\n'


@pytest.mark.parametrize(
    ("resolvers", "told"),
    [
        ((), "agent.toml names no resolver, so nothing proves this list; add each as [[resolver]]"),
        ((1, 2), "none of 2 resolver(s) has answered"),
    ],
)
def test_status_says_who_has_to_prove_a_list_and_has_not(site: Site, resolvers: tuple[int, ...], told: str) -> None:
    site.more = "".join(DEAD.format(port) for port in resolvers)
    site.configure(wait_seconds="0.5")
    site.hub.verify("bad.test")
    command(site, "pull")
    command(site, "publish")
    assert told in command(site, "status").output
    assert facts(command(site, "status", "--json"))["proved"] == {"of": len(resolvers), "answering": 0, "by": 0}


def test_nothing_shows_a_listed_name_unless_it_is_asked_for(site: Site) -> None:
    site.hub.verify("bad.test")
    command(site, "pull")
    for words in (["plan"], ["plan", "--json"], ["publish"], ["status"], ["status", "--json"]):
        assert "bad.test" not in command(site, *words).output
    site.hub.verify("second.test")
    command(site, "pull")
    shown = command(site, "plan", "--names")
    assert "+ second.test " in shown.output
    assert "names_shown" in (site.folder / "data" / "journal.jsonl").read_text()


def test_a_held_list_ends_with_three_and_tells_why_and_what_to_do(site: Site, names: Names) -> None:
    for name in names(60):
        site.hub.verify(name)
    assert command(site, "pull").exit_code == 0
    assert command(site, "plan").exit_code == 3
    published = command(site, "publish")
    assert published.exit_code == 3
    assert "more new entries at once than you allow" in published.output
    assert "approve" in published.output
    status = command(site, "status", "--json")
    assert status.exit_code == 3
    version = facts(status)["held_version"]
    first = command(site, "approve", version[:12], "--by", "Astrid Ek")
    assert (first.exit_code, "one more person" in first.output) == (3, True)
    assert command(site, "approve", version[:12], "--by", "astrid ek").exit_code == 3
    assert command(site, "approve", version[:12], "--by", "Bo Lind").exit_code == 0
    assert facts(command(site, "status", "--json"))["entries"] == 60


def test_a_rejected_list_stays_held(site: Site, names: Names) -> None:
    for name in names(60):
        site.hub.verify(name)
    command(site, "pull")
    command(site, "publish")
    version = facts(command(site, "status", "--json"))["held_version"]
    assert command(site, "reject", version[:12], "--by", "Astrid Ek").exit_code == 0
    assert command(site, "approve", version[:12], "--by", "Bo Lind").exit_code == 2
    assert "rejected by Astrid Ek" in command(site, "status").output


def test_a_feed_that_is_not_taken_ends_with_three(site: Site) -> None:
    site.hub.head_trick = lambda head: {**head, "head": head["head"] + "x"}
    result = command(site, "pull")
    assert result.exit_code == 3
    assert "call the coordinator" in result.output
    assert facts(command(site, "pull", "--json"))["reasons"] == ["bad_signature"]


def test_a_hub_that_is_away_ends_with_one(site: Site) -> None:
    site.hub.stop()
    result = command(site, "pull")
    assert result.exit_code == 1
    assert "not reached" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_publish_and_plan_before_the_first_pull_say_so(site: Site) -> None:
    for words in (["plan"], ["publish"]):
        result = command(site, *words)
        assert result.exit_code == 1
        assert "skyddsnat agent pull" in result.stderr


def test_versions_tell_how_far_each_list_came_and_how_to_go_back(site: Site) -> None:
    assert "no list yet" in command(site, "versions").stdout
    for name in ("one.test", "two.test", "alfa-operator.test"):
        site.hub.verify(name)
        command(site, "pull")
        command(site, "publish")
    told = facts(command(site, "versions", "--json"))["versions"]
    assert [(one["status"], one["phase"], one["back"]) for one in told] == [
        ("held", "held", None),
        ("live", "canary", None),
        ("past", "canary", 1),
    ]
    shown = command(site, "versions").stdout
    assert told[2]["version"][:12] in shown
    assert "one.test" not in shown
    command(site, "rollback", "1", "--by", "Astrid Ek")
    assert "rolled back" in command(site, "versions").stdout
    told = facts(command(site, "versions", "--json"))["versions"]
    assert [one["back"] for one in told if one["phase"] == "rolled_back"] == [None], "rollback never takes it up again"


def test_the_journal_is_shown_checked_and_its_end_can_be_noted(site: Site) -> None:
    site.hub.verify("bad.test")
    command(site, "pull")
    command(site, "publish")
    whole = command(site, "journal")
    assert whole.exit_code == 0
    assert "published" in whole.stdout
    assert "bad.test" not in whole.stdout
    end = facts(command(site, "journal", "--json"))["end"]
    assert end in whole.stdout
    path = site.folder / "data" / "journal.jsonl"
    kept = path.read_text()
    path.write_text(kept.replace('"added":1', '"added":2'))
    changed = command(site, "journal", "--json")
    assert (changed.exit_code, facts(changed)["ok"]) == (1, False)
    assert "not as it was written" in command(site, "journal").stdout
    path.write_text(kept)
    assert command(site, "journal", "--since", end).exit_code == 0
    assert command(site, "journal", "--since", f"1:{'0' * 64}").exit_code == 1
    assert command(site, "journal", "--since", "yesterday").exit_code == 2
    assert command(site, "journal", "--lines", "9" * 40).exit_code == 2


def test_wrong_use_ends_with_two(site: Site) -> None:
    site.hub.verify("bad.test")
    command(site, "pull")
    command(site, "publish")
    for words in (
        ["approve", "abcdefabcdef", "--by", "Astrid Ek"],
        ["approve", "abcdefabcdef"],
        ["rollback", "7"],
        ["unblock", "bad.test"],
        ["unblock", "192.0.2.1", "--reason", "x"],
        ["fly"],
    ):
        assert command(site, *words).exit_code == 2, words


def test_a_broken_configuration_ends_with_two_and_a_line_for_each_problem(site: Site) -> None:
    site.configure(poll_seconds='"fast"', additions="-1")
    result = command(site, "status")
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 2
    assert "Traceback" not in result.output


def test_unblock_and_rollback_publish_at_once(site: Site) -> None:
    site.hub.verify("bad.test")
    command(site, "pull")
    command(site, "publish")
    result = command(site, "unblock", "bad.test", "--reason", "a shop", "--by", "Astrid Ek", "--json")
    assert (result.exit_code, facts(result)["removed"]) == (0, 1)
    assert facts(command(site, "status", "--json"))["lifted_here"] == 1
    assert command(site, "unblock", "bad.test", "--undo").exit_code == 0
    assert command(site, "publish").exit_code == 0
    assert command(site, "rollback", "--by", "Astrid Ek").exit_code == 0
    assert facts(command(site, "status", "--json"))["rolled_back"]["by"] == "Astrid Ek"
    assert "by Astrid Ek; nothing new comes in until two people approve" in command(site, "status").stdout


def test_an_unwritable_zone_folder_is_a_finding_in_one_line(site: Site) -> None:
    site.configure(zone_dir=f'"{site.folder}/nowhere/zones"')
    site.hub.verify("bad.test")
    command(site, "pull")
    result = command(site, "publish")
    assert result.exit_code == 1
    assert "check zone_dir" in result.stderr
    assert facts(command(site, "status", "--json"))["state"] == "error"


def test_verify_without_resolvers_proves_nothing_and_says_so(site: Site) -> None:
    result = command(site, "verify")
    assert result.exit_code == 1
    assert "[[resolver]]" in result.stderr


def test_two_commands_do_not_change_the_zones_at_the_same_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.agent()
    monkeypatch.setattr("skyddsnat.agent.lock.time.monotonic", iter(range(0, 10_000, 50)).__next__)
    with agent_lock(site.folder / "data"):
        result = command(site, "publish")
    assert result.exit_code == 1
    assert "another skyddsnat agent command" in result.stderr


def test_a_second_agent_on_one_folder_is_told_of_the_first(site: Site) -> None:
    command(site, "pull")
    with agent_lock(site.folder / "data", name=RUNNING):
        result = command(site, "run")
    assert result.exit_code == 1
    assert f"an agent runs with data_dir {site.folder / 'data'} already" in result.stderr
    assert "stop that one first" in result.stderr


def test_what_the_account_may_not_read_is_said_with_what_to_do(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, and so may the account that runs the tests: the refusal is put on."""
    real = Path.read_text

    def forbidden(name: str) -> None:
        def read(path: Path, *args: Any, **options: Any) -> str:
            if path.name == name:
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *args, **options)

        monkeypatch.setattr(Path, "read_text", read)

    forbidden("agent.toml")
    told = command(site, "status")
    assert (told.exit_code, "sudo -u" in told.stderr, "init" in told.stderr) == (2, True, False)
    forbidden("taxii.token")
    told = command(site, "pull")
    assert (told.exit_code, "taxii.token cannot be read" in told.stderr, "sudo -u" in told.stderr) == (2, True, True)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\xff\xfe", "is not text in UTF-8"), (b"hello", "mend that place"), (b"", "expected a table [hub]")],
)
def test_a_file_that_is_no_configuration_is_said_in_words(site: Site, content: bytes, told: str) -> None:
    site.config_file.write_bytes(content)
    result = command(site, "status")
    assert (result.exit_code, told in result.stderr, "codec" in result.stderr) == (2, True, False)


def test_a_file_in_the_way_is_named(site: Site) -> None:
    (site.folder / "data").mkdir()
    (site.folder / "data" / "journal.jsonl").mkdir()
    command(site, "pull")
    result = command(site, "publish")
    assert result.exit_code == 1
    assert f"{site.folder / 'data' / 'journal.jsonl'} cannot be used (Is a directory)" in result.stderr
    site.configure(data_dir=f'"{site.config_file}"')
    for words in (("status",), ("count",)):
        result = command(site, *words)
        assert result.exit_code in {1, 2}
        assert "agent.toml" in result.stderr
        assert "Traceback" not in result.output


def test_a_hub_that_is_away_is_told_with_what_to_look_at(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.hub.stop()
    monkeypatch.setattr("time.sleep", lambda _: None)
    told = command(site, "pull").stderr
    assert "check url and the way there (name, firewall, certificate); the list in force stays" in told


def test_a_command_that_waits_goes_on_when_the_other_is_done(site: Site) -> None:
    site.hub.verify("bad.test")
    command(site, "pull")
    with agent_lock(site.folder / "data"):
        other = subprocess.Popen(
            [sys.executable, "-m", "skyddsnat", "agent", "publish", "-c", str(site.config_file)],
            stdout=subprocess.DEVNULL,
        )
        time.sleep(1)
        assert other.poll() is None
    assert other.wait(timeout=120) == 0


def test_run_works_reports_and_ends_cleanly_on_sigterm(site: Site) -> None:
    site.configure(poll_seconds="0.2")
    site.hub.verify("bad.test")
    with (site.folder / "run.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "skyddsnat", "agent", "run", "-c", str(site.config_file)],
            stderr=log,
            env={**os.environ},
        )
    try:
        await_true(lambda: any(report["state"] == "live" for report in site.hub.reports))
        assert command(site, "run").exit_code == 1, "there is one running agent"
        for number in range(8000):
            site.hub.verify(f"lawful{number}.example")
        await_true(lambda: site.hub.reports[-1]["held"] is not None)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=120) == 0
    report = site.hub.reports[-1]
    assert (report["agent"], report["state"], report["entries"]) == ("alfa-1", "held", 1)
    assert report["held"] == {"reasons": ["too_many_additions"], "added": 8000, "removed": 0}
    text = (site.folder / "run.log").read_text()
    assert "state is held: too_many_additions" in text
    assert "bad.test" not in text + json.dumps(site.hub.reports)
    assert "Traceback" not in text


def test_the_report_has_exactly_the_agreed_fields(site: Site) -> None:
    site.hub.verify("bad.test")
    command(site, "pull")
    command(site, "publish")
    agent = site.agent()
    report = report_payload(agent.status(), name="alfa-1", now=site.clock())
    assert set(report) == {
        "agent", "version", "state", "position", "list_sha256", "entries", "resolvers", "held", "measured", "at",
    }  # fmt: skip
    assert set(report["position"]) == {str(site.hub.collection)}
    assert report["at"].endswith("Z")
    assert "bad.test" not in json.dumps(report)


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(Reason)


def await_true(condition: Callable[[], bool], *, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come true")
