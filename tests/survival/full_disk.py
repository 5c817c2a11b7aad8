"""A disk that is full from a certain moment on: from there the kernel itself answers every write of this process to a file with
ENOSPC, SQLite's own too, by a seccomp filter.

That needs no right, no mount and no second file system, and a process can do it to itself alone and never undo it.  What a full
disk still takes goes on: reading, renaming, removing, making an empty file.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import resource
import struct
import sys
from typing import Any

from skyddsnat.agent.assembly import Agent

CALLS = {"x86_64": (1, 18, 20, 296), "aarch64": (64, 68, 66, 70)}
"""Numbers of write, pwrite64, writev and pwritev."""

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, EQUAL, ABOVE, RETURN = 0x20, 0x15, 0x25, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.ENOSPC
NUMBER_AT, FIRST_ARGUMENT_AT = 0, 16
STANDARD_ERROR = 2

READS = ("SELECT", "PRAGMA", "BEGIN", "ROLLBACK", "WITH")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def fill() -> None:
    """From now on nothing can be written.  Where the kernel has no such filters every file ends where it begins (EFBIG)."""
    steps = [(LOAD, 0, 0, FIRST_ARGUMENT_AT), (ABOVE, 1, 0, STANDARD_ERROR), (RETURN, 0, 0, ALLOW)]
    steps.append((LOAD, 0, 0, NUMBER_AT))
    for number in CALLS.get(platform.machine(), ()):
        steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    steps.append((RETURN, 0, 0, ALLOW))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    refused = libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program)
    )
    if refused or platform.machine() not in CALLS:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


class Filling:
    """Counts what the agent is about to write, files and statements, and fills the disk before the one with this number."""

    def __init__(self, agent: Agent, *, at: int) -> None:
        self._left = at
        self._folders = (str(agent.config.data_dir), str(agent.config.primary.zone_dir))
        sys.addaudithook(self._hear)
        agent.state.connection.set_trace_callback(self._trace)

    @property
    def full(self) -> bool:
        """Whether that moment came."""
        return self._left == 0

    def _hear(self, event: str, facts: tuple[Any, ...]) -> None:
        if event == "open" and str(facts[0]).startswith(self._folders) and _writes(facts[1], facts[2]):
            self._count()

    def _trace(self, statement: str) -> None:
        if not statement.lstrip().upper().startswith(READS):
            self._count()

    def _count(self) -> None:
        if self._left:
            self._left -= 1
            if not self._left:
                fill()


def _writes(mode: str | None, flags: int) -> bool:
    """Whether a file is opened to be written: by the mode of open(), or the flags of os.open()."""
    return bool(set(mode or "") & set("wax+")) or bool(flags & 0b11)
