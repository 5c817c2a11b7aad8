"""A person's own settings."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.hub.pages.conftest import Open

PATH = "/settings/"


def test_what_is_saved_shows_at_once(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    cast.sign_in(client, person)
    answer = client.post(PATH, {"language": "en", "theme": "dark"}, follow=True)
    text = answer.content.decode()
    assert "Your settings are saved." in text
    assert 'lang="en" data-theme="dark"' in text
    person.refresh_from_db()
    assert (person.language, person.theme, person.shortcuts) == ("en", "dark", False)


def test_a_choice_that_is_not_there_is_refused_with_a_word(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    cast.sign_in(client, person)
    answer = client.post(PATH, {"language": "xx", "theme": "dark"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    person.refresh_from_db()
    assert (person.language, person.theme) == ("sv", "auto")


def test_nothing_but_ones_own_settings_can_be_changed(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    cast.sign_in(client, person)
    client.post(
        PATH, {"language": "sv", "theme": "auto", "roles": '["coordinator"]', "email": "x@y.test", "member": "solros"}
    )
    person.refresh_from_db()
    assert (person.roles, person.email, person.member_id) == (["analyst"], "analyst@alfa.test", "alfa")


def test_the_form_shows_what_is_chosen_with_labels_and_hints(open_as: Open) -> None:
    text = open_as(("alfa", "analyst"), PATH)
    assert "<legend>Language" in text
    assert 'aria-describedby="id_shortcuts_helptext"' in text
    assert 'id="id_shortcuts_helptext"' in text
    assert "A coordinator changes names and roles." in text
    assert reverse("accounts:security") in text
