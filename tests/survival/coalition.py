"""What the tests of a killed hub need inside its database: `python -m tests.survival.coalition ROLE`, in a process of its own.

set-up   an empty database with the cast; prints tokens, collections and the sessions of two signed-in reviewers
audit    reads from standard input what was acknowledged; prints what of it is missing, whatever stands there by half, and the
         rows of each collection that is named
new-key  seals everything anew under another key, as `skyddsnat hub keys rotate` does; prints its number and how many cells
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from tests.programs import start_django

REPORTERS = ("alfa", "beta", "gamma")
REVIEWERS = ("vakten", "solros")
AUDITED = (  # each line of a signal's history has its entry in the log
    (("reported",), ("signal.submitted",)),
    (("supported",), ("signal.corroborated",)),
    (("approved",), ("signal.approved",)),
    (("verified",), ("signal.verified",)),
    (("withdrawn", "fell", "taken_back"), ("signal.withdrawn", "signal.report_withdrawn")),
)
FEEDS = {"block": {"inform", "verified"}, "observe": {"inform"}, "inform": {"inform"}, "none": set()}


def set_up() -> dict[str, Any]:
    """Make the database, the cast, tokens, sessions and the signing key."""
    from django.test import Client

    from skyddsnat.cli.hub_state import prepare
    from skyddsnat.hub.feed import queries as feeds
    from skyddsnat.hub.members.models import Member
    from tests.cast import make_cast
    from tests.sign_in import hold_secrets

    hold_secrets()
    prepare()
    cast = make_cast()
    Member.objects.filter(pk__in=REPORTERS).update(default_circle=cast.circle)
    inform, verified = feeds.feeds(cast.circle.pk)
    sessions = {
        member: cast.sign_in(Client(), cast.person(member, "reviewer")).cookies["sessionid"].value
        for member in REVIEWERS
    }
    return {
        "tokens": {member: cast.token(member, "taxii") for member in REPORTERS},
        "stats": cast.token("alfa", "stats"),
        "sessions": sessions,
        "inform": str(inform.pk),
        "verified": str(verified.pk),
        "inboxes": {member: str(feeds.inbox(member).pk) for member in REPORTERS},
    }


def new_key() -> dict[str, int]:
    """Change the key of the sealed columns."""
    from django.utils import timezone

    from skyddsnat.hub.accounts.sealed_factors import SecondFactors
    from skyddsnat.hub.vault.rotation import columns, rotate

    done = Counter[str]()
    key = rotate([*columns(), SecondFactors()], now=timezone.now(), tell=lambda name, count: done.update({name: count}))
    return {"key": key, "cells": done.total()}


def audit(*collections: str) -> dict[str, Any]:
    """Compare what was acknowledged with what is there."""
    from skyddsnat.hub.signals.models import Signal

    acknowledged = json.load(sys.stdin)
    return {
        "lost": list(_lost(acknowledged)),
        "half": list(_half()),
        "signals": Signal.objects.count(),
        "integrity": _integrity(),
        "feeds": {one: _feed_rows(one) for one in collections},
    }


def _lost(acknowledged: dict[str, list[list[str]]]) -> Iterator[str]:
    from skyddsnat.hub.signals.models import Review, Submission

    reports = {(report.member_id, report.signal.value) for report in Submission.objects.select_related("signal")}
    yield from (
        f"report of {name} by {member}" for member, name in acknowledged["posted"] if (member, name) not in reports
    )
    for verdict in ("approve", "withdraw"):
        rows = Review.objects.filter(verdict=verdict).values_list("member_id", "signal")
        there = {(member, str(pk)) for member, pk in rows}
        yield from (
            f"{verdict} of {pk} by {member}" for member, pk in acknowledged[verdict] if (member, pk) not in there
        )


def _half() -> Iterator[str]:
    """Changes without their line, lines without their entry, states without their rows in the feeds."""
    from skyddsnat.hub.audit.models import Entry
    from skyddsnat.hub.signals.models import Event, Review, Submission

    entries = Counter(Entry.objects.filter(kind="signal").values_list("action", "object_id"))
    events = Counter((kind, str(pk)) for kind, pk in Event.objects.values_list("kind", "signal"))
    for kinds, actions in AUDITED:
        for pk in {pk for _, pk in {*events, *entries}}:
            lines = sum(events[kind, pk] for kind in kinds)
            logged = sum(entries[action, pk] for action in actions)
            if lines != logged:
                yield f"{pk}: {lines} lines {kinds[0]} and {logged} entries {actions[0]}"
    approvals = Counter(map(str, Review.objects.filter(verdict="approve").values_list("signal", flat=True)))
    reports = Counter(map(str, Submission.objects.values_list("signal", flat=True)))
    for pk in {*approvals, *reports}:
        if approvals[pk] != events["approved", pk]:
            yield f"{pk}: an approval without its line"
        if reports[pk] != events["reported", pk] + events["supported", pk]:
            yield f"{pk}: a report without its line"
    yield from _half_published()


def _half_published() -> Iterator[str]:
    from skyddsnat.hub.feed.models import ObjectVersion
    from skyddsnat.hub.signals.models import Signal

    live: dict[str, set[str]] = {}
    rows = ObjectVersion.objects.filter(superseded=None, revoked=False, type="indicator", collection__member=None)
    for row in rows.select_related("collection"):
        live.setdefault(json.loads(row.raw)["pattern"], set()).add(row.collection.kind)
    wanted: dict[str, set[str]] = {}
    for signal in Signal.objects.all():
        if signal.state == "draft":
            yield f"{signal.pk} is a signal that nobody has reported"
        wanted.setdefault(f"[domain-name:value = '{signal.value}']", set()).update(FEEDS[signal.ceiling])
    for pattern, kinds in wanted.items():
        if live.get(pattern, set()) != kinds:
            yield f"{pattern} is live in {sorted(live.get(pattern, ()))}, expected {sorted(kinds)}"


def _integrity() -> str:
    from django.db import connection

    if connection.vendor != "sqlite":
        return "ok"
    with connection.cursor() as cursor:
        return str(cursor.execute("PRAGMA integrity_check").fetchone()[0])


def _feed_rows(collection: str) -> list[list[Any]]:
    """Every row of a collection in its order: position, id, version."""
    from skyddsnat.hub.feed.models import ObjectVersion

    rows = ObjectVersion.objects.filter(collection=UUID(collection)).order_by("added")
    return [list(row) for row in rows.values_list("added", "stix_id", "version")]


if __name__ == "__main__":
    start_django()
    print(json.dumps({"set-up": set_up, "audit": audit, "new-key": new_key}[sys.argv[1]](*sys.argv[2:])))
