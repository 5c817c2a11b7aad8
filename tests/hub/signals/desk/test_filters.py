"""Saved filters: named, shared inside one member and never beyond, and without a value."""

from __future__ import annotations

import pytest

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.signals.models import SavedFilter
from skyddsnat.hub.signals.queries.filters import filters_of
from skyddsnat.hub.signals.services import desk
from skyddsnat.policy.bulk import Place
from tests.hub.signals.conftest import Stage, refused

pytestmark = pytest.mark.django_db


def keep(stage: Stage, person: Person, name: str = "Domäner", *, shared: bool = False) -> SavedFilter:
    return desk.save_filter(person, Place.LIST, name=name, choices={"type": "domain"}, shared=shared, now=stage.now)


def test_a_filter_is_ones_own_until_it_is_shared_and_then_the_members(stage: Stage) -> None:
    maja, colleague = stage.cast.person("alfa", "analyst"), stage.cast.person("alfa", "reviewer")
    outsider = stage.cast.person("beta", "analyst")
    saved = keep(stage, maja)
    assert list(filters_of(colleague)) == []
    desk.change_filter(maja, saved, shared=True)
    assert list(filters_of(colleague)) == [saved]
    assert list(filters_of(outsider)) == []


def test_a_colleague_uses_a_shared_filter_and_does_not_change_it(stage: Stage) -> None:
    saved = keep(stage, stage.cast.person("alfa", "analyst"), shared=True)
    colleague = stage.cast.person("alfa", "reviewer")
    with refused("not_yours"):
        desk.change_filter(colleague, saved, name="Mitt")
    with refused("not_yours"):
        desk.delete_filter(colleague, saved)
    Person.objects.filter(pk=saved.person_id).update(is_active=False)
    saved.refresh_from_db()
    desk.delete_filter(colleague, SavedFilter.objects.get(pk=saved.pk))  # whoever made it is gone


@pytest.mark.parametrize(
    "name",
    [
        "lek.test",
        "http://lek.test/a",
        "lek[.]test",
        "a" * 32,
        "d41d8cd98f00b204e9800998ecf8427e",
        "811228-9874",
        "anna@lek.test",
        "070-174 06 05",
    ],
)
def test_a_name_holds_no_value_and_no_personal_data(stage: Stage, name: str) -> None:
    with refused("name_holds_value"):
        keep(stage, stage.cast.person("alfa", "analyst"), name)


@pytest.mark.parametrize("name", ["Lediga domäner", "Q4, 2026", "Vår kö (ny)", "Löper ut – 14 dagar", "Ours & theirs"])
def test_ordinary_names_are_taken(stage: Stage, name: str) -> None:
    assert keep(stage, stage.cast.person("alfa", "analyst"), name).name == name


def test_names_are_not_given_twice_and_filters_are_few(stage: Stage) -> None:
    maja = stage.cast.person("alfa", "analyst")
    keep(stage, maja)
    with refused("name_taken"):
        keep(stage, maja)
    for number in range(desk.MOST_FILTERS - 1):
        keep(stage, maja, f"Nummer {number}")
    with refused("too_many_filters"):
        keep(stage, maja, "En till")


def test_a_filter_that_opens_first_leaves_no_hole_when_it_is_deleted(stage: Stage) -> None:
    maja = stage.cast.person("alfa", "analyst")
    saved = keep(stage, maja)
    desk.open_first(maja, Place.LIST, saved)
    desk.delete_filter(maja, saved)
    assert desk.desk_of(maja).list_filter is None


def test_another_members_filter_cannot_be_chosen_to_open_first(stage: Stage) -> None:
    saved = keep(stage, stage.cast.person("beta", "analyst"), shared=True)
    with refused("not_yours"):
        desk.change_desk(
            stage.cast.person("alfa", "analyst"), list_filter=saved, queue_filter=None, hold=15, remembers=True
        )
