"""A person's own factors, codes and sessions, and nobody else's."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from skyddsnat.hub.accounts.queries import factors_of
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members.models import Person
from tests.cast import PASSWORD, TOTP_SECRET, Cast, enrol_totp
from tests.hub.accounts.test_sign_in import code


def passkey_of(person: Person, name: str = "Nyckeln") -> Authenticator:
    credential = {"response": {}, "clientExtensionResults": {"credProps": {"rk": True}}}
    return Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": credential}
    )


def test_the_last_factor_cannot_be_removed_whichever_it_is(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    cast.sign_in(client, person)
    client.post("/account/factors/app/remove/")
    assert factors_of(person).app is not None
    Authenticator.objects.filter(user=person).delete()
    last = passkey_of(person)
    client.post(f"/account/factors/passkeys/{last.pk}/remove/")
    assert Authenticator.objects.filter(pk=last.pk).exists()


def test_one_of_two_factors_can_be_removed_and_that_is_noticed(
    cast: Cast, client: Client, django_capture_on_commit_callbacks: object
) -> None:
    person = cast.person("alfa", "analyst")
    cast.sign_in(client, person)
    passkey = passkey_of(person)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        client.post(f"/account/factors/passkeys/{passkey.pk}/remove/")
    assert not Authenticator.objects.filter(pk=passkey.pk).exists()
    assert Entry.objects.get(action="factor.removed").facts["factor"] == "webauthn"
    assert {letter.to[0] for letter in mail.outbox} == {
        "analyst@alfa.test",
        "engineer@alfa.test",
        "auditor@solros.test",
        "auditor@vakten.test",
    }


def test_a_new_app_is_noticed_and_no_letter_holds_its_secret(
    cast: Cast, client: Client, django_capture_on_commit_callbacks: object
) -> None:
    person = cast.person("alfa", "analyst")
    cast.sign_in(client, person)
    passkey_of(person)
    Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).delete()
    secret = client.get("/account/factors/app/add/").context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        client.post("/account/factors/app/add/", {"code": code(secret)})
    assert Entry.objects.filter(action="factor.added", facts__factor="totp").exists()
    assert len(mail.outbox) == 4
    assert not [letter for letter in mail.outbox if secret in letter.body]


@pytest.mark.parametrize("what", ["rename", "remove"])
def test_another_persons_passkey_is_not_there(cast: Cast, client: Client, what: str) -> None:
    theirs = passkey_of(cast.person("beta", "analyst"))
    mine = cast.person("alfa", "analyst")
    passkey_of(mine)
    cast.sign_in(client, mine)
    address = f"/account/factors/passkeys/{theirs.pk}/{what}/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"name": "x"}).status_code == 404
    assert Authenticator.objects.get(pk=theirs.pk).data["name"] == "Nyckeln"


def test_a_session_can_be_ended_from_another_one(cast: Cast, client: Client) -> None:
    windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
    person, other = cast.person("alfa", "analyst"), Client()
    cast.sign_in(client, person)
    cast.sign_in(other, person)
    assert other.get("/members/").status_code == 200
    UserSession.objects.update(user_agent=windows)
    assert "Firefox, Windows" in client.get("/account/sessions/").content.decode()
    row = UserSession.objects.get(session_key=other.session.session_key)
    client.post(f"/account/sessions/{row.pk}/end/")
    assert other.get("/members/").status_code == 302
    assert client.get("/members/").status_code == 200


def test_all_others_can_be_ended_at_once(cast: Cast, client: Client) -> None:
    person, others = cast.person("alfa", "analyst"), [Client(), Client()]
    for one in (client, *others):
        cast.sign_in(one, person)
        one.get("/members/")
    client.post("/account/sessions/")
    assert [one.get("/members/").status_code for one in (client, *others)] == [200, 302, 302]
    assert Entry.objects.filter(action="session.ended", object_id=str(person.pk)).count() == 2


def test_another_persons_session_is_not_there(cast: Cast, client: Client) -> None:
    other = Client()
    cast.sign_in(other, cast.person("beta", "analyst"))
    other.get("/members/")
    row = UserSession.objects.get()
    cast.sign_in(client, cast.person("alfa", "analyst"))
    assert client.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert other.get("/members/").status_code == 200


def test_a_new_password_ends_the_other_sessions_and_stands_in_the_log(cast: Cast, client: Client) -> None:
    person, other = cast.person("alfa", "analyst"), Client()
    cast.sign_in(client, person)
    cast.sign_in(other, person)
    new = "en-annan-mening-om-snö"
    answer = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.headers["Location"] == "/account/security/"
    assert client.get("/members/").status_code == 200
    assert other.get("/members/").status_code == 302
    assert Entry.objects.filter(action="person.password_changed").exists()


def test_activity_is_written_once_a_minute_and_not_at_each_page(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    client.get("/members/")
    seen = UserSession.objects.get().last_seen_at
    client.get("/members/")
    assert UserSession.objects.get().last_seen_at == seen


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "security/",
        "sessions/",
        "password/",
        "factors/codes/new/",
        "factors/passkeys/add/",
        "factors/app/remove/",
        "logout/",
        "reauthenticate/",
        "reauthenticate/code/",
        "tokens/",
        "tokens/new/",
    ],
)
def test_every_page_of_ones_own_opens_in_both_languages(cast: Cast, client: Client, path: str, language: str) -> None:
    cast.sign_in(client, cast.person("alfa", "engineer"))
    client.cookies["language"] = language
    answer = client.get(f"/account/{path}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f'<html lang="{language}"' in page
    assert "<script>" not in page
    assert "style=" not in page


def test_recovery_codes_can_be_shown_and_saved_after_a_fresh_sign_in(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    assert client.post("/account/factors/codes/new/").headers["Location"] == "/account/factors/codes/"
    file = client.get("/account/factors/codes/download/")
    codes = [line for line in file.content.decode().splitlines() if line.isdigit()]
    assert len(codes) == 10
    assert all(one in client.get("/account/factors/codes/").content.decode() for one in codes)


def test_the_enrolment_page_draws_the_code_without_any_picture_address(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    cast.sign_in(client, person)
    Authenticator.objects.filter(user=person).delete()
    page = client.get("/account/factors/app/add/").content.decode()
    assert "<svg" in page
    assert "data:" not in page
    enrol_totp(person, TOTP_SECRET)
