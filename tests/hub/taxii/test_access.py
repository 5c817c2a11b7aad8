"""Who comes in, and what an outsider, a curious member and a stolen token learn."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.services import publish
from skyddsnat.hub.members.models import CircleMembership
from tests.hub.feed.indicators import NOW, listed
from tests.hub.taxii.conftest import basic, read

WAYS = [
    "collections/{}/",
    "collections/{}/objects/",
    "collections/{}/objects/?limit=x",
    "collections/{}/manifest/",
    "collections/{}/objects/indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f/",
    "collections/{}/objects/indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f/versions/",
    "collections/{}/head/",
    "collections/{}/digest/",
    "collections/{}/digest/?at=x",
]


def face(response):
    """All that a client can tell two answers apart by."""
    return response.status_code, response.content, sorted(response.headers.items())


@pytest.mark.parametrize("way", WAYS)
def test_unknown_and_forbidden_are_the_same_byte_for_byte(cast, machine, way):
    publish(feeds.feeds(cast.leads.pk)[0], [listed("a.example")], now=NOW)
    unknown = face(machine("vakten").get(way.format(uuid4())))
    assert unknown[0] == 404
    hidden = [*feeds.feeds(cast.leads.pk), feeds.inbox("alfa")]
    for collection in hidden:
        assert face(machine("vakten").get(way.format(collection.pk))) == unknown
        assert face(machine("omega").get(way.format(collection.pk))) == unknown
    for odd in ("x", str(hidden[0].pk).upper(), hidden[0].pk.hex, "å", "%00", "null"):
        assert face(machine("alfa").get(way.format(odd))) == unknown


def test_what_may_not_be_written_is_told_only_to_those_who_may_read_it(cast, machine, inform):
    thing = {"type": "domain-name"}
    unknown = face(machine("omega").post(uuid4(), thing))
    assert unknown[0] == 404
    assert face(machine("omega").post(inform.pk, thing)) == unknown
    assert face(machine("beta").post(feeds.inbox("alfa").pk, thing)) == unknown
    assert machine("beta").post(inform.pk, thing).status_code == 403


@pytest.mark.parametrize("scope", ["stats", "shares"])
def test_a_token_of_another_scope_is_no_token_here(machine, scope):
    assert machine("alfa", scope).get("/taxii2/").status_code == 401


def test_basic_and_bearer_are_the_same_door(cast, machine):
    token = cast.token("alfa", "taxii")
    mine = machine("alfa")
    by_bearer = mine.get("collections/")
    by_basic = mine.get("collections/", Authorization=basic("alfa", token))
    assert by_basic.status_code == 200
    assert by_basic.content == by_bearer.content


@pytest.mark.parametrize("user", ["beta", "", "Alfa"])
def test_a_token_is_of_no_use_under_another_name(cast, machine, user):
    wrong = basic(user, cast.token("alfa", "taxii"))
    assert machine("alfa").get("collections/", Authorization=wrong).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"revoked_at": timezone.now()},
        {"secret_sha256": "0" * 64},
    ],
)
def test_a_token_that_has_ended_opens_nothing(machine, change):
    mine = machine("alfa")
    assert mine.get("collections/").status_code == 200
    ApiToken.objects.filter(member_id="alfa").update(**change)
    assert mine.get("collections/").status_code == 401


def test_a_token_reads_its_own_members_collections_and_no_more(machine):
    found = read(machine("vakten").get("collections/"))["collections"]
    assert [collection["title"] for collection in found] == [
        "Nationell blockering inform",
        "Nationell blockering verified",
        "Vakten inbox",
    ]
    assert [c["can_write"] for c in found] == [False, False, True]
    assert all(c["can_read"] for c in found)
    assert read(machine("omega").get("collections/"))["collections"][0]["title"] == "Omega inbox"


def test_who_leaves_a_circle_is_out_at_once(cast, machine, verified):
    mine = machine("beta")
    assert mine.get(f"collections/{verified.pk}/objects/").status_code == 200
    CircleMembership.objects.filter(member=cast.beta, circle=cast.circle).update(left_at=timezone.now())
    gone = face(mine.get(f"collections/{verified.pk}/objects/"))
    assert gone == face(mine.get(f"collections/{uuid4()}/objects/"))


def test_who_joins_gets_what_is_there(cast, machine, verified):
    publish(verified, [listed("a.example")], now=NOW)
    mine = machine("zonen")
    assert mine.get(f"collections/{verified.pk}/objects/").status_code == 404
    CircleMembership.objects.create(member=cast.zonen, circle=cast.circle, joined_at=timezone.now())
    assert listed("a.example") in mine.objects(verified.pk)


def test_a_known_etag_tells_nothing_to_who_may_not_read(machine, verified):
    etag = machine("alfa").get(f"collections/{verified.pk}/objects/")["ETag"]
    assert machine("omega").get(f"collections/{verified.pk}/objects/", If_None_Match=etag).status_code == 404
    assert machine("omega").get(f"collections/{verified.pk}/objects/", If_None_Match="*").status_code == 404


def test_a_signed_in_person_has_no_way_in_by_cookie(cast, machine, client):
    cast.sign_in(client, cast.person("alfa", "engineer"))
    response = client.get("/taxii2/")
    assert response.status_code == 401
    assert response["Vary"] == "Accept, Authorization, Accept-Encoding"
