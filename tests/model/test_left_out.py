"""Each request that changes something, whole; and the same with one thing left out: sign-in, second factor, role, fresh
authentication, each reason, the quota, the form's token, the machine's token.  Then nothing may change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import resolve

from skyddsnat.hub.members.models import Person
from skyddsnat.policy.vocabulary import Role
from tests.figures import figure
from tests.model.complete import Complete, Touches
from tests.model.plant import Edit, planted
from tests.model.requests import BY_A_DEVICE, complete
from tests.model.resolver import address
from tests.model.routes import ROUTES
from tests.model.table import Door, Route
from tests.model.tables import undone, watched
from tests.model.world import World, standing_world

CHANGING = {name: route for name, route in ROUTES.items() if route.changes}
TAXII = "application/taxii+json;version=2.1"
WHERE_THEY_WERE = {"signals_mark", "signals_desk"}
"""What a page keeps that shows the signal again: that this person has read it, and where to go on."""

AT_LOGIN, AT_ENROLMENT, AT_CONFIRMING = "/account/login/", "/account/enrol/", "/account/reauthenticate/"


made = pytest.fixture(scope="module")(standing_world)


@dataclass(slots=True)
class Sending:
    """One request on its way, of which a need can be left out."""

    world: World
    name: str
    sent: Complete

    @property
    def route(self) -> Route:
        return CHANGING[self.name]

    @property
    def is_person(self) -> bool:
        """Whether someone sends it who has signed in."""
        return self.sent.who is not None and self.route.door is not Door.MACHINE

    def browser(self) -> Client:
        """The sender's, ready to send."""
        cache.clear()
        return self.world.browser(self.sent.who) if self.is_person and self.sent.who else Client()

    def prepared(self, browser: Client) -> dict[str, Any]:
        """What has to be so, and then the request's body."""
        self.sent.first(browser)
        facts = self.sent.data(browser) if callable(self.sent.data) else self.sent.data
        return {"data": facts}

    def send(self, browser: Client, body: dict[str, Any], *, token: bool = True) -> HttpResponse:
        """To the route's address."""
        where = address(self.name, **self.sent.ids)
        if self.route.door is not Door.MACHINE:
            form = "application/json" if isinstance(body["data"], bytes) else MULTIPART_CONTENT
            answer: HttpResponse = browser.post(where, **body, content_type=form)
            return answer
        assert self.sent.who is not None
        kind = TAXII if self.name.startswith("taxii") else "application/json"
        headers = {"Accept": TAXII, "Authorization": f"Bearer {self.world.cast.token(*self.sent.who)}"}
        if not token:
            del headers["Authorization"]
        return browser.generic("POST", where, body["data"], content_type=kind, headers=headers)


def sendings(world: World) -> Iterator[Sending]:
    for name, sent in complete(world).items():
        yield Sending(world, name, sent)


ADD = "add the complete request to tests/model/requests*.py, or say in BY_A_DEVICE where it is tried, for: {missing}"


def test_the_whole_request_does_what_it_is_for(world: World) -> None:
    """The control, for every route that something can be sent to: what is refused below lacks only what is left out."""
    known = complete(world).keys() | BY_A_DEVICE.keys()
    assert not CHANGING.keys() - known, ADD.format(missing=sorted(CHANGING.keys() - known))
    assert not known - CHANGING.keys(), f"nothing can be sent to these: {sorted(known - CHANGING.keys())}"
    idle = []
    for sending in sendings(world):
        with undone():
            browser = sending.browser()
            body = sending.prepared(browser)
            with watched() as change:
                answer = sending.send(browser, body)
            wanted = {
                Touches.DATA: bool(change.data),
                Touches.SESSION: bool(change.sessions),
                Touches.NOTHING: not change.data,
            }[sending.sent.touches]
            if answer.status_code not in {200, 201, 202, 204, 302} or not wanted:
                where = answer.headers.get("Location", "")
                idle.append(f"{sending.name} answered {answer.status_code} {where}, changed {change.data}")
    assert not idle, "\n".join(idle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """One thing left out.  to: where the sender is sent instead; status: what is answered, where the route itself does."""

    what: str
    status: int = 0
    to: str = ""


def needs(sending: Sending) -> Iterator[Without]:
    """What this request can do without none of."""
    route = sending.route
    if route.door is Door.MACHINE:
        yield Without(what="token", status=401)
        return
    yield Without(what="form's token", status=403)
    if route.door is Door.OPEN:
        return
    yield Without(what="sign-in", to=AT_LOGIN)
    if route.door is Door.PERSON:
        yield Without(what="second factor", to=AT_ENROLMENT)
    if route.roles:
        yield Without(what="role", status=403)
    if route.fresh:
        yield Without(what="fresh authentication", to=AT_CONFIRMING)
    for word in route.reason:
        yield Without(what=f"reason: {word}")
    if route.quota:
        yield Without(what=f"quota: {route.quota}")


def leave_out(sending: Sending, without: Without, browser: Client, body: dict[str, Any], settings: Any) -> Client:
    """Take it away, after all has been made ready; the browser to send with."""
    what, _, which = without.what.partition(": ")
    person = Person.objects.filter(pk=sending.world.cast.people[sending.sent.who].pk) if sending.is_person else None  # type: ignore[index]
    match what:
        case "form's token":
            browser.handler.enforce_csrf_checks = True
        case "sign-in":
            return Client()
        case "second factor":
            Authenticator.objects.filter(user__in=person or []).exclude(type="recovery_codes").delete()
        case "role":
            assert person is not None
            person.update(roles=sorted(role.value for role in set(Role) - sending.route.roles))
        case "fresh authentication":
            session = browser.session
            session[AUTHENTICATION_METHODS_SESSION_KEY] = [
                record | {"at": time.time() - 301} for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
            ]
            session.save()
        case "reason":
            del body["data"][which]
        case "quota":
            setattr(settings, which, 0)
    return browser


def refused(sending: Sending, without: Without, settings: Any) -> str:
    """What is wrong with the answer, in words; "" where nothing is."""
    browser = sending.browser()
    body = sending.prepared(browser)
    body["data"] = dict(body["data"]) if isinstance(body["data"], dict) else body["data"]
    asker = leave_out(sending, without, browser, body, settings)
    with watched() as change:
        answer = sending.send(asker, body, token=without.what != "token")
    where, said = answer.headers.get("Location", ""), f"{sending.name} without {without.what}"
    if done := set(change.data) - WHERE_THEY_WERE:
        return f"{said} changed {sorted(done)}"
    if without.to and (answer.status_code != 302 or not where.startswith(without.to)):
        return f"{said} answered {answer.status_code} {where}, expected to be sent to {without.to}"
    if without.status and answer.status_code != without.status:
        return f"{said} answered {answer.status_code} {where}, expected {without.status}"
    return ""


def test_with_one_thing_left_out_nothing_is_done(world: World, settings: Any) -> None:
    violations, asked = [], 0
    for sending in sendings(world):
        for without in needs(sending):
            asked += 1
            quota = without.what.removeprefix("quota: ") if without.what.startswith("quota") else ""
            with undone():
                violations.append(refused(sending, without, settings))
            if quota:
                delattr(settings, quota)
    violations = [said for said in violations if said]
    assert not violations, "\n".join(violations)
    figure("access.left_out", requests=len(complete(world)), asked=asked, violations=len(violations))


FACTOR = Edit(
    "skyddsnat.hub.accounts.middleware.RequireSignIn.process_view", "or has_second_factor(request.user)", "or True"
)
QUOTA = Edit("skyddsnat.hub.signals.limits.reveals_a_day", "return int(", "return 99 + int(")


def test_a_guard_that_is_gone_is_noticed(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(name: str, what: str) -> str:
        sending = Sending(world, name, complete(world)[name])
        (without,) = (one for one in needs(sending) if one.what == what)
        with undone():
            return refused(sending, without, settings)

    with planted(FACTOR):
        assert "changed" in said("signals:claim", "second factor")
    with planted(QUOTA):
        assert "changed" in said("signals:reveal", "quota: SIGNAL_REVEALS_PER_DAY")
    monkeypatch.setattr(resolve("/signals/known/").func, "csrf_exempt", True, raising=False)
    assert "changed" in said("signals:look_up", "form's token")
