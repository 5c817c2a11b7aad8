"""NOTIFY by UDP from the agent itself (RFC 1996): at once, and after 6 s and 12 s to whom has not proved to have the change.

Knot's own NOTIFY waits a fixed second, and PowerDNS ignores one that comes within 5 s of its last refresh, hence the repeats.
They end with the proof: a repeat that nobody needs has PowerDNS look again, and then ignore the NOTIFY of the next publish.
An answer proves nothing, so none is waited for: the canary is the proof (reference, "NOTIFY timing rules").
"""

from __future__ import annotations

import heapq
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import dns.flags
import dns.message
import dns.opcode
import dns.rdatatype

from skyddsnat.agent.config import ResolverConfig

REPEATS = (6.0, 12.0)
"""Seconds after the first one."""


class Notifier:
    """Sends the first NOTIFY in the caller's time and the rest in the background."""

    def __init__(
        self,
        resolvers: Iterable[ResolverConfig],
        *,
        repeats: tuple[float, ...] = REPEATS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._targets = {one.name: (one.address, one.told_at) for one in resolvers if one.notify}
        self._repeats = repeats
        self._monotonic = monotonic
        self._due: list[tuple[float, str, str]] = []
        self._wake = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def send(self, zone: str) -> None:
        """Tell every resolver that the zone has changed."""
        for name in self._targets:
            self._now(zone, name)
        with self._wake:
            if self._closed or not self._targets:
                return
            moment = self._monotonic()
            due = [waiting for waiting in self._due if waiting[1] != zone]
            due += [(moment + delay, zone, name) for delay in self._repeats for name in self._targets]
            heapq.heapify(due)
            self._due = due
            if self._thread is None:
                self._thread = threading.Thread(target=self._later, name="notify", daemon=True)
                self._thread.start()
            self._wake.notify()

    def proved(self, resolver: str) -> None:
        """The resolver has every zone as it is now: it needs no repeats."""
        with self._wake:
            self._due = [waiting for waiting in self._due if waiting[2] != resolver]
            heapq.heapify(self._due)

    def close(self) -> None:
        """Drop what has not been sent."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def _later(self) -> None:
        while True:
            with self._wake:
                if self._closed:
                    return
                if not self._due:
                    self._wake.wait()
                    continue
                moment, zone, name = self._due[0]
                if (left := moment - self._monotonic()) > 0:
                    self._wake.wait(left)
                    continue
                heapq.heappop(self._due)
            self._now(zone, name)

    def _now(self, zone: str, name: str) -> None:
        address, port = self._targets[name]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as outlet, suppress(OSError):
            # an unreachable resolver shows at the canary; SOA refresh is the net below
            outlet.sendto(notify_message(zone), (address, port))


def notify_message(zone: str) -> bytes:
    """The wire form: opcode NOTIFY, a SOA question, AA set."""
    message = dns.message.make_query(f"{zone}.", dns.rdatatype.SOA)
    message.set_opcode(dns.opcode.NOTIFY)
    message.flags |= dns.flags.AA
    message.flags &= ~dns.flags.RD
    return message.to_wire()
