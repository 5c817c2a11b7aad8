"""Starting and stopping server processes in tests: random free ports, no privileges, nothing left behind."""

from __future__ import annotations

import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path


def which(program: str) -> str:
    """The program's path; Debian keeps servers in /usr/sbin, which is not on everybody's PATH."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin:/usr/local/sbin")
    assert found, f"{program} is not installed; run tools/packages servers"
    return found


def await_ready(
    process: subprocess.Popen[bytes], ready: Callable[[], bool], *, log: Path, seconds: float = 120.0
) -> None:
    """Wait until the server answers; fails with its log if it ends or stays silent."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        if ready():
            return
        time.sleep(0.05)
    tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
    stop(process, hard=True)
    raise AssertionError(f"the server did not come up: {tail}")


def answers(url: str) -> bool:
    """Whether a web server on loopback is well.  Each httpx client would read the authorities' certificates first."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, HTTPException):
        return False


def stop(process: subprocess.Popen[bytes], *, hard: bool = False) -> None:
    """End the process and wait for it; hard is SIGKILL, as in a power cut."""
    if hard:
        process.kill()
    else:
        process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=10)
