"""What must happen again and again while the demo runs."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import close_old_connections

from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.services import lifecycle
from skyddsnat.policy.vocabulary import Ceiling, Scope, SignalType


def keep_up() -> None:
    """One round of the hub's timer."""
    close_old_connections()
    lifecycle.sweep(datetime.now(UTC))


def a_blocked_name() -> str:
    """A synthetic name that is blocked, to try the resolver with."""
    rows = Signal.objects.filter(type=SignalType.DOMAIN.value, ceiling=Ceiling.BLOCK.wire, scope=Scope.SUBDOMAINS.value)
    return str(rows.order_by("verified_at").values_list("value", flat=True)[0])
