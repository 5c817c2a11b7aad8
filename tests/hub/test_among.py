"""One of many texts: the rows that `IN` finds, whatever the texts are."""

from __future__ import annotations

import pytest
from django.db.models import F

from skyddsnat.hub.among import Among
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
