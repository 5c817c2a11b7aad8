"""Which of the coalition's rules and overrides hold now."""

from __future__ import annotations

from skyddsnat.hub.prepared import Prepared
from skyddsnat.hub.signals.models import BlockRule


def types_with_rule() -> frozenset[str]:
    """Signal types for which a hotline's verdict reaches `block`: proposed, confirmed and not ended."""
    return frozenset(type for (type,) in _in_force())


_in_force = Prepared(
    lambda: BlockRule.objects.filter(confirmed_at__isnull=False, ended_at=None).order_by().values_list("type")
)
