"""Child processes of the demo: started in order, watched, and stopped in the opposite order whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

STOP_SECONDS = 10.0
SKYDDSNAT = (sys.executable, "-m", "skyddsnat")
SYSTEM_PATHS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


class ChildFailed(Exception):
    """A child did not start, or died.  The message names its log."""


def find_program(name: str) -> str:
    """The program's path; daemons live outside of an ordinary user's PATH.  Raises ChildFailed when it is missing."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *SYSTEM_PATHS])
    found = shutil.which(name, path=path)
    if found is None:
        raise ChildFailed(f"{name} was not found, expected it from a Debian package; run: sh tools/packages demo")
    return found


@dataclass(slots=True)
class Child:
    """One running process with its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raises ChildFailed if it has ended."""
        if self.process.poll() is not None:
            raise ChildFailed(
                f"{self.name} ended with code {self.process.returncode}; its last words are in {self.log}"
            )

    def stop(self) -> None:
        """Ask it to end; insist after STOP_SECONDS."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass(slots=True)
class Children:
    """All children of one demo."""

    logs: Path
    running: list[Child] = field(default_factory=list)

    def log_of(self, name: str) -> Path:
        """Where a child's words stand."""
        return self.logs / f"{name}.log"

    def start(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str] | None = None, timed: bool = False
    ) -> Child:
        """Start one.  It gets no terminal and its own session, so that Ctrl-C reaches us alone and we stop all in order.

        timed: each line of its log begins with the time, as in a service's journal.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        path = self.log_of(name)
        with path.open("ab") as log:
            process = subprocess.Popen(
                [*_dies_with_us(), *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if timed else log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
        if timed:
            threading.Thread(target=_write_timed, args=(process, name, path), name=f"{name}-log", daemon=True).start()
        child = Child(name, process, path)
        self.running.append(child)
        return child

    def run(self, name: str, command: Sequence[str]) -> None:
        """Run one to its end.  Raises ChildFailed when that is not a good one."""
        child = self.start(name, command)
        code = child.process.wait()
        self.running.remove(child)
        if code:
            raise ChildFailed(f"{name} ended with code {code}; its last words are in {child.log}")

    def wait_until(self, child: Child, ready: Callable[[], bool], *, seconds: float = 240.0) -> None:
        """Wait for the child to serve.  Raises ChildFailed when it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            child.check()
            if time.monotonic() > deadline:
                raise ChildFailed(f"{child.name} was not ready after {seconds:.0f} s; its log is {child.log}")
            time.sleep(0.05)

    def check(self) -> None:
        """Raises ChildFailed if any has ended."""
        for child in self.running:
            child.check()

    def stop(self, child: Child) -> None:
        """Stop one."""
        child.stop()
        self.running.remove(child)

    def stop_all(self) -> None:
        """Stop all, the last started first."""
        while self.running:
            self.running.pop().stop()


def _write_timed(process: subprocess.Popen[bytes], name: str, path: Path) -> None:
    """Until the child has closed its mouth, what it says, as `journalctl -o short-iso-precise` would show it."""
    with path.open("ab", buffering=0) as log:
        for line in process.stdout or ():
            moment = datetime.now(UTC).isoformat(timespec="microseconds")
            log.write(f"{moment} demo {name}[{process.pid}]: ".encode() + line)


def _dies_with_us() -> list[str]:
    """Lets the kernel end a child whose demo was killed without a chance to stop it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


class Stopped(BaseException):
    """Someone asked the demo to end."""


def stop_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into the same orderly end as Ctrl-C."""

    def stop(number: int, frame: object) -> None:
        raise Stopped(signal.Signals(number).name)

    for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(one, stop)
