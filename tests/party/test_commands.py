"""`skyddsnat party` as an administrator or a script uses it."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from skyddsnat.cli.party import app
from skyddsnat.party.store import Decision
from skyddsnat.protocols.benchmark import transcript
from skyddsnat.protocols.benchmark.signing import public_hex
from skyddsnat.protocols.benchmark.statement import Kind
from tests.party.conftest import ROUND, Site
from tests.party.fake_hub import canonical_lines
from tests.rounds import PARTIES, signing_key

runner = CliRunner()


def call(*words: str) -> Result:
    return runner.invoke(app, list(words), env={"COLUMNS": "200"})


def here(site: Site, *words: str) -> Result:
    """A command at party 0."""
    return call(*words, "--config", str(site.config_file(0)))


def facts(result: Result) -> Any:
    return json.loads(result.stdout)


def made(folder: Path, **changes: str) -> list[str]:
    options = {
        "--config": str(folder / "party.toml"),
        "--id": "solros",
        "--hub": "https://hub.example",
        "--address": "party.solros.example:7710",
        "--data-dir": str(folder / "data"),
    }
    return ["init", *[word for pair in (options | changes).items() for word in pair]]


@pytest.mark.parametrize("command", ["init", "run", "status", "approve", "decline", "verify-transcript"])
def test_each_command_has_help(command: str) -> None:
    result = call(command, "--help")
    assert result.exit_code == 0
    assert "--help" in result.stdout


def test_init_makes_a_key_and_tells_what_the_coordinator_needs(folder: Path) -> None:
    told = facts(call(*made(folder), "--json"))
    assert (told["id"], told["address"]) == ("solros", "party.solros.example:7710")
    assert len(told["signing_key"]) == 64
    key_file = Path(told["key_file"])
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file.parent.stat().st_mode) == 0o700
    assert call(*made(folder)).exit_code == 2
    again = call(*made(folder), "--force")
    assert again.exit_code == 0
    assert told["signing_key"] in again.stdout  # the key stays
    assert told["fingerprint"] in again.stdout


@pytest.mark.parametrize(
    ("option", "value"),
    [("--id", "Sol Ros"), ("--hub", "http://hub.example"), ("--address", "nowhere"), ("--peer", "zonen"), ("--id", "")],
)
def test_init_refuses_what_could_not_work(folder: Path, option: str, value: str) -> None:
    result = call(*made(folder, **{option: value}))
    assert result.exit_code == 2
    assert option in result.stderr
    assert not (folder / "party.toml").exists()


def test_a_round_is_read_and_approved_by_a_person(site: Site) -> None:
    site.turn(0)
    told = here(site, "status", "--json")
    assert told.exit_code == 3
    assert facts(told)["rounds"][0]["stage"] == "waits for approval"
    shown = here(site, "status", ROUND)
    assert shown.exit_code == 3
    for word in ("MET-BLK-05", "Alfa", "5 members under 5 owners", "at least 5 owners", site.spec.sha256, "2026-06-30"):
        assert word in shown.stdout
    assert "the deadline has passed" in shown.stdout
    assert here(site, "approve", ROUND, "--spec", "0" * 12).exit_code == 2
    assert here(site, "approve", ROUND, "--spec", site.spec.sha256[:11]).exit_code == 2
    unread = here(site, "approve", ROUND)
    assert (unread.exit_code, "--spec" in unread.stderr) == (2, True)
    done = here(site, "approve", ROUND, "--spec", site.spec.sha256[:12], "--by", "Ada", "--json")
    assert facts(done) == {"round": ROUND, "spec": site.spec.sha256, "decision": "approved", "by": "Ada"}
    assert here(site, "approve", ROUND, "--spec", site.spec.sha256[:12]).exit_code == 2
    assert facts(here(site, "status", "--json"))["rounds"][0]["decided_by"] == "Ada"
    assert '"event":"approved"' in (site.place(0) / "data" / "journal.jsonl").read_text()


def test_a_specification_that_was_replaced_meanwhile_is_not_approved(site: Site) -> None:
    site.turn(0)
    store = site.means(0).store
    before = store.get(ROUND)
    store.meet(ROUND, before.spec, "ab" * 32, hub_state="draft", at=site.clock())
    assert here(site, "approve", ROUND, "--spec", before.sha256[:12]).exit_code == 2
    assert store.get(ROUND).decision is Decision.WAITING


def test_a_declined_round_is_ended_and_an_approval_may_be_taken_back_until_the_root_is_used(site: Site) -> None:
    site.turn(0, 1)
    assert here(site, "decline", ROUND, "--by", "Ada", "--reason", "too few members").exit_code == 0
    site.turn(0)
    body = site.round.statements[Kind.ABORTED][0].statement.body
    assert body == {"code": "withdrawn", "detail": {"declined": True}}
    assert Kind.APPROVAL not in site.round.statements


def test_an_approval_may_be_taken_back_until_the_root_is_used(site: Site) -> None:
    site.to_closed()
    assert here(site, "decline", ROUND).exit_code == 0
    site.turn(0)
    assert site.round.state == "aborted"
    site.turn()
    assert site.round.state == "archived"


def test_after_the_root_is_used_nothing_is_taken_back(site: Site) -> None:
    site.to_computing()
    assert here(site, "decline", ROUND).exit_code == 2


def test_a_finding_is_exit_code_one_and_named(site: Site) -> None:
    site.to_closed()
    site.turn(0)
    site.round.entries = site.round.entries[:-3]
    site.turn(0)
    told = here(site, "status", "--json")
    assert told.exit_code == 1
    assert facts(told)["refused"][ROUND]["code"] == "history_changed"
    assert "restored from a backup" in here(site, "status").stdout


def test_run_once_looks_and_ends(site: Site) -> None:
    assert here(site, "run", "--once").exit_code == 0
    assert facts(here(site, "status", "--json"))["rounds"][0]["round"] == ROUND
    site.hub.down = True
    assert here(site, "run", "--once").exit_code == 1


def test_a_party_runs_once_a_folder(site: Site) -> None:
    from skyddsnat.party.lock import running_lock

    site.means(0)
    with running_lock(site.place(0) / "data"):
        result = here(site, "run", "--once")
    assert result.exit_code == 1
    assert "another skyddsnat party run" in result.stderr


def test_wrong_use_is_exit_code_two(site: Site, tmp_path: Path) -> None:
    assert call("status", "--config", str(tmp_path / "none.toml")).exit_code == 2
    assert here(site, "status", "no-such-round").exit_code == 2
    assert here(site, "approve", "no-such-round", "--spec", "0" * 12).exit_code == 2
    (site.place(0) / "keys" / "party.key").chmod(0o644)
    loose = here(site, "run", "--once")
    assert (loose.exit_code, "chmod 600" in loose.stderr) == (2, True)


def test_a_transcript_is_verified_without_the_hub(site: Site, tmp_path: Path) -> None:
    site.to_computing()
    site.run(lambda: site.round.state == "archived")
    path = tmp_path / "round.jsonl"
    path.write_bytes(transcript.lines(site.round.entries))
    alone = call("verify-transcript", str(path))
    assert alone.exit_code == 0
    for word in (
        "chain",
        "fingerprint",
        "root",
        "verdict",
        "output shares",
        "rules",
        "destroyed",
        "compare each fingerprint",
    ):
        assert word in alone.stdout
    pinned = here(site, "verify-transcript", str(path), "--json")
    assert (pinned.exit_code, facts(pinned)["pinned"], facts(pinned)["released"]) == (0, 3, True)
    url = f"{site.hub.url}/api/bench/rounds/{ROUND}/transcript"
    assert here(site, "verify-transcript", url).exit_code == 0
    assert call("verify-transcript", url).exit_code == 1  # without the party's token


def test_a_transcript_that_does_not_hold_is_exit_code_one(site: Site, tmp_path: Path) -> None:
    site.to_computing()
    path = tmp_path / "round.jsonl"
    lines = transcript.lines(site.round.entries).splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3] + lines[4:]))
    cut = call("verify-transcript", str(path))
    assert (cut.exit_code, "FAIL  chain: broken_chain" in cut.stdout) == (1, True)
    path.write_bytes(canonical_lines([e for e in site.round.entries if e.kind != "submission"]))
    assert "FAIL  statements: bad_root" in call("verify-transcript", str(path)).stdout
    path.write_bytes(b"".join(lines))
    other = public_hex(signing_key("somebody"))
    wrong = call("verify-transcript", str(path), "--key", f"{PARTIES[1]}={other}")
    assert (wrong.exit_code, f"FAIL  key of {PARTIES[1]}" in wrong.stdout) == (1, True)
    assert call("verify-transcript", str(path), "--key", "x").exit_code == 2
    assert call("verify-transcript", str(tmp_path / "none")).exit_code == 2
    path.write_bytes(b"")
    assert call("verify-transcript", str(path)).exit_code == 1
