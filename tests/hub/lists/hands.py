"""A program beside a served hub: `python -m tests.hub.lists.hands` prints a line of JSON for each that it reads.

cookies          session cookies of Vakten's analyst and of Beta's
state IMPORT     how far an import is, and how many reports, audit entries and waiting values there are
"""

from __future__ import annotations

import json
import sys
from typing import Any

from tests.programs import start_django


def main() -> None:
    """Answer until nobody asks any more."""
    start_django()
    for line in sys.stdin:
        role, *arguments = line.split()
        print(json.dumps({"cookies": cookies, "state": state}[role](*arguments)), flush=True)


def cookies() -> dict[str, str]:
    """Cache, static files, and what the browsers of the two would hold."""
    from django.conf import settings
    from django.test import Client

    from skyddsnat.cli.hub_state import prepare
    from skyddsnat.hub.members.models import Person
    from tests.cast import Cast
    from tests.sign_in import hold_secrets

    prepare()
    hold_secrets()
    found = {}
    for member in ("vakten", "beta"):
        person = Person.objects.get(email=f"analyst@{member}.test")
        client = Cast.sign_in(None, Client(), person)  # type: ignore[arg-type]
        found[member] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


def state(pk: str) -> dict[str, Any]:
    """Where things stand."""
    from skyddsnat.hub.audit.models import Entry
    from skyddsnat.hub.lists.models import Import
    from skyddsnat.hub.members.models import Circle
    from skyddsnat.hub.signals.models import Signal, Submission

    made = Import.objects.get(pk=pk)
    return {
        "state": made.state,
        "checked": made.checked,
        "handled": made.handled,
        "became": made.became,
        "signals": Signal.objects.count(),
        "reports": Submission.objects.count(),
        "entries": Entry.objects.filter(action="signal.submitted").count(),
        "waiting": sum(bool(row.draft) for row in made.rows.iterator()) if made.state == "done" else None,
        "circle": str(Circle.objects.first().pk) if Circle.objects.exists() else "",  # type: ignore[union-attr]
    }


if __name__ == "__main__":
    main()
