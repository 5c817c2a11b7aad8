"""What the clock does to rounds: they close at their deadline, and the hub does not wait for ever."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from skyddsnat.hub.benchmark.limits import COMPUTES_WITHIN
from skyddsnat.hub.benchmark.models import Round
from skyddsnat.hub.benchmark.queries.timing import window_ends
from skyddsnat.hub.benchmark.services import steps
from skyddsnat.hub.members.actor import HUB
from skyddsnat.policy.benchmark.states import RUNNING, Abort


def tend(now: datetime) -> int:
    """Returns how many rounds went on or ended.  Repeating it changes nothing."""
    done = 0
    for pk in _ids(Round.objects.filter(state=Round.State.OPEN, deadline__lte=now)):
        done += _close(pk, now)
    for pk in _ids(Round.objects.filter(state=Round.State.APPROVED, deadline__lte=now)):
        done += _stop(pk, Round.State.APPROVED, Abort.TIME_LIMIT, now)
    for round_ in list(Round.objects.filter(state__in=[state.value for state in RUNNING])):
        if now >= window_ends(round_) + COMPUTES_WITHIN:
            done += _stop(round_.pk, round_.state, Abort.TIME_LIMIT, now)
    return done


def _ids(rows: object) -> list[str]:
    return list(rows.values_list("pk", flat=True))  # type: ignore[attr-defined]


@transaction.atomic
def _close(pk: str, now: datetime) -> int:
    round_ = steps.locked(pk)
    if round_.state != Round.State.OPEN or now < round_.deadline:
        return 0
    steps.close(round_, now=now)
    return 1


@transaction.atomic
def _stop(pk: str, state: str, code: Abort, now: datetime) -> int:
    round_ = steps.locked(pk)
    if round_.state != state:
        return 0
    steps.stop(HUB, round_, code, now=now)
    return 1
