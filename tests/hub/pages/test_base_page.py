"""What every page has: languages, themes, the way around, and nothing from elsewhere."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.hub.pages.conftest import Open


@pytest.mark.parametrize(("language", "heading"), [("sv", "Mitt arbete"), ("en", "My work")])
def test_the_page_speaks_the_persons_language(cast: Cast, client: Client, language: str, heading: str) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    client.post(reverse("pages:language"), {"language": language})
    answer = client.get("/")
    text = answer.content.decode()
    assert f'<html lang="{language}"' in text
    assert f"<h1>{heading}</h1>" in text
    assert f"<title>{heading} · Skyddsnät</title>" in text
    assert answer["Content-Language"] == language


@pytest.mark.parametrize(("asked", "language"), [("en-GB,en;q=0.9", "en"), ("sv", "sv"), ("de", "sv")])
def test_before_sign_in_the_browser_decides(client: Client, db: None, asked: str, language: str) -> None:
    text = client.get("/account/login/", headers={"Accept-Language": asked}).content.decode()
    assert f'<html lang="{language}"' in text


def test_the_choice_of_language_follows_the_person(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    cast.sign_in(client, person)
    answer = client.post(reverse("pages:language"), {"language": "en", "next": "/about/"})
    assert (answer.status_code, answer["Location"]) == (302, "/about/")
    assert answer.cookies["language"].value == "en"
    person.refresh_from_db()
    assert person.language == "en"


def test_the_language_can_be_chosen_before_sign_in(client: Client, db: None) -> None:
    answer = client.post(reverse("pages:language"), {"language": "en", "next": "/account/login/"})
    assert answer.cookies["language"].value == "en"
    assert 'lang="en"' in client.get("/account/login/").content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_the_switch_leads_nowhere_else(client: Client, db: None, elsewhere: str) -> None:
    answer = client.post(reverse("pages:language"), {"language": "en", "next": elsewhere})
    assert answer["Location"] == "/"


def test_an_unknown_language_changes_nothing(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    answer = cast.sign_in(client, person).post(reverse("pages:language"), {"language": "xx"})
    assert answer.status_code == 302
    assert "language" not in answer.cookies
    person.refresh_from_db()
    assert person.language == "sv"


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_the_theme_is_the_persons(cast: Cast, open_as: Open, theme: str) -> None:
    person = cast.person("alfa", "analyst")
    person.theme = theme
    person.save()
    assert f'data-theme="{theme}"' in open_as(person, "/")


def test_shortcuts_are_off_for_who_switched_them_off(cast: Cast, open_as: Open) -> None:
    person = cast.person("alfa", "analyst")
    assert 'data-shortcuts="on"' in open_as(person, "/")
    person.shortcuts = False
    person.save()
    assert 'data-shortcuts="off"' in open_as(person, "/")


def test_the_page_loads_nothing_from_another_host(open_as: Open) -> None:
    text = open_as(("solros", "coordinator"), "/")
    targets = re.findall(r'(?:src|href|action)="([^"]*)"', text)
    assert len(targets) > 20
    assert all(target.startswith(("/", "#")) and not target.startswith("//") for target in targets)


def test_every_script_is_pinned_by_its_hash(open_as: Open) -> None:
    scripts = re.findall(r"<script[^>]*>", open_as(("alfa", "analyst"), "/"))
    assert scripts
    assert all(re.search(r'integrity="sha384-[A-Za-z0-9+/]{64}"', script) for script in scripts)


def test_keyboard_and_screen_reader_find_their_way(open_as: Open) -> None:
    text = open_as(("alfa", "analyst"), "/")
    assert '<a class="skip" href="#main">' in text
    assert '<main class="page" id="main" tabindex="-1">' in text
    assert 'aria-live="polite"' in text
    assert text.count("<h1>") == 1


def test_the_header_says_who_is_signed_in(open_as: Open) -> None:
    text = open_as(("alfa", "analyst"), "/")
    assert "Alfa Analyst" in text
    assert reverse("account_logout") in text
    assert reverse("accounts:security") in text


def test_the_demo_says_that_it_is_one_and_a_real_hub_does_not(open_as: Open, settings: object) -> None:
    assert "synthetic data" not in open_as(("alfa", "analyst"), "/")
    settings.DEMO = True  # type: ignore[attr-defined]
    text = open_as(("alfa", "analyst"), "/")
    assert "Demo: invented organisations, synthetic data" in text
    assert reverse("pages:demo_sign_in") in text


def test_someone_who_is_not_signed_in_gets_no_navigation(client: Client, db: None) -> None:
    text = client.get("/account/login/").content.decode()
    assert 'id="menu"' not in text
    assert 'data-shortcuts="off"' in text


def test_healthy_answers_without_a_session(client: Client, db: None) -> None:
    answer = client.get(reverse("pages:healthy"))
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok\n", "text/plain; charset=utf-8")
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize(
    "back", ["lek", "x\r\nSet-Cookie: a=b", "/\r\nSet-Cookie: a=b", "javascript:x", '" onmouseover="x']
)
def test_the_way_back_from_the_switch_is_a_path_or_the_start(client: Client, db: None, back: str) -> None:
    answer = client.post(reverse("pages:language"), {"language": "en", "next": back})
    assert (answer.status_code, answer["Location"]) == (302, "/")
