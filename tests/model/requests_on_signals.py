"""Complete requests on signals: reporting, judging, lists in and out, complaints from outside."""

from __future__ import annotations

from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from skyddsnat.hub.signals.services.review import seal_of
from skyddsnat.policy.complaints import Reason
from skyddsnat.protocols import complaint as wire
from tests.model.complete import COORDINATOR, JUDGE, Complete, Touches
from tests.model.world import GUARDED_TOO, REASON, World


def on_signals(world: World) -> dict[str, Complete]:
    """By route."""
    return _signals(world) | _judging(world) | _lists(world) | _complaints(world)


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
        "lists:close_alarm": Complete(
            who=COORDINATOR, data={"reason": "explained"}, ids={"pk": world.things["alarm"].pk}
        ),
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
