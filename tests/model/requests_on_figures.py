"""Complete requests on figures: rounds of benchmarking with what follows them, and the joint statistics."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from skyddsnat.hub.benchmark import services as bench_services
from skyddsnat.hub.benchmark.models import Submission
from skyddsnat.hub.bulletins.forms import written
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.protocols.benchmark.statement import Kind
from skyddsnat.protocols.statistics import figure_bytes
from tests.cast import OPERATORS
from tests.hub.benchmark.conftest import plan_form
from tests.hub.maturity.conftest import sealed_answer
from tests.hub.statistics.conftest import figure
from tests.model.complete import COORDINATOR, ENGINEER, Complete
from tests.model.world import AMBER, World


def on_figures(world: World) -> dict[str, Complete]:
    """By route."""
    return _rounds(world) | _statistics(world)


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
        "learning:follow_up": Complete(who=lead, data={"day": str(timezone.localdate() + timedelta(days=1))}),
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
