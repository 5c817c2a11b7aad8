"""kill -9 of the hub and a new key for its columns while members work: what was acknowledged is there and opens, nothing stands
by half, no reader misses a row."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.effort import seed, tries
from tests.figures import figure
from tests.servers.postgres import SAFE, cluster, server
from tests.survival.hub import Hub, Members, hub

WORKERS = 3  # processes of the hub, with three machines and two reviewers that write and two readers at the tail
KILLS = tries(short=1, long=40)
CRASHES = tries(short=1, long=25)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def place(request: pytest.FixtureRequest) -> Iterator[Hub]:
    """A hub on each database."""
    if request.param == "sqlite":
        with hub() as here:
            yield here
    else:
        with cluster() as url, hub(url) as here:
            yield here


def verdict_on(here: Hub, members: Members) -> dict[str, Any]:
    """What is lost or half, and what tailing readers missed or saw twice."""
    collections = [here.facts[kind] for kind in members.tails]
    found = dict(here.run("audit", *collections, typed=json.dumps(members.acknowledged)))
    for kind, rows in members.tails.items():
        there = {(stix_id, version) for _, stix_id, version in found["feeds"][here.facts[kind]]}
        seen = [(row[1], row[2]) for row in rows]
        found[f"{kind}_rows"] = len(there)
        found[f"{kind}_missed"] = len(there) - len(set(seen))
        found[f"{kind}_twice"] = len(seen) - len(set(seen))
    return found


@pytest.mark.servers
def test_a_postgresql_that_crashes_under_load_costs_nothing_acknowledged() -> None:
    """People and machines are told to come back meanwhile, and the hub finds its database again by itself."""
    luck = random.Random(seed())
    with server(SAFE) as database, hub(database.url) as here:
        members = Members(here, seed())
        here.start()
        members.work()
        for _ in range(CRASHES):
            at_work(members)
            time.sleep(luck.uniform(0, 0.3))
            database.crash()
            time.sleep(0.5)
            database.start()
        at_work(members)
        members.end()
        found = verdict_on(here, members)
    assert members.faults == []
    assert members.refused > 0
    assert (found["lost"], found["half"]) == ([], [])
    assert [found[f"{kind}_{what}"] for kind in ("verified", "inform") for what in ("missed", "twice")] == [0, 0, 0, 0]
    kept = {"acknowledged": members.done, "lost": 0, "half": 0, "told_to_come_back": members.refused}
    figure("survival.postgresql_crash", crashes=CRASHES, **kept)


def at_work(members: Members) -> None:
    """Wait until the hub has acknowledged some more."""
    was, until = members.done, time.monotonic() + 120
    while members.done < was + 8 and time.monotonic() < until:
        time.sleep(0.01)


def test_what_the_hub_has_acknowledged_survives_its_death(place: Hub, request: pytest.FixtureRequest) -> None:
    luck, members = random.Random(seed()), Members(place, seed())
    place.start(workers=WORKERS)
    members.work()
    for _ in range(KILLS):
        at_work(members)
        time.sleep(luck.uniform(0, 0.4))
        place.kill()
        place.start(workers=WORKERS)
    changed = place.run("new-key")  # while all of them read and write under the old one
    until = time.monotonic() + 240
    while not all(members.acknowledged.values()) and time.monotonic() < until:
        time.sleep(0.05)  # each kind of act has been tried
    members.end()
    found = verdict_on(place, members)
    assert members.faults == []
    assert (found["lost"], found["half"], found["integrity"]) == ([], [], "ok")
    assert [found[f"{kind}_{what}"] for kind in ("verified", "inform") for what in ("missed", "twice")] == [0, 0, 0, 0]
    assert all(members.acknowledged.values())
    assert changed["key"] == 2
    assert changed["cells"] > 0
    database = "postgresql" if "postgresql" in place.environment["SKYDDSNAT_DATABASE"] else "sqlite"
    figure(
        f"survival.hub_kill_{database}",
        kills=KILLS,
        acknowledged=members.done,
        lost=0,
        half=0,
        feed_rows=found["verified_rows"] + found["inform_rows"],
        missed=0,
        twice=0,
    )
    figure(f"survival.new_key_{database}", cells=changed["cells"], acknowledged=members.done, lost=0)
