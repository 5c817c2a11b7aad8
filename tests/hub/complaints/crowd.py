"""Complaints that come at the same moment, on a database of their own: `python -m tests.hub.complaints.crowd`.

The database is the one that SKYDDSNAT_DATABASE names.  Prints one JSON object: `faults` (names of exceptions), `same` (how many
ids each pair of the same complaint was answered with), `cases` (how many open cases each name has).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

from tests.programs import start_django

PAIRS = 5
"""Of each kind.  Whether two meet is chance; that all of so many miss each other is not."""


def main() -> int:
    """Prepare the database, let the pairs in, tell what became of them."""
    start_django()
    from django.core.management import call_command

    from tests.cast import make_cast
    from tests.hub.signals.conftest import Stage

    call_command("migrate", verbosity=0)
    stage = Stage(make_cast())
    same = [_same(stage, number) for number in range(PAIRS)]
    _part(stage)
    cases = [_one_name(stage, f"fel-{number}.test") for number in range(PAIRS)]
    json.dump({"faults": FAULTS, "same": same, "cases": cases}, sys.stdout)
    return 0


FAULTS: list[str] = []


def _same(stage: Any, number: int) -> int:
    """A stop page that has had no answer hands in again what is on its way."""
    key, found = uuid4(), []
    _together([lambda: found.append(_complain(stage, "alfa", f"okand-{number}.test", key=key).pk)] * 2)
    return len(set(found))


def _part(stage: Any) -> None:
    """Alfa is in one circle and Beta in another; those who verify are in both."""
    from skyddsnat.hub.members.models import CircleMembership

    cast = stage.cast
    for member in ("vakten", "solros"):
        CircleMembership.objects.get_or_create(
            circle=cast.leads, member_id=member, left_at=None, defaults={"joined_at": stage.now}
        )
    CircleMembership.objects.filter(circle=cast.circle, member_id="beta").update(left_at=stage.now)


def _one_name(stage: Any, name: str) -> int:
    """Two members' stop pages hear of one name, which each of their circles blocks by a signal of its own."""
    from skyddsnat.hub.complaints.models import Case
    from skyddsnat.hub.members.models import CircleMembership

    cast = stage.cast
    alfas = CircleMembership.objects.filter(circle=cast.leads, member_id="alfa")
    alfas.update(left_at=None)  # to report there
    for circle in (cast.circle, cast.leads):
        stage.verified(name, circle=circle)
    alfas.update(left_at=stage.now)
    _together([lambda: _complain(stage, "alfa", name), lambda: _complain(stage, "beta", name)])
    found: int = Case.objects.of_value(name).filter(decided_at=None).count()
    return found


def _complain(stage: Any, member: str, name: str, **rest: Any) -> Any:
    from tests.hub.complaints.conftest import Desk

    return Desk(stage).complain(name, member=member, **rest)


def _together(acts: list[Callable[[], object]]) -> None:
    barrier = Barrier(len(acts))
    threads = [Thread(target=_one, args=(act, barrier)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _one(act: Callable[[], object], barrier: Barrier) -> None:
    from django.db import Error, connection

    try:
        connection.ensure_connection()
        barrier.wait()
        act()
    except Error as error:
        FAULTS.append(f"{type(error).__name__}: {error}")
    finally:
        connection.close()


if __name__ == "__main__":
    raise SystemExit(main())
