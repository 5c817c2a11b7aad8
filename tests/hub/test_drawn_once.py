"""A form that is drawn once looks as it would have looked, and nothing that someone fills in stays in memory."""

from __future__ import annotations

import pytest
from django import forms
from django.test import Client
from django.utils import timezone, translation

from skyddsnat.hub import drawn_once
from skyddsnat.hub.drawn_once import DrawnOnce
from skyddsnat.hub.members.models import CircleMembership
from skyddsnat.hub.signals.forms.acts import LookupForm
from skyddsnat.hub.signals.forms.filters import FilterForm
from tests.cast import Cast


class Plain(DrawnOnce):
    """A field to fill in."""

    name = forms.CharField()


@pytest.fixture(autouse=True)
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_once, "_drawn", {})


def drawn_anew(form: forms.Form) -> str:
    return forms.Form.render(form)


def test_it_looks_as_it_would_have_looked() -> None:
    for _ in range(2):
        assert str(LookupForm()) == drawn_anew(LookupForm())
        assert str(LookupForm(auto_id="other_%s")) == drawn_anew(LookupForm(auto_id="other_%s"))
        assert Plain(prefix="a").__html__() == drawn_anew(Plain(prefix="a"))


def test_each_language_has_its_own() -> None:
    with translation.override("sv"):
        swedish = str(LookupForm())
    with translation.override("en"):
        assert str(LookupForm()) == drawn_anew(LookupForm()) != swedish


def test_what_is_filled_in_is_not_kept() -> None:
    assert "secret.example" in str(Plain({"name": "secret.example"}))
    assert "first" in str(Plain(initial={"name": "first"}))
    assert not drawn_once._drawn


@pytest.mark.django_db
def test_a_word_that_is_none_of_the_forms_is_not_kept(cast: Cast) -> None:
    person = cast.person("alfa", "analyst")
    assert "secret.example" in str(FilterForm({"type": "secret.example"}, person=person))
    assert not drawn_once._drawn
    str(FilterForm({"type": "url"}, person=person))
    assert len(drawn_once._drawn) == 1


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_once, "MOST_KEPT", 3)
    for at in range(10):
        str(Plain(prefix=f"p{at}"))
    assert len(drawn_once._drawn) <= 3


@pytest.mark.django_db
def test_what_is_chosen_shows_and_a_wrong_word_is_told(cast: Cast) -> None:
    person = cast.person("alfa", "analyst")
    for given in ({}, {"type": "url"}, {"type": "nonsense"}, {"circle": str(cast.circle.pk), "own": "on"}):
        for _ in range(2):
            assert str(FilterForm(given, person=person)) == drawn_anew(FilterForm(given, person=person))


@pytest.mark.django_db
def test_a_circle_that_was_left_is_gone_at_the_next_page(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    choice = f'<option value="{cast.circle.pk}">'
    assert choice in client.get("/signals/").text
    CircleMembership.objects.filter(circle=cast.circle, member_id="alfa").update(left_at=timezone.now())
    assert choice not in client.get("/signals/").text
