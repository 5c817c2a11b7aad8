"""What must happen again and again in the copy of an ended hub, as it did in its demo: `python -m tests.journeys.upkeep`."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import django
from django.conf import settings

UPKEEP_SECONDS = 30.0
KEPT = "kept"
"""A file in the hub's folder from when that has been done once."""


def main() -> None:
    """Until SIGTERM: the hub's timer, and what the operators' agents told last, told again."""
    django.setup()
    from skyddsnat.demo.world.upkeep import keep_up
    from skyddsnat.hub.agents.models import Agent
    from skyddsnat.hub.agents.queries import SILENT_AFTER

    last = Agent.objects.latest("reported_at").reported_at
    spoke = list(Agent.objects.filter(reported_at__gt=last - SILENT_AFTER).values_list("pk", flat=True))
    while True:
        keep_up()
        Agent.objects.filter(pk__in=spoke).update(reported_at=datetime.now(UTC))
        (settings.DATA / KEPT).touch()
        time.sleep(UPKEEP_SECONDS)


if __name__ == "__main__":
    main()
