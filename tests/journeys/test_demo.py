"""The demo as a program: its files, what its commands show, and what it says of a port or a folder in use."""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from skyddsnat.demo.ports import free_port
from tests.journeys.coalition import RunningDemo
from tests.journeys.conftest import start_demo

pytestmark = pytest.mark.servers


def test_credentials_have_the_fixed_shape_and_are_private(demo: RunningDemo) -> None:
    path = demo.data / "credentials.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = demo.credentials
    fixed = {"base_url", "members", "people", "collections", "feed_public_key", "log_public_key"}
    assert set(found) == fixed | {"benchmark"}
    for member in found["members"]:
        assert set(member) == {"id", "name", "kind", "mandate", "inbox", "tokens"}
        assert set(member["tokens"]) == {"taxii", "stats", "shares", "complaints"}
    for person in found["people"]:
        assert set(person) == {"email", "password", "totp_secret", "member", "roles"}
    for collection in found["collections"]:
        assert set(collection) == {"id", "title", "kind", "circle", "member"}
        assert (collection["circle"] is None) == (collection["kind"] == "inbox")
    assert {row["kind"] for row in found["members"]} >= {"operator", "child-rights", "law-enforcement", "registry"}
    assert sum(row["kind"] == "operator" for row in found["members"]) >= 5
    assert {role for row in found["people"] for role in row["roles"]} == {
        *("analyst", "reviewer", "engineer", "benchmark_lead", "coordinator", "auditor")
    }


def test_signals_stand_in_every_state_that_one_can_see(demo: RunningDemo) -> None:
    states = {row[0]: row[1] for row in demo.ask("SELECT state, count(*) FROM signals_signal GROUP BY state")}
    assert set(states) == {
        *("submitted", "in_review", "corroborated", "verified", "disputed", "rejected", "withdrawn", "expired")
    }
    assert sum(states.values()) > 200


def test_no_secret_stands_in_a_command_line(demo: RunningDemo) -> None:
    lines = b"\n".join(command_lines())
    secrets = [token for row in demo.credentials["members"] for token in row["tokens"].values()]
    secrets += [(demo.data / "hub" / "secret.key").read_text().strip()]
    assert str(demo.data).encode() in lines
    assert [secret for secret in secrets if secret.encode() in lines] == []


def test_a_taken_port_and_a_folder_in_use_are_said_in_one_line(demo: RunningDemo, tmp_path: Path) -> None:
    said = tmp_path / "said.txt"
    taken = int(demo.base_url.rsplit(":", 1)[1])
    for data, port, code, words in (
        (tmp_path / "other", taken, 2, f"port {taken} is taken"),
        (demo.data, free_port(), 1, "another demo runs on"),
    ):
        with said.open("w") as out:
            assert start_demo(data, port, out=out.fileno()).wait(timeout=300) == code
        assert said.read_text().count("\n") == 1
        assert words in said.read_text()


def command_lines() -> Iterator[bytes]:
    """Of everything that runs; what ends while it is looked at has none."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            yield path.read_bytes()
