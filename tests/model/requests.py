"""For each route that something can be sent to, one complete request that succeeds: who sends it, about what, with which facts.

`test_left_out.py` sends it whole, and then with each thing that it needs left out.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.utils import timezone

from skyddsnat.demo.story.browser import fresh_code
from skyddsnat.hub.accounts import services as accounts
from skyddsnat.hub.audit.keys import ensure_log_key
from skyddsnat.hub.audit.queries.tree import newest
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Person
from skyddsnat.protocols.log import NoteSigner, cosign, read_checkpoint
from skyddsnat.protocols.log.note import COSIGNATURE_V1
from tests.cast import PASSWORD, TOTP_SECRET
from tests.hub.agents.conftest import report
from tests.model.complete import ANALYST, COORDINATOR, ENGINEER, JUDGE, Complete, Touches
from tests.model.requests_on_figures import on_figures
from tests.model.requests_on_signals import on_signals
from tests.model.resolver import address
from tests.model.world import World

BY_A_DEVICE = {
    "mfa_add_webauthn": "a passkey signs: tests/journeys/test_people_come_in.py does it with a browser's own authenticator",
    "mfa_login_webauthn": "as above",
    "mfa_reauthenticate_webauthn": "as above",
    "pages:demo_sign_in": "there in the demo only: tests/hub/pages/test_demo_sign_in.py",
}
"""Routes without a request here, each with where it is tried."""

WELCOME = {"password1": "en ny mening som vi prövar", "password2": "en ny mening som vi prövar"}
NEW_PERSON = {"member": "alfa", "name": "Ny", "email": "ny@alfa.test", "language": "sv", "roles": ["analyst"]}
MEMBER = {"name": "Nya nätet", "kind": "operator", "control_group": "nya"}
LEGAL = {"activity": "Delar", "basis": "Lag", "purpose": "Prov", "retention_days": 30, "owner": "solros"}
LEGAL |= {"review_by": "2030-01-01", "status": "active"}


def complete(world: World) -> dict[str, Complete]:
    """By route."""
    return _way_in(world) | _account(world) | on_signals(world) | _members(world) | on_figures(world) | _rest(world)


def _code(browser: Client | None = None) -> dict[str, str]:
    secret = browser.session["mfa.totp.secret"] if browser is not None else TOTP_SECRET
    return {"code": fresh_code(secret, seconds=4)}


def _way_in(world: World) -> dict[str, Complete]:
    analyst = world.cast.person(*ANALYST)
    sign_in = {"login": analyst.email, "password": PASSWORD}
    link = accounts.invite(HUB, world.cast.person("beta", "analyst"))
    without_passkey = Authenticator.objects.filter(user=analyst, type=Authenticator.Type.WEBAUTHN)
    without_factor = Authenticator.objects.filter(user=world.cast.person("beta", "engineer"))

    def to_the_second_step(browser: Client) -> None:
        without_passkey.delete()
        browser.post(address("account_login"), sign_in)

    def to_enrolment(browser: Client) -> None:
        without_factor.delete()
        browser.get(address("mfa_activate_totp"))

    return {
        "account_login": Complete(who=None, data=sign_in, touches=Touches.SESSION),
        "account_logout": Complete(touches=Touches.SESSION),
        "mfa_authenticate": Complete(who=None, first=to_the_second_step, data=lambda _browser: _code()),
        "accounts:welcome": Complete(who=None, first=lambda browser: browser.get(link), data=WELCOME),
        "mfa_activate_totp": Complete(who=("beta", "engineer"), first=to_enrolment, data=_code),
        "account_reauthenticate": Complete(data={"password": PASSWORD}, touches=Touches.SESSION),
        "mfa_reauthenticate": Complete(data=lambda _browser: _code(), touches=Touches.SESSION),
    }


def _account(world: World) -> dict[str, Complete]:
    passkey = {"pk": world.things["passkey"].pk}
    new = {"oldpassword": PASSWORD} | WELCOME
    other = lambda _browser: world.cast.sign_in(Client(), world.cast.people[ANALYST]).get("/about/")  # noqa: E731  a second browser
    token = {"label": "prov", "scopes": ["taxii"], "days": 30}
    return {
        "account_change_password": Complete(data=new),
        "mfa_deactivate_totp": Complete(),
        "mfa_generate_recovery_codes": Complete(),
        "mfa_edit_webauthn": Complete(ids=passkey, data={"name": "Ny nyckel"}),
        "mfa_remove_webauthn": Complete(ids=passkey),
        "usersessions_list": Complete(first=other, touches=Touches.SESSION),
        "accounts:session_end": Complete(ids={"pk": world.things["session"].pk}, touches=Touches.SESSION),
        "accounts:token_new": Complete(who=ENGINEER, data=token),
        "accounts:token_revoke": Complete(who=ENGINEER, ids={"pk": world.things["token"].pk}),
        "pages:settings": Complete(data={"language": "en", "theme": "dark", "shortcuts": "on"}),
        "pages:language": Complete(data={"language": "en", "next": "/about/"}),
        "pages:search": Complete(data={"q": "dns"}, touches=Touches.NOTHING),
        "knowledge:search": Complete(data={"q": "dns"}, touches=Touches.NOTHING),
    }


def _members(world: World) -> dict[str, Complete]:
    who, circle = COORDINATOR, {"pk": world.cast.circle.pk}
    person = {"pk": world.cast.person("beta", "analyst").pk}
    closed = {"pk": world.cast.person("delta", "analyst").pk}
    facts = {"name": "Nytt namn", "purpose": "Prov.", "owner": "solros"}
    return {
        "members:new": Complete(who=who, data=MEMBER | {"id": "nya"}),
        "members:edit": Complete(who=who, ids={"pk": "omega"}, data=MEMBER),
        "members:leave": Complete(who=who, ids={"pk": "omega"}),
        "members:circle_new": Complete(who=who, data=facts),
        "members:circle_edit": Complete(who=who, ids=circle, data=facts),
        "members:circle_join": Complete(who=who, ids=circle, data={"member": "omega", "confirmed": "1"}),
        "members:circle_leave": Complete(who=who, ids=circle | {"member": "beta"}),
        "members:circle_close": Complete(who=who, ids=circle),
        "members:legal_new": Complete(who=who, data=LEGAL),
        "members:legal_edit": Complete(who=who, ids={"pk": world.things["basis"].pk}, data=LEGAL),
        "members:person_new": Complete(who=who, data=NEW_PERSON),
        "members:person_edit": Complete(who=who, ids=person, data={"name": "Ny", "language": "en"}),
        "members:person_roles": Complete(who=who, ids=person, data={"roles": ["engineer"]}),
        "members:person_invite": Complete(who=who, ids=person),
        "members:person_close": Complete(who=who, ids=person),
        "members:person_reopen": Complete(
            who=who, ids=closed, first=lambda _browser: Person.objects.filter(**closed).update(is_active=False)
        ),
        "members:decision": Complete(who=JUDGE, ids={"pk": world.things["proposal"].pk}, data={"act": "confirm"}),
    }


def _rest(world: World) -> dict[str, Complete]:
    signed = newest()
    assert signed is not None
    witness = NoteSigner("alfa-1", Ed25519PrivateKey.generate(), COSIGNATURE_V1)
    said = read_checkpoint(signed.note, ensure_log_key())
    heard = {"agent": "alfa-1", "key": witness.key.text(), "size": said.size}
    heard |= {"line": cosign(said, witness, now=timezone.now())}
    return {
        "audit:export": Complete(who=("vakten", "auditor")),
        "agents:remove": Complete(who=ENGINEER, ids={"agent_id": world.things["agent"].pk}),
        "agents_api:report": Complete(who=("alfa", "stats"), data=json.dumps(report(agent="alfa-2")).encode()),
        "log_api:cosignatures": Complete(who=("alfa", "stats"), data=json.dumps(heard).encode()),
        "taxii:objects": Complete(
            who=("alfa", "taxii"),
            ids={"collection_id": feeds.inbox("alfa").pk},
            data=json.dumps({"objects": [_indicator()]}).encode(),
        ),
    }


def _indicator() -> dict[str, Any]:
    when = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    said = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{uuid4()}",
        "created": when,
        "modified": when,
    }
    return said | {"pattern_type": "stix", "pattern": "[domain-name:value = 'ny.test']", "valid_from": when}
