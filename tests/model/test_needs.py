"""What a route needs, left out one at a time: the role, the fresh authentication.  Nothing is done without."""

from __future__ import annotations

import time
from itertools import product

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members.models import Person
from skyddsnat.policy.vocabulary import Role
from tests.cast import Cast
from tests.figures import figure
from tests.model.resolver import address
from tests.model.routes import ROUTES

METHODS = ("get", "post")


def with_roles(cast: Cast, client: Client, roles: set[Role]) -> Person:
    """A police reviewer with these roles, signed in just now."""
    person = cast.person("vakten", "reviewer")
    Person.objects.filter(pk=person.pk).update(roles=sorted(role.value for role in roles))
    cast.sign_in(client, person)
    return person


def test_without_one_of_its_roles_a_route_says_403_and_does_nothing(cast: Cast, client: Client) -> None:
    opened, asked = [], 0
    for roles in {route.roles for route in ROUTES.values() if route.roles}:
        with_roles(cast, client, set(Role) - roles)
        before = Entry.objects.count()
        for (name, route), method in product(ROUTES.items(), METHODS):
            if route.roles == roles and method.upper() in route.methods:
                asked += 1
                if getattr(client, method)(address(name)).status_code != 403:
                    opened.append(f"{method} {name}")
        assert Entry.objects.count() == before
    assert opened == []
    figure("access.roles", asked=asked, violations=len(opened))


def test_with_all_roles_no_route_says_403(cast: Cast, client: Client) -> None:
    """The other side: what is refused above is refused for the role and for nothing else."""
    with_roles(cast, client, set(Role))
    shut = [name for name, route in ROUTES.items() if route.roles and client.get(address(name)).status_code == 403]
    assert shut == []


def test_without_fresh_authentication_a_route_asks_for_it_and_does_nothing(cast: Cast, client: Client) -> None:
    opened, asked = [], 0
    with_roles(cast, client, set(Role))
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        record | {"at": time.time() - 301} for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()
    before = Entry.objects.count()
    for (name, route), method in product(ROUTES.items(), METHODS):
        if route.fresh:
            asked += 1
            answer = getattr(client, method)(address(name))
            where = answer.headers.get("Location", "")
            if answer.status_code != 302 or not where.startswith("/account/reauthenticate/"):
                opened.append(f"{method} {name} answered {answer.status_code} {where}")
    assert opened == []
    assert Entry.objects.count() == before
    figure("access.fresh", asked=asked, violations=len(opened))
