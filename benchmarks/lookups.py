"""A customer's look-ups, for processes of their own: what they see waits for nothing that the agent's process is busy with."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rcode

ANSWERED, STOPPED, SILENT = "answered", "stopped", "silent"
PROBE_EVERY = 0.05


def awake() -> None:
    """Nothing, for as long as each of several processes needs to take one."""
    time.sleep(1)


def shows(address: str, port: int, name: str, state: str, seconds: float) -> float:
    """The moment (monotonic, the same for all processes) at which a client first sees the state, below the name."""
    until = time.monotonic() + seconds
    while seen(address, port, f"{secrets.token_hex(6)}.{name}") != state:
        if time.monotonic() > until:
            raise TimeoutError(f"after {seconds:g} s {name} is not {state} at port {port}")
        time.sleep(0.01)
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class Probed:
    """Look-ups of lawful names at one resolver.  silent: nobody answered within a second.  longest: seconds without an answer."""

    asked: int = 0
    silent: int = 0
    longest: float = 0.0


def probe(address: str, port: int, stop: Path) -> Probed:
    """Ask again and again until somebody makes the file."""
    asked = silent = 0
    longest, since = 0.0, time.monotonic()
    while not stop.exists():
        asked += 1
        if seen(address, port, f"{secrets.token_hex(6)}.lagligt.test") == SILENT:
            silent += 1
            continue
        longest = max(longest, time.monotonic() - since)
        time.sleep(PROBE_EVERY)
        since = time.monotonic()
    return Probed(asked, silent, longest)


def seen(address: str, port: int, name: str) -> str:
    """What a client sees of a name."""
    try:
        answer = dns.query.udp(dns.message.make_query(f"{name}.", "A"), address, port=port, timeout=1.0)
    except (OSError, dns.exception.DNSException):
        return SILENT
    return STOPPED if answer.rcode() == dns.rcode.NXDOMAIN else ANSWERED if answer.answer else SILENT
