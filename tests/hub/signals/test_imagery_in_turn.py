"""A file cut up over requests, batches and reasons is found against what the same member handed in before."""

from __future__ import annotations

import random
from datetime import timedelta

from django.test import Client

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.hub.signals.services import SignalDraft, Status
from skyddsnat.hub.signals.services.recent import LOOKED_BACK
from skyddsnat.policy.vocabulary import Marking, SignalType
from tests.hub.signals.conftest import Stage, refused
from tests.hub.taxii.conftest import Machine
from tests.hub.taxii.test_posting import report as indicator
from tests.policy.guards.formats import EVERY_FORMAT
from tests.policy.guards.splits import MASKED, b64, pieces

PIECES = pieces(b64(EVERY_FORMAT["png"](random.Random(11), 16)), 6)
"""Of four bytes each: the first is no beginning by itself."""


def hand_in(stage: Stage, member: str, *notes: str) -> list[str]:
    stage.later(minutes=1)
    count = Submission.objects.count()
    drafts = [SignalDraft(SignalType.DOMAIN, f"lek-{count}-{n}.test", note=note) for n, note in enumerate(notes)]
    outcomes = services.submit(
        stage.actor(member),
        drafts,
        circle=stage.cast.circle,
        marking=Marking.AMBER,
        channel="csv",
        now=stage.now,
    )
    return [outcome.code if outcome.status is Status.REFUSED else "" for outcome in outcomes]


def test_a_picture_over_several_requests_is_stopped(stage: Stage) -> None:
    codes = [code for piece in PIECES[:4] for code in hand_in(stage, "alfa", piece)]
    assert codes.index("split_media") <= 2


def test_notes_without_a_beginning_are_stopped_once_they_are_opaque(stage: Stage) -> None:
    rows = MASKED["notes, masked"](EVERY_FORMAT["png"](random.Random(12), 12))
    codes = [code for _, note in rows for code in hand_in(stage, "alfa", note)]
    assert len(codes) > 10
    assert Submission.objects.filter(member="alfa").count() <= 8


def test_a_picture_over_several_parts_of_a_list_is_stopped(stage: Stage) -> None:
    ordinary = [f"Sedd av kundtjänst, ärende {number}." for number in range(10)]
    assert hand_in(stage, "alfa", *ordinary, PIECES[0]) == [""] * 11
    assert "split_media" in hand_in(stage, "alfa", PIECES[1], *ordinary)


def test_the_order_within_a_hand_in_is_kept(stage: Stage) -> None:
    hand_in(stage, "alfa", *[f"Sedd {number} gånger." for number in range(12)])
    reports = Submission.objects.filter(member="alfa").order_by("at", "place")
    assert [report.note for report in reports] == [f"Sedd {number} gånger." for number in range(12)]


def test_pieces_of_two_members_or_of_two_weeks_are_no_file(stage: Stage) -> None:
    assert hand_in(stage, "alfa", PIECES[0]) == [""]
    assert hand_in(stage, "beta", PIECES[1]) == [""]
    stage.later(days=LOOKED_BACK / timedelta(days=1) + 1)
    assert hand_in(stage, "alfa", PIECES[1]) == [""]


def test_after_a_stop_the_member_works_on(stage: Stage) -> None:
    for piece in PIECES[:8]:
        hand_in(stage, "alfa", piece)
    assert hand_in(stage, "alfa", "Sedd i kundtjänst, kontot är stängt.") == [""]


def test_a_preview_says_it_before(stage: Stage) -> None:
    hand_in(stage, "alfa", PIECES[0])
    draft = SignalDraft(SignalType.DOMAIN, "lek-sist.test", note=PIECES[1])
    told = services.preview(
        stage.actor("alfa"), [draft], circle=stage.cast.circle, marking=Marking.AMBER, now=stage.now
    )
    assert [one.code for one in told] == ["split_media"]


def test_a_machine_that_posts_piece_by_piece_is_stopped(stage: Stage) -> None:
    machine = Machine(stage.cast.token("alfa", "taxii"), "alfa", Client())
    answers = [
        machine.post(feeds.inbox("alfa").pk, {**indicator(f"lek-{n}-maskin.test"), "description": piece}).json()
        for n, piece in enumerate(PIECES[:8])
    ]
    assert answers[-1]["failure_count"] == 1
    assert Signal.objects.count() < 8


def test_reasons_for_uncovering_are_read_in_turn_too(stage: Stage) -> None:
    signal = stage.signal("alfa")
    actor = stage.actor("alfa")
    with refused("split_media"):
        for piece in PIECES[:8]:
            stage.later(minutes=1)
            services.reveal(actor, signal, reason="case", note=piece, now=stage.now)
    services.reveal(actor, signal, reason="case", note="För vårt eget ärende.", now=stage.now)
