"""A real Knot Resolver on loopback, and the small Knot DNS beside it that brings it the zones."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.sample_toml import KnownResolver
from skyddsnat.agent.samples import bridge_conf, kresd_conf
from tests.servers.knot import answers_soa
from tests.servers.processes import await_ready, stop, which
from tests.servers.resolver import Change, Resolver


@dataclass(slots=True)
class KnotResolver(Resolver):
    """One resolver with its bridge."""

    kind: ClassVar[ResolverKind] = ResolverKind.KNOT_RESOLVER
    bridge: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def known(self) -> KnownResolver:
        known = super(KnotResolver, self).known
        return replace(known, notify_port=self.sample.bridge.port, zone_files=self.folder)

    def start(self, *, change: tuple[str, str] = ("", ""), seconds: float = 120.0) -> Self:
        """The bridge first: kresd wants both files to be there."""
        before, after = change
        for inner in (self.sample.sockets / "run", self.folder / "db"):
            inner.mkdir(exist_ok=True)
        text = bridge_conf(self.sample)
        config = self.folder / "bridge.conf"
        config.write_text(text.replace(before, after) if before else text)
        log = self.folder / "bridge.log"
        with log.open("ab") as output:
            self.bridge = subprocess.Popen([which("knotd"), "-c", str(config)], stdout=output, stderr=output)
        await_ready(self.bridge, lambda: answers_soa(self.sample.bridge, self.sample.hot_zone), log=log)
        until = time.monotonic() + 120
        while not all(self.sample.copy_of(role).exists() for role, _ in self.sample.zones):
            assert time.monotonic() < until, log.read_text()[-2000:]
            time.sleep(0.05)
        super(KnotResolver, self).start(change=change, seconds=seconds)
        return self

    def command(self, changed: Change) -> list[str]:
        config = self.folder / "kresd.conf"
        config.write_text(changed(kresd_conf(self.sample)))
        return [which("kresd"), "-n", "-c", str(config), str(self.folder)]

    def stop(self, *, hard: bool = False) -> None:
        super(KnotResolver, self).stop(hard=hard)
        if self.bridge is not None:
            stop(self.bridge, hard=hard)
            self.bridge = None
