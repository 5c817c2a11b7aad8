"""A real PowerDNS Recursor on loopback, in a folder of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.samples import powerdns_conf
from tests.servers.processes import which
from tests.servers.resolver import Change, Resolver


@dataclass(slots=True)
class PowerDNS(Resolver):
    """One resolver."""

    kind: ClassVar[ResolverKind] = ResolverKind.POWERDNS

    def command(self, changed: Change) -> list[str]:
        (self.folder / "recursor.yml").write_text(changed(powerdns_conf(self.sample)))
        return [which("pdns_recursor"), f"--config-dir={self.folder}"]

    def control_command(self) -> list[str]:
        return [which("rec_control"), f"--config-dir={self.folder}", f"--socket-dir={self.sample.sockets}"]
