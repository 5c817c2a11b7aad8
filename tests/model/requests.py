"""For each route that something can be sent to, one complete request that succeeds: who sends it, about what, with which facts.

`test_left_out.py` sends it whole, and then with each thing that it needs left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from skyddsnat.demo.story.browser import fresh_code
from skyddsnat.hub.accounts import services as accounts
from skyddsnat.hub.audit.keys import ensure_log_key
from skyddsnat.hub.audit.queries.tree import newest
from skyddsnat.hub.benchmark import services as bench_services
from skyddsnat.hub.benchmark.models import Submission
from skyddsnat.hub.bulletins.forms import written
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.signals.services.review import seal_of
from skyddsnat.policy.complaints import Reason
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.protocols import complaint as wire
from skyddsnat.protocols.benchmark.statement import Kind
from skyddsnat.protocols.log import NoteSigner, cosign, read_checkpoint
from skyddsnat.protocols.log.note import COSIGNATURE_V1
from skyddsnat.protocols.statistics import figure_bytes
from tests.cast import OPERATORS, PASSWORD, TOTP_SECRET
from tests.hub.agents.conftest import report
from tests.hub.benchmark.conftest import plan_form
from tests.hub.maturity.conftest import sealed_answer
from tests.hub.statistics.conftest import figure
from tests.model.resolver import address
from tests.model.shadow import Who
from tests.model.world import AMBER, GUARDED_TOO, REASON, World

COORDINATOR, ANALYST, JUDGE, ENGINEER = (
    ("solros", "coordinator"),
    ("alfa", "analyst"),
    ("vakten", "reviewer"),
    ("alfa", "engineer"),
)


class Touches(StrEnum):
    """Where the control must find that something has changed."""

    DATA = "data"
    SESSION = "session"  # who is signed in where, and what their session says
    NOTHING = "nothing"  # an answer alone


type Facts = Mapping[str, Any] | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """who: nobody for the way in, a machine's member with its scope for a machine.

    data: the form, or a machine's body; worked out with the browser where its session says a part of it.
    first: what has to be so before, and is no part of the request.
    """

    who: Who | None = ANALYST
    data: Facts | Callable[[Client], Facts] = field(default_factory=dict)
    ids: Mapping[str, object] = field(default_factory=dict)
    first: Callable[[Client], object] = lambda browser: None
    touches: Touches = Touches.DATA


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
    return (
        _way_in(world)
        | _account(world)
        | _signals(world)
        | _judging(world)
        | _lists(world)
        | _members(world)
        | _rounds(world)
        | _complaints(world)
        | _statistics(world)
        | _rest(world)
    )


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


def _signals(world: World) -> dict[str, Complete]:
    form = {"circle": world.cast.circle.pk, "marking": "AMBER+STRICT", "basis": "own_observation", "scope": "exact"}
    at = {name: {"pk": signal.pk} for name, signal in world.signals.items()}
    saved, batch = {"pk": world.things["filter"].pk}, {"pk": world.things["batch"].pk}
    looked = {"type": "domain", "value": "seen.test"}

    def sealed(browser: Client) -> dict[str, str]:
        page = browser.post("/signals/paste/", form | {"lines": "klistrad.test"})
        return {"sealed": page.context["sealed"]}

    return {
        "signals:look_up": Complete(data=looked),
        "signals:check": Complete(data={"lines": "seen.test"}),
        "signals:new": Complete(data=form | {"type": "domain", "value": "ny.test"}),
        "signals:paste": Complete(data=form | {"lines": "klistrad.test"}, touches=Touches.NOTHING),
        "signals:confirm": Complete(data=sealed),
        "signals:bulk": Complete(data={"act": "read", "place": "list", "row": [world.signals["seen"].pk]}),
        "signals:batch_undo": Complete(who=JUDGE, ids=batch),
        "signals:batch_run": Complete(who=JUDGE, ids=batch, data={"now": "1"}),
        "signals:filters": Complete(data={"place": "list", "name": "Mina", "trail": "own=on"}),
        "signals:filter_change": Complete(ids=saved, data={"act": "rename", "name": "Andra"}),
        "signals:reveal": Complete(ids=at["seen"], data={"reason": "review", "note": "Vi jämför."}),
        "signals:feedback": Complete(who=("gamma", "analyst"), ids=at["verified"], data={"reason": "wrong_scope"}),
        "signals:dispute": Complete(who=("gamma", "analyst"), ids=at["verified"], data={"reason": "wrong_scope"}),
        "signals:withdraw": Complete(ids=at["new"], data={"reason": "gone"}),
    }


def _judging(world: World) -> dict[str, Complete]:
    at = {name: {"pk": signal.pk} for name, signal in world.signals.items()}
    approved = {"basis": "police_list", "checklist": world.checks, "seal": seal_of(world.signals["new"])}
    why = {"reason": REASON}
    name = {"type": "domain", "value": GUARDED_TOO, "scope": "exact"}
    yes = {"act": "confirm"}
    second = ("solros", "reviewer")
    return {
        "signals:claim": Complete(who=JUDGE, ids=at["new"]),
        "signals:release": Complete(who=JUDGE, ids=at["mine"]),
        "signals:approve": Complete(who=JUDGE, ids=at["new"], data=approved),
        "signals:reject": Complete(who=JUDGE, ids=at["new"], data={"reason": "insufficient"}),
        "signals:rescope": Complete(who=JUDGE, ids=at["new"], data={"scope": "subdomains"}),
        "signals:uphold": Complete(who=JUDGE, ids=at["contested"]),
        "signals:renew": Complete(who=JUDGE, ids=at["verified"]),
        "signals:feedback_decide": Complete(who=JUDGE, ids={"pk": world.things["feedback"].pk}, data={"right": "yes"}),
        "signals:overrides": Complete(who=JUDGE, data=name | why),
        "signals:override_decide": Complete(who=second, ids={"pk": world.things["override"].pk}, data=yes),
        "signals:false_stop_decide": Complete(
            who=COORDINATOR, ids={"pk": world.things["stop"].pk}, data={"act": "release"}
        ),
        "signals:rules": Complete(who=JUDGE, data={"type": "domain"} | why),
        "signals:rule_decide": Complete(who=second, ids={"pk": world.things["rule"].pk}, data=yes),
    }


def _lists(world: World) -> dict[str, Complete]:
    made = {"pk": world.things["import"].pk}
    form = {"circle": world.cast.circle.pk, "marking": "AMBER+STRICT", "basis": "own_observation", "scope": "exact"}
    file = lambda _browser: form | {"file": SimpleUploadedFile("lista.csv", b"value\nny.test\n")}  # noqa: E731
    out = {"circle": world.cast.circle.pk, "kind": "masked:csv", "reason": "report", "note": "Vi jämför."}
    return {
        "lists:import": Complete(data=file),
        "lists:confirm": Complete(ids=made),
        "lists:cancel": Complete(ids=made),
        "lists:export": Complete(data=out),
        "lists:leaks": Complete(who=COORDINATOR, data={"text": "lek.test"}),
        "lists:close_alarm": Complete(who=COORDINATOR, ids={"pk": world.things["alarm"].pk}),
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


def _rounds(world: World) -> dict[str, Complete]:
    lead, bench = ("alfa", "benchmark_lead"), world.things["bench"]
    at_open, at_frozen = world.things["round open"], world.things["round frozen"]
    sealed = json.dumps(bench.wire(at_open, "alfa")).encode()
    approval = json.dumps(bench.said(at_frozen, 0, Kind.APPROVAL).document()).encode()
    planned = {"pk": world.things["round planned"].pk}
    kept: dict[str, Any] = {}
    plan = plan_form(bench)

    def left_out(_browser: Client) -> None:
        """Alfa has a receipt for what the hub no longer has, and the round has closed."""
        for one in OPERATORS:
            kept[one] = bench.hand_in(at_open, one)
        Submission.objects.filter(round=at_open, member_id="alfa").delete()
        bench_services.tend(at_open.deadline)

    def receipt(_browser: Client) -> bytes:
        return json.dumps({"receipt": kept["alfa"]}).encode()

    others = ["solros", "zonen", "vakten", "omega"]
    own = {"pk": world.things["assessment"].pk}
    practice = written(world.things["practice"])
    answer = json.dumps({"question": "MQ-A1", "sealed": sealed_answer(), "version": 0}).encode()
    return {
        "maturity:open": Complete(who=lead, data={"year": str(timezone.localtime().year - 1)}),
        "maturity:answer": Complete(who=lead, ids=own, data=answer),
        "maturity:finish": Complete(who=lead, ids=own, data={"done": "1"}),
        "learning:line": Complete(
            who=lead, data=json.dumps({"id": str(uuid4()), "sealed": sealed_answer(), "version": 0}).encode()
        ),
        "learning:follow_up": Complete(who=lead, data={"day": str(timezone.localdate())}),
        "bulletins:practice_new": Complete(who=lead, data=practice | {"share": "1"}),
        "bulletins:practice_edit": Complete(
            who=lead, ids={"pk": world.things["practice"].pk}, data=practice | {"share": "1"}
        ),
        "bulletins:practice_withdraw": Complete(who=lead, ids={"pk": world.things["practice"].pk}),
        "learning:answer": Complete(
            who=("beta", "benchmark_lead"), ids={"pk": world.things["question"].pk}, data={"act": "yes"}
        ),
        "learning:ask": Complete(
            who=("gamma", "benchmark_lead"),
            ids={"pk": world.things["round done"].pk},
            data={"item": "MET-LST-01", "note": "Hur ofta läses listan in?"},
        ),
        "learning:willing": Complete(
            who=lead, ids={"pk": world.things["round done"].pk}, data={"item": "MET-LST-01", "act": "agree"}
        ),
        "benchmark:plan": Complete(who=COORDINATOR, data=plan | {"id": "ny"}),
        "benchmark:edit": Complete(who=COORDINATOR, ids=planned, data=plan),
        "benchmark:act": Complete(who=COORDINATOR, ids=planned, data={"act": "discard"}),
        "benchmark:sign_off": Complete(
            who=("solros", "auditor"), ids=planned, data={"metric": AMBER, "note": "Andelen är äldre än ett kvartal."}
        ),
        "benchmark:group_new": Complete(who=COORDINATOR, data={"id": "ny", "name": "Ny", "members": others}),
        "benchmark:group_edit": Complete(
            who=COORDINATOR, ids={"pk": bench.group.pk}, data={"name": "Nytt namn", "members": list(OPERATORS)}
        ),
        "benchmark:choose": Complete(who=lead, ids={"pk": bench.group.pk}, data={"rank": "on"}),
        "benchmark:keys": Complete(who=lead, data={"use": "member", "signing_key": "1" * 64, "opening_key": "2" * 64}),
        "benchmark:key_act": Complete(
            who=ENGINEER, ids={"pk": world.things["key of alfa"].pk}, data={"act": "confirm"}
        ),
        "benchmark:submit": Complete(who=lead, ids={"pk": at_open.pk}, data=sealed),
        "benchmark:object": Complete(who=lead, ids={"pk": at_open.pk}, first=left_out, data=receipt),
        "bench_api:submissions": Complete(who=("alfa", "shares"), ids={"round_id": at_open.pk}, data=sealed),
        "bench_api:objections": Complete(
            who=("alfa", "shares"), ids={"round_id": at_open.pk}, first=left_out, data=receipt
        ),
        "bench_api:statements": Complete(who=("solros", "party"), ids={"round_id": at_frozen.pk}, data=approval),
    }


def _complaints(world: World) -> dict[str, Complete]:
    listed, unlisted = {"pk": world.things["case"].pk}, {"pk": world.things["case not listed"].pk}
    answered = {"pk": world.things["complaint not listed"].pk}
    block = world.things["case"].blocks.get().pk
    given = wire.Complaint(id=uuid4(), at=world.stage.now, language="sv", reason=Reason.UNSURE, name="ny.test")
    return {
        "complaints:judge": Complete(who=JUDGE, ids=listed, data={"act": "suspend", "block": block}),
        "complaints:own_lift": Complete(ids=listed, data={"reason": "lawful"}),
        "complaints:name": Complete(ids=unlisted),
        "complaints:contact": Complete(ids=answered),
        "complaints:replied": Complete(ids=answered),
        "complaints_api:hand_in": Complete(who=("alfa", "complaints"), data=wire.write_complaint(given)),
    }


def _statistics(world: World) -> dict[str, Complete]:
    lead, stats = ("alfa", "benchmark_lead"), world.things["stats"]
    ready, counsel = ({"metric": world.things[f"series {name}"].pk} for name in ("ready", "of counsel"))
    first = Period.read(world.things["series ready"].first_period)
    own = {"pk": world.things["figure"].pk}
    by_hand = {
        "key": str(uuid4()),
        "period": str(first.shifted(2)),
        "corrects": "1",
        "value": "91500",
        "method": "1",
        "reason": "late_data",
        "version": "9f86d0",
        "versions": "30",
        "entries_mean": "11820",
        "resolvers": "all",
        "subscriptions_from": "300000",
        "block_ttl": "60",
        "observed": "none",
    }
    mark = {"kind": "outage", "day": str(first.first_day), "note_sv": "Avbrott.", "note_en": "Outage."}
    sent = figure_bytes(figure("MET-BLK-10", str(first)))
    return {
        "statistics:agree": Complete(who=lead, ids=counsel, data={"act": "agree"}),
        "statistics:hand_in": Complete(who=lead, ids=ready, data=by_hand),
        "statistics:explain": Complete(who=lead, ids=own, data={"text": "Loggen saknades."}),
        "statistics:comment": Complete(who=lead, ids=own, data={"text": "Vi räknar om."}),
        "statistics:open": Complete(who=COORDINATOR, data={"metric": "MET-SHR-01", "first": "2026-Q1"}),
        "statistics:approve": Complete(who=("solros", "auditor"), ids=counsel),
        "statistics:panel": Complete(
            who=COORDINATOR,
            ids=ready,
            data={"period": str(first.shifted(2))},
            first=lambda _browser: stats.agreed(world.things["series ready"], "omega"),
        ),
        "statistics:release": Complete(who=COORDINATOR, ids=ready, data={"period": str(first)}),
        "statistics:withdraw": Complete(who=COORDINATOR, ids={"pk": world.things["release"].pk}),
        "statistics:close": Complete(who=COORDINATOR, ids=ready),
        "statistics:event": Complete(who=COORDINATOR, ids=ready, data=mark),
        "statistics:event_remove": Complete(who=COORDINATOR, ids={"pk": world.things["event"].pk}),
        "statistics:exports": Complete(data={"form": "csv"}),
        "statistics:report_month": Complete(who=lead, data={"form": "csv"}),
        "statistics:report_hotline": Complete(who=lead, data={"form": "xlsx", "tips_public": "12"}),
        "statistics:report_transparency": Complete(who=lead, data={"form": "notices_art_16"}),
        "statistics_api:figures": Complete(who=("alfa", "stats"), data=sent),
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
