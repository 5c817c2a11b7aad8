"""What a member has handed in of late, so that pieces of one file are found over requests, days and parts of a list.

Nothing is kept for it: the reports themselves are opened again, the last few, within the transaction that holds the member's row.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import CharField, DateTimeField, Prefetch, QuerySet, UUIDField, prefetch_related_objects

from skyddsnat.hub.members.models import Member, Person
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.signals.models import Reveal, Signal, Submission
from skyddsnat.hub.signals.services.gate import Checked
from skyddsnat.hub.vault.shown import opens
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.guards import find_imagery_following

READ_BACK = 24
"""Texts that are read before what is new."""
LOOKED_BACK = timedelta(days=7)


def check_in_turn(member: Member, checked: Iterable[Checked], *, now: datetime) -> str | None:
    """Why drafts that may enter by themselves may not enter after what the member handed in before.  None when they may."""
    rows = [(one.form.value, one.draft.note) for one in islice(checked, READ_BACK)]
    if not rows:
        return None
    reports = _newest(member=member.pk, since=now - LOOKED_BACK)
    # The last few first and then their signals: asked at once, the database may look up the signals of all reports of the week.
    prefetch_related_objects(reports, Prefetch("signal", Signal.objects.only("value", "type")))
    earlier = [(one.signal.value, one.note) for one in reports if opens(one, "note") and opens(one.signal, "value")]
    found = find_imagery_following(earlier[::-1], rows)
    return None if found is None else found.rule.value


def _reports() -> QuerySet[Submission]:
    rows = Submission.objects.filter(member_id=Slot("member", CharField()), at__gt=Slot("since", DateTimeField()))
    return rows.order_by("-at", "-place").only("note", "signal")[:READ_BACK]


_newest = Prepared(_reports)


def check_reason_in_turn(person: Person, note: str, *, now: datetime) -> None:
    """The same for the reasons that a person gives for uncovering values.  Raises PolicyRefusal with the guard's code."""
    newest = _reasons(person=person.pk, since=now - LOOKED_BACK)
    earlier = [("", one.note) for one in newest if opens(one, "note")]
    found = find_imagery_following(earlier[::-1], [("", note)])
    if found is not None:
        raise PolicyRefusal(found.rule.value)


_reasons = Prepared(
    lambda: Reveal.objects.filter(person=Slot("person", UUIDField()), at__gt=Slot("since", DateTimeField())).order_by(
        "-at", "-pk"
    )[:READ_BACK]
)
