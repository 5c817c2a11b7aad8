"""What follows when an agent tells where it is: a lift may have arrived."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from skyddsnat.hub.agents.events import reported
from skyddsnat.hub.complaints.services import note_arrivals


@receiver(reported)
def arrived(sender: Any, now: datetime, **rest: Any) -> None:
    """An agent has reported."""
    note_arrivals(now=now)
