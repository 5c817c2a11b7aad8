"""`skyddsnat stop-page serve` as a process of its own, a visitor who can be told from all others, and a search for its traces."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from skyddsnat.demo.ports import free_port
from skyddsnat.stop_page.setup import make_stop_page
from tests.servers.processes import answers, await_ready, stop
from tests.stop_page.conftest import FORM, sample

ADDRESS = "127.0.0.77"
DEVICE = "Probe-Browser/8.41 (a device that nobody else has)"
FORWARDED = "203.0.113.99"
HOST = "ett-blockerat-namn.test"
TRACES = (ADDRESS, "Probe-Browser", FORWARDED, HOST, "cookie-of-the-visitor")
"""What must be found nowhere."""


@dataclass(slots=True)
class Running:
    """The service and everything that it can write to.  log: its standard output and error."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> Path:
        return self.folder / "service.log"

    def visitor(self) -> httpx.Client:
        """A browser with an address, a device and a cookie of its own, sent on by somebody's proxy to a blocked name."""
        headers = {
            "User-Agent": DEVICE,
            "X-Forwarded-For": FORWARDED,
            "Forwarded": f"for={FORWARDED}",
            "Host": HOST,
            "Cookie": "a=cookie-of-the-visitor",
            "Referer": f"http://{HOST}/from-here",
            "Accept": "text/html",
            "Accept-Language": "en",
        }
        transport = httpx.HTTPTransport(local_address=ADDRESS)
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, transport=transport)

    def complain(self, visitor: httpx.Client, **fields: str) -> httpx.Response:
        """Read the form, fill it in, and send it."""
        mark = FORM.search(visitor.get("/_stop/en/complaint").text)
        assert mark is not None
        time.sleep(2.1)  # nobody is faster
        return visitor.post("/_stop/en/complaint", data={"form": mark[1], "contact": ""} | fields)

    def traces(self, *more: str) -> list[str]:
        """What of the visitor stands in any file."""
        return traces(self.folder, *more)


def traces(folder: Path, *more: str) -> list[str]:
    """Each trace with the file that holds it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [
        f"{trace} in {path.name}" for path in files for trace in (*TRACES, *more) if trace.encode() in path.read_bytes()
    ]


@contextmanager
def running(folder: Path, **changes: Any) -> Iterator[Running]:
    """Alfa's stop page, serving."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    make_stop_page(sample(folder, port=port, **changes), folder / "stop-page.toml")
    command = [sys.executable, "-m", "skyddsnat", "stop-page", "serve", "--config", str(folder / "stop-page.toml")]
    with (folder / "service.log").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    here = Running(folder, port, process)
    try:
        await_ready(process, lambda: answers(f"http://127.0.0.1:{port}/_stop/healthy"), log=here.log)
        yield here
    finally:
        stop(process)
