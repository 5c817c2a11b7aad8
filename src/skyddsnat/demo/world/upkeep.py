"""What must happen again and again while the demo runs."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import close_old_connections
from django.utils import timezone

from skyddsnat.demo.world.others import speak_again
from skyddsnat.hub.accounts import services as accounts
from skyddsnat.hub.audit.services.clerk import close_the_books
from skyddsnat.hub.benchmark import services as benchmark
from skyddsnat.hub.members import services as members
from skyddsnat.hub.pages import services as pages
from skyddsnat.hub.pages.status import TICK
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.services import batches, sweep
from skyddsnat.policy.vocabulary import Ceiling, Scope, SignalType


def keep_up() -> None:
    """One round of the hub's timer, and of the two invented agents."""
    close_old_connections()
    now = datetime.now(UTC)
    sweep(now)
    batches.run_due(now)
    benchmark.tend(now)
    members.lapse_ended(timezone.localdate(now))
    accounts.clear_ended(now)
    pages.beat(TICK, now=now)
    speak_again(now=now)
    close_the_books()


def a_blocked_name() -> str:
    """A synthetic name that is blocked, to try the resolver with."""
    rows = Signal.objects.filter(type=SignalType.DOMAIN.value, ceiling=Ceiling.BLOCK.wire, scope=Scope.SUBDOMAINS.value)
    return str(rows.order_by("verified_at")[0].value)
