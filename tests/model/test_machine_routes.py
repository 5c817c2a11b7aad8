"""Routes for machines are made in one place, so that none can forget its guard."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from skyddsnat.hub.complaints import api_urls
from tests.model.resolver import address
from tests.model.test_tokens import MACHINES


def scopes_of(name: str) -> frozenset[str]:
    """The scopes that a route's guard asks for; none without a guard."""
    return frozenset(scope.value for scope in getattr(resolve(address(name)).func, "for_scopes", ()))


def unguarded() -> list[str]:
    """Routes of machines whose guard does not ask for what the model of access says.  TAXII has its own (taxii/resource.py)."""
    ours = {name: route for name, route in MACHINES.items() if not name.startswith("taxii:")}
    assert len(ours) > 15
    return [name for name, route in ours.items() if scopes_of(name) != {scope.value for scope in route.scopes}]


def test_each_route_for_machines_has_the_guard_and_its_scopes() -> None:
    assert unguarded() == []


def test_a_route_without_the_guard_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.method)

    (route,) = api_urls.urlpatterns
    monkeypatch.setattr(route, "callback", bare)
    assert unguarded() == ["complaints_api:hand_in"]
