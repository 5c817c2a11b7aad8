"""A session: what the browser holds, what the database holds, and when it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skyddsnat.hub.accounts.models import StoredSession
from tests.cast import Cast
from tests.hub.accounts.test_sign_in import SECOND, code, first_step

PAGE = "/members/"


def seen(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


@pytest.fixture
def here(cast: Cast, client: Client) -> Client:
    """Someone who has just opened a page."""
    cast.sign_in(client, cast.person("alfa", "analyst"))
    assert seen(client)
    return client


@pytest.mark.parametrize(("column", "ago"), [("last_seen_at", {"minutes": 61}), ("created_at", {"hours": 12.1})])
def test_a_session_ends_after_an_idle_hour_and_after_twelve_at_most(
    here: Client, column: str, ago: dict[str, float]
) -> None:
    UserSession.objects.update(**{column: timezone.now() - timedelta(**ago)})
    cookie = here.cookies[settings.SESSION_COOKIE_NAME].value
    assert not seen(here)
    here.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert not seen(here), "the old cookie opened the hub again"


@pytest.mark.parametrize(("column", "ago"), [("last_seen_at", {"minutes": 59}), ("created_at", {"hours": 11.9})])
def test_a_session_in_use_goes_on(here: Client, column: str, ago: dict[str, float]) -> None:
    UserSession.objects.update(**{column: timezone.now() - timedelta(**ago)})
    assert seen(here)


def test_a_session_in_the_database_opens_nothing(here: Client) -> None:
    secret = here.cookies[settings.SESSION_COOKIE_NAME].value
    assert len(secret) >= 43, "256 bits in base64"
    for row in StoredSession.objects.all():
        assert secret not in (row.session_key, row.session_data)
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
        assert not seen(thief)


def test_signing_in_changes_what_the_browser_holds(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    first_step(client, person)
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(SECOND, {"code": code()})
    assert seen(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not seen(thief)


def test_signing_out_kills_the_session_itself(here: Client) -> None:
    secret = here.cookies[settings.SESSION_COOKIE_NAME].value
    here.post(reverse("account_logout"))
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = secret
    assert not seen(thief)


def test_a_code_of_another_half_minute_opens_nothing(cast: Cast, client: Client) -> None:
    import time

    first_step(client, cast.person("alfa", "analyst"))
    client.post(SECOND, {"code": code(at=time.time() - 90)})
    assert not seen(client)


def test_every_page_offers_the_way_out(here: Client) -> None:
    for name in ("pages:work", "signals:list", "knowledge:index", "accounts:security"):
        assert reverse("account_logout").encode() in here.get(reverse(name)).content, name
