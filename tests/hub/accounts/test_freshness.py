"""Sensitive acts ask the person to show who they are, unless they have just done so."""

from __future__ import annotations

import time
from urllib.parse import unquote

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from allauth.mfa.models import Authenticator
from django.test import Client

from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.members.models import Person
from tests.cast import PASSWORD, Cast
from tests.hub.accounts.test_sign_in import LOGIN, SECOND, code

NEW = "/account/tokens/new/"
FORM = {"label": "agenten", "scopes": ["taxii"], "days": "90"}


def signed_in_a_while_ago(cast: Cast, client: Client, person: Person, *, minutes: float = 6) -> None:
    cast.sign_in(client, person)
    session = client.session
    session[RECORDS] = [record | {"at": time.time() - minutes * 60} for record in session[RECORDS]]
    session.save()


def test_a_sign_in_with_a_second_factor_is_fresh_for_five_minutes(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "engineer")
    client.post(LOGIN, {"login": person.email, "password": PASSWORD})
    client.post(SECOND, {"code": code()})
    assert client.get(NEW).status_code == 200
    signed_in_a_while_ago(cast, client, person, minutes=4.9)
    assert client.get(NEW).status_code == 200
    signed_in_a_while_ago(cast, client, person, minutes=5.1)
    assert client.get(NEW).status_code == 302


@pytest.mark.parametrize("reauthenticated", [False, True])
def test_a_clock_that_was_set_back_keeps_nobody_fresh(cast: Cast, client: Client, *, reauthenticated: bool) -> None:
    """Somebody had signed in, or confirmed, by a clock that was two days ahead."""
    signed_in_a_while_ago(cast, client, cast.person("alfa", "engineer"), minutes=-2 * 24 * 60)
    session = client.session
    session[RECORDS] = [one | {"reauthenticated": reauthenticated} for one in session[RECORDS]]
    session.save()
    assert client.get(NEW).status_code == 302
    signed_in_a_while_ago(cast, client, cast.person("alfa", "engineer"), minutes=-2)
    assert client.get(NEW).status_code == 200  # a step of minutes is nobody's to notice


def test_a_sensitive_act_is_asked_about_and_then_resumed(cast: Cast, client: Client) -> None:
    signed_in_a_while_ago(cast, client, cast.person("alfa", "engineer"))
    asked = client.post(NEW, FORM).headers["Location"]
    assert unquote(asked) == "/account/reauthenticate/?next=/account/tokens/new/"
    assert not ApiToken.objects.exists()
    answer = client.post(asked, {"password": PASSWORD, "next": NEW})
    assert answer.status_code == 200
    assert "skn_" in answer.content.decode()
    assert ApiToken.objects.get().label == "agenten"


def test_a_code_confirms_too(cast: Cast, client: Client) -> None:
    signed_in_a_while_ago(cast, client, cast.person("alfa", "engineer"))
    answer = client.post(f"/account/reauthenticate/code/?next={NEW}", {"code": code(), "next": NEW})
    assert answer.headers["Location"] == NEW
    assert client.get(NEW).status_code == 200


def test_a_wrong_password_confirms_nothing_and_guessing_is_stopped(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "engineer")
    signed_in_a_while_ago(cast, client, person)
    for _ in range(6):
        client.post(f"/account/reauthenticate/?next={NEW}", {"password": "fel"})
    client.post(f"/account/reauthenticate/?next={NEW}", {"password": PASSWORD, "next": NEW})
    assert client.get(NEW).status_code == 302


def test_whoever_has_a_passkey_is_asked_for_it_first(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "engineer")
    signed_in_a_while_ago(cast, client, person)
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Nyckel", "credential": {}}
    )
    assert client.get(NEW).headers["Location"].startswith("/account/reauthenticate/passkey/")


def test_a_confirmation_does_not_lead_to_another_site(cast: Cast, client: Client) -> None:
    signed_in_a_while_ago(cast, client, cast.person("alfa", "engineer"))
    answer = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_a_password_alone_without_the_second_step_is_never_fresh(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "engineer")
    cast.sign_in(client, person)
    session = client.session
    session[RECORDS] = [record for record in session[RECORDS] if record["method"] == "password"]
    session.save()
    assert client.get(NEW).status_code == 302


def test_another_persons_confirmation_in_the_same_browser_does_not_count(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "engineer"))
    records = client.session[RECORDS]
    client.force_login(cast.person("beta", "engineer"))
    session = client.session
    session[RECORDS] = records
    session.save()
    assert client.get(NEW).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/members/new/",
        "/members/of/alfa/edit/",
        "/members/of/alfa/leave/",
        "/members/circles/new/",
        "/members/circles/{circle}/edit/",
        "/members/circles/{circle}/join/",
        "/members/circles/{circle}/leave/alfa/",
        "/members/circles/{circle}/close/",
        "/members/legal/new/",
        "/members/people/new/",
        "/members/people/{person}/edit/",
        "/members/people/{person}/roles/",
        "/members/people/{person}/invite/",
        "/members/people/{person}/close/",
        "/members/people/{person}/reopen/",
    ],
)
def test_whatever_a_coordinator_changes_is_asked_about_first(cast: Cast, client: Client, path: str) -> None:
    address = path.format(circle=cast.circle.pk, person=cast.person("vakten", "analyst").pk)
    signed_in_a_while_ago(cast, client, cast.person("solros", "coordinator"))
    for method in (client.get, client.post):
        assert method(address).headers["Location"].startswith("/account/reauthenticate/"), address
    cast.sign_in(client, cast.person("solros", "coordinator"))
    assert client.get(address).status_code == 200, address
