"""Every route, walked from the resolver: nothing opens without sign-in, and nothing without a second factor."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from skyddsnat.hub.accounts.middleware import ENROL, MACHINE_NAMESPACES, OPEN
from tests.cast import Cast

LOGIN = "/account/login/"
SAMPLES = {"pk": None, "secret": "A" * 43, "member": "alfa"}


def routes(resolver: URLResolver, names: tuple[str, ...] = (), converters: dict[str, object] | None = None) -> Iterator:
    """Every route's full name with its converters, its parents' included."""
    for pattern in resolver.url_patterns:
        found = {**(converters or {}), **pattern.pattern.converters}
        found |= dict.fromkeys(pattern.pattern.regex.groupindex.keys() - found.keys())
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, (*names, pattern.namespace) if pattern.namespace else names, found)
        else:
            yield ":".join((*names, pattern.name or "")), found


def sample(converter: object) -> str:
    """A value that the converter takes."""
    kind = type(converter).__name__
    values = {
        "UUIDConverter": str(uuid.UUID(int=7)),
        "IntConverter": "7",
        "SlugConverter": "alfa",
        "StringConverter": "alfa",
        "PathConverter": "alfa",
    }
    return values.get(kind, "alfa")


ALL = sorted({name for name, _ in routes(get_resolver())})


def address(name: str) -> str:
    """A URL of the route.  Fails, never skips, where none can be made."""
    for found, converters in routes(get_resolver()):
        if found == name:
            return reverse(name, kwargs={key: sample(value) for key, value in converters.items()})
    raise AssertionError(f"got the name {name!r}, expected one of the resolver's")


def machine(name: str) -> bool:
    return name.rpartition(":")[0] in MACHINE_NAMESPACES


GUARDED = [name for name in ALL if name not in OPEN and not machine(name)]


def test_every_route_has_a_name_and_an_address() -> None:
    assert len(ALL) > 60
    for name in ALL:
        assert name.rpartition(":")[2], "a route without a name cannot be guarded by name"
        address(name)


def test_the_open_and_enrolment_lists_are_these_and_no_longer() -> None:
    """Written a second time, so that a route cannot be opened by one careless line."""
    assert set(OPEN) == {
        "account_login",
        "account_logout",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "accounts:invitation",
        "accounts:welcome",
        "pages:language",
        "pages:healthy",
        "pages:demo_sign_in",
    }
    assert set(ENROL) == {"account_reauthenticate", "accounts:enrol", "mfa_activate_totp", "mfa_add_webauthn"}
    assert set(MACHINE_NAMESPACES) == {"taxii", "agents_api"}
    assert set(ALL) >= {*OPEN, *ENROL}


@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_sent_to_sign_in(db: None, client: Client, name: str, method: str) -> None:
    answer = getattr(client, method)(address(name))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{LOGIN}?next=")


@pytest.mark.parametrize("name", [name for name in GUARDED if name not in ENROL])
@pytest.mark.parametrize("method", ["get", "post"])
def test_someone_without_a_second_factor_is_sent_to_enrol(cast: Cast, client: Client, name: str, method: str) -> None:
    person = cast.person("solros", "coordinator")
    cast.sign_in(client, person)
    Authenticator.objects.filter(user=person).delete()
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0}
    )
    answer = getattr(client, method)(address(name))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/enrol/")


def test_enrolment_itself_can_be_reached_and_does_not_go_in_circles(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    cast.sign_in(client, person)
    Authenticator.objects.filter(user=person).delete()
    for name in ("accounts:enrol", "mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(name)).status_code == 200, name


@pytest.mark.parametrize("name", [name for name in ALL if machine(name)])
def test_a_persons_session_opens_no_machines_route(cast: Cast, client: Client, name: str) -> None:
    cast.sign_in(client, cast.person("alfa", "engineer"))
    assert client.get(address(name)).status_code in {401, 403, 404, 405, 406}


@pytest.mark.parametrize("scope", ["taxii", "stats", "shares"])
def test_a_machines_token_opens_no_page(cast: Cast, client: Client, scope: str) -> None:
    header = {"Authorization": f"Bearer {cast.token('alfa', scope)}"}
    for name in GUARDED:
        answer = client.get(address(name), headers=header)
        assert answer.status_code == 302, name
        assert answer.headers["Location"].startswith(LOGIN), name
