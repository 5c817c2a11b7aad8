"""One-click sign-in: in the demo, and nowhere else."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.account import app_settings
from django.test import Client
from django.urls import reverse

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.pages.demo import cast_file
from skyddsnat.policy.vocabulary import Role
from tests.cast import Cast, enrol_totp

PATH = "/demo/sign-in/"


@pytest.fixture
def maja(cast: Cast, settings: Any) -> Person:
    """Someone of the demo's cast, in a demo."""
    settings.DEMO = True
    person = Person.objects.create_user("maja.lind@alfa.test", name="Maja Lind", member=cast.alfa, roles=["analyst"])
    enrol_totp(person)
    return person


def test_on_a_real_hub_the_page_does_not_exist(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    assert client.get(PATH).status_code == 404
    assert client.post(PATH, {"person": str(person.pk)}).status_code == 404
    assert client.get("/").status_code == 302, "nobody was signed in"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Read who will see it before you send it."), ("sv", "Läs vem som kommer att se den innan du skickar.")],
)
def test_the_page_says_who_each_person_is_and_what_to_try(
    maja: Person, client: Client, language: str, words: str
) -> None:
    text = client.get(PATH, headers={"Accept-Language": language}).content.decode()
    assert "Maja Lind" in text
    assert words in text


def test_one_click_signs_in_with_the_persons_language(maja: Person, client: Client) -> None:
    maja.language = "en"
    maja.save()
    answer = client.post(PATH, {"person": str(maja.pk)})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    text = client.get("/").content.decode()
    assert 'lang="en"' in text
    assert "Maja Lind" in text


def test_from_one_person_straight_to_the_next(maja: Person, cast: Cast, client: Client) -> None:
    erik = Person.objects.create_user("erik.sand@alfa.test", name="Erik Sand", member=cast.alfa, roles=["engineer"])
    enrol_totp(erik)
    client.post(PATH, {"person": str(maja.pk)})
    client.post(PATH, {"person": str(erik.pk)})
    assert client.session["_auth_user_id"] == str(erik.pk)


def test_who_is_asked_again_goes_on_with_one_click(
    maja: Person, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(PATH, {"person": str(maja.pk)})
    later = time.time() + app_settings.REAUTHENTICATION_TIMEOUT + 1
    monkeypatch.setattr(time, "time", lambda: later)
    asked = client.get(reverse("mfa_activate_totp"))
    page = client.get(asked["Location"]).content.decode()
    assert f'action="{PATH}"' in page
    assert 'name="next"' in page
    answer = client.post(PATH, {"person": str(maja.pk), "next": reverse("mfa_activate_totp")})
    assert answer["Location"] == reverse("mfa_activate_totp")


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example"])
def test_it_leads_nowhere_else(maja: Person, client: Client, elsewhere: str) -> None:
    assert client.post(PATH, {"person": str(maja.pk), "next": elsewhere})["Location"] == "/"


@pytest.mark.parametrize("who", ["", "x", "7c9e6679-7425-40de-944b-e07fc1f90ae7"])
def test_whoever_is_not_in_the_cast_cannot_be_chosen(maja: Person, cast: Cast, client: Client, who: str) -> None:
    assert client.post(PATH, {"person": who}).status_code == 404
    assert client.post(PATH, {"person": str(cast.person("solros", "coordinator").pk)}).status_code == 404
    assert client.get("/").status_code == 302


def test_the_sign_in_page_of_the_demo_leads_here(maja: Person, client: Client) -> None:
    assert reverse("pages:demo_sign_in") in client.get("/account/login/").content.decode()


def test_the_sign_in_page_of_a_real_hub_does_not(client: Client, db: None) -> None:
    assert PATH not in client.get("/account/login/").content.decode()


def test_every_character_is_whole_in_both_languages() -> None:
    people = cast_file()
    assert len(people) >= 12
    assert {entry["language"] for entry in people} == {"sv", "en"}
    for entry in people:
        assert entry["email"].endswith(".test")
        assert {Role(role) for role in entry["roles"]}
        for text in (entry["who"], entry["try_first"]):
            assert set(text) == {"sv", "en"}
            assert all(text.values())


def test_the_ordinary_sign_in_page_lists_the_cast_in_the_demo_and_nowhere_else(
    maja: Person, client: Client, settings: Any
) -> None:
    assert maja.name in client.get("/account/login/", headers={"accept-language": "en"}).content.decode()
    settings.DEMO = False
    assert maja.name not in client.get("/account/login/", headers={"accept-language": "en"}).content.decode()
