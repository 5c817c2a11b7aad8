"""The demo from its first line to its last: make the world, start the servers, play or wait, stop everything."""

from __future__ import annotations

import json
import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from skyddsnat.demo.places import InUse, Places, write_private
from skyddsnat.demo.processes import SKYDDSNAT, ChildFailed, Children, Stopped, is_free, stop_on_signals
from skyddsnat.demo.site import Site, Subscription

FINE, FAILED, WRONG_USE = 0, 1, 2
ENGINEERS = ("Erik Sand", "Nora West")  # Alfa's two, who approve its first list
UPKEEP_SECONDS = 30.0
ONE_WORKER = ("--workers", "1")

type Say = Callable[[str], None]


@dataclass(slots=True)
class Demo:
    """A running coalition."""

    places: Places
    children: Children
    say: Say
    credentials: dict[str, Any] = field(default_factory=dict)
    site: Site | None = None

    def make_world(self) -> None:
        """Bring the hub's data up to date, and fill it the first time."""
        from skyddsnat.demo.world import build

        self.children.run("migrate", [*SKYDDSNAT, "hub", "migrate", "--data", str(self.places.hub)])
        if build.is_built():
            self.credentials = json.loads(self.places.credentials.read_text(encoding="utf-8"))
            self.credentials["base_url"] = self.places.base_url
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

    def start_site(self) -> Site:
        """Alfa's machines; the agent's first list waits for two people, who approve it."""
        site = Site(self.places.site, self.children, self._subscription())
        site.start_servers()
        site.start_agent()
        if site.wait_for_state("held", "live") == "held" and site.approve_held(*ENGINEERS):
            self.say(f"Alfa's agent held its first list, as it must; {' and '.join(ENGINEERS)} approved it")
        site.wait_for_state("live")
        self.say(f"Alfa's agent is live with {site.status()['entries']} names; its resolver is {site.resolver}")
        self.site = site
        return site

    def wait(self) -> None:
        """Keep an eye on everything until someone ends it."""
        from skyddsnat.demo.world.upkeep import keep_up

        while True:
            keep_up()
            until = time.monotonic() + UPKEEP_SECONDS
            while time.monotonic() < until:
                self.children.check()
                time.sleep(0.5)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.places.port}/healthy/", timeout=2).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def _subscription(self) -> Subscription:
        tokens = next(member["tokens"] for member in self.credentials["members"] if member["id"] == "alfa")
        verified = [one for one in self.credentials["collections"] if one["kind"] == "verified"]
        return Subscription(
            hub_url=f"http://127.0.0.1:{self.places.port}",
            public_key=self.credentials["feed_public_key"],
            collections=tuple((UUID(one["id"]), one["title"]) for one in verified),
            taxii_token=tokens["taxii"],
            stats_token=tokens["stats"],
        )

    def _keep_world(self, world: Any) -> None:
        self.credentials = world.credentials(self.places.base_url)
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
    site = demo.start_site()
    if once:
        from skyddsnat.demo.story import play

        return FINE if play(demo.credentials, site, demo.say) else FAILED
    for line in hints(demo, site):
        demo.say(line)
    demo.wait()
    return FINE


def hints(demo: Demo, site: Site) -> list[str]:
    """What a newcomer does next."""
    from skyddsnat.demo.world.upkeep import a_blocked_name

    ask = f"kdig @{site.resolver.address} -p {site.resolver.port}"
    return [
        "",
        f"Open {demo.places.base_url} and come in as anyone on the list.",
        f"Ask Alfa's resolver:  {ask} www.lagligt.test        (an address)",
        f"                      {ask} {a_blocked_name()}   (no such name: blocked)",
        f"Passwords and tokens: {demo.places.credentials}",
        "Ctrl-C stops everything.",
    ]
