"""Programs that race on one database: `python -m tests.hub.feed.race`, which reads lines and forks a process for each.

A line is a JSON list of a file, a role and what it is told; in the file stands in the end what came of it, `result` or
`complaint`.  So the hub's code is loaded once and not by each of many.

set-up                                an empty database with the cast; tells tokens and collections
write COLLECTION FIRST COUNT RACERS   publishes COUNT names in small transactions once so many have come to the start, readers
                                      too; tells how many versions there were
write-unlocked …                      the same without the commit-order lock: the fault that the test must be able to see
tail COLLECTION COUNT PATIENCE        reads behind its position until it has seen COUNT ids; tells what it saw
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import random
import sys
import time
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.db import connection

from tests.programs import start_django

PATIENCE = "60"
"""Seconds without news after which a reader gives up."""

READS_BEFORE = 21
"""How often a reader has read when the writers begin."""


def main() -> None:
    """Fork for each line, and wait for all in the end."""
    start_django()
    for name in ("skyddsnat.hub.urls", "tests.cast", "tests.hub.feed.indicators"):
        importlib.import_module(name)
    gc.freeze()  # nobody looks through it for garbage, which would copy it for each
    children = []
    while line := sys.stdin.readline():
        if not (child := os.fork()):
            file, role, *arguments = json.loads(line)
            _answer(Path(file), role, arguments)
            os._exit(0)  # to take all that was loaded apart is a third of a second for nothing
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def _answer(file: Path, role: str, arguments: list[str]) -> None:
    """Play one role, and close what it opened."""
    roles = {"set-up": set_up, "write": write, "write-unlocked": write_unlocked, "tail": tail}
    try:
        told = {"result": roles[role](*arguments)}
    except BaseException:  # noqa: BLE001 - whatever it is, the test must hear of it
        told = {"complaint": traceback.format_exc()}
    connection.close()
    whole = file.with_suffix(".part")
    whole.write_text(json.dumps(told), encoding="utf-8")
    whole.rename(file)


def set_up() -> dict[str, Any]:
    """Make the database, the cast, tokens and the signing key."""
    from django.conf import settings

    from skyddsnat.hub.feed import queries as feeds
    from skyddsnat.hub.feed.keys import ensure_key
    from tests.cast import make_cast

    call_command("migrate", verbosity=0)
    call_command("createcachetable", "cache", verbosity=0)  # as `hub migrate` does; whoever serves this counts in it
    cast = make_cast()
    inform, verified = feeds.feeds(cast.circle.pk)
    return {
        "key": ensure_key(Path(settings.FEED_KEY_FILE)),
        "token": cast.token("alfa", "taxii"),
        "circle": str(cast.circle.pk),
        "inform": str(inform.pk),
        "verified": str(verified.pk),
        "inbox": str(feeds.inbox("alfa").pk),
    }


def write(collection: str, first: str, count: str, racers: str, *, hold: float = 0.0) -> dict[str, int]:
    """Publish names in transactions of 1 to 6, every seventh once more as a later version, every eleventh withdrawn."""
    from django.db import transaction
    from django.utils import timezone

    from skyddsnat.hub.feed.models import Collection
    from skyddsnat.hub.feed.services import publish
    from skyddsnat.policy.vocabulary import State
    from tests.hub.feed.indicators import NOW, listed

    target, luck = Collection.objects.get(pk=UUID(collection)), random.Random(first)
    _arrive(first)
    _await(int(racers))
    numbers, versions = list(range(int(first), int(first) + int(count))), 0
    while numbers:
        batch, numbers = numbers[: (size := luck.randint(1, 6))], numbers[size:]
        things = [listed(f"n{number}.example") for number in batch]
        later = NOW + timedelta(seconds=1)
        things += [listed(f"n{number}.example", at=later) for number in batch if number % 7 == 0]
        gone = {"at": later + timedelta(seconds=1), "revoked": True, "state": State.WITHDRAWN}
        things += [listed(f"n{number}.example", **gone) for number in batch if number % 11 == 0]
        versions += _insist(lambda things=things: _publish(transaction, publish, target, things, timezone, hold))
    return {"versions": versions}


def write_unlocked(*arguments: str) -> dict[str, int]:
    """Write without the lock, and with a moment between the stamp and the commit, as there is on a busy server."""
    from skyddsnat.hub.feed.services import publishing

    publishing.take_commit_order_lock = lambda: None
    return write(*arguments, hold=0.02)


def _publish(transaction: Any, publish: Any, target: Any, things: Any, timezone: Any, hold: float) -> int:
    with transaction.atomic():
        written = publish(target, things, now=timezone.now())
        time.sleep(hold * random.random())
    return len(written)


def _insist(attempt: Any) -> int:
    """Try again where two unlocked writers took one stamp, as a program without the lock would have to."""
    from django.db import IntegrityError

    for _ in range(200):
        try:
            return int(attempt())
        except IntegrityError:
            continue
    raise AssertionError("200 attempts, and each time another writer had the stamp")


def tail(collection: str, count: str, patience: str = PATIENCE) -> dict[str, Any]:
    """Read behind the last position again and again, as an agent does."""
    from skyddsnat.hub.feed import queries as feeds
    from skyddsnat.protocols.taxii import PageQuery

    after, seen, twice, polls, news = -1, set(), 0, 0, time.monotonic()
    ids: set[str] = set()
    while len(ids) < int(count) and (not ids or time.monotonic() - news < float(patience)):
        polls += 1
        if polls == READS_BEFORE:
            _arrive("reader")
        page = feeds.manifest(UUID(collection), PageQuery(after=after, limit=50))
        for row in page.rows:
            key = (row.stix_id, row.version)
            twice += key in seen
            seen.add(key)
            if row.stix_id.startswith("indicator--"):
                ids.add(row.stix_id)
            after, news = row.added, time.monotonic()
    return {"ids": len(ids), "twice": twice, "polls": polls}


def _arrive(name: str) -> None:
    """Say that one of the race is there: processes start unevenly on a busy machine."""
    (_line() / name).touch()


def _await(racers: int) -> None:
    """Start when all are there."""
    until = time.monotonic() + 240
    while len([*_line().iterdir()]) < racers:
        assert time.monotonic() < until, f"fewer than {racers} came to the start"
        time.sleep(0.002)


def _line() -> Path:
    found = Path(os.environ["SKYDDSNAT_DATA"]) / "start"
    found.mkdir(exist_ok=True)
    return found


if __name__ == "__main__":
    main()
