"""A real BIND on loopback: as a resolver, and as the primary of the policy zones."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.samples import (
    Endpoint,
    Key,
    PrimarySample,
    bind_conf,
    bind_primary_conf,
    empty_zone,
)
from skyddsnat.demo.ports import free_port
from tests.servers.knot import LAWFUL_ZONE, answers_soa, lawful_zone
from tests.servers.processes import await_ready, stop, which
from tests.servers.resolver import Change, Resolver


@dataclass(slots=True)
class Bind(Resolver):
    """One resolver."""

    kind: ClassVar[ResolverKind] = ResolverKind.BIND

    def command(self, changed: Change) -> list[str]:
        config = self.folder / "named.conf"
        config.write_text(changed(bind_conf(self.sample)))
        return [which("named"), "-g", "-n", "1", "-c", str(config)]


@dataclass(slots=True)
class BindPrimary:
    """A primary that takes updates.  Every name under `test.` resolves there too."""

    folder: Path
    sample: PrimarySample
    process: subprocess.Popen[bytes] | None = field(default=None)

    @classmethod
    def make(
        cls,
        folder: Path,
        *,
        hot_zone: str,
        base_zone: str,
        key_secret: str,
        transfer_key: Key,
        address: str,
        keyless: tuple[str, ...],
    ) -> BindPrimary:
        """Write zones and folders; does not start it."""
        (folder / "zones").mkdir(parents=True, exist_ok=True)
        (folder / "lawful.zone").write_text(lawful_zone())
        sample = PrimarySample(
            listen=Endpoint(address, free_port()),
            agent="127.0.0.1",
            hot_zone=hot_zone,
            base_zone=base_zone,
            zone_dir=folder / "zones",
            key_name="agent",
            key_algorithm="hmac-sha256",
            key_secret=key_secret,
            transfer_key=transfer_key,
            resolvers=(),
            keyless=keyless,
            run_dir=folder,
            database_dir=folder,
            plain_zones=((LAWFUL_ZONE, folder / "lawful.zone"),),
        )
        for role, zone in sample.zones:
            (folder / f"skyddsnat-{role}.zone").write_text(empty_zone(zone))
        return cls(folder, sample)

    @property
    def endpoint(self) -> Endpoint:
        return self.sample.listen

    def start(self, *, change: tuple[str, str] = ("", "")) -> BindPrimary:
        config, log = self.folder / "named.conf", self.folder / "named.log"
        before, after = change
        text = bind_primary_conf(self.sample)
        config.write_text(text.replace(before, after) if before else text)
        with log.open("ab") as output:
            command = [which("named"), "-g", "-n", "1", "-c", str(config)]
            self.process = subprocess.Popen(command, stdout=output, stderr=output, cwd=self.folder)
        await_ready(self.process, lambda: answers_soa(self.endpoint, LAWFUL_ZONE), log=log)
        return self

    def stop(self, *, hard: bool = False) -> None:
        if self.process is not None:
            stop(self.process, hard=hard)
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()
