"""The running service, met in every way that there is, keeps a count and nothing of who came."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx

from skyddsnat.site.hourly import month_totals
from skyddsnat.stop_page.queue import Queue, load_key
from tests.servers.processes import stop
from tests.stop_page.conftest import await_true
from tests.stop_page.running import ADDRESS, DEVICE, HOST, TRACES, Running, running, traces

FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


def raw(here: Running, *parts: bytes) -> bytes:
    """Bytes that no browser sends, from the visitor's address."""
    with socket.create_connection(("127.0.0.1", here.port), source_address=(ADDRESS, 0), timeout=60) as connection:
        for part in parts:
            connection.sendall(part)
        try:
            return connection.recv(65_536)
        except TimeoutError:
            return b""


def test_no_address_and_no_device_is_in_any_file_or_log(tmp_path: Path) -> None:
    with running(tmp_path / "place") as here:
        with here.visitor() as visitor:
            for path in (
                "/",
                f"/{HOST}/x?y={HOST}",
                "/_stop/sv",
                "/_stop/go/bris",
                "/_stop/zz/complaint",
                "/robots.txt",
            ):
                visitor.get(path)
            for method in ("HEAD", "POST", "PUT", "OPTIONS", "TRACE", "PROPFIND"):
                visitor.request(method, "/")
            assert here.complain(visitor, what="fel.test", reason="unsure", contact="jag@post.test").status_code == 200
            assert here.complain(visitor, what="???", reason="unsure").status_code == 422
            visitor.post(
                "/_stop/en/complaint",
                content=b"x" * 100_000,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
            visitor.post(
                "/_stop/en/complaint",
                content=b"\xff\xfe=%ff",
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
        name = HOST.encode()
        for parts in (
            [b"GET / HTTP/1.1\r\nHost: " + name + b"\r\nUser-Agent: " + DEVICE.encode() + b"\r\nBroken header\r\n\r\n"],
            [b"GET / HTTP/1.1\r\nHost: " + name + b"\r\nX: " + b"a" * 70_000 + b"\r\n\r\n"],
            [b"\x16\x03\x01\x02\x00\x01" + name],
            [b"POST /_stop/en/complaint HTTP/1.1\r\nHost: " + name + b"\r\nContent-Length: 900\r\n\r\nwhat=" + name],
        ):
            raw(here, *parts)
        await_true(lambda: list((here.folder / "data" / "counts").iterdir()))
        status = subprocess.run(
            [
                sys.executable,
                "-m",
                "skyddsnat",
                "stop-page",
                "status",
                "--json",
                "--config",
                str(here.folder / "stop-page.toml"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        stop(here.process)
    (here.folder / "status.txt").write_text(status.stdout + status.stderr)
    assert here.traces("fel.test", "jag@post.test") == []
    facts = json.loads(status.stdout)
    assert (status.returncode, facts["waiting"], facts["refused"]) == (1, 1, 0)
    folder = here.folder / "data" / "counts"
    months = {path.stem: month_totals(folder, path.stem) for path in folder.iterdir()}  # two, if one ended meanwhile
    assert facts["counts"] == months.get(facts["month"], {})
    assert sum(month["complaints"] for month in months.values()) == 1
    assert sum(month["views"] for month in months.values()) >= 2


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(f'{ADDRESS} - - "GET / HTTP/1.1" 403 "{DEVICE}"')
    (tmp_path / "other").write_bytes(b"\0" + HOST.encode())
    assert len(traces(tmp_path)) == 3 < len(TRACES)


def test_what_was_acknowledged_outlives_a_killed_service(tmp_path: Path) -> None:
    folder = tmp_path / "place"
    with running(folder) as here, here.visitor() as visitor:
        taken = here.complain(visitor, what="fel.test", reason="unsure")
        stop(here.process, hard=True)
    queue = Queue(folder / "data", load_key(folder / "keys" / "queue.key"), clock=lambda: datetime.now(UTC))
    found = queue.next()
    queue.close()
    assert found is not None
    assert found[1].name == "fel.test"
    assert found[1].receipt in taken.text


def test_a_visitor_is_answered_on_while_the_hub_is_away(tmp_path: Path) -> None:
    with running(tmp_path / "place") as here, here.visitor() as visitor:
        assert here.complain(visitor, what="fel.test", reason="unsure").status_code == 200
        answer = visitor.get("/")
        assert isinstance(answer, httpx.Response)
        assert "blocked" in answer.text
        assert HOST not in answer.text + str(answer.headers)
