"""Shorthands of the page tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from skyddsnat.hub.members.models import Person
from tests.cast import Cast

Open = Callable[..., str]


@pytest.fixture
def english(client: Client) -> Client:
    """A client whose browser asks for English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def open_as(cast: Cast, english: Client) -> Open:
    """Open a page as someone of the cast; returns its text."""

    def get(who: tuple[str, str] | Person, path: str) -> str:
        person = who if isinstance(who, Person) else cast.person(*who)
        answer = cast.sign_in(english, person).get(path)
        assert answer.status_code == 200, path
        text: str = answer.content.decode()
        return text

    return get
