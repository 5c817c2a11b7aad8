"""A real knotd on loopback, in a folder of its own."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path

import dns.exception
import dns.message
import dns.query

from skyddsnat.agent.samples import Endpoint, Key, PrimarySample, empty_zone, knot_conf
from skyddsnat.demo.ports import free_port
from tests.servers.processes import await_ready, stop, which

LAWFUL_ZONE = "test"
LAWFUL_ADDRESS = "192.0.2.1"


@dataclass(slots=True)
class Knot:
    """One server.  Every name under `test.` resolves, so that a block is seen by its absence."""

    folder: Path
    sample: PrimarySample
    process: subprocess.Popen[bytes] | None = field(default=None)
    serial: int = 1
    """Of the ordinary zone."""

    @classmethod
    def make(
        cls,
        folder: Path,
        *,
        hot_zone: str,
        base_zone: str,
        key_secret: str,
        resolvers: tuple[Endpoint, ...] = (),
        transfer_key: Key | None = None,
        address: str = "127.0.0.1",
        keyless: tuple[str, ...] | None = None,
    ) -> Knot:
        """Write zones and folders; does not start it."""
        for name in ("zones", "db", "run"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for role, zone in (("hot", hot_zone), ("base", base_zone)):
            (folder / "zones" / f"{role}.zone").write_text(empty_zone(zone))
        lawful = folder / "lawful.zone"
        lawful.write_text(lawful_zone())
        sample = PrimarySample(
            listen=Endpoint(address, free_port()),
            agent="127.0.0.1",
            hot_zone=hot_zone,
            base_zone=base_zone,
            zone_dir=folder / "zones",
            key_name="agent",
            key_algorithm="hmac-sha256",
            key_secret=key_secret,
            resolvers=resolvers,
            transfer_key=transfer_key,
            keyless=keyless,
            run_dir=folder / "run",
            database_dir=folder / "db",
            plain_zones=((LAWFUL_ZONE, lawful),),
        )
        return cls(folder, sample)

    @property
    def endpoint(self) -> Endpoint:
        return self.sample.listen

    def with_resolvers(self, *resolvers: Endpoint) -> Knot:
        """The same server knowing its resolvers, which know it too."""
        self.sample = replace(self.sample, resolvers=resolvers)
        return self

    def start(self, *, change: tuple[str, str] = ("", "")) -> Knot:
        config, (before, after) = self.folder / "knot.conf", change
        text = knot_conf(self.sample)
        config.write_text(text.replace(before, after) if before else text)
        log = (self.folder / "knot.log").open("ab")
        self.process = subprocess.Popen([which("knotd"), "-c", str(config)], stdout=log, stderr=log)
        await_ready(
            self.process, lambda: answers_soa(self.endpoint, self.sample.hot_zone), log=self.folder / "knot.log"
        )
        return self

    def stop(self, *, hard: bool = False) -> None:
        if self.process is not None:
            stop(self.process, hard=hard)
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def serve_lawful(self, *, missing: str = "", more: str = "") -> None:
        """Change the ordinary zone: one name in it no longer exists, or there are more lines."""
        self.serial += 1  # not the time: two changes may come within a second
        (self.folder / "lawful.zone").write_text(lawful_zone(serial=self.serial, missing=missing) + more)
        subprocess.run(
            [which("knotc"), "-c", str(self.folder / "knot.conf"), "-b", "zone-reload", LAWFUL_ZONE],
            check=True,
            capture_output=True,
        )


def answers_soa(place: Endpoint, zone: str) -> bool:
    """Whether anybody answers there."""
    query = dns.message.make_query(f"{zone}.", "SOA")
    try:
        return bool(dns.query.udp(query, place.address, port=place.port, timeout=0.2).id)
    except (OSError, dns.exception.DNSException):
        return False


def lawful_zone(*, serial: int = 1, missing: str = "") -> str:
    """`test.` with one address for everything.  missing: a label that does not exist, by a wildcard-free listing."""
    lines = ["$ORIGIN test.", "$TTL 1", f"@ SOA ns.test. hostmaster.test. {serial} 30 10 1209600 1", "@ NS ns.test."]
    lines += ["ns A 127.0.0.1", f"www.lawful A {LAWFUL_ADDRESS}"]
    if missing:
        lines = [line for line in lines if not line.startswith(f"{missing} ")]
    else:
        lines.append(f"* A {LAWFUL_ADDRESS}")
    return "\n".join(lines) + "\n"
