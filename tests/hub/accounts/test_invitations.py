"""Coming in: a link that works once, a password, a second factor, recovery codes, My work."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skyddsnat.hub.accounts import services
from skyddsnat.hub.accounts.models import Invitation
from skyddsnat.hub.accounts.queries import has_second_factor
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.policy.errors import PolicyRefusal
from tests.cast import PASSWORD, Cast
from tests.hub.accounts.test_security_page import passkey_of
from tests.hub.accounts.test_sign_in import code

CHOSEN = "vintern-kommer-tidigt"


@pytest.fixture
def newcomer(cast: Cast) -> Person:
    return members.create_person(
        HUB, cast.alfa, email="ny@alfa.test", name="Ny Person", roles=["analyst"], language="sv"
    )


def accept(client: Client, path: str, password: str = CHOSEN) -> str:
    client.get(path)
    answer = client.post("/account/welcome/", {"password1": password, "password2": password})
    return str(answer.headers.get("Location", ""))


def test_a_newcomer_comes_all_the_way_in(newcomer: Person, client: Client) -> None:
    path = services.invite(HUB, newcomer)
    assert client.get(path).headers["Location"] == "/account/welcome/"
    page = client.get("/account/welcome/").content.decode()
    assert "Ny Person" in page
    assert "Provkoalitionen" in page
    answer = client.post("/account/welcome/", {"password1": CHOSEN, "password2": CHOSEN})
    assert answer.headers["Location"] == "/account/enrol/"
    assert client.cookies["language"].value == "sv"
    assert client.get("/").headers["Location"] == "/account/enrol/"
    enrolment = client.get("/account/factors/app/add/")
    secret = enrolment.context["form"].secret
    answer = client.post("/account/factors/app/add/", {"code": code(secret)})
    assert answer.headers["Location"] == "/account/factors/codes/"
    codes = re.findall(r"\b\d{8}\b", client.get("/account/factors/codes/").content.decode())
    assert len(set(codes)) == 10
    assert client.get("/").status_code == 200
    assert has_second_factor(newcomer)


def test_the_secret_leaves_the_address_at_once_and_is_kept_only_as_a_hash(newcomer: Person, client: Client) -> None:
    path = services.invite(HUB, newcomer)
    secret = path.rstrip("/").rsplit("/", 1)[1]
    assert len(secret) == 43
    assert secret not in client.get(path).headers["Location"]
    assert secret not in str(Invitation.objects.values())
    assert secret not in str(list(Entry.objects.values()))
    assert secret not in client.get("/account/welcome/").content.decode()


def test_opening_the_link_uses_nothing_up_but_accepting_does(newcomer: Person, client: Client) -> None:
    path = services.invite(HUB, newcomer)
    for _ in range(3):
        assert Client().get(path).status_code == 302
    assert accept(client, path) == "/account/enrol/"
    late = Client()
    assert late.get(path).status_code == 404
    assert late.post("/account/welcome/", {"password1": CHOSEN, "password2": CHOSEN}).status_code == 404


def test_two_browsers_with_one_link_let_one_person_in(newcomer: Person) -> None:
    path = services.invite(HUB, newcomer)
    first, second = Client(), Client()
    first.get(path)
    second.get(path)
    data = {"password1": CHOSEN, "password2": CHOSEN}
    assert first.post("/account/welcome/", data).status_code == 302
    assert second.post("/account/welcome/", data).status_code == 404


def test_a_link_is_too_old_after_seven_days(newcomer: Person, client: Client) -> None:
    path = services.invite(HUB, newcomer)
    assert Invitation.objects.get().expires_at - Invitation.objects.get().created_at == timedelta(days=7)
    Invitation.objects.update(expires_at=timezone.now())
    assert client.get(path).status_code == 404


def test_a_newer_link_replaces_the_older_one(newcomer: Person, client: Client) -> None:
    old, new = services.invite(HUB, newcomer), services.invite(HUB, newcomer)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 302


def test_a_guessed_link_gets_the_same_page_as_an_old_one(newcomer: Person, client: Client) -> None:
    path = services.invite(HUB, newcomer)
    Invitation.objects.update(expires_at=timezone.now())
    old = client.get(path).content
    guessed = Client().get("/account/invitation/" + "A" * 43 + "/").content
    plain = re.compile(rb'value="[A-Za-z0-9]{64}"|/account/invitation/[^"]*')
    assert plain.sub(b"", old) == plain.sub(b"", guessed)


def test_the_link_dies_with_the_persons_access(cast: Cast, newcomer: Person, client: Client) -> None:
    path = services.invite(HUB, newcomer)
    services.close_access(Actor.of(cast.person("solros", "coordinator")), newcomer)
    assert client.get(path).status_code == 404


def test_the_page_of_a_closed_account_tells_how_the_person_is_forgotten(cast: Cast, client: Client) -> None:
    coordinator, person = cast.person("solros", "coordinator"), cast.person("alfa", "analyst")
    cast.sign_in(client, coordinator)
    page = reverse("members:person", args=[person.pk])
    assert "audit erase" not in client.get(page).content.decode()
    services.close_access(Actor.of(coordinator), person)
    assert f"skyddsnat hub audit erase {person.email}" in client.get(page).content.decode()


def test_no_factor_of_a_closed_account_opens_it_when_it_is_opened_again(cast: Cast) -> None:
    """A passkey signs in without any password: it would come in before the new link is used."""
    who, person = Actor.of(cast.person("solros", "coordinator")), cast.person("alfa", "analyst")
    passkey_of(person)
    services.close_access(who, person)
    assert not Authenticator.objects.filter(user=person).exists()
    assert Entry.objects.filter(action="factor.all_removed", member_id="solros", object_id=str(person.pk)).exists()
    services.reopen_access(who, Person.objects.get(pk=person.pk))
    assert not has_second_factor(person)


def test_factors_that_an_account_kept_when_it_was_closed_go_with_the_clock(cast: Cast) -> None:
    person = cast.person("alfa", "analyst")
    Person.objects.filter(pk=person.pk).update(is_active=False)
    members.leave_coalition(HUB, cast.omega)
    services.clear_ended(timezone.now())
    assert not Authenticator.objects.filter(user__in=[person, cast.person("omega", "analyst")]).exists()
    assert Authenticator.objects.filter(user=cast.person("beta", "analyst")).exists()


def test_the_link_dies_with_the_membership(cast: Cast, newcomer: Person, client: Client) -> None:
    path = services.invite(HUB, newcomer)
    members.leave_coalition(HUB, cast.alfa)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("first", "second"), [("kort", "kort"), ("ny@alfa.test", "ny@alfa.test"), (CHOSEN, CHOSEN + "x"), ("", "")]
)
def test_a_weak_or_mistyped_password_is_refused_and_the_link_stays_good(
    newcomer: Person, client: Client, first: str, second: str
) -> None:
    client.get(services.invite(HUB, newcomer))
    answer = client.post("/account/welcome/", {"password1": first, "password2": second})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert client.post("/account/welcome/", {"password1": CHOSEN, "password2": CHOSEN}).status_code == 302


def test_a_new_invitation_replaces_password_and_every_factor(cast: Cast, client: Client) -> None:
    person = cast.person("beta", "analyst")
    path = services.invite(Actor.of(cast.person("solros", "coordinator")), person)
    assert Authenticator.objects.filter(user=person).exists()
    accept(client, path)
    assert not Authenticator.objects.filter(user=person).exists()
    assert Person.objects.get(pk=person.pk).check_password(CHOSEN)
    assert not Person.objects.get(pk=person.pk).check_password(PASSWORD)


def test_sessions_from_before_end_when_a_new_invitation_is_used(cast: Cast) -> None:
    person, thief = cast.person("beta", "analyst"), Client()
    cast.sign_in(thief, person)
    accept(Client(), services.invite(HUB, person))
    assert thief.get("/members/").status_code == 302


@pytest.mark.parametrize("role", ["analyst", "engineer", "reviewer"])
def test_only_a_coordinator_invites_and_not_themselves(cast: Cast, role: str) -> None:
    coordinator = cast.person("solros", "coordinator")
    with pytest.raises(PolicyRefusal, match="not_coordinator"):
        services.invite(Actor.of(cast.person("alfa", role)), coordinator)
    with pytest.raises(PolicyRefusal, match="own_access"):
        services.invite(Actor.of(coordinator), coordinator)


def test_those_who_should_notice_get_a_letter_without_any_secret(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        _, path = services.add_person(
            Actor.of(cast.person("solros", "coordinator")),
            cast.vakten,
            email="domare@vakten.test",
            name="Ny Domare",
            roles=["reviewer"],
        )
    told = {letter.to[0] for letter in mail.outbox}
    assert {"engineer@vakten.test", "auditor@solros.test", "auditor@vakten.test", "coordinator@solros.test"} == told
    everything = "".join(letter.subject + letter.body for letter in mail.outbox)
    assert "Ny Domare" in everything
    assert path.rstrip("/").rsplit("/", 1)[1] not in everything


def test_a_letter_is_in_the_readers_language(cast: Cast, django_capture_on_commit_callbacks: object) -> None:
    Person.objects.filter(email="auditor@vakten.test").update(language="en")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        services.change_roles(
            Actor.of(cast.person("solros", "coordinator")), cast.person("vakten", "analyst"), ["reviewer"]
        )
    by_reader = {letter.to[0]: letter.subject for letter in mail.outbox}
    assert by_reader["auditor@vakten.test"] == "Skyddsnät: a person's roles were changed"
    assert by_reader["auditor@solros.test"] == "Skyddsnät: en persons roller har ändrats"


def test_one_click_sign_in_is_refused_on_every_hub_that_is_not_the_demo(cast: Cast, rf: object) -> None:
    with pytest.raises(PolicyRefusal, match="not_a_demo"):
        services.sign_in_for_demo(rf.get("/"), cast.person("alfa", "analyst"))  # type: ignore[attr-defined]


def test_a_mail_server_that_is_away_undoes_nothing_and_is_said_once(
    cast: Cast, django_capture_on_commit_callbacks: object, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    options = {"host": "127.0.0.1", "port": 9, "timeout": 1}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    person = cast.person("vakten", "analyst")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        services.change_roles(Actor.of(cast.person("solros", "coordinator")), person, ["reviewer"])
    assert Person.objects.get(pk=person.pk).roles == ["reviewer"]
    assert caplog.text.count("notices could not be sent") == 1


def test_without_a_mail_server_letters_are_counted_and_never_written_out(
    cast: Cast, django_capture_on_commit_callbacks: object, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MAILERS = {"default": {"BACKEND": "skyddsnat.hub.accounts.mail.NoMailServer"}}
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        services.change_roles(
            Actor.of(cast.person("solros", "coordinator")), cast.person("vakten", "analyst"), ["reviewer"]
        )
    assert "letters were not sent" in caplog.text
    assert "Vakten" not in caplog.text
