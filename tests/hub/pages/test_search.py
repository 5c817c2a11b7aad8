"""The site's search: never a value, never what the person may not know of."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from tests.cast import Cast

PATH = "/search/"


def found(cast: Cast, client: Client, who: tuple[str, str], words: str) -> str:
    answer = cast.sign_in(client, cast.person(*who)).post(PATH, {"q": words})
    assert answer.status_code == 200
    return answer.content.decode()


def test_members_are_found_by_name(cast: Cast, english: Client) -> None:
    assert reverse("members:detail", args=["epsilon"]) in found(cast, english, ("alfa", "analyst"), "epsi")


def test_a_circle_is_found_by_who_may_know_of_it_only(cast: Cast, english: Client) -> None:
    link = reverse("members:circle", args=[cast.leads.pk])
    assert link in found(cast, english, ("alfa", "analyst"), "uppslag")
    outside = found(cast, english, ("vakten", "analyst"), "uppslag")
    assert link not in outside
    assert "Operatörernas" not in outside


def test_the_knowledge_base_is_found_by_words_in_both_languages(cast: Cast, english: Client) -> None:
    assert reverse("knowledge:techniques") in found(cast, english, ("alfa", "analyst"), "encryption")
    assert "/knowledge/" in found(cast, english, ("alfa", "analyst"), "kryptering")


def test_an_empty_result_says_so_and_what_to_do(cast: Cast, english: Client) -> None:
    assert "Nothing has these words" in found(cast, english, ("alfa", "analyst"), "zzzyyyxxx")


def test_the_words_never_stand_in_an_address(cast: Cast, english: Client) -> None:
    cast.sign_in(english, cast.person("alfa", "analyst"))
    text = english.get(PATH, {"q": "Alfa"}).content.decode()
    assert reverse("members:detail", args=["alfa"]) not in text.split("<main")[1]
    assert all('method="post"' in form for form in text.split("<form")[1:] if PATH in form.split(">")[0])


def test_one_letter_is_too_little(cast: Cast, english: Client) -> None:
    assert 'role="alert"' in found(cast, english, ("alfa", "analyst"), "a")
