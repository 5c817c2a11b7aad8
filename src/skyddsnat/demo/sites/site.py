"""One operator's own network on loopback: a Knot primary, its resolver and the agent between hub and Knot."""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from base64 import b64encode
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import dns.exception
import dns.message
import dns.query
import dns.rcode

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import load
from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.lock import agent_lock
from skyddsnat.agent.report import report_payload
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.sample_toml import AgentSample, agent_toml
from skyddsnat.agent.samples import Endpoint, Key, PrimarySample, ResolverSample, empty_zone, knot_conf
from skyddsnat.agent.state import State
from skyddsnat.agent.status import Status, read_status
from skyddsnat.demo.places import write_private
from skyddsnat.demo.ports import free_port
from skyddsnat.demo.processes import SKYDDSNAT, Child, ChildFailed, Children, find_program
from skyddsnat.demo.sites import servers
from skyddsnat.demo.sites.networks import NETWORKS, SUBSCRIPTIONS, Network
from skyddsnat.policy.coverage import Listed

HELD = 3  # the agent's exit code when something waits for people
ENDINGS = ("test", "example")
LAWFUL_ADDRESS = "192.0.2.80"  # RFC 5737: nothing is there
LAWFUL = ("www.lagligt.test", "www.lagligt.example")


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the agent needs of the hub.  collections: (id, title) of verified feeds.  benchmark_key: path of the key file."""

    hub_url: str
    public_key: str
    log_public_key: str
    collections: tuple[tuple[UUID, str], ...]
    taxii_token: str
    stats_token: str
    shares_token: str = ""
    benchmark_key: str = ""
    passphrase: str = ""


@dataclass(slots=True)
class Site:
    """The processes of one network."""

    folder: Path
    children: Children
    subscription: Subscription
    network: Network = NETWORKS[0]
    knot: Endpoint = field(default_factory=lambda: Endpoint("127.0.0.1", free_port()))
    resolver: Endpoint = field(default_factory=lambda: Endpoint("127.0.0.1", free_port()))
    bridge: Endpoint = field(default_factory=lambda: Endpoint("127.0.0.1", free_port()))
    agent: Child | None = None
    _sockets: TemporaryDirectory[str] = field(
        default_factory=lambda: TemporaryDirectory(prefix="skyddsnat-"), repr=False
    )

    @property
    def config(self) -> Path:
        """The agent's own file."""
        return self.folder / "agent.toml"

    def start_servers(self) -> None:
        """Write all configurations and start Knot and the resolver, both empty of blocks."""
        self._write()
        hot = self.network.zones[0][1]
        knot = self.children.start(self._child("knot"), [find_program("knotd"), "-c", str(self.folder / "knot.conf")])
        self.children.wait_until(knot, lambda: asks(self.knot, hot, "SOA") is not None)
        sample, folder = self._resolver_sample(), self._resolver_folder
        resolver = servers.start(self.network.kind, self._child(self.network.kind), folder, sample, self.children)
        self.children.wait_until(resolver, lambda: self.resolves(LAWFUL[0]))

    def start_agent(self) -> None:
        """Start the agent's loop, as an operator does."""
        self.agent = self.children.start(
            self._child("agent"), [*SKYDDSNAT, "agent", "run", "--config", str(self.config)]
        )

    @property
    def past_log(self) -> Path:
        """Where the hits of last month stand, beside what the resolver writes today."""
        return self.folder / "last-month.log"

    @property
    def state_folder(self) -> Path:
        """The agent's data_dir."""
        return self.folder / "state"

    @property
    def _resolver_folder(self) -> Path:
        return self.folder / self.network.kind

    @property
    def _socket_folder(self) -> Path:
        """Short, wherever the demo's data lies: the system takes no socket whose path is long."""
        return Path(self._sockets.name)

    def _child(self, what: str) -> str:
        return f"{self.network.member}-{what}"

    def resolves(self, name: str) -> bool:
        """Whether a customer gets an address for the name."""
        answer = asks(self.resolver, name, "A")
        return answer is not None and answer.rcode() == dns.rcode.NOERROR and bool(answer.answer)

    def is_stopped(self, name: str) -> bool:
        """Whether the resolver answers that there is no such name."""
        answer = asks(self.resolver, name, "A")
        return answer is not None and answer.rcode() == dns.rcode.NXDOMAIN

    def status(self) -> dict[str, Any]:
        """What `skyddsnat agent status --json` says."""
        return self.command("status")

    def stands(self) -> Status:
        """The same as the demo asks it again and again: read where the command reads it, without a process for each look."""
        with closing(State.open(self.state_folder)) as state:
            return read_status(load(self.config), state, now=datetime.now(UTC))

    def reported(self) -> dict[str, Any]:
        """What the agent tells the hub of where it stands: its list, what it holds, how long its publish took."""
        return report_payload(self.stands(), name=self.network.agent, now=datetime.now(UTC))

    def let_in(self, *people: str) -> bool:
        """As `approve_held`, for a demo's first lists, which are no part of the story: by what the command works with, so that
        they take no process for each person.  Raises ChildFailed."""
        held = self.stands().list_hold
        if held is None:
            return False
        config = load(self.config)
        try:
            with closing(Agent.open(config)) as agent, agent_lock(config.data_dir):
                for person in people:
                    approved = agent.guarded_by_primary(partial(agent.decisions.approve, held["version"], by=person))
                    if approved.step is not None:
                        agent.settle(approved.step, wait_seconds=config.verify.wait_seconds)
        except AgentError as error:
            raise ChildFailed(f"{self.network.member}'s first list was not put in force: {error}") from error
        return True

    def approve_held(self, *people: str) -> bool:
        """Let these people approve what the agent holds; whether there was anything."""
        held = self.stands().list_hold
        if held is None:
            return False
        for person in people:
            self.command("approve", held["version"], "--by", person)
        return True

    def wait_for_state(self, *states: str, seconds: float = 60.0) -> str:
        """Wait until the agent is in one of the states.  Raises ChildFailed when it takes too long."""
        until = time.monotonic() + seconds
        while (now := self.stands().state.value) not in states:
            self.children.check()
            if time.monotonic() > until:
                raise ChildFailed(f"the agent is {now}, expected {' or '.join(states)} within {seconds:.0f} s")
            time.sleep(0.2)
        return now

    def listed(self, *, newest: bool = True) -> list[Listed]:
        """The domains of the agent's newest list, or of its first; none before it has one."""
        state = State.open(self.state_folder)
        try:
            lists = state.lists.published()
            return sorted(state.lists.entries(lists[0 if newest else -1].version).domains) if lists else []
        finally:
            state.close()

    def command(self, command: str, *arguments: str) -> dict[str, Any]:
        """What a command of the agent says as JSON.  Raises ChildFailed."""
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
        for name, mode in (("zones", 0o755), ("knot", 0o755), ("state", 0o700)):
            (self.folder / name).mkdir(parents=True, exist_ok=True, mode=mode)
        (self._socket_folder / "knot").mkdir(exist_ok=True)
        for role, zone in self.network.zones:
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
        servers.configure(self.network.kind, self._resolver_folder, self._resolver_sample())
        text = self._counting(self._with_benchmark(agent_toml(self._agent(key))))
        self.config.write_text(text, encoding="utf-8")

    def _with_benchmark(self, text: str) -> str:
        """Lets `skyddsnat agent submit` hand in for Alfa; nothing in a folder from before there were keys."""
        if not self.subscription.benchmark_key:
            return text
        write_private(self.folder / "shares.token", self.subscription.shares_token + "\n")
        write_private(self.folder / "benchmark.passphrase", self.subscription.passphrase + "\n")
        key_file = json.dumps(self.subscription.benchmark_key, ensure_ascii=False)
        lines = [f"key_file = {key_file}", 'passphrase_file = "benchmark.passphrase"', 'token_file = "shares.token"']
        part = "[benchmark]\n"  # the sample has it, with every line switched off
        return text.replace(part, part + "".join(f"{line}\n" for line in lines), 1)

    def _counting(self, text: str) -> str:
        """The same with what is counted: the resolver's own log, and that of last month, which was invented."""
        kind, name = self.network.kind, self._child(self.network.kind)
        told = dict(servers.counted(kind, name, self._resolver_folder, self._resolver_sample(), self.children))
        if "hits" in told:
            told["hits"] = [str(self.past_log), *told["hits"]]
        lines = (
            f"subscriptions = {SUBSCRIPTIONS[self.network.member]}",
            "[[count.log]]",
            f'resolver = "{self.network.resolver}"',
            *(f"{what} = {json.dumps(value, ensure_ascii=False)}" for what, value in told.items()),
        )
        part = "[count]\n"  # the sample has it, with every line switched off
        return text.replace(part, part + "".join(f"{line}\n" for line in lines), 1)

    def _knot(self, secret: str) -> PrimarySample:
        return PrimarySample(
            listen=self.knot,
            agent="127.0.0.1",
            hot_zone=self.network.zones[0][1],
            base_zone=self.network.zones[1][1],
            zone_dir=self.folder / "zones",
            key_name="agent",
            key_algorithm="hmac-sha256",
            key_secret=secret,
            transfer_key=self._transfer_key(),
            keyless=("127.0.0.1",),
            resolvers=(),  # what reaches them in time, the agent's own NOTIFY has brought
            run_dir=self._socket_folder / "knot",
            database_dir=self.folder / "knot",
            plain_zones=tuple((ending, self.folder / f"{ending}.zone") for ending in ENDINGS),
        )

    def _resolver_sample(self) -> ResolverSample:
        (_, hot), (_, base) = self.network.zones
        return ResolverSample(
            primary=self.knot,
            agent="127.0.0.1",
            hot_zone=hot,
            base_zone=base,
            folder=self._resolver_folder,
            key=None if self.network.kind is ResolverKind.UNBOUND else self._transfer_key(),
            bridge=self.bridge,
            listen=self.resolver,
            stubs=tuple((ending, self.knot) for ending in ENDINGS),
            log_file=self._resolver_folder / "resolver.log",
            control_socket=None if self.network.kind is ResolverKind.UNBOUND else self._socket_folder / "control",
        )

    def _transfer_key(self) -> Key:
        """The key that signs the resolver's transfers; made once."""
        path = self.folder / "transfer.key"
        if not path.exists():
            write_private(path, b64encode(secrets.token_bytes(32)).decode() + "\n")
        return Key("transfer", path.read_text(encoding="ascii").strip())

    def _agent(self, key: Path) -> AgentSample:
        return AgentSample(
            name=self.network.agent,
            data_dir=self.state_folder,
            hub_url=self.subscription.hub_url,
            collections=self.subscription.collections,
            public_key=self.subscription.public_key,
            log_public_key=self.subscription.log_public_key,
            token_file=self.folder / "taxii.token",
            report_token_file=self.folder / "stats.token",
            hot_zone=self.network.zones[0][1],
            base_zone=self.network.zones[1][1],
            zone_dir=self.folder / "zones",
            primary=self.knot,
            key_file=key,
            resolvers=(
                servers.known(self.network.kind, self.network.resolver, self._resolver_folder, self._resolver_sample()),
            ),
            must_not_block=LAWFUL,
            protect=(f"{self.network.member}.test",),
        )


def asks(server: Endpoint, name: str, kind: str, *, source: str | None = None) -> dns.message.Message | None:
    """One question, from this address; None when nobody answers."""
    query = dns.message.make_query(name, kind)
    try:
        return dns.query.udp(query, server.address, port=server.port, timeout=1.0, source=source)
    except (dns.exception.DNSException, OSError):
        return None


def _lawful_zone(ending: str) -> str:
    """Every name below the ending has an address, so that a block shows as its absence.  TTL 1: nothing hides in caches."""
    head = f"$ORIGIN {ending}.\n$TTL 1\n@ SOA ns hostmaster 1 30 10 1209600 1\n@ NS ns\nns A 127.0.0.1\n"
    return f"{head}* A {LAWFUL_ADDRESS}\n*.alfa A {LAWFUL_ADDRESS}\n"
