"""Alfa's own network on loopback: a Knot primary, an Unbound resolver and the agent between hub and Knot."""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import dns.exception
import dns.message
import dns.query
import dns.rcode

from skyddsnat.agent.sample_toml import AgentSample, agent_toml
from skyddsnat.agent.samples import Endpoint, KnotSample, UnboundSample, empty_zone, knot_conf, unbound_conf
from skyddsnat.demo.places import write_private
from skyddsnat.demo.processes import SKYDDSNAT, Child, ChildFailed, Children, find_program, free_port

HOT, BASE = "hot.rpz.alfa.test", "base.rpz.alfa.test"
HELD = 3  # the agent's exit code when something waits for people
ENDINGS = ("test", "example")
LAWFUL_ADDRESS = "192.0.2.80"  # RFC 5737: nothing is there
LAWFUL = ("www.lagligt.test", "www.lagligt.example")


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the agent needs of the hub.  collections: (id, title) of verified feeds."""

    hub_url: str
    public_key: str
    collections: tuple[tuple[UUID, str], ...]
    taxii_token: str
    stats_token: str


@dataclass(slots=True)
class Site:
    """The three processes."""

    folder: Path
    children: Children
    subscription: Subscription
    knot: Endpoint = field(default_factory=lambda: Endpoint("127.0.0.1", free_port()))
    resolver: Endpoint = field(default_factory=lambda: Endpoint("127.0.0.1", free_port()))
    agent: Child | None = None

    @property
    def config(self) -> Path:
        """The agent's own file."""
        return self.folder / "agent.toml"

    def start_servers(self) -> None:
        """Write all configurations and start Knot and Unbound, both empty of blocks."""
        self._write()
        knot = self.children.start("knot", [find_program("knotd"), "-c", str(self.folder / "knot.conf")])
        self.children.wait_until(knot, lambda: asks(self.knot, HOT, "SOA") is not None)
        unbound = self.children.start("unbound", [find_program("unbound"), "-c", str(self.folder / "unbound.conf")])
        self.children.wait_until(unbound, lambda: self.resolves(LAWFUL[0]))

    def start_agent(self) -> None:
        """Start the agent's loop, as an operator does."""
        self.agent = self.children.start("agent", [*SKYDDSNAT, "agent", "run", "--config", str(self.config)])

    def resolves(self, name: str) -> bool:
        """Whether a customer of Alfa's gets an address for the name."""
        answer = asks(self.resolver, name, "A")
        return answer is not None and answer.rcode() == dns.rcode.NOERROR and bool(answer.answer)

    def is_stopped(self, name: str) -> bool:
        """Whether the resolver answers that there is no such name."""
        answer = asks(self.resolver, name, "A")
        return answer is not None and answer.rcode() == dns.rcode.NXDOMAIN

    def status(self) -> dict[str, Any]:
        """What `skyddsnat agent status --json` says."""
        return self._ask("status")

    def approve_held(self, *people: str) -> bool:
        """Let these people approve what the agent holds; whether there was anything."""
        version = self.status()["held_version"]
        if not version:
            return False
        for person in people:
            self._ask("approve", version, "--by", person)
        return True

    def wait_for_state(self, *states: str, seconds: float = 20.0) -> str:
        """Wait until the agent is in one of the states.  Raises ChildFailed when it takes too long."""
        until = time.monotonic() + seconds
        while (now := str(self.status()["state"])) not in states:
            self.children.check()
            if time.monotonic() > until:
                raise ChildFailed(f"the agent is {now}, expected {' or '.join(states)} within {seconds:.0f} s")
            time.sleep(0.2)
        return now

    def _ask(self, command: str, *arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            [*SKYDDSNAT, "agent", command, *arguments, "--config", str(self.config), "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 1, HELD) or not done.stdout.strip():
            raise ChildFailed(f"`skyddsnat agent {command}` ended with code {done.returncode}: {done.stderr.strip()}")
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return found

    def _write(self) -> None:
        for name in ("zones", "knot", "knot-run", "unbound", "state"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for role, zone in (("hot", HOT), ("base", BASE)):
            path = self.folder / "zones" / f"{role}.zone"
            if not path.exists():
                path.write_text(empty_zone(zone), encoding="utf-8")
        for ending in ENDINGS:
            (self.folder / f"{ending}.zone").write_text(_lawful_zone(ending), encoding="utf-8")
        key = self.folder / "tsig.key"
        if not key.exists():
            write_private(key, b64encode(secrets.token_bytes(32)).decode() + "\n")
        write_private(self.folder / "taxii.token", self.subscription.taxii_token + "\n")
        write_private(self.folder / "stats.token", self.subscription.stats_token + "\n")
        write_private(self.folder / "knot.conf", knot_conf(self._knot(key.read_text(encoding="ascii").strip())))
        (self.folder / "unbound.conf").write_text(unbound_conf(self._unbound()), encoding="utf-8")
        self.config.write_text(agent_toml(self._agent(key)), encoding="utf-8")

    def _knot(self, secret: str) -> KnotSample:
        return KnotSample(
            listen=self.knot,
            agent="127.0.0.1",
            hot_zone=HOT,
            base_zone=BASE,
            zone_dir=self.folder / "zones",
            key_name="agent",
            key_algorithm="hmac-sha256",
            key_secret=secret,
            resolvers=(self.resolver,),
            run_dir=self.folder / "knot-run",
            database_dir=self.folder / "knot",
            plain_zones=tuple((ending, self.folder / f"{ending}.zone") for ending in ENDINGS),
        )

    def _unbound(self) -> UnboundSample:
        return UnboundSample(
            primary=self.knot,
            agent="127.0.0.1",
            hot_zone=HOT,
            base_zone=BASE,
            folder=self.folder / "unbound",
            listen=self.resolver,
            stubs=tuple((ending, self.knot) for ending in ENDINGS),
        )

    def _agent(self, key: Path) -> AgentSample:
        return AgentSample(
            name="alfa-sthlm-1",
            data_dir=self.folder / "state",
            hub_url=self.subscription.hub_url,
            collections=self.subscription.collections,
            public_key=self.subscription.public_key,
            token_file=self.folder / "taxii.token",
            report_token_file=self.folder / "stats.token",
            hot_zone=HOT,
            base_zone=BASE,
            zone_dir=self.folder / "zones",
            primary=self.knot,
            key_file=key,
            resolvers=(("unbound-1", self.resolver),),
            must_not_block=LAWFUL,
            protect=("alfa.test",),
        )


def asks(server: Endpoint, name: str, kind: str) -> dns.message.Message | None:
    """One question; None when nobody answers."""
    query = dns.message.make_query(name, kind)
    try:
        return dns.query.udp(query, server.address, port=server.port, timeout=1.0)
    except (dns.exception.DNSException, OSError):
        return None


def _lawful_zone(ending: str) -> str:
    """Every name below the ending has an address, so that a block shows as its absence.  TTL 1: nothing hides in caches."""
    head = f"$ORIGIN {ending}.\n$TTL 1\n@ SOA ns hostmaster 1 30 10 1209600 1\n@ NS ns\nns A 127.0.0.1\n"
    return f"{head}* A {LAWFUL_ADDRESS}\n*.alfa A {LAWFUL_ADDRESS}\n"
