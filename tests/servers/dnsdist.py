"""A real dnsdist on loopback that answers every name by itself, save for what the snippet stops."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import dns.edns
import dns.exception
import dns.message
import dns.query

from skyddsnat.demo.ports import free_port
from tests.servers.processes import await_ready, stop, which

LAWFUL_ADDRESS = "192.0.2.7"
_CONFIG = """setLocal("127.0.0.1:{port}")
setSecurityPollSuffix("")
{snippet}
addAction(AllRule(), SpoofAction({{"{address}"}}))
"""


@dataclass(slots=True)
class Dnsdist:
    """One front-end."""

    port: int
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, folder: Path, snippet: str) -> Dnsdist:
        """Start it with the snippet in its configuration."""
        folder.mkdir(parents=True, exist_ok=True)
        port, log = free_port(), folder / "dnsdist.log"
        config = folder / "dnsdist.conf"
        config.write_text(_CONFIG.format(port=port, snippet=snippet, address=LAWFUL_ADDRESS))
        words = [which("dnsdist"), "-C", str(config), "--supervised", "--disable-syslog"]
        with log.open("wb") as out:
            server = cls(port, subprocess.Popen(words, stdout=out, stderr=out))
        await_ready(server.process, lambda: server.ask("www.lawful.test", seconds=1) is not None, log=log)
        return server

    def stop(self) -> None:
        stop(self.process)

    def ask(self, name: str, kind: str = "A", *, seconds: float = 10) -> dns.message.Message | None:
        """The answer, None if there is none."""
        query = dns.message.make_query(f"{name}.", kind, use_edns=0)
        try:
            return dns.query.udp(query, "127.0.0.1", port=self.port, timeout=seconds)
        except (OSError, dns.exception.DNSException):
            return None

    def addresses(self, name: str, kind: str = "A") -> list[str]:
        """What a client is told, which is nothing where the name is stopped."""
        answer = self.ask(name, kind)
        assert answer is not None
        return [data.to_text() for rrset in answer.answer for data in rrset]

    def stops(self, name: str) -> bool:
        """Whether the look-up is refused."""
        return not self.addresses(name)

    def reason(self, name: str) -> int | None:
        """The extended error that goes with the answer."""
        answer = self.ask(name)
        assert answer is not None
        return next((int(option.code) for option in answer.options if isinstance(option, dns.edns.EDEOption)), None)
