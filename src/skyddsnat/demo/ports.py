"""Ports of loopback for servers that start some time after their port was chosen.

Between the choice and the start nobody else may get the port.  So they lie below those that the kernel gives to clients, and each
process that asks has a block of its own, claimed by a name that is gone when the process is.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from typing import Final

BLOCKS: Final = range(12_000, 32_000, 200)
"""First ports of the blocks.  Linux gives clients ports from 32768 on (ip_local_port_range)."""


def free_port() -> int:
    """A port that nobody uses on loopback, for TCP and UDP, and that no other process is given.

    Raises OSError if all are in use.
    """
    ports = _block(os.getpid())  # a forked child has its own
    for port in (next(ports) for _ in range(BLOCKS.step)):
        if is_free(port) and _takes_datagrams(port):
            return port
    raise OSError("every port of this process's block is in use, expected a few servers; end some of them")


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return _binds(probe, port)


def _takes_datagrams(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        return _binds(probe, port)


def _binds(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


@cache
def _block(_process: int) -> Iterator[int]:
    for first in BLOCKS:
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            claim.bind(f"\0skyddsnat ports from {first}")
        except OSError:  # another process has it
            claim.close()
        else:
            _CLAIMS.append(claim)
            return cycle(range(first, first + BLOCKS.step))
    raise OSError(f"{len(BLOCKS)} processes have every block of ports; end some of them")


_CLAIMS: Final[list[socket.socket]] = []
"""Open for as long as the process lives."""
