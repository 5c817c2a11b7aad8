"""Members that hand in at the same moment, on a database of their own: `python -m tests.hub.signals.services.crowd ORDER…`.

The database is the one that SKYDDSNAT_DATABASE names, empty.  Each ORDER is `member:value,value,…`, or
`member:value,value,…:leads` for the other circle.  All start together.  CROWD_LIMIT: reports that a member may hand in an hour.
Prints one JSON object: `outcomes` (member → statuses in the order asked) and `faults` (names of exceptions).
"""

from __future__ import annotations

import json
import os
import sys
from threading import Barrier, Thread
from typing import Any

from tests.programs import start_django


def main(orders: list[str]) -> int:
    """Prepare the database, let everyone in, tell what became of it."""
    start_django()
    from django.conf import settings
    from django.core.management import call_command

    from tests.cast import make_cast

    settings.SIGNAL_SUBMISSIONS_PER_HOUR = int(os.environ.get("CROWD_LIMIT", "5000"))
    call_command("migrate", verbosity=0)
    cast = make_cast()
    told: dict[str, Any] = {"outcomes": {}, "faults": []}
    barrier = Barrier(len(orders))
    crowd = [Thread(target=_hand_in, args=(cast, order, barrier, told)) for order in orders]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    json.dump(told | _what_stands(), sys.stdout)
    return 0


def _hand_in(cast: Any, order: str, barrier: Barrier, told: dict[str, Any]) -> None:
    from django.db import Error, connection

    from skyddsnat.hub.members.actor import Actor
    from skyddsnat.hub.signals.services import SignalDraft, submit
    from skyddsnat.policy.vocabulary import Marking, SignalType
    from tests.hub.signals.conftest import START

    member, values, *where = order.split(":")
    circle = cast.leads if where else cast.circle
    actor = Actor.of(cast.person(member, "analyst"))
    drafts = [SignalDraft(SignalType.DOMAIN, value) for value in values.split(",")]
    barrier.wait()
    try:
        outcomes = submit(actor, drafts, circle=circle, marking=Marking.AMBER_STRICT, channel="form", now=START)
        told["outcomes"][":".join([member, *where])] = [outcome.status.value for outcome in outcomes]
    except Error as error:
        told["faults"].append(f"{member}: {type(error).__name__} {error}")
    finally:
        connection.close()


def _what_stands() -> dict[str, Any]:
    from skyddsnat.hub.signals.models import Signal, Submission

    return {
        "signals": sorted((one.value, one.state, one.ceiling) for one in Signal.objects.all()),
        "submissions": sorted(
            (one.signal.value, one.member_id, one.episode) for one in Submission.objects.select_related("signal")
        ),
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
