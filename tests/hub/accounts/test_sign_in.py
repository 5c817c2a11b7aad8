"""Sign-in: two steps, limits, and what is not there."""

from __future__ import annotations

import hmac
import struct
import time
from hashlib import sha1

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import NoReverseMatch, reverse

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Person
from tests.cast import PASSWORD, TOTP_SECRET, Cast

LOGIN, SECOND = "/account/login/", "/account/login/second-step/"


def code(secret: str = TOTP_SECRET, *, at: float | None = None) -> str:
    """RFC 6238, written a second time, so that the hub's own is checked against something.  The present one has a while left."""
    import base64

    left = 30 - time.time() % 30
    if at is None and left < 4:
        time.sleep(left)
    counter = int((time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), sha1).digest()
    offset = digest[-1] & 15
    return str((struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6).zfill(6)


def first_step(client: Client, person: Person, password: str = PASSWORD) -> str:
    answer = client.post(LOGIN, {"login": person.email, "password": password})
    return str(answer.headers.get("Location", ""))


def signed_in(client: Client) -> bool:
    return client.get("/members/").status_code == 200


def test_password_and_code_open_the_hub(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    assert first_step(client, person) == SECOND
    assert not signed_in(client)
    answer = client.post(SECOND, {"code": code()})
    assert answer.headers["Location"] == "/"
    assert signed_in(client)
    assert Entry.objects.filter(action="person.signed_in", person=person).count() == 1


def test_the_password_alone_opens_nothing(cast: Cast, client: Client) -> None:
    first_step(client, cast.person("alfa", "analyst"))
    assert client.get("/members/").headers["Location"].startswith(LOGIN)


def test_a_wrong_code_opens_nothing_and_is_noticed(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    first_step(client, person)
    wrong = str((int(code()) + 1) % 10**6).zfill(6)
    assert client.post(SECOND, {"code": wrong}).status_code == 200
    assert not signed_in(client)
    assert Entry.objects.filter(action="person.code_refused", person=person).exists()


def test_a_code_works_once(cast: Cast, client: Client) -> None:
    person, once = cast.person("alfa", "analyst"), code()
    first_step(client, person)
    client.post(SECOND, {"code": once})
    other = Client()
    first_step(other, person)
    other.post(SECOND, {"code": once})
    assert not signed_in(other)


def test_a_recovery_code_opens_the_hub_once(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    spare = RecoveryCodes.activate(person).get_unused_codes()[0]
    first_step(client, person)
    client.post(SECOND, {"code": spare})
    told = client.get("/").content.decode().partition('class="messages"')[2].partition("</p>")[0]
    assert "koder kvar: 9." in told, told
    assert signed_in(client)
    other = Client()
    first_step(other, person)
    other.post(SECOND, {"code": spare})
    assert not signed_in(other)


def test_five_wrong_passwords_lock_the_address_for_a_while_even_for_the_right_one(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    for number in range(5):
        client.post(LOGIN, {"login": person.email, "password": "fel"}, REMOTE_ADDR=f"192.0.2.{number}")
    answer = client.post(LOGIN, {"login": person.email, "password": PASSWORD}, REMOTE_ADDR="192.0.2.99")
    assert answer.status_code == 200
    assert not answer.context["form"].is_valid()
    assert "too_many_login_attempts" in {error.code for error in answer.context["form"].non_field_errors().as_data()}
    beta = cast.person("beta", "analyst")
    assert first_step(client, beta) == SECOND


def test_one_network_that_guesses_at_many_addresses_is_stopped(cast: Cast, client: Client) -> None:
    for number in range(12):
        client.post(LOGIN, {"login": f"{number}@alfa.test", "password": "fel"})
    assert first_step(client, cast.person("alfa", "analyst")) == ""


def test_five_wrong_codes_stop_the_second_step(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    first_step(client, person)
    for _ in range(5):
        client.post(SECOND, {"code": "000000"})
    client.post(SECOND, {"code": code()})
    assert not signed_in(client)


def test_a_flood_of_sign_ins_gets_a_page_that_says_wait(cast: Cast, client: Client) -> None:
    for _ in range(31):
        answer = client.post(LOGIN, {"login": "x@alfa.test", "password": "fel"}, headers={"Accept-Language": "sv"})
    assert answer.status_code == 429
    assert "Vänta" in answer.content.decode()


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(cast: Cast, client: Client) -> None:
    known = client.post(LOGIN, {"login": "analyst@alfa.test", "password": "fel"})
    unknown = client.post(LOGIN, {"login": "nobody@alfa.test", "password": "fel"})
    assert known.context["form"].errors.as_json() == unknown.context["form"].errors.as_json()


def test_a_closed_account_is_refused_though_the_password_is_right(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert first_step(client, person) == LOGIN
    assert not signed_in(client)


def test_people_of_a_member_that_has_left_are_refused_and_their_sessions_end(cast: Cast, client: Client) -> None:
    person = cast.person("beta", "analyst")
    cast.sign_in(client, person)
    assert signed_in(client)
    members.leave_coalition(HUB, cast.beta)
    assert not signed_in(client)
    assert first_step(Client(), person) == LOGIN


def test_after_sign_in_the_pages_speak_the_persons_language(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    Person.objects.filter(pk=person.pk).update(language="en")
    client.post(LOGIN, {"login": person.email, "password": PASSWORD}, headers={"Accept-Language": "sv"})
    client.post(SECOND, {"code": code()}, headers={"Accept-Language": "sv"})
    assert client.cookies["language"].value == "en"
    page = client.get("/members/", headers={"Accept-Language": "sv"}).content.decode()
    assert 'lang="en"' in page
    assert "The organisations of the coalition" in page


def test_signing_out_needs_a_post(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    client.get("/account/logout/")
    assert signed_in(client)
    client.post("/account/logout/")
    assert not signed_in(client)


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_reset_password",
        "account_set_password",
        "account_request_login_code",
        "account_confirm_login_code",
        "account_email_verification_sent",
        "mfa_signup_webauthn",
    ],
)
def test_there_is_no_sign_up_and_no_reset_by_mail(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "password/reset/", "password/set/", "login/code/", "confirm-email/x/"]
)
def test_allauths_usual_addresses_for_them_are_not_there(cast: Cast, client: Client, path: str) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    assert client.get(f"/account/{path}").status_code == 404


def test_the_second_step_is_not_there_without_the_first(cast: Cast, client: Client) -> None:
    assert client.get(SECOND).headers["Location"].startswith(LOGIN)
    assert client.post(SECOND, {"code": code()}).headers["Location"].startswith(LOGIN)


def test_a_passkeys_challenge_is_given_out_to_scripts_only(client: Client, db: None) -> None:
    answer = client.get("/account/login/passkey/", headers={"Accept": "application/json"})
    assert answer.json()["request_options"]["publicKey"]["userVerification"] == "required"
    assert client.get("/account/login/passkey/").headers["Location"] == LOGIN


def test_a_forged_passkey_is_refused(cast: Cast, client: Client) -> None:
    client.get("/account/login/passkey/", headers={"Accept": "application/json"})
    forged = (
        '{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AAAA",'
        '"signature":"AAAA","userHandle":"AAAA"},"clientExtensionResults":{}}'
    )
    assert client.post("/account/login/passkey/", {"credential": forged}).headers["Location"] == LOGIN
    assert not signed_in(client)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_sign_in_page_is_one_that_anyone_can_read(client: Client, db: None, language: str) -> None:
    page = client.get(LOGIN, headers={"Accept-Language": language}).content.decode()
    assert {"sv": "Logga in", "en": "Sign in"}[language] in page
    assert "allauth" not in page


def test_authenticators_count_only_for_their_owner(cast: Cast) -> None:
    assert Authenticator.objects.filter(user=cast.person("alfa", "analyst")).count() == 1
