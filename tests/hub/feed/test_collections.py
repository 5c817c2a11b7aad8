"""Collections: who may read which, and what is in each from the start."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import Collection, ObjectVersion
from skyddsnat.hub.feed.services import ensure_collections, ensure_inbox, issuer
from skyddsnat.hub.members.models import CircleMembership, Member
from skyddsnat.protocols.stix import base_objects
from skyddsnat.protocols.taxii import PageQuery


def titles(member):
    return [collection.title for collection in feeds.collections_for(member)]


def test_a_member_reads_its_own_inbox_and_the_feeds_of_its_circles(cast):
    assert titles("alfa") == [
        "Alfa inbox",
        "Nationell blockering inform",
        "Nationell blockering verified",
        "Operatörernas uppslag inform",
        "Operatörernas uppslag verified",
    ]
    assert titles("vakten") == ["Nationell blockering inform", "Nationell blockering verified", "Vakten inbox"]
    assert titles("omega") == ["Omega inbox"]


def test_long_names_have_titles_that_fit_and_differ(cast):
    """PostgreSQL takes no title that is longer than its column, and no two that are the same."""
    name = "Å" * 117
    for member, end in (("alfa", "xyz"), ("beta", "zyx")):
        Member.objects.filter(pk=member).update(name=name + end)
        feeds.inbox(member)
    found = list(Collection.objects.filter(kind="inbox").order_by("title").values_list("title", flat=True))
    assert sorted(found) == sorted({f"{'Å' * 114} inbox", f"{'Å' * 107} inbox (beta)"})
    assert {len(title) for title in found} == {120}


def test_police_get_no_exception_from_the_rule(cast):
    inform, verified = feeds.feeds(cast.leads.pk)
    assert feeds.collection_for("vakten", inform.pk) is None
    assert feeds.collection_for("vakten", verified.pk) is None
    assert feeds.collection_for("solros", inform.pk) == inform


def test_nobody_reads_the_inbox_of_another(cast):
    mine = feeds.inbox("alfa")
    assert feeds.collection_for("alfa", mine.pk) == mine
    for member in set(cast.members) - {"alfa"}:
        assert feeds.collection_for(member, mine.pk) is None
    assert feeds.collection_for("alfa", uuid4()) is None


def test_who_leaves_a_circle_reads_its_feeds_no_longer(cast):
    inform, _ = feeds.feeds(cast.circle.pk)
    assert feeds.collection_for("beta", inform.pk) is not None
    CircleMembership.objects.filter(member=cast.beta, circle=cast.circle).update(left_at=timezone.now())
    assert feeds.collection_for("beta", inform.pk) is None
    assert "Nationell blockering inform" not in titles("beta")


def test_a_closed_circle_grants_nothing(cast):
    inform, _ = feeds.feeds(cast.circle.pk)
    cast.circle.closed_at = timezone.now()
    cast.circle.save()
    assert feeds.collection_for("alfa", inform.pk) is None
    assert "Nationell blockering inform" not in titles("alfa")


def test_each_collection_begins_with_what_its_objects_refer_to(cast):
    wanted = [thing["id"] for thing in base_objects(issuer())]
    for collection in feeds.collections_for("alfa"):
        rows = feeds.manifest(collection.pk, PageQuery()).rows
        assert [row.stix_id for row in rows] == wanted


def test_making_them_again_changes_nothing(cast):
    before = feeds.feeds(cast.circle.pk), feeds.inbox("alfa")
    count = ObjectVersion.objects.count()
    assert ensure_collections(cast.circle) == before[0]
    assert ensure_inbox(cast.alfa) == before[1]
    assert ObjectVersion.objects.count() == count
    assert Collection.objects.count() == 3


def test_reading_the_list_again_writes_nothing(cast, django_assert_num_queries):
    feeds.collections_for("alfa")
    with django_assert_num_queries(2):  # circles, collections
        feeds.collections_for("alfa")


def test_a_name_that_was_used_before_still_gives_a_title_of_its_own(cast):
    feeds.inbox("alfa")
    cast.alfa.name = "Alfa Nät"
    cast.alfa.save()
    cast.omega.name = "Alfa"
    cast.omega.save()
    assert feeds.inbox("omega").title == "Alfa inbox (omega)"


@pytest.mark.parametrize("kind", ["inform", "verified"])
def test_a_circle_has_one_feed_of_each_kind(cast, kind):
    feeds.feeds(cast.circle.pk)
    assert Collection.objects.filter(circle=cast.circle, kind=kind).count() == 1
