"""Clients that others wrote get every object exactly once from the running demo, and everything served is valid STIX."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from cytaxii2 import cytaxii2
from stix2 import TAXIICollectionSource
from taxii2client.v21 import Collection, Server, as_pages

from tests.journeys.coalition import RunningDemo
from tests.stix import validated

pytestmark = pytest.mark.servers

TITLE = "Nationell blockering inform"


@pytest.fixture
def url(demo: RunningDemo) -> str:
    """A feed with some hundred objects."""
    return f"{demo.taxii_root}collections/{demo.collection(TITLE)}/"


@pytest.fixture
def login(demo: RunningDemo) -> dict[str, str]:
    """Gamma's machine."""
    return {"user": "gamma", "password": demo.member("gamma")["tokens"]["taxii"]}


def ids_served(demo: RunningDemo) -> list[str]:
    """What the feed holds by the database: the newest version of each object."""
    rows = demo.ask(
        "SELECT stix_id FROM feed_objectversion WHERE superseded IS NULL AND collection_id = ? ORDER BY added",
        demo.collection(TITLE).replace("-", ""),
    )
    return [row[0] for row in rows]


def test_taxii2_client_gets_every_object_exactly_once(demo: RunningDemo, url: str, login: dict[str, str]) -> None:
    assert [root.url for root in Server(f"{demo.base_url}/taxii2/", **login).api_roots] == [demo.taxii_root]
    pages = as_pages(Collection(url, **login).get_objects, per_request=37)
    got = [thing["id"] for page in pages for thing in page.get("objects", [])]
    assert len(got) > 200
    assert got == ids_served(demo)


def test_taxii2_client_reads_the_manifest_of_the_same_objects(
    demo: RunningDemo, url: str, login: dict[str, str]
) -> None:
    pages = as_pages(Collection(url, **login).get_manifest, per_request=50)
    assert [row["id"] for page in pages for row in page.get("objects", [])] == ids_served(demo)


def test_cytaxii2_gets_every_object_exactly_once(demo: RunningDemo, login: dict[str, str]) -> None:
    client = cytaxii2.cytaxii2(
        discovery_url=f"{demo.base_url}/taxii2/", username=login["user"], password=login["password"], version=2.1
    )
    got: list[str] = []
    asked: dict[str, Any] = {"collection_id": demo.collection(TITLE), "limit": 100}
    while True:
        answer = client.poll_request(**asked)
        assert answer["status"], answer
        got += [thing["id"] for thing in answer["response"].get("objects", [])]
        if not answer["response"].get("more"):
            break
        asked["next"] = answer["response"]["next"]
    assert got == ids_served(demo)


def test_stix2_collection_source_gets_every_object_exactly_once(
    demo: RunningDemo, url: str, login: dict[str, str]
) -> None:
    source = TAXIICollectionSource(Collection(url, **login))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stix2 asks for one page and says so; ours holds everything here
        got = [thing["id"] for thing in source.query([])]
    assert sorted(got) == sorted(ids_served(demo))


@pytest.mark.parametrize("member", ["alfa", "solros"])
def test_everything_that_is_served_passes_the_validator(demo: RunningDemo, member: str) -> None:
    faults: dict[str, str] = {}
    seen = 0
    for thing in one_of_each_shape(demo, member):
        seen += 1
        result = validated(thing, strict=False, enforce_refs=False)
        if not result.is_valid:
            faults[thing["id"]] = "; ".join(str(error) for error in result.errors)
    assert seen > 10
    assert faults == {}


def one_of_each_shape(demo: RunningDemo, member: str) -> Iterator[dict[str, Any]]:
    """Objects of all of the member's collections, one for each set of fields, words and flags; the rest differ in ids alone."""
    shapes: set[str] = set()
    machine = demo.machine(member)
    titles = machine.titles()
    for title in titles:
        for kind in ("indicator", "marking-definition", "identity", "extension-definition", "sighting", "opinion"):
            for thing in machine.objects(demo.collection(title), kind=kind):
                shape = repr(shape_of(thing))
                if shape not in shapes:
                    shapes.add(shape)
                    yield thing


def shape_of(thing: Any) -> Any:
    """Keys, and values that are words of a closed list; ids, times and patterns count only as being there."""
    if isinstance(thing, dict):
        return {key: shape_of(value) for key, value in sorted(thing.items())}
    if isinstance(thing, list):
        return [shape_of(value) for value in thing]
    if isinstance(thing, str) and (len(thing) > 24 or "T" in thing or "--" in thing or "'" in thing):
        return "…"
    return thing
