"""The table of routes and the resolver name the same routes, with the same parameters: whoever adds one is told what to add."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import path

from skyddsnat.hub import urls as hub_urls
from skyddsnat.hub.accounts.middleware import ENROL, MACHINE_NAMESPACES, OPEN
from skyddsnat.hub.pages import views
from tests.cast import Cast
from tests.model import resolver
from tests.model.resolver import address, known_routes
from tests.model.routes import ROUTES
from tests.model.table import Door

ADD = """
These routes are not in the model of access: {missing}.
For each add one line to ROUTES in tests/model/routes.py that says who may (door, roles or scope), with which methods, what it
needs (fresh, reason, quota) and which thing each id in its address stands for (takes).  If something can be sent to it, add the
complete request to tests/model/requests*.py as well: the same request is then tried with each thing left out.
Example:  "signals:claim": act(roles=REVIEWER),
"""


def test_every_route_has_an_entry_in_the_model_of_access() -> None:
    missing = sorted(known_routes().keys() - ROUTES.keys())
    assert not missing, ADD.format(missing=missing)


def test_every_entry_in_the_model_is_a_route() -> None:
    gone = sorted(ROUTES.keys() - known_routes().keys())
    assert not gone, f"tests/model/routes.py names routes that the hub has not: {gone}; take their lines away"


def test_every_parameter_of_a_route_has_a_meaning() -> None:
    for name, parameters in known_routes().items():
        if name in ROUTES:
            assert set(ROUTES[name].takes) == set(parameters), (
                f"say in tests/model/routes.py what the ids of {name} are"
            )


def test_every_route_has_a_name_and_an_address() -> None:
    for name in known_routes():
        assert name.rpartition(":")[2], "a route without a name cannot be guarded by name"
        assert address(name).startswith("/")


def test_the_hubs_lists_of_open_routes_are_those_of_the_model() -> None:
    """Two writings, so that a route cannot be opened by one careless line."""
    by_door = {door: {name for name, route in ROUTES.items() if route.door is door} for door in Door}
    assert set(OPEN) == by_door[Door.OPEN]
    assert set(ENROL) == by_door[Door.ENROL]
    assert set(MACHINE_NAMESPACES) == {name.partition(":")[0] for name in by_door[Door.MACHINE]}


def test_a_new_route_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted one has its id in a parent, where a walk over the leaves alone would not look."""
    from django.urls import clear_url_caches, include

    monkeypatch.setattr(
        hub_urls,
        "urlpatterns",
        [*hub_urls.urlpatterns, path("new/<uuid:parent>/", include([path("", views.about, name="planted")]))],
    )
    clear_url_caches()
    resolver.known_routes.cache_clear()
    try:
        assert known_routes()["planted"] == {"parent": "UUIDConverter"}
        with pytest.raises(AssertionError, match=r"not in the model of access: \['planted'\]"):
            test_every_route_has_an_entry_in_the_model_of_access()
    finally:
        monkeypatch.undo()
        clear_url_caches()
        resolver.known_routes.cache_clear()


def test_methods_that_the_model_does_not_name_are_refused(cast: Cast, client: Client) -> None:
    """For routes that everyone may ask; the others are tried with people and tokens in test_walk.py."""
    cast.sign_in(client, cast.person("alfa", "analyst"))
    taken: list[str] = []
    for name, route in ROUTES.items():
        if route.door is Door.PERSON and not route.roles and not route.fresh and not name.startswith("mfa_"):
            for method in {"GET", "POST"} - route.methods:
                if client.generic(method, address(name)).status_code not in {405, 404}:
                    taken.append(f"{method} {name}")
    assert taken == []
