"""The demo from its first line to its last: make the world, start the servers, play or wait, stop everything."""

from __future__ import annotations

import json
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx

from skyddsnat.demo.asking import ask_lines
from skyddsnat.demo.places import InUse, Places, write_private
from skyddsnat.demo.ports import is_free
from skyddsnat.demo.processes import SKYDDSNAT, ChildFailed, Children, Stopped, stop_on_signals
from skyddsnat.demo.sites import NETWORKS, Customers, Site, StopPage, Subscription
from skyddsnat.site.http import everybody_s

if TYPE_CHECKING:
    from skyddsnat.demo.benchmark.start import Comparison

FINE, FAILED, WRONG_USE = 0, 1, 2
UPKEEP_SECONDS = 30.0
SITE_SECONDS = 120.0  # five agents start side by side
ONE_WORKER = ("--workers", "1")
COUNT_SECONDS = 600.0  # between two operators that count, so that each does once in fifty minutes
POLL_SECONDS = 2.0  # of the computing parties

type Say = Callable[[str], None]


@dataclass(slots=True)
class Demo:
    """A running coalition."""

    places: Places
    children: Children
    say: Say
    credentials: dict[str, Any] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    comparing: Comparison | None = None

    def make_world(self) -> None:
        """Bring the hub's data up to date, and fill it the first time."""
        from skyddsnat.demo.world import build
        from skyddsnat.hub.audit.keys import ensure_log_key

        self.children.run("migrate", [*SKYDDSNAT, "hub", "migrate", "--data", str(self.places.hub)])
        if build.is_built():
            self.credentials = json.loads(self.places.credentials.read_text(encoding="utf-8"))
            self.credentials["base_url"] = self.places.base_url
            self.credentials["log_public_key"] = ensure_log_key().text()
            self._keep()
            self.say(f"the coalition of before, in {self.places.data}")
            return
        self.say("making the coalition …")
        began = time.monotonic()
        world = build.build(keep=self._keep_world)
        seconds = time.monotonic() - began
        self.say(
            f"made {len(world.coalition.members)} members, {len(world.logins)} people and {world.signals} signals "
            f"over two months, in {seconds:.1f} s"
        )

    def start_hub(self) -> None:
        """Serve the hub on loopback, and wait until it answers."""
        hub = self.children.start(
            "hub",
            [*SKYDDSNAT, "hub", "serve", "--data", str(self.places.hub), "--port", str(self.places.port), *ONE_WORKER],
        )
        self.children.wait_until(hub, self._answers)
        self.say(f"the hub is up: {self.places.base_url}")

    def start_sites(self) -> None:
        """The five operators' machines; each agent's first list waits for two people, who approve it."""
        self.sites = {
            network.member: Site(
                self.places.site_of(network.member), self.children, self._subscription(network.member), network
            )
            for network in NETWORKS
        }
        for site in self.sites.values():
            site.start_servers()
            site.start_agent()
        for member, site in self.sites.items():
            name = self._name_of(member)
            if site.wait_for_state("held", "live", seconds=SITE_SECONDS) == "held" and site.let_in(
                *site.network.engineers
            ):
                self.say(
                    f"{name}'s agent held its first list, as it must; {' and '.join(site.network.engineers)} approved it"
                )
            site.wait_for_state("live", seconds=SITE_SECONDS)
            self.say(
                f"{name}'s agent stops {site.reported()['entries']} names at {site.network.kind} on {site.resolver}"
            )

    @property
    def site(self) -> Site:
        """Alfa's, where most of the story plays."""
        return self.sites["alfa"]

    def _name_of(self, member: str) -> str:
        return str(next(row["name"] for row in self.credentials["members"] if row["id"] == member))

    def stop_page(self) -> StopPage:
        """Alfa's stop page, serving."""
        tokens = next(row["tokens"] for row in self.credentials["members"] if row["id"] == "alfa")
        page = StopPage(
            self.places.data / "alfa-stop-page",
            self._name_of("alfa"),
            f"http://127.0.0.1:{self.places.port}",
            tokens["complaints"],
        )
        page.start(self.children)
        return page

    def parties_at(self, hub_url: str) -> Comparison | None:
        """The three computing parties, started, who ask this hub; None for a folder from before there were any."""
        from skyddsnat.demo.benchmark.start import start

        return start(self.places, self.children, self.credentials, hub_url=hub_url, poll_seconds=POLL_SECONDS)

    def start_parties(self) -> None:
        """The three computing parties, and the members' agents."""
        self.comparing = self.parties_at(f"http://127.0.0.1:{self.places.port}")
        if self.comparing is None:
            self.say(f"{self.places.data} is from before rounds were compared; another DATA= has them")
        else:
            self.say("three computing parties are up; they play rounds while you look around")

    def wait(self) -> None:
        """Keep an eye on everything until someone ends it; rounds go on by the way."""
        from skyddsnat.demo.world.upkeep import keep_up

        rounds = chain(self._counting(), self.comparing.tell_all(self.say) if self.comparing else ())
        today = self._counting_today()
        while True:
            keep_up()
            until = time.monotonic() + UPKEEP_SECONDS
            while time.monotonic() < until:
                self.children.check()
                next(rounds, None)
                next(today)
                time.sleep(0.5)

    def _counting(self) -> Iterator[None]:
        """Operators that write logs count last month's and hand it in, one at a time; Gamma's is left for a form."""
        from skyddsnat.demo.sites import counting

        month = counting.last_month(datetime.now(UTC))
        for site in counting.that_count(self.sites):
            counting.prepare(site, month)
            counting.count_and_hand_in(site, month)
            self.say(f"{self._name_of(site.network.member)} has counted {month} and handed its figures in")
            yield

    def _counting_today(self) -> Iterator[None]:
        """Operators count what the customers of these minutes were stopped from, one at a time, as their timers would."""
        for site in cycle(self.sites.values()):
            due = time.monotonic() + COUNT_SECONDS
            while time.monotonic() < due:
                yield
            try:
                site.command("count")
            except ChildFailed as failed:  # perhaps somebody counts there just now
                self.say(str(failed))

    def _answers(self) -> bool:
        try:
            return (
                httpx.get(f"http://127.0.0.1:{self.places.port}/healthy/", verify=everybody_s(), timeout=2).status_code
                == httpx.codes.OK
            )
        except httpx.HTTPError:
            return False

    def _subscription(self, operator: str) -> Subscription:
        tokens = next(member["tokens"] for member in self.credentials["members"] if member["id"] == operator)
        verified = [one for one in self.credentials["collections"] if one["kind"] == "verified"]
        compared = self.credentials.get("benchmark", {"passphrase": "", "members": []})
        return Subscription(
            hub_url=f"http://127.0.0.1:{self.places.port}",
            public_key=self.credentials["feed_public_key"],
            log_public_key=self.credentials["log_public_key"],
            collections=tuple((UUID(one["id"]), one["title"]) for one in verified),
            taxii_token=tokens["taxii"],
            stats_token=tokens["stats"],
            shares_token=tokens["shares"],
            benchmark_key=next((row["key_file"] for row in compared["members"] if row["id"] == operator), ""),
            passphrase=compared["passphrase"],
        )

    def _keep_world(self, world: Any) -> None:
        from skyddsnat.demo.benchmark.keeping import keep

        self.credentials = world.credentials(self.places.base_url)
        self.credentials["benchmark"] = keep(world.comparing, self.places.benchmark)
        self._keep()

    def _keep(self) -> None:
        text = json.dumps(self.credentials, ensure_ascii=False, indent=2)
        write_private(self.places.credentials, text + "\n")


def run(*, data: Path, port: int, once: bool, say: Say) -> int:
    """Run the demo; returns the exit code.

    Ctrl-C, SIGTERM and SIGHUP end it in order with 0 (1 in the middle of the story).
    """
    places = Places(data.absolute(), port)
    if not is_free(port):
        say(f"port {port} is taken, expected a free one; give another with PORT=")
        return WRONG_USE
    stop_on_signals()
    demo = Demo(places, Children(places.logs), say)
    try:
        with places.locked():
            return _run(demo, once=once)
    except Stopped:
        say("stopping …")
        return FAILED if once else FINE
    except (ChildFailed, InUse) as failed:
        say(str(failed))
        return FAILED
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # nothing must come between us and an orderly end
        demo.children.stop_all()


def _run(demo: Demo, *, once: bool) -> int:
    os.environ.update(demo.places.settings())
    import django

    django.setup()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    demo.make_world()
    demo.start_hub()
    demo.start_sites()
    site = demo.site
    if once:
        from skyddsnat.demo.story.play import play

        return FINE if play(demo) else FAILED
    demo.start_parties()
    stop_page = demo.stop_page()
    Customers(demo.sites).start()
    for line in hints(demo, site, stop_page):
        demo.say(line)
    demo.wait()
    return FINE


def hints(demo: Demo, site: Site, stop_page: StopPage) -> list[str]:
    """What a newcomer does next."""
    from skyddsnat.demo.benchmark.keeping import PASSPHRASE
    from skyddsnat.demo.world.upkeep import a_blocked_name

    at = site.resolver
    return [
        "",
        f"Open {demo.places.base_url} and come in as anyone on the list.",
        *ask_lines(at.address, at.port, lawful="www.lagligt.test", blocked=a_blocked_name()),
        f"Count what it stops:  PYTHONPATH=src .venv/bin/python -m skyddsnat agent count --config {site.config}"
        f" --period {datetime.now(UTC):%Y-%m}",
        f"Alfa's stop page:     {stop_page.url}   (a complaint comes to the hub as a case)",
        f"Passwords and tokens: {demo.places.credentials}",
        f"Benchmark keys:       {demo.places.benchmark / 'keys'}   (passphrase: {PASSPHRASE})",
        "Ctrl-C stops everything.",
    ]
