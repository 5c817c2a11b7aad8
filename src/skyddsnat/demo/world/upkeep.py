"""What must happen again and again while the demo runs."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import close_old_connections
from django.utils import timezone

from skyddsnat.demo.world.others import speak_again
from skyddsnat.hub.accounts import services as accounts
from skyddsnat.hub.members import services as members
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.services import sweep
from skyddsnat.policy.vocabulary import Ceiling, Scope, SignalType


def keep_up() -> None:
    """One round of the hub's timer, and of the other operators' invented agents."""
    close_old_connections()
    now = datetime.now(UTC)
    sweep(now)
    members.lapse_ended(timezone.localdate(now))
    accounts.clear_ended(now)
    speak_again(now=now)


def a_blocked_name() -> str:
    """A synthetic name that is blocked, to try the resolver with."""
    rows = Signal.objects.filter(type=SignalType.DOMAIN.value, ceiling=Ceiling.BLOCK.wire, scope=Scope.SUBDOMAINS.value)
    return str(rows.order_by("verified_at").values_list("value", flat=True)[0])
