"""A real Unbound on loopback, in a folder of its own, with both policy zones and the lawful names of the primary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.samples import unbound_conf
from tests.servers.processes import which
from tests.servers.resolver import ANSWERED, SILENT, STOPPED, Change, Resolver

__all__ = ["ANSWERED", "SILENT", "STOPPED", "Unbound"]


@dataclass(slots=True)
class Unbound(Resolver):
    """One resolver."""

    kind: ClassVar[ResolverKind] = ResolverKind.UNBOUND
    takes_key: ClassVar[bool] = False

    def command(self, changed: Change) -> list[str]:
        config = self.folder / "unbound.conf"
        config.write_text(changed(unbound_conf(self.sample)))
        return [which("unbound"), "-c", str(config), "-d"]

    def control_command(self) -> list[str]:
        return [which("unbound-control"), "-c", str(self.folder / "unbound.conf")]

    def reload_command(self) -> list[str]:
        """What makes it read a zone file again; `{zone}` stands for the zone."""
        return [*self.control_command(), "auth_zone_reload", "{zone}"]
