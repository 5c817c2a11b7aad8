"""A real Unbound on loopback, in a folder of its own, with both policy zones and the lawful names of the primary."""

from __future__ import annotations

import secrets
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from skyddsnat.agent.samples import Endpoint, UnboundSample, unbound_conf
from tests.servers.processes import await_ready, free_port, stop, which

ANSWERED, STOPPED, SILENT = "answered", "stopped", "silent"


@dataclass(slots=True)
class Unbound:
    """One resolver."""

    folder: Path
    sample: UnboundSample
    process: subprocess.Popen[bytes] | None = field(default=None)

    @classmethod
    def make(
        cls, folder: Path, *, lawful: Endpoint, hot_zone: str, base_zone: str, zone_files: Path | None = None
    ) -> Unbound:
        """Choose a port and a folder; does not start it.

        lawful: the server of ordinary names, which is the primary too unless the resolver reads `zone_files` by itself.
        """
        folder.mkdir(parents=True, exist_ok=True)
        sample = UnboundSample(
            primary=lawful if zone_files is None else None,
            agent="127.0.0.1",
            hot_zone=hot_zone,
            base_zone=base_zone,
            folder=zone_files or folder,
            listen=Endpoint("127.0.0.1", free_port()),
            stubs=(("test", lawful),),
            log_file=folder / "unbound.log",
            control_socket=folder / "control" if zone_files is not None else None,
        )
        return cls(folder, sample)

    @property
    def endpoint(self) -> Endpoint:
        listen = self.sample.listen
        assert listen is not None
        return listen

    def start(self, *, change: tuple[str, str] = ("", "")) -> Unbound:
        """Start it.  change: what a careless operator has made of a line."""
        config = self.folder / "unbound.conf"
        config.write_text(unbound_conf(self.sample).replace(*change))
        with (self.folder / "stderr.log").open("ab") as log:
            self.process = subprocess.Popen([which("unbound"), "-c", str(config), "-d"], stdout=log, stderr=log)
        await_ready(self.process, lambda: self.look_up("www.lawful.test") == ANSWERED, log=self.folder / "unbound.log")
        return self

    def reload_command(self) -> list[str]:
        """What makes it read a zone file again; `{zone}` stands for the zone."""
        return [which("unbound-control"), "-c", str(self.folder / "unbound.conf"), "auth_zone_reload", "{zone}"]

    def stop(self, *, hard: bool = False) -> None:
        if self.process is not None:
            stop(self.process, hard=hard)
            self.process = None

    def look_up(self, name: str, kind: str = "A") -> str:
        """What a client sees: an address, a refusal, or nothing."""
        query = dns.message.make_query(f"{name}.", kind)
        try:
            answer = dns.query.udp(query, self.endpoint.address, port=self.endpoint.port, timeout=1.0)
        except (OSError, dns.exception.DNSException):
            return SILENT
        if answer.rcode() == dns.rcode.NXDOMAIN:
            return STOPPED
        return ANSWERED if answer.answer else SILENT

    def addresses(self, name: str, kind: str = "A") -> list[str]:
        """The addresses of a name."""
        query = dns.message.make_query(f"{name}.", kind)
        answer = dns.query.udp(query, self.endpoint.address, port=self.endpoint.port, timeout=1.0)
        return [data.to_text() for rrset in answer.answer for data in rrset]

    def await_state(self, name: str, state: str, *, seconds: float = 10.0, fresh: bool = False) -> float:
        """Wait until a name is answered or stopped; returns the seconds it took.  fresh: ask below it, a new name each time."""
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            asked = f"{secrets.token_hex(6)}.{name}" if fresh else name
            if self.look_up(asked) == state:
                return time.monotonic() - started
            time.sleep(0.01)
        raise AssertionError(f"after {seconds} s the resolver had not {state} the name")
