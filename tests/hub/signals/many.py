"""Many signals at once, in every state, with reports, judgements and feedback: for what must not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import batched, cycle, islice
from typing import Any

from django.utils import timezone

from skyddsnat.hub.signals.models import Feedback, Review, Signal, Submission
from skyddsnat.policy.access import Stage
from skyddsnat.policy.vocabulary import Basis, Ceiling, Mandate, Marking, SignalType, State
from tests.cast import OPERATORS, Cast

EVERY_STATE = (
    *(State.VERIFIED,) * 10,
    *(State.IN_REVIEW,) * 3,
    *(
        State.CORROBORATED,
        State.DISPUTED,
        State.REJECTED,
        State.WITHDRAWN,
        State.WITHDRAWN,
        State.EXPIRED,
        State.EXPIRED,
    ),
)
"""Much of each: for small numbers."""

YEARS = (
    *(State.VERIFIED,) * 56,
    *(State.IN_REVIEW,) * 3,
    *(State.CORROBORATED, State.DISPUTED),
    *(State.REJECTED,) * 9,
    *(State.WITHDRAWN,) * 10,
    *(State.EXPIRED,) * 20,
)
"""What stands in a hub after some years, in hundredths: most is in force or over, some thousands wait."""

STAGES = {State.IN_REVIEW: Stage.FIRST, State.CORROBORATED: Stage.FIRST, State.DISPUTED: Stage.CLOSED}
CEILINGS = {State.VERIFIED: Ceiling.BLOCK, State.CORROBORATED: Ceiling.INFORM, State.DISPUTED: Ceiling.BLOCK}
TYPES = (*(SignalType.DOMAIN,) * 6, *(SignalType.URL,) * 3, SignalType.TERM)
SCARCE = 40
"""One in so many is marked RED."""


def make_signals(cast: Cast, count: int, *, start: int = 0, states: tuple[State, ...] = EVERY_STATE) -> None:
    """Add them, over the last two months, spread over both circles and all operators."""
    now = timezone.now()
    for numbers in batched(range(start, start + count), 2_000, strict=False):
        rows = [_signal(cast, number, states[number * 7 % len(states)], now) for number in numbers]
        for row in rows:
            row.waits = row.stage in {Stage.FIRST.value, Stage.SECOND.value}
            row.reports, row.approvals = len(list(_reports(row))), len(list(_reviews(cast, row)))
        Signal.objects.bulk_create(rows)
        Submission.objects.bulk_create(report for row in rows for report in _reports(row))
        Review.objects.bulk_create(review for row in rows for review in _reviews(cast, row))
        Feedback.objects.bulk_create(_objection(row) for row in rows if row.state == State.DISPUTED.value)
        named = Signal.named.through
        reds = [row for row in rows if row.marking == Marking.RED.value]
        who = [cast.person("vakten", "reviewer"), cast.person("alfa", "analyst")]
        named.objects.bulk_create(named(signal=row, person=one) for row in reds for one in who)


def _signal(cast: Cast, number: int, state: State, now: datetime) -> Signal:
    kind = TYPES[number // 3 % 10]
    at = now - timedelta(seconds=number * 37 % 5_000_000)
    public = state in {State.VERIFIED, State.CORROBORATED, State.DISPUTED, State.WITHDRAWN, State.EXPIRED}
    return Signal(
        circle=cast.circle if number % 3 else cast.leads,
        type=kind.value,
        value=_value(kind, number),
        marking=Marking.RED.value if number % SCARCE == 0 else Marking.AMBER_STRICT.value,
        state=state.value,
        stage=STAGES.get(state, Stage.NONE).value,
        origins=[Mandate.POLICE.value] if state is State.VERIFIED else [],
        ceiling=CEILINGS.get(state, Ceiling.NONE).wire,
        created_at=at,
        changed_at=at,
        submitted_at=at,
        published_at=at if public else None,
        verified_at=at if state is State.VERIFIED else None,
        valid_until=at + timedelta(days=90) if state is State.VERIFIED else None,
    )


def _value(kind: SignalType, number: int) -> str:
    if kind is SignalType.URL:
        return f"https://n{number}.example/p/{number}"
    return f"n{number}.example" if kind is SignalType.DOMAIN else f"ord {number}"


def _reports(signal: Signal) -> Iterator[Submission]:
    """One report, or two where others stand behind it."""
    count = 2 if signal.state == State.CORROBORATED.value else 1
    first = signal.pk.int % len(OPERATORS)
    for member in islice(cycle(OPERATORS), first, first + count):
        yield Submission(
            signal=signal,
            episode=1,
            member_id=member,
            channel=Submission.Channel.TAXII,
            scope=signal.scope,
            basis=Basis.OWN_OBSERVATION.value,
            at=signal.changed_at,
        )


def _reviews(cast: Cast, signal: Signal) -> Iterator[Review]:
    """Both approvals of what is verified, the first one of every other that waits."""
    judges = {
        State.VERIFIED.value: ("vakten", "solros"),
        State.IN_REVIEW.value: ("solros",) if signal.pk.int % 2 else (),
    }
    for member in judges.get(signal.state, ()):
        person = cast.person(member, "reviewer")
        yield Review(
            signal=signal,
            episode=1,
            person=person,
            member=cast.members[member],
            mandate=cast.members[member].mandate,
            verdict=Review.Verdict.APPROVE,
            basis=Basis.POLICE_LIST.value,
            content="",
            at=signal.changed_at,
        )


def _objection(signal: Signal) -> Feedback:
    facts: dict[str, Any] = {"reason": Feedback.Reason.NOT_ILLEGAL, "member_id": "alfa", "at": signal.changed_at}
    return Feedback(signal=signal, episode=1, **facts)
