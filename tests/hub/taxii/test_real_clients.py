"""Real clients against the real server, while writers write: each gets every object exactly once, and can prove it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
import requests
import stix2
from taxii2client.v21 import Collection

from skyddsnat.protocols.feedhead import set_digest, verify
from skyddsnat.protocols.stix import read_moment
from tests.hub.taxii import habits
from tests.servers.hub import LiveHub, live_hub, place, result_of
from tests.servers.postgres import cluster
from tests.stix import validated

HABITS = [
    habits.taxii2_client,
    habits.cytaxii2_client,
    habits.stix2_source,
    habits.added_after_pager,
    habits.next_and_added_after,
]
WRITERS, EACH = 3, 80


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def hub(request: pytest.FixtureRequest) -> Iterator[LiveHub]:
    if request.param == "sqlite":
        with place() as where, live_hub(where) as live:
            yield live
    else:
        with cluster() as url, place(url) as where, live_hub(where) as live:
            yield live


@pytest.fixture(scope="module")
def seen_by(hub: LiveHub) -> dict[str, tuple[int, list[dict]]]:
    """By habit: how often it looked while the writers wrote, and what it had got in the end.

    They begin when every client has looked once, at nothing yet.
    """
    facts, collection = hub.place.facts, hub.place.facts["verified"]
    writers = [hub.place.program("write", collection, number * EACH, EACH, WRITERS + 1) for number in range(WRITERS)]
    start = Barrier(len(HABITS), action=lambda: hub.place.arrive("clients"), timeout=240)

    def follow(make):
        look, looks = make(hub.url, facts["token"], collection), 1
        look()
        start.wait()
        while any(writer.poll() is None for writer in writers):
            look()
            looks += 1
        return looks, look()

    with ThreadPoolExecutor(len(HABITS)) as pool:
        found = dict(zip((habit.__name__ for habit in HABITS), pool.map(follow, HABITS), strict=True))
    for writer in writers:
        result_of(writer)
    return found


def names(hub: LiveHub) -> dict[str, dict]:
    """The newest version of each indicator, read once more in peace."""
    look = habits.added_after_pager(hub.url, hub.place.facts["token"], hub.place.facts["verified"])
    return {thing["id"]: thing for thing in look() if thing["type"] == "indicator"}


def version(thing: dict) -> tuple[str, int]:
    return thing["id"], read_moment(thing["modified"].replace(" ", "T"))


@pytest.mark.parametrize("habit", [habit.__name__ for habit in HABITS])
def test_each_client_gets_every_object_exactly_once_while_others_write(hub, seen_by, habit):
    _, things = seen_by[habit]
    got = Counter(version(thing) for thing in things if thing["type"] == "indicator")
    assert set(got.values()) == {1}
    newest = {version(thing) for thing in names(hub).values()}
    assert len(newest) == WRITERS * EACH
    assert newest <= got.keys()


def test_the_clients_did_look_while_others_wrote(seen_by):
    """A slow client may look only once while others write; if none came back for more, nobody raced."""
    assert max(often for often, _ in seen_by.values()) > 1


@pytest.mark.parametrize("habit", [habit.__name__ for habit in HABITS])
def test_each_client_holds_exactly_the_signed_set(hub, seen_by, habit):
    facts = hub.place.facts
    url = f"{hub.url}/taxii2/skyddsnat/collections/{facts['verified']}/head/"
    answer = requests.get(url, headers={"Authorization": f"Bearer {facts['token']}"}, timeout=10)
    head = verify(answer.json(), key=facts["key"])
    newest: dict[str, tuple[int, bool]] = {}
    for thing in seen_by[habit][1]:
        if thing["type"] == "indicator":
            stix_id, moment = version(thing)
            newest[stix_id] = max(newest.get(stix_id, (0, False)), (moment, thing.get("revoked", False)))
    live = {stix_id: moment for stix_id, (moment, revoked) in newest.items() if not revoked}
    mine = set_digest(
        (stix_id, moment, "") for stix_id, moment in live.items()
    )  # a client library rewrites what it reads
    assert (head.count, head.sha256) == (mine.count, mine.sha256)
    assert head.count < WRITERS * EACH  # some were withdrawn


def test_all_that_is_served_is_valid(hub, seen_by):
    things = seen_by["added_after_pager"][1]
    kinds = {(thing["type"], thing.get("revoked", False)): thing for thing in things}
    assert len(kinds) == 5
    for thing in [*things[:7], *kinds.values()]:
        report = validated(thing)
        assert report.is_valid, [str(error) for error in report.errors]
        stix2.parse(json.dumps(thing), version="2.1", allow_custom=False)


def test_taxii2_client_posts_and_reads_the_status_and_its_own_object(hub):
    facts = hub.place.facts
    url = f"{hub.url}/taxii2/skyddsnat/collections/{facts['inbox']}/"
    source = Collection(url, user=habits.MEMBER, password=facts["token"])
    assert (source.can_read, source.can_write) == (True, True)
    circle = {
        "extension-definition--42f88da0-a7b9-4762-950f-761bd1dec033": {
            "extension_type": "property-extension",
            "circle": facts["circle"],
        }
    }
    thing = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{uuid4()}",
        "created": "2026-11-20T10:00:00.000Z",
        "modified": "2026-11-20T10:00:00.000Z",
        "pattern_type": "stix",
        "pattern": "[domain-name:value = 'posted.example']",
        "valid_from": "2026-11-20T10:00:00Z",
        "extensions": circle,
    }
    status = source.add_objects({"objects": [thing, {"type": "malware"}]})
    assert (status.status, status.success_count, status.failure_count) == ("complete", 1, 1)
    status.refresh()
    assert status.successes[0]["id"] == thing["id"]
    assert source.get_object(thing["id"])["objects"][0]["pattern"] == thing["pattern"]
    assert source.get_manifest(id=thing["id"])["objects"][0]["version"] == thing["modified"]
    assert source.object_versions(thing["id"])["versions"] == [thing["modified"]]


def test_a_quiet_poll_is_answered_without_a_body(hub, seen_by):
    """How long it takes is for the benchmarks; how many queries it makes is held in the tests of reading."""
    facts = hub.place.facts
    url = f"{hub.url}/taxii2/skyddsnat/collections/{facts['verified']}/objects/"
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {facts['token']}"
    etag = session.get(url, timeout=10).headers["ETag"]
    for _ in range(20):
        answer = session.get(url, headers={"If-None-Match": etag}, timeout=10)
        assert (answer.status_code, answer.content) == (304, b"")


def test_a_head_request_has_no_body_on_the_wire(hub):
    facts = hub.place.facts
    answer = requests.head(f"{hub.url}/taxii2/", headers={"Authorization": f"Bearer {facts['token']}"}, timeout=10)
    assert answer.status_code == 200
    assert answer.content == b""
