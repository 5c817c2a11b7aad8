"""A picture cut over the rows of one hand-in is refused, by whatever door it comes, and nothing of it is kept."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest

from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.hub.signals.services import SignalDraft, Status
from skyddsnat.hub.taxii.intake import take_in
from skyddsnat.policy.normal_form import guess_type
from skyddsnat.policy.vocabulary import HashKind, Marking, SignalType
from tests.hub.signals.conftest import Stage
from tests.policy.guards.formats import EVERY_FORMAT
from tests.policy.guards.splits import CUTS, b64, pieces

PICTURE = EVERY_FORMAT["png"](random.Random(1), 12)


def hand_in(
    stage: Stage, rows: list[tuple[str, str]], act: Any = services.submit, **rest: Any
) -> set[tuple[Status, str]]:
    drafts = [
        SignalDraft(kind, value, hash_kind=HashKind.SHA256 if kind is SignalType.HASH else None, note=note)
        for value, note in rows
        if (kind := guess_type(value)) is not None
    ]
    outcomes = act(
        stage.actor("alfa"), drafts, circle=stage.cast.circle, marking=Marking.AMBER_STRICT, now=stage.now, **rest
    )
    return {(outcome.status, outcome.code) for outcome in outcomes}


@pytest.mark.parametrize(
    "cut", ["URLs, path", "domains, short labels of base32", "hashes, SHA-256", "notes, hexadecimal"]
)
def test_pieces_are_refused_together(stage: Stage, cut: str) -> None:
    rows = CUTS[cut](PICTURE)
    refused = {(Status.REFUSED, "split_media")}
    assert hand_in(stage, rows, channel="csv") == refused
    assert hand_in(stage, rows, services.preview) == refused
    assert (Signal.objects.count(), Submission.objects.count()) == (0, 0)
    assert hand_in(stage, rows[:1], channel="csv") == refused, "a beginning is told by itself, as if more were to come"
    assert (Signal.objects.count(), Submission.objects.count()) == (0, 0)
    assert hand_in(stage, rows[1:2], channel="csv") == {(Status.CREATED, "")}, "a single piece is of no use to anyone"


def thing(number: int, **more: Any) -> dict[str, Any]:
    moment = "2026-11-24T08:00:00.000Z"
    times = {"created": moment, "modified": moment, "valid_from": moment}
    pattern = {"pattern": f"[domain-name:value = 'sida-{number}.test']", "pattern_type": "stix"}
    identity = {"type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{number:012x}"}
    return {**identity, **times, **pattern, **more}


@pytest.mark.parametrize(
    "spread",
    [
        lambda n, piece: thing(n, labels=[piece]),
        lambda n, piece: thing(n, name=f"Domän {piece}"),
        lambda n, piece: thing(n, external_references=[{"source_name": piece}]),
        lambda n, piece: thing(
            n, extensions={"extension-definition--00000000-0000-4000-8000-000000000001": {"x": piece}}
        ),
    ],
)
def test_an_envelope_with_pieces_in_what_is_not_even_kept_is_refused(stage: Stage, spread: Any) -> None:
    things = [spread(number, piece) for number, piece in enumerate(pieces(b64(PICTURE), 36))]
    told = post(stage, [*things, thing(9_000)])
    assert told["success_count"] == 0
    assert told["failure_count"] == len(things) + 1
    assert all("puts a file together" in failure["message"] for failure in told["failures"])
    assert (Signal.objects.count(), ObjectVersion.objects.filter(type="indicator").count()) == (0, 0)


def test_one_object_that_hides_a_picture_does_not_harm_the_others(stage: Stage) -> None:
    told = post(stage, [thing(1), thing(2, labels=[b64(PICTURE)]), thing(3, labels=["vanlig", "etikett"])])
    assert (told["success_count"], told["failure_count"]) == (2, 1)
    assert not ObjectVersion.objects.filter(stix_id=thing(2)["id"]).exists()


def post(stage: Stage, things: list[Any]) -> dict[str, Any]:
    reader = MachineReader(member_id="alfa", token_id="t" * 8, circles=frozenset({stage.cast.circle.pk}))
    stage.cast.alfa.default_circle = stage.cast.circle
    stage.cast.alfa.save()
    told: dict[str, Any] = orjson.loads(take_in(reader, feeds.inbox("alfa"), things, now=stage.now))
    return told
