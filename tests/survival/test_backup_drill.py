"""The drill: a backup while everyone works, the machine lost, another hub from the backup; and agents that had seen more."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from skyddsnat.hub.settings import env
from tests.figures import figure
from tests.servers.postgres import cluster
from tests.survival.hub import ROOT, TAXII, Hub, Members, hub
from tests.warm import hub_command


def command(here: Hub, *arguments: object) -> subprocess.CompletedProcess[str]:
    """One `skyddsnat hub` command on the place."""
    return hub_command(*map(str, arguments), environment=here.environment)


@contextmanager
def place(kind: str) -> Iterator[Hub]:
    if kind == "sqlite":
        with hub() as here:
            yield here
    else:
        with cluster() as url, hub(url) as here:
            yield here


@contextmanager
def another(old: Hub, folder: Path) -> Iterator[Hub]:
    """Another machine: a new folder with the keys from the safe, and an empty database."""
    folder.mkdir()
    for key in ("feed.key", "log.key", "vault.keys"):
        (folder / key).write_bytes((old.folder / key).read_bytes())
        (folder / key).chmod(0o600)
    (folder / "static").symlink_to(old.folder / "static")
    database = old.environment["SKYDDSNAT_DATABASE"]
    if database.startswith("sqlite:"):
        database = f"sqlite:{folder / 'hub.sqlite'}"
    else:
        settings = env.database(database)
        with psycopg.connect(
            host=settings["HOST"], user=settings["USER"], dbname="postgres", autocommit=True
        ) as server:
            server.execute("CREATE DATABASE another")
        database = database.replace("/postgres?", "/another?")
    new = Hub(
        folder, {**old.environment, "SKYDDSNAT_DATA": str(folder), "SKYDDSNAT_DATABASE": database}, facts=old.facts
    )
    try:
        yield new
    finally:
        new.kill()


def head(here: Hub, kind: str) -> dict[str, Any]:
    """What the hub signs for a feed."""
    headers = {"Authorization": f"Bearer {here.facts['tokens']['beta']}", "Accept": TAXII}
    answer = httpx.get(f"{here.url}{ROOT}/collections/{here.facts[kind]}/head/", headers=headers, timeout=60)
    form, *lines = answer.json()["head"].splitlines()
    return {"format": form, **dict(line.split(" ", 1) for line in lines)}


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def test_a_backup_under_load_comes_back_with_the_very_feeds(kind: str, tmp_path: Path) -> None:
    with place(kind) as old:
        old.start(workers=1)
        members = Members(old, seed=1)
        members.work()
        until = time.monotonic() + 240
        while len(members.acknowledged["approve"]) < 6 and time.monotonic() < until:
            time.sleep(0.05)
        known = {name: [list(one) for one in acts] for name, acts in members.acknowledged.items()}
        started = time.monotonic()
        made = command(old, "backup", tmp_path / "drill.backup", "--json")
        backup_seconds = time.monotonic() - started
        assert made.returncode == 0, made.stderr
        assert command(old, "backup", tmp_path / "drill.backup").returncode == 2, "nothing is overwritten"
        time.sleep(1)  # what comes now is lost with the machine
        members.end()
        assert members.faults == []
        old.kill()
        with another(old, tmp_path / "another") as new:
            started = time.monotonic()
            back = command(new, "restore", tmp_path / "drill.backup", "--json")
            restore_seconds = time.monotonic() - started
            assert back.returncode == 0, back.stderr
            facts = json.loads(back.stdout)
            assert "tell each operator" in facts["warnings"][0]
            assert command(new, "restore", tmp_path / "drill.backup").returncode == 2, "a database is never overwritten"
            found = new.run("audit", typed=json.dumps(known))
            assert (found["lost"], found["half"], found["integrity"]) == ([], [], "ok")
            new.start(workers=1)
            for feed in ("inform", "verified"):
                told = facts["feeds"][new.facts[feed].replace("-", "")]
                served = head(new, feed)
                assert {name: served[name] for name in told} == {name: str(value) for name, value in told.items()}
    figure(
        f"survival.restore_{kind}",
        feeds_equal=len(facts["feeds"]),
        acknowledged_before=sum(map(len, known.values())),
        lost_of_them=0,
        backup_seconds=backup_seconds,
        restore_seconds=restore_seconds,
    )


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, Path]]:
    """A hub and its good backup."""
    with hub() as old:
        file = tmp_path_factory.mktemp("safe") / "b.backup"
        assert command(old, "backup", file).returncode == 0
        yield old, file


@pytest.mark.parametrize("harm", ["flip", "cut", "no side file"])
def test_a_damaged_backup_is_refused_and_leaves_nothing(backed_up: tuple[Hub, Path], harm: str, tmp_path: Path) -> None:
    old, made = backed_up
    file, side = tmp_path / "b.backup", tmp_path / "b.backup.json"
    side.write_bytes(made.with_name(side.name).read_bytes())
    content = bytearray(made.read_bytes())
    if harm == "flip":
        content[len(content) // 2] ^= 1
    elif harm == "cut":
        del content[-4096:]
    else:
        side.unlink()
    file.write_bytes(content)
    with another(old, tmp_path / "another") as new:
        refused = command(new, "restore", file)
        assert refused.returncode == 2
        assert "expected" in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1
        assert not (new.folder / "hub.sqlite").exists()


@pytest.mark.parametrize("lost", [False, True])
def test_a_backup_whose_feeds_were_told_by_other_digests_comes_back(
    backed_up: tuple[Hub, Path], lost: bool, tmp_path: Path
) -> None:
    """As the first release told them: the file's own sum stands for what they say, positions and counts for which they are."""
    old, made = backed_up
    file, side = tmp_path / "b.backup", tmp_path / "b.backup.json"
    file.write_bytes(made.read_bytes())
    facts = json.loads(made.with_name(side.name).read_bytes())
    for feed in facts["feeds"].values():
        del feed["format"]
        feed |= {"sha256": "0" * 64, "content": "0" * 64, "count": feed["count"] + lost}
    side.write_text(json.dumps(facts))
    with another(old, tmp_path / "another") as new:
        back = command(new, "restore", file)
        assert back.returncode == (2 if lost else 0), back.stderr
        assert ("differs from the backup in feeds" in back.stderr) is lost


def test_a_backup_holds_no_key(tmp_path: Path) -> None:
    with hub() as old:
        made = command(old, "backup", tmp_path)
        assert "not in it: hub.env and the keys" in made.stdout
        (file,) = tmp_path.glob("hub-*.backup")
        for key in ("feed.key", "log.key", "vault.keys"):
            words = (old.folder / key).read_bytes().split()
            assert not any(word in file.read_bytes() for word in words if len(word) > 30)
        assert file.stat().st_mode & 0o077 == 0
