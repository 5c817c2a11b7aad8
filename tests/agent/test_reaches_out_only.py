"""The running agent opens connections and listens nowhere, whatever it does meanwhile."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.agent.conftest import Site
from tests.servers.processes import stop

LISTENS, UNCONNECTED = "0A", "07"
BINDS_TOLD = """
import os, runpy, sys
told = os.open(sys.argv.pop(1), os.O_CREAT | os.O_WRONLY | os.O_APPEND)
sys.addaudithook(lambda event, facts: os.write(told, repr(facts[1]).encode()) if event == "socket.bind" else None)
runpy.run_module("skyddsnat", run_name="__main__")
"""
"""The program with every bind written to a file: the unit's SocketBindDeny would refuse it."""
ANSWER_SECONDS = 8.0
"""A UDP socket that has sent a look-up or a NOTIFY is closed by then, answered or not; one that listens is not."""
ACCEPTS = 0x10000
"""Flag of a Unix socket that waits for connections."""


def waiting(pid: int) -> set[str]:
    """What a process waits at: TCP and Unix sockets that accept, UDP sockets that anybody may send to, by inode."""
    mine = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(entry)
        except OSError:
            continue  # closed meanwhile
        if target.startswith("socket:["):
            mine.add(target[8:-1])
    found = set()
    for table, state in (("tcp", LISTENS), ("tcp6", LISTENS), ("udp", UNCONNECTED), ("udp6", UNCONNECTED)):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == state and words[9] in mine:
                found.add(f"{table} {words[9]}")
    for line in Path(f"/proc/{pid}/net/unix").read_text().splitlines()[1:]:
        words = line.split()
        if int(words[3], 16) & ACCEPTS and words[6] in mine:
            found.add(f"unix {words[6]}")
    return found


def test_the_watch_itself_sees_each_kind_of_ear(tmp_path: Path) -> None:
    ears = [
        socket.create_server(("127.0.0.1", 0)),
        socket.create_server(("::1", 0), family=socket.AF_INET6),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
    ]
    try:
        ears[2].bind(("127.0.0.1", 0))
        ears[3].bind(str(tmp_path / "ear"))
        ears[3].listen()
        inodes = {os.fstat(ear.fileno()).st_ino for ear in ears}
        assert {name.split()[1] for name in waiting(os.getpid())} >= {str(inode) for inode in inodes}
    finally:
        for ear in ears:
            ear.close()


@pytest.mark.servers
def test_the_running_agent_listens_nowhere_while_it_pulls_publishes_proves_and_writes_outputs(dns_site: Site) -> None:
    site = dns_site
    for folder in ("out", "hashes"):
        (site.folder / folder).mkdir()
    site.more = '\n[[output]]\nkind = "json"\nfile = "out/json"\n'
    site.configure(folder='"hashes"', poll_seconds="0.2")
    site.hub.verify("bad.test")
    binds = site.folder / "binds"
    words = [sys.executable, "-c", BINDS_TOLD, str(binds), "agent", "run", "-c", str(site.config_file)]
    running = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    first_seen: dict[str, float] = {}
    lasting: set[str] = set()
    done = False
    try:
        started = now = time.monotonic()
        while not done and now - started < 120:
            now = time.monotonic()
            ears = waiting(running.pid)
            first_seen = {ear: first_seen.get(ear, now) for ear in ears}
            lasting |= {ear for ear, since in first_seen.items() if ear[:3] != "udp" or now - since > ANSWER_SECONDS}
            done = bool(site.hub.reports) and now - started > ANSWER_SECONDS + 1
            time.sleep(0.02)
        assert done, "it did its work meanwhile"
        assert (site.folder / "out" / "json").exists()
        assert lasting == set()
        assert binds.read_text() == "", "it asks for no address of its own, not even to send from"
    finally:
        stop(running)
