"""Runs a command of the operator's for so long and no longer, whatever becomes of what it has started.

What a killed command leaves behind may still hold its output, and what sudo has started cannot be killed from here at all.  So
its output is read up to a moment, not up to its end, and nobody waits for one that does not die.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

MOST: Final = 16 * 1024 * 1024
"""Octets of output."""
OWN: Final = "SKYDDSNAT_"
_CHUNK: Final = 1 << 16
_DYING: Final = 1.0


@dataclass(frozen=True, slots=True)
class Ran:
    """code: None where the command was ended: its time was over, or enough was read.  out: what it has printed till then."""

    code: int | None
    out: bytes = b""


def run_for(seconds: float, words: Sequence[str], *, lines: int | None = None) -> Ran:
    """What it prints.  lines: read so many and end it then.  Raises OSError where it cannot be started."""
    process = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    until = time.monotonic() + seconds
    assert process.stdout is not None  # noqa: S101  it is a pipe
    with process.stdout as pipe:
        out, has_ended = _read(pipe.fileno(), until, lines)
    if has_ended:
        return Ran(_code(process, until), out)
    _end(process)
    return Ran(None, out)


def carry_out(seconds: float, words: Sequence[str]) -> Ran:
    """Run it for what it does; what it prints is thrown away, so that it may leave a server behind.  Raises OSError."""
    process = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    return Ran(_code(process, time.monotonic() + seconds))


def _environment() -> dict[str, str]:
    """Ours without what begins with our own name: tokens and keys may stand there."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OWN)}


def _read(descriptor: int, until: float, lines: int | None) -> tuple[bytes, bool]:
    """What is printed until then, and whether that was all."""
    out, seen = bytearray(), 0
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while (lines is None or seen < lines) and len(out) <= MOST:
            if not selector.select(max(0.0, until - time.monotonic())):
                break
            if not (chunk := os.read(descriptor, _CHUNK)):
                return bytes(out), True
            out += chunk
            seen += chunk.count(b"\n")
    return bytes(out), False


def _code(process: subprocess.Popen[bytes], until: float) -> int | None:
    """How it ends; None where it has not by then, and is ended."""
    try:
        return process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        _end(process)
        return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill it and all that it has started, as far as that is ours to kill."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_DYING)
