"""What every resolver of a test can do: start in a folder of its own, answer on loopback, and be asked as a client asks."""

from __future__ import annotations

import secrets
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Self

import dns.edns
import dns.exception
import dns.message
import dns.query
import dns.rcode

from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.sample_toml import KnownResolver
from skyddsnat.agent.samples import Endpoint, Key, ResolverSample
from skyddsnat.demo.ports import free_port
from tests.servers.processes import await_ready, stop

Change = Callable[[str], str]
ANSWERED, STOPPED, SILENT = "answered", "stopped", "silent"


@dataclass(slots=True)
class Resolver:
    """One resolver.  Subclasses say how their kind is configured and started."""

    kind: ClassVar[ResolverKind]
    takes_key: ClassVar[bool] = True

    folder: Path
    sample: ResolverSample
    process: subprocess.Popen[bytes] | None = field(default=None)
    sockets: TemporaryDirectory[str] | None = field(default=None, repr=False)

    @classmethod
    def make(
        cls,
        folder: Path,
        *,
        lawful: Endpoint,
        hot_zone: str,
        base_zone: str,
        zone_files: Path | None = None,
        key: Key | None = None,
        primary: Endpoint | None = None,
        refresh_seconds: int | None = None,
    ) -> Self:
        """Choose a port and a folder; does not start it.

        lawful: the server of ordinary names, which is the primary too unless another is given, or the resolver reads
        `zone_files` by itself.
        """
        folder.mkdir(parents=True, exist_ok=True)
        sockets = TemporaryDirectory(prefix="sn-")  # a path below the test's own folder may be too long for a socket
        sample = ResolverSample(
            primary=(primary or lawful) if zone_files is None else None,
            agent="127.0.0.1",
            hot_zone=hot_zone,
            base_zone=base_zone,
            folder=zone_files or folder,
            key=key if cls.takes_key else None,
            bridge=Endpoint("127.0.0.1", free_port()),
            listen=Endpoint("127.0.0.1", free_port()),
            stubs=(("test", lawful),),
            log_file=folder / "resolver.log",
            control_socket=Path(sockets.name) / "control",
            refresh_seconds=refresh_seconds,
        )
        return cls(folder, sample, sockets=sockets)

    @property
    def endpoint(self) -> Endpoint:
        return self.sample.place

    @property
    def known(self) -> KnownResolver:
        """As it stands in agent.toml."""
        return KnownResolver(
            name=f"{self.kind}-1", endpoint=self.endpoint, kind=self.kind, control=self.control_command()
        )

    @property
    def log(self) -> Path:
        return self.folder / "resolver.log"

    def start(self, *, change: tuple[str, str] = ("", ""), seconds: float = 120.0) -> Self:
        """Start it.  change: what a careless operator has made of a line.  seconds: how long loading the zones may take."""
        before, after = change
        command = self.command(lambda text: text.replace(before, after) if before else text)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        await_ready(self.process, self._is_up, log=self.log, seconds=seconds)
        return self

    def _is_up(self) -> bool:
        """What is asked before it listens is lost, so it is asked often."""
        return self.look_up("www.lawful.test", patience=1, within=0.2) == ANSWERED

    def command(self, changed: Change) -> list[str]:
        """Write the configuration, each text through `changed`, and tell what starts the server."""
        raise NotImplementedError

    def control_command(self) -> list[str]:
        """Its control program, with what finds this very server."""
        return []

    def stop(self, *, hard: bool = False) -> None:
        if self.process is not None:
            stop(self.process, hard=hard)
            self.process = None

    def look_up(self, name: str, kind: str = "A", *, patience: int = 30, within: float = 1.0) -> str:
        """What a client sees: an address, a refusal, or nothing; it asks so many times, and waits so many seconds each time."""
        try:
            answer = self._ask(name, kind, patience, within=within)
        except (OSError, dns.exception.DNSException):
            return SILENT
        if answer.rcode() == dns.rcode.NXDOMAIN:
            return STOPPED
        return ANSWERED if answer.answer else SILENT

    def addresses(self, name: str, kind: str = "A") -> list[str]:
        """The addresses of a name."""
        answer = self._ask(name, kind, patience=30)
        return [data.to_text() for rrset in answer.answer for data in rrset]

    def extended_errors(self, name: str) -> list[tuple[int, str]]:
        """Code and text of each extended error (RFC 8914) that a client with EDNS is told."""
        answer = self._ask(name, "A", patience=30, edns=0)
        return [(error.code, error.text or "") for error in answer.options if isinstance(error, dns.edns.EDEOption)]

    def _ask(
        self, name: str, kind: str, patience: int, *, within: float = 1.0, edns: int | None = None
    ) -> dns.message.Message:
        """A resolver that is busy, or whose server was, is asked again, as clients do.  Raises dns.exception.Timeout, OSError."""
        query = dns.message.make_query(f"{name}.", kind, use_edns=edns)
        for _ in range(patience - 1):
            with suppress(dns.exception.Timeout):
                answer = dns.query.udp(query, self.endpoint.address, port=self.endpoint.port, timeout=within)
                if answer.rcode() != dns.rcode.SERVFAIL:
                    return answer
                time.sleep(0.5)
        return dns.query.udp(query, self.endpoint.address, port=self.endpoint.port, timeout=within)

    def await_state(self, name: str, state: str, *, seconds: float = 120.0, fresh: bool = False) -> float:
        """Wait until a name is answered or stopped; returns the seconds it took.  fresh: ask below it, a new name each time."""
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            asked = f"{secrets.token_hex(6)}.{name}" if fresh else name
            if self.look_up(asked, patience=1) == state:
                return time.monotonic() - started
            time.sleep(0.01)
        raise AssertionError(f"after {seconds} s the resolver had not {state} the name")
