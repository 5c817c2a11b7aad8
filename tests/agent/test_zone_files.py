"""Without a primary: a resolver that reads the agent's files by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skyddsnat.agent.errors import PrimaryError
from skyddsnat.agent.primaries.zonefile import run_reload, write_atomically
from skyddsnat.agent.samples import empty_zone
from tests.agent.conftest import BASE, HOT, TSIG_SECRET, Site
from tests.servers.knot import Knot
from tests.servers.unbound import ANSWERED, STOPPED, Unbound


@pytest.mark.servers
def test_a_resolver_that_reads_files_blocks_and_lifts_after_its_reload(site: Site) -> None:
    lawful = Knot.make(site.folder / "lawful", hot_zone=HOT, base_zone=BASE, key_secret=TSIG_SECRET).start()
    for role, zone in (("hot", HOT), ("base", BASE)):
        (site.zone_dir / f"{role}.zone").write_text(empty_zone(zone))
    unbound = Unbound.make(
        site.folder / "unbound", lawful=lawful.endpoint, hot_zone=HOT, base_zone=BASE, zone_files=site.zone_dir
    )
    try:
        site.unbound = unbound.start()
        agent = site.configure(reload_command=json.dumps(unbound.reload_command())).agent()
        listed = site.hub.verify("bad.test")
        agent.pull()
        settled = agent.settle(agent.step(), wait_seconds=60)
        assert [check.ok for check in settled.checks] == [True]
        assert unbound.look_up("www.bad.test") == STOPPED
        site.hub.withdraw(listed)
        agent.pull()
        agent.settle(agent.step(), wait_seconds=60)
        assert unbound.look_up("www.bad.test") == ANSWERED
    finally:
        unbound.stop()
        lawful.stop()


def test_a_file_is_replaced_whole_and_is_not_for_everybody(tmp_path: Path) -> None:
    path = tmp_path / "hot.zone"
    write_atomically(path, "old\n")
    inode = path.stat().st_ino
    write_atomically(path, "new\n")
    assert path.read_text() == "new\n"
    assert path.stat().st_ino != inode, "a reader that has the old file open keeps the old file"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("command", [("/nowhere/knotc", "{zone}"), ("false",)])
def test_a_reload_command_that_fails_names_itself(command: tuple[str, ...]) -> None:
    with pytest.raises(PrimaryError, match="reload_command"):
        run_reload(command, HOT)


def test_the_reload_command_gets_the_zone_and_no_shell(tmp_path: Path) -> None:
    run_reload(("touch", f"{tmp_path}/{{zone}};true"), HOT)
    assert [path.name for path in tmp_path.iterdir()] == [f"{HOT};true"]
