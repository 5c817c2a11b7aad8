"""Every route: nothing opens without sign-in, and nothing without a second factor."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skyddsnat.hub.members.models import Member, Person
from tests.cast import Cast
from tests.model.resolver import address
from tests.model.routes import ROUTES
from tests.model.table import Door

LOGIN = "/account/login/"
GUARDED = [name for name, route in ROUTES.items() if route.door in {Door.ENROL, Door.PERSON}]
BEHIND_THE_FACTOR = [name for name, route in ROUTES.items() if route.door is Door.PERSON]


def test_a_stranger_is_sent_to_sign_in_by_every_route(db: None, client: Client) -> None:
    opened = []
    for name, method in product(GUARDED, ("get", "post")):
        answer = getattr(client, method)(address(name))
        if answer.status_code != 302 or not answer.headers["Location"].startswith(f"{LOGIN}?next="):
            opened.append(f"{method} {name}")
    assert opened == []


def without_factor(person: Person) -> None:
    """Recovery codes alone are no second factor."""
    Authenticator.objects.filter(user=person).delete()
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0}
    )


def closed(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)


def left(person: Person) -> None:
    Member.objects.filter(pk=person.member_id).update(left_at=timezone.now())


@pytest.mark.parametrize(
    ("change", "where"), [(without_factor, "/account/enrol/"), (closed, f"{LOGIN}?next="), (left, f"{LOGIN}?next=")]
)
def test_someone_who_may_not_come_in_is_sent_away_by_every_route(
    cast: Cast, client: Client, change: Callable[[Person], None], where: str
) -> None:
    person = cast.person("solros", "coordinator")
    cast.sign_in(client, person)
    change(person)
    opened = []
    for name, method in product(BEHIND_THE_FACTOR, ("get", "post")):
        answer = getattr(client, method)(address(name))
        if answer.status_code != 302 or not answer.headers["Location"].startswith(where):
            opened.append(f"{method} {name}")
    assert opened == []


def test_enrolment_itself_can_be_reached_and_does_not_go_in_circles(cast: Cast, client: Client) -> None:
    person = cast.person("alfa", "analyst")
    cast.sign_in(client, person)
    Authenticator.objects.filter(user=person).delete()
    for name in ("accounts:enrol", "mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(name)).status_code == 200, name
