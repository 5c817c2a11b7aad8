"""Promise 4 as a matrix: each kind of token, in each way to send it, at each route for machines."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.utils import timezone

from skyddsnat.hub.accounts import services
from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.feed.keys import ensure_key
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Member, Person
from skyddsnat.policy.vocabulary import TokenScope
from tests.cast import Cast
from tests.figures import figure
from tests.model.resolver import address
from tests.model.routes import ROUTES
from tests.model.table import Door

MACHINES = {name: route for name, route in ROUTES.items() if route.door is Door.MACHINE}
TAXII = "application/taxii+json;version=2.1"


def bearer(token: str) -> str:
    return f"Bearer {token}"


def basic(token: str, user: str = "alfa") -> str:
    return "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()


GOOD: dict[str, Callable[[str], str]] = {"bearer": bearer, "basic": basic}
BAD: dict[str, Callable[[str], str]] = {
    "nothing": lambda token: "",
    "another member's name": lambda token: basic(token, "beta"),
    "no name": lambda token: basic(token, ""),
    "another secret": lambda token: bearer(token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")),
    "another kind": lambda token: f"Digest {token}",
    "a bare token": lambda token: token,
}


def ends(token: ApiToken, maker: Person) -> Iterator[tuple[str, Callable[[], Any]]]:
    """All that ends a token, each by itself."""
    row, person, now = ApiToken.objects.filter(pk=token.pk), Person.objects.filter(pk=maker.pk), timezone.now()
    yield "expired", lambda: row.update(expires_at=now - timedelta(seconds=1))
    yield "revoked", lambda: row.update(revoked_at=now)
    yield "of no scope", lambda: row.update(scopes=[])
    yield "maker closed out", lambda: person.update(is_active=False)
    yield "maker without a second factor", lambda: Authenticator.objects.filter(user=maker).delete()
    yield (
        "maker with recovery codes alone",
        lambda: Authenticator.objects.filter(user=maker).update(type=Authenticator.Type.RECOVERY_CODES),
    )
    yield "member has left", lambda: Member.objects.filter(pk=maker.member_id).update(left_at=now)


def status(name: str, header: str, client: Client | None = None) -> int:
    """What the route answers with this header, by a method that it takes."""
    method = "POST" if "GET" not in MACHINES[name].methods and MACHINES[name].methods else "GET"
    headers = {"Accept": TAXII} | ({"Authorization": header} if header else {})
    body = {"data": "{}", "content_type": "application/json"} if method == "POST" else {}
    answer = (client or Client()).generic(method, address(name), headers=headers, **body)
    return int(answer.status_code)


def test_each_route_for_machines_opens_to_its_scope_alone_and_only_while_the_token_stands(
    cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.FEED_KEY_FILE = tmp_path / "feed.key"
    ensure_key(settings.FEED_KEY_FILE)
    maker = cast.person("alfa", "engineer")
    faults: list[str] = []
    asked = 0
    for scope in TokenScope:
        token, plain = services.issue_token(Actor.of(maker), cast.alfa, label="prov", scopes=[scope])
        for name, route in MACHINES.items():
            opens = scope in route.scopes
            for way, header in GOOD.items():
                asked += 1
                if (status(name, header(plain)) != 401) is not opens:
                    faults.append(f"{name} by {way} with {scope.value}: expected {'open' if opens else '401'}")
            for way, header in BAD.items() if opens else ():
                asked += 1
                if status(name, header(plain)) != 401:
                    faults.append(f"{name} with {way}")
        # What this scope does not open says 401 to a token that stands, too: a header or an end would prove nothing there.
        for end, change in ends(token, maker):
            with transaction.atomic():
                change()
                for name in (name for name, route in MACHINES.items() if scope in route.scopes):
                    asked += 1
                    if status(name, bearer(plain)) != 401:
                        faults.append(f"{name} with a token {end} ({scope.value})")
                transaction.set_rollback(True)
    assert faults == []
    figure("access.tokens", asked=asked, violations=len(faults))


def test_a_persons_session_opens_no_route_for_machines(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "engineer"))
    assert [name for name in MACHINES if status(name, "", client) != 401] == []


def test_a_machines_token_opens_no_page(cast: Cast, client: Client) -> None:
    headers = [{"Authorization": bearer(cast.token("alfa", scope.value))} for scope in TokenScope]
    opened = []
    for name, route in ROUTES.items():
        if route.door in {Door.PERSON, Door.ENROL}:
            for header in headers:
                answer = client.get(address(name), headers=header)
                if answer.status_code != 302 or not answer.headers["Location"].startswith("/account/login/"):
                    opened.append(name)
    assert opened == []
