"""Acts on many: each row by itself, what is held can be undone before anything happened, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Batch, BatchRow, Signal
from skyddsnat.hub.signals.queries import batches as found
from skyddsnat.hub.signals.services import batches
from skyddsnat.policy.bulk import HOLDS, UNDO_FOR, BulkAct
from tests.hub.signals.conftest import Stage, refused

pytestmark = pytest.mark.django_db

BACK = "/signals/review/?f=all"


def start(stage: Stage, person: Person, act: BulkAct, signals: Iterable[Any], **rest: Any) -> Batch:
    ids = [one.pk if isinstance(one, Signal) else one for one in signals]
    return batches.start(person, act, ids, now=stage.now, back=BACK, **rest)


def outcomes(batch: Batch) -> dict[UUID, str]:
    return {row.signal_id: row.code or row.outcome for row in batch.rows.all()}


@pytest.fixture
def jonas(stage: Stage) -> Person:
    """A reviewer of the police."""
    return stage.cast.person("vakten", "reviewer")


def test_a_held_rejection_happens_only_when_it_is_due(stage: Stage, jonas: Person) -> None:
    signals = [stage.signal() for _ in range(3)]
    batch = start(stage, jonas, BulkAct.REJECT, signals, reason="gone")
    assert batch.state == Batch.State.HELD
    assert {stage.again(one).state for one in signals} == {"submitted"}
    assert batches.run_due(stage.now + HOLDS[0] - timedelta(seconds=1)) == 0
    assert batches.run_due(stage.now + HOLDS[0]) == 1
    assert {stage.again(one).state for one in signals} == {"rejected"}
    assert {stage.again(one).ended_reason for one in signals} == {"gone"}
    assert Entry.objects.filter(action="signal.rejected").count() == len(signals)


def test_undoing_what_is_held_means_that_it_never_happened(stage: Stage, jonas: Person) -> None:
    signals = [stage.signal() for _ in range(3)]
    batch = start(stage, jonas, BulkAct.REJECT, signals, reason="gone")
    lines = Entry.objects.count()
    assert batches.undo(jonas, batch, now=stage.now).state == Batch.State.UNDONE
    assert batches.run_due(stage.now + timedelta(hours=1)) == 0
    assert batches.run(batch, now=stage.now + timedelta(hours=1)).state == Batch.State.UNDONE
    assert {stage.again(one).state for one in signals} == {"submitted"}
    assert Entry.objects.count() == lines


def test_a_held_act_that_has_begun_cannot_be_undone(stage: Stage, jonas: Person) -> None:
    batch = start(stage, jonas, BulkAct.REJECT, [stage.signal()], reason="gone")
    batches.run(batch, now=stage.now)
    with refused("too_late"):
        batches.undo(jonas, batch, now=stage.now)


def test_each_row_is_asked_by_itself_and_told(stage: Stage, jonas: Person) -> None:
    fine, own, taken = stage.signal(), stage.signal("vakten"), stage.signal()
    services.claim(stage.actor("solros", "reviewer"), taken, now=stage.now)
    batch = start(stage, jonas, BulkAct.REJECT, [fine, own, taken], reason="gone")
    batch = batches.run(batch, now=stage.now + HOLDS[0])
    assert outcomes(batch) == {fine.pk: "done", own.pk: "own_submission", taken.pk: "claimed_by_other"}
    told = found.told(batch, now=stage.now)
    assert (told.done, told.refused, told.reasons) == (1, 2, (("claimed_by_other", 1), ("own_submission", 1)))


def test_a_row_that_changed_since_it_was_chosen_is_left_alone(stage: Stage, jonas: Person) -> None:
    signal = stage.signal()
    batch = start(stage, jonas, BulkAct.REJECT, [signal], reason="gone")
    stage.later(seconds=5)
    stage.report("beta", signal.value)  # now corroborated: the circle has seen it
    batches.run_due(stage.now + HOLDS[0])
    assert outcomes(batch) == {signal.pk: "changed_meanwhile"}
    assert stage.again(signal).state == "corroborated"


def test_what_the_person_may_not_see_counts_for_nothing(stage: Stage) -> None:
    hidden = stage.signal("alfa")
    beta = stage.cast.person("beta", "analyst")
    with refused("nothing_chosen"):
        start(stage, beta, BulkAct.RETRACT, [hidden, uuid4()], reason="mistake")
    assert not BatchRow.objects.exists()


def test_a_retraction_takes_back_reports_and_never_a_verdict(stage: Stage) -> None:
    verified = stage.verified(by=("vakten", "solros"))
    open_one = stage.signal("vakten")
    jonas = stage.cast.person("vakten", "reviewer")
    batch = batches.run(
        start(stage, jonas, BulkAct.RETRACT, [verified, open_one], reason="mistake"), now=stage.now + HOLDS[0]
    )
    assert outcomes(batch) == {verified.pk: "not_meant", open_one.pk: "done"}
    assert stage.again(verified).state == "verified"


def test_a_renewal_of_many_starts_their_clocks_anew(stage: Stage, jonas: Person) -> None:
    signals = [stage.verified() for _ in range(2)]
    ends = [stage.again(one).valid_until for one in signals]
    stage.later(days=10)
    batches.run(start(stage, jonas, BulkAct.RENEW, signals), now=stage.now)
    assert all(stage.again(one).valid_until > end for one, end in zip(signals, ends, strict=True))


def test_claims_are_undone_by_releasing_them(stage: Stage, jonas: Person) -> None:
    signals = [stage.signal() for _ in range(3)]
    batch = start(stage, jonas, BulkAct.CLAIM, signals)
    assert batch.state == Batch.State.DONE
    assert {stage.again(one).claimed_by_id for one in signals} == {jonas.pk}
    batches.undo(jonas, batch, now=stage.now)
    assert {stage.again(one).claimed_by_id for one in signals} == {None}
    assert {row.turned_back for row in batch.rows.all()} == {True}
    kinds = list(signals[0].events.values_list("kind", flat=True))
    assert kinds[-2:] == ["claimed", "released"]  # the history keeps both


def test_after_its_time_a_claim_is_not_undone_here(stage: Stage, jonas: Person) -> None:
    batch = start(stage, jonas, BulkAct.CLAIM, [stage.signal()])
    with refused("too_late"):
        batches.undo(jonas, batch, now=stage.now + UNDO_FOR + timedelta(seconds=1))


def test_what_a_crash_left_is_done_once_and_whole(stage: Stage, jonas: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    signals = [stage.signal() for _ in range(5)]
    batch = start(stage, jonas, BulkAct.REJECT, signals, reason="gone")
    calls = 0
    real = batches.marks.opened

    def dies(*args: Any, **rest: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt  # after the act on the third row, before its outcome is kept
        real(*args, **rest)

    monkeypatch.setattr(batches.marks, "opened", dies)
    with pytest.raises(KeyboardInterrupt):
        batches.run(batch, now=stage.now + HOLDS[0])
    assert list(outcomes(batch).values()).count("done") == 2
    batches.run_due(stage.now + HOLDS[0])
    assert set(outcomes(batch).values()) == {"done"}
    assert Entry.objects.filter(action="signal.rejected").count() == len(signals)


def test_a_role_that_is_gone_by_then_stops_it(stage: Stage, jonas: Person) -> None:
    signal = stage.signal()
    batch = start(stage, jonas, BulkAct.REJECT, [signal], reason="gone")
    Person.objects.filter(pk=jonas.pk).update(is_active=False)
    batches.run_due(stage.now + HOLDS[0])
    assert outcomes(batch) == {signal.pk: "not_there"}
    assert stage.again(signal).state == "submitted"


@pytest.mark.parametrize(
    ("who", "act", "code"),
    [
        (("alfa", "analyst"), BulkAct.CLAIM, "not_a_reviewer"),
        (("alfa", "analyst"), BulkAct.REJECT, "not_a_reviewer"),
        (("alfa", "reviewer"), BulkAct.REJECT, "needs_mandate"),
        (("alfa", "reviewer"), BulkAct.RENEW, "needs_mandate"),
        (("vakten", "auditor"), BulkAct.RETRACT, "no_role"),
    ],
)
def test_who_may_not_do_it_to_one_may_not_do_it_to_many(
    stage: Stage, who: tuple[str, str], act: BulkAct, code: str
) -> None:
    with refused(code):
        start(stage, stage.cast.person(*who), act, [stage.signal()], reason="gone")


def test_only_a_reason_from_the_list_is_taken(stage: Stage, jonas: Person) -> None:
    with refused("unknown_reason"):
        start(stage, jonas, BulkAct.REJECT, [stage.signal()], reason="because")


def test_old_batches_are_forgotten(stage: Stage, jonas: Person) -> None:
    start(stage, jonas, BulkAct.CLAIM, [stage.signal()])
    batches.run_due(stage.now + batches.BATCHES_ARE_KEPT + timedelta(seconds=1))
    assert not Batch.objects.exists()


def test_one_persons_batch_is_nobody_elses_to_undo(stage: Stage, jonas: Person) -> None:
    batch = start(stage, jonas, BulkAct.REJECT, [stage.signal()], reason="gone")
    with pytest.raises(Batch.DoesNotExist):
        batches.undo(stage.cast.person("solros", "reviewer"), batch, now=stage.now)
