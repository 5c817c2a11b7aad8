"""The process that computes.  It has no environment, a folder of its own, limits, and no key that outlives the round.

MPyC was not made to face a hostile network or to end by itself, so it runs here and nowhere else, watched from outside.  What it
writes to stderr is thrown away: a traceback could hold a share.
"""

from __future__ import annotations

import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

import skyddsnat
from skyddsnat.party.errors import TryAgain

MODULE: Final = "skyddsnat.mpc.worker"
BOOT: Final = """
import ctypes, os, runpy, sys
parent, module, paths = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL: no worker outlives its supervisor
if os.getppid() != parent:
    os._exit(4)
os.umask(0o077)
sys.path[:0] = paths
sys.argv[:] = ["worker"]
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""

_FILE_BYTES: Final = 64 * 1024 * 1024
_OPEN_FILES: Final = 256
_CHUNK: Final = 1 << 16
_SEND_SECONDS: Final = 60.0
_DYING_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one worker may use.  output_bytes: all that it may ever say."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    output_bytes: int


class Worker:
    """One attempt's process.  Use as a context: at its end the whole process group is dead."""

    def __init__(
        self, folder: Path, bounds: Bounds, *, module: str = MODULE, paths: Sequence[Path] | None = None
    ) -> None:
        self._bounds = bounds
        self._until = time.monotonic() + bounds.wall_seconds
        self._buffer = bytearray()
        self._searched = 0
        self._heard = 0
        where = paths if paths is not None else [Path(skyddsnat.__file__).parent.parent]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", BOOT, str(os.getpid()), module, *map(str, where)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={},
            start_new_session=True,
            close_fds=True,
        )
        self._limit()  # before it is given anything: it waits for its job

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """Its process id, which is its group's too."""
        return self._process.pid

    def send(self, message: Mapping[str, Any]) -> None:
        """One line to the worker.  Raises TryAgain when it does not listen."""
        rest = memoryview(orjson.dumps(message) + b"\n")
        pipe = self._stdin()
        until = min(self._until, time.monotonic() + _SEND_SECONDS)
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_WRITE)
            while rest:
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise TryAgain("wall", own_fault=True)
                try:
                    rest = rest[os.write(pipe, rest[:_CHUNK]) :]
                except BlockingIOError:
                    continue
                except BrokenPipeError:
                    raise self._ended() from None

    def hear(self, seconds: float) -> Mapping[str, Any] | None:
        """Its next line, or None when it says nothing for so long.

        Raises TryAgain when it has ended, said too much, said what is no JSON object, or its time is up.
        """
        until = min(self._until, time.monotonic() + seconds)
        while (line := self._line()) is None:
            left = until - time.monotonic()
            if left <= 0:
                if time.monotonic() >= self._until:
                    raise TryAgain("wall", own_fault=True)
                return None
            self._read(left)
        return _message(line)

    def let_go(self, seconds: float) -> None:
        """Let it part from its peers in its own time."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=seconds)

    def kill(self) -> None:
        """End the worker and all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=_DYING_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _limit(self) -> None:
        cpu = self._bounds.cpu_seconds
        for which, soft, hard in (
            (resource.RLIMIT_AS, self._bounds.memory_bytes, self._bounds.memory_bytes),
            (resource.RLIMIT_CPU, cpu, cpu + 5),
            (resource.RLIMIT_CORE, 0, 0),
            (resource.RLIMIT_FSIZE, _FILE_BYTES, _FILE_BYTES),
            (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
        ):
            try:
                resource.prlimit(self._process.pid, which, (soft, hard))
            except ProcessLookupError:
                return
        os.set_blocking(self._stdin(), False)
        os.set_blocking(self._stdout(), False)

    def _line(self) -> bytes | None:
        at = self._buffer.find(b"\n", self._searched)
        if at < 0:
            self._searched = len(self._buffer)
            return None
        line = bytes(self._buffer[:at])
        del self._buffer[: at + 1]
        self._searched = 0
        return line

    def _read(self, seconds: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdout(), selectors.EVENT_READ)
            if not selector.select(seconds):
                return
        try:
            chunk = os.read(self._stdout(), _CHUNK)
        except BlockingIOError:
            return
        if not chunk:
            raise self._ended()
        self._heard += len(chunk)
        if self._heard > self._bounds.output_bytes:
            raise TryAgain("output", own_fault=True)
        self._buffer += chunk

    def _ended(self) -> TryAgain:
        """Why it is gone, as far as that can be told from outside."""
        try:
            code = self._process.wait(timeout=_DYING_SECONDS)
        except subprocess.TimeoutExpired:
            return TryAgain("worker", own_fault=True)
        if code == -signal.SIGXCPU:
            return TryAgain("cpu", own_fault=True)
        return TryAgain("worker", own_fault=True)

    def _stdin(self) -> int:
        assert self._process.stdin is not None  # noqa: S101 - made with a pipe
        return self._process.stdin.fileno()

    def _stdout(self) -> int:
        assert self._process.stdout is not None  # noqa: S101 - made with a pipe
        return self._process.stdout.fileno()


def _message(line: bytes) -> Mapping[str, Any]:
    try:
        thing = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise TryAgain("worker", own_fault=True) from None
    if not isinstance(thing, dict):
        raise TryAgain("worker", own_fault=True)
    return thing
