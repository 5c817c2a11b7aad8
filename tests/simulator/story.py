"""One seed's story: a step is one and a half hours in which people act, the hub's timer ticks, agents take turns, things fail."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

from skyddsnat.hub.audit.keys import ensure_log_key
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.keys import ensure_key
from skyddsnat.policy.protect import ProtectList
from tests.cast import OPERATORS, make_cast
from tests.simulator.hub import Hub
from tests.simulator.members import LAWFUL, OWN, Members
from tests.simulator.network import Link
from tests.simulator.promises import broken_books, broken_now, read_on
from tests.simulator.site import Fuse, Site

STEP = timedelta(minutes=90)
STEPS_A_DAY = 16


@cache
def protected() -> ProtectList:
    return ProtectList.build(members_own=OWN, extra=LAWFUL)


def make_template(folder: Path) -> Path:
    """An empty database, migrated once for all stories."""
    folder.mkdir()
    made = Hub(folder, None)
    made.close()
    return made.file


class Story:
    """Everything that a seed decides."""

    def __init__(self, seed: int, folder: Path, template: Path) -> None:
        self.seed, self.luck = seed, random.Random(seed)
        Path(settings.LOG_KEY_FILE).with_suffix(".signed").unlink(missing_ok=True)  # another story, another log
        self.hub = Hub(folder, template)
        self.cast = make_cast()
        self.members = Members(self.hub, self.cast, random.Random(seed * 7 + 1))
        _inform, verified = feeds.feeds(self.cast.circle.pk)
        self.collection = verified.pk
        ensure_log_key()
        key = ensure_key(Path(settings.FEED_KEY_FILE))
        self.sites = [self._site(name, folder / name, key) for name in OPERATORS]
        self.quiet = {site.name: 0 for site in self.sites}
        self.tail: list[int] = []
        self.lies = 0
        self._honest_after = 0

    def _site(self, name: str, folder: Path, key: str) -> Site:
        luck = random.Random(f"{self.seed}{name}")
        folder.mkdir()
        link = Link(self.hub, luck)
        site = Site(name, folder, self.hub, link, self.collection, protected(), luck)
        site.settle_in(token=self.cast.token(name, "taxii"), stats=self.cast.token(name, "stats"), public_key=key)
        return site

    def play(self, days: int) -> dict[str, Any]:
        """Live through the days; stops at the first broken promise."""
        watch = Fuse.watch()
        for one in watch:
            one.start()
        try:
            broken = self._live(days * STEPS_A_DAY)
        finally:
            for site in self.sites:
                site.die()
            for one in watch:
                one.stop()
            self.hub.close()
        return {
            "seed": self.seed,
            "days": days,
            "broken": broken,
            "acts": self.members.acts,
            "rounds": sum(site.rounds for site in self.sites),
            "deaths": self.hub.deaths + sum(site.deaths for site in self.sites),
            "lies": self.lies,
            "lost_requests": sum(site.link.faults for site in self.sites),
            "acknowledged": sum(map(len, self.members.acknowledged.values())),
            "blocked": max(len(resolver.blocks) for site in self.sites for resolver in site.resolvers),
        }

    def _live(self, steps: int) -> list[str]:
        for step in range(1, steps + 1):
            self.hub.now += STEP
            self._weather()
            for _ in range(self.luck.choice((0, 1, 1, 2, 4))):
                self.members.act()
            if self.luck.random() < 0.5:
                self.members.tick()
            for site in self.luck.sample(self.sites, len(self.sites)):
                if self.luck.random() < 0.8:
                    self._turn(site)
                if self.luck.random() < 0.05:
                    self._hurry(site)
            read_on(self.tail)
            broken = list(broken_now(self.members, self.sites, quiet=self.quiet))
            if step % STEPS_A_DAY == 0:
                broken += broken_books(self.members, self.tail)
            if broken:
                return [f"day {step / STEPS_A_DAY:.1f}: {line}" for line in broken]
        return []

    def _hurry(self, site: Site) -> None:
        """Some rounds within the hour for which a head is fresh, as a real agent has them: answers may overtake each other."""
        for _ in range(4):
            self.hub.now += timedelta(minutes=4)
            self._turn(site)

    def _turn(self, site: Site) -> None:
        """A round, and whether anything hindered it."""
        deaths, faults, taken_at = site.deaths, site.link.faults, site.taken_at
        site.turn()
        died = site.deaths > deaths
        if died and self.luck.random() < 0.6:
            self.members.take_back_newest(of=site.in_files)
        hindered = (
            not site.link.up
            or site.link.trick is not None
            or died
            or site.link.faults > faults
            or abs(site.skew - self.hub.skew) > timedelta(minutes=4)
        )
        if hindered:
            site.taken_at = taken_at  # what an agent takes from a liar or by a bad line may be older than it looks
        self.quiet[site.name] = 0 if hindered else self.quiet[site.name] + 1
        if died and self.luck.random() < 0.8:  # whoever watches over services starts it again
            self.hub.now += timedelta(minutes=1)
            self._turn(site)

    def _weather(self) -> None:
        """What fails, and what comes back."""
        for site in self.sites:
            luck = site.luck.random()
            if site.link.up and luck < 0.01:
                site.link.up = False
            elif not site.link.up and luck < 0.06:
                site.link.up = True
            if site.luck.random() < 0.02:
                site.skew = timedelta(minutes=site.luck.choice((0, 0, 2, -2, 90, -90, 60 * 24)))
            for resolver in site.resolvers:
                resolver.up = site.luck.random() > (0.03 if resolver.up else 0.5)
                resolver.look(site.zones)
        if self.luck.random() < 0.02:
            self.hub.skew = timedelta(minutes=self.luck.choice((0, 0, 0, 2, -2, 45, -45)))
        self._lie()

    def _lie(self) -> None:
        """Now and then somebody on the hub's machine tampers with what it serves, for some hours."""
        if self._honest_after:
            self._honest_after -= 1
            if not self._honest_after:
                for site in self.sites:
                    site.link.trick = None
            return
        if self.luck.random() < 0.04:
            self.lies += 1
            self._honest_after = self.luck.randint(1, 6)
            trick = self.luck.choice(LIES)(self.luck)
            for site in self.sites:
                site.link.trick = trick


def _lie_about_objects(change: Any) -> Any:
    def trick(path: str, answer: httpx.Response) -> httpx.Response:
        if not path.endswith("/objects/") or answer.status_code != 200:
            return answer
        body = json.loads(answer.content)
        body["objects"] = change(body.get("objects", []))
        return httpx.Response(200, headers=dict(answer.headers), content=json.dumps(body))

    return trick


def _leave_out(luck: random.Random) -> Any:
    return _lie_about_objects(lambda things: things[:-1])


def _slip_in_lawful(luck: random.Random) -> Any:
    """One name becomes another, under the same id and version."""
    return _lie_about_objects(
        lambda things: [
            {**thing, "pattern": f"[domain-name:value = '{luck.choice(LAWFUL)}']"} if "pattern" in thing else thing
            for thing in things
        ]
    )


def _revive(luck: random.Random) -> Any:
    """What was withdrawn is served as if it stood."""
    return _lie_about_objects(lambda things: [{**thing, "revoked": False} for thing in things])


def _forge_head(luck: random.Random) -> Any:
    def trick(path: str, answer: httpx.Response) -> httpx.Response:
        if not path.endswith("/head/") or answer.status_code != 200:
            return answer
        body = json.loads(answer.content)
        body["head"] = body["head"].replace('"count":', '"count":1')
        return httpx.Response(200, headers=dict(answer.headers), content=json.dumps(body))

    return trick


def _play_back(luck: random.Random) -> Any:
    """Whatever it answered first, it answers for hours."""
    kept: dict[str, httpx.Response] = {}

    def trick(path: str, answer: httpx.Response) -> httpx.Response:
        old = kept.setdefault(path, answer)
        return httpx.Response(old.status_code, headers=dict(old.headers), content=old.content)

    return trick


LIES = (_leave_out, _slip_in_lawful, _revive, _forge_head, _play_back)
