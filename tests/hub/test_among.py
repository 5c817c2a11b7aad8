"""One of many texts: the rows that `IN` finds, whatever the texts are."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F, Q

from skyddsnat.hub.among import Among
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.members.models import Member
from tests.cast import Cast

HARD = ["", "'", '"', "a,b", "{}", "\\", "å", "null", "%s"]


@pytest.mark.parametrize("texts", [[], ["alfa"], ["alfa", "beta", "alfa"], [*HARD, "gamma"], HARD])
def test_it_finds_what_in_finds(cast: Cast, texts: list[str]) -> None:
    found = Member.objects.filter(Among(F("pk"), texts)).values_list("pk", flat=True)
    assert sorted(found) == sorted(Member.objects.filter(pk__in=texts).values_list("pk", flat=True))


def test_texts_that_are_hard_to_write_are_found_as_they_are(cast: Cast) -> None:
    Member.objects.filter(pk="alfa").update(name="{'\"å\\, %s}")
    found = Member.objects.get(Among(F("name"), ["{'\"å\\, %s}", "x"]))
    assert found.pk == "alfa"


@pytest.mark.parametrize("texts", [[], HARD, ["beta", "gamma", "unknown"]])
def test_columns_beside_it_narrow_what_is_found(cast: Cast, texts: list[str]) -> None:
    of_operators = {"kind": "operator", "mandate": ""}
    found = Member.objects.filter(Among(F("pk"), texts, beside=of_operators)).values_list("pk", flat=True)
    assert sorted(found) == sorted(
        Member.objects.filter(pk__in=texts, kind="operator", mandate="").values_list("pk", flat=True)
    )


def test_two_that_differ_in_what_stands_beside_are_two(cast: Cast) -> None:
    kinds = [Among(F("pk"), ["alfa", "solros"], beside={"kind": kind}) for kind in ("operator", "child-rights")]
    both = Member.objects.filter(Q(kinds[0]) | Q(kinds[1])).values_list("pk", flat=True)
    assert kinds[0] != kinds[1]
    assert sorted(both) == ["alfa", "solros"]


def test_each_text_is_looked_up_in_the_index(db: None) -> None:
    """Read as conditions apart, they made the database go through all that a collection has ever held, for each hand-in."""
    asked = ObjectVersion.objects.filter(Among(F("stix_id"), ["a", "b"], beside={"collection_id": uuid4()}))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # an empty table is read whole
    plan = asked.values_list("added", "raw").explain()
    on = "one_row_a_version" if connection.vendor == "postgresql" else "(collection_id=? AND stix_id=?)"
    assert on in plan
