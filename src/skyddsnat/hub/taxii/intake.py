"""A POST, object by object: read, given to the signals' intake, and told as a status that is complete at once.

One bad object is one failure; it never harms the others.  A repeat is a success, because clients retry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.db import transaction
from django.db.models import CharField

from skyddsnat.hub.accounts.pace import note_refused
from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed import services as feed
from skyddsnat.hub.feed.models import Collection
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Circle, Member
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.signals.services.drafts import Outcome, SignalDraft, Status
from skyddsnat.hub.signals.services.intake import submit
from skyddsnat.hub.signals.services.publishing import Outbox
from skyddsnat.hub.taxii.reasons import reason
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.guards import find_imagery_in_json
from skyddsnat.policy.vocabulary import Marking
from skyddsnat.protocols.stix import (
    STIX_ID,
    BadMoment,
    BadObject,
    Incoming,
    Issuer,
    read_indicator,
    to_us,
    unchecked,
    version_us,
)
from skyddsnat.protocols.taxii import Failure, Success, status

TAKEN = "taken in for review"  # the same for a first report and for one that supports others: the answer tells no more
REPEATED = "reported by your organisation before"
BATCH = 500
"""Ids in one look-up."""
AT_ONCE = 500
"""Objects in one transaction: other writers wait for about a tenth of a second."""


@dataclass(slots=True)
class _Letter:
    """One object on its way in.  Exactly one of `said` and `failed` is set at the end."""

    index: int
    thing: Any
    incoming: Incoming | None = None
    said: str = ""
    failed: str = ""

    @property
    def waits(self) -> bool:
        return self.incoming is not None and not self.said and not self.failed


@dataclass(slots=True)
class _Visit:
    """One POST."""

    reader: MachineReader
    inbox: Collection
    now: datetime
    issuer: Issuer = field(default_factory=feed.issuer)
    echoes: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    out: Outbox | None = None
    """What all of it has to tell, where that is told at once."""


def take_in(reader: MachineReader, inbox: Collection, things: Sequence[Any], *, now: datetime) -> bytes:
    """Take in what can be taken.  Returns the status resource as JSON; it is kept for the member to read again.

    What fits into one transaction is taken in by one, its echo and its status with it.  Of more, each circle and marking has its
    own and the echo and the status another: a crash between them leaves reports without an answer, which the retry gets.
    """
    with transaction.atomic() if len(things) <= AT_ONCE else nullcontext():
        document, refused = _take_in(reader, inbox, things, now=now)
    if refused:
        note_refused(reader.token_id)
    return document


def _take_in(reader: MachineReader, inbox: Collection, things: Sequence[Any], *, now: datetime) -> tuple[bytes, bool]:
    """The status, and whether any of the objects was refused."""
    visit = _Visit(reader, inbox, now)
    if len(things) <= AT_ONCE:
        visit.out = Outbox(visit.issuer)
    letters = [_open(visit, index, thing) for index, thing in enumerate(things)]
    _look_for_imagery(letters)
    _sort_out_repeats(visit, letters)
    circles = _circles(visit)
    for (circle_id, marking), group in _groups(visit, letters, circles):
        _hand_in(visit, group, circles[circle_id], marking)
    document_id = uuid4()
    document = status(
        document_id,
        requested=to_us(now),
        successes=[Success(_id_of(one), _version_of(one), one.said) for one in letters if one.said],
        failures=[
            Failure(_id_of(one), _version_of(one), f"object {one.index + 1}: {one.failed}")
            for one in letters
            if not one.said
        ],
    )
    with transaction.atomic():
        feed.keep_status(reader.member_id, document_id, document, now=now)
        out = visit.out or Outbox(visit.issuer)
        out.inboxes.setdefault(reader.member_id, []).extend(visit.echoes.values())
        out.send(now=now)
    return document, not all(one.said for one in letters)


def _open(visit: _Visit, index: int, thing: Any) -> _Letter:
    try:
        return _Letter(index, thing, incoming=read_indicator(thing, now=visit.now, issuer=visit.issuer))
    except BadObject as fault:
        return _Letter(index, thing, failed=fault.message)


def _look_for_imagery(letters: Sequence[_Letter]) -> None:
    """Refuse what hides a file in what is not kept: object by object, and all of them where it is spread over several."""
    rest = [unchecked(one.thing) for one in letters]
    found = find_imagery_in_json(rest)
    if found is None:
        return
    alone = [find_imagery_in_json(part) for part in rest]
    for one, own in zip(letters, alone, strict=True):
        why = own or (found if not any(alone) else None)
        if why is not None and not one.failed:
            one.failed, one.incoming = reason(why.rule.value), None


def _sort_out_repeats(visit: _Visit, letters: Sequence[_Letter]) -> None:
    """Settle what was sent before under the same id and version, and note what the inbox has still to show."""
    held, parroted = _held(visit, {one.incoming.stix_id for one in letters if one.incoming is not None})
    for one in letters:
        if one.incoming is None:
            continue
        version, there = one.incoming.version, held.get(one.incoming.stix_id, {})
        echo, key = one.incoming.echo(), (one.incoming.stix_id, version)
        if one.incoming.stix_id in parroted:
            one.failed = reason("own_object")
        elif visit.echoes.get(key, echo) != echo:
            one.failed = reason("version_taken")
        elif version not in there:
            visit.echoes[key] = echo
        elif version:  # without a version, the same object may be a new report of what has ended since
            same = there[version] == orjson.dumps(echo).decode()
            one.said, one.failed = (REPEATED, "") if same else ("", reason("version_taken"))


def _held(visit: _Visit, ids: set[str]) -> tuple[dict[str, dict[int, str]], set[str]]:
    """What the inbox holds under these ids, and which of them the hub itself has given out, here or in a feed."""
    held: dict[str, dict[int, str]] = {}
    given: set[str] = set()
    ours = f'"created_by_ref":"{visit.issuer.ref}"'
    for some in _batches(sorted(ids)):
        found = feeds.held_versions(visit.inbox.pk, some)
        given |= {stix_id for stix_id, raws in found.items() if any(ours in raw for raw in raws.values())}
        given |= feeds.ids_in_feeds(visit.reader.circles, some)
        held |= found
    return held, given


def _circles(visit: _Visit) -> dict[UUID, Circle]:
    return Circle.objects.in_bulk(visit.reader.circles)


_default_circle = Prepared(
    lambda: Member.objects.filter(pk=Slot("member", CharField())).order_by().values_list("default_circle_id")
)


def _groups(
    visit: _Visit, letters: Iterable[_Letter], circles: dict[UUID, Circle]
) -> Iterator[tuple[tuple[UUID, Marking], list[_Letter]]]:
    """Letters by where they go and how they are marked, in the order in which they came."""
    ((default,),) = _default_circle(member=visit.reader.member_id)
    groups: dict[tuple[UUID, Marking], list[_Letter]] = {}
    for one in letters:
        if not one.waits or one.incoming is None:
            continue
        circle_id = one.incoming.circle or default
        if circle_id is None:
            _fail(visit, one, reason("no_circle"))
        elif circle_id not in circles:
            _fail(visit, one, reason("not_in_circle"))
        else:
            groups.setdefault((circle_id, one.incoming.marking), []).append(one)
    yield from groups.items()


def _hand_in(visit: _Visit, letters: Sequence[_Letter], circle: Circle, marking: Marking) -> None:
    actor = Actor(member_id=visit.reader.member_id, token_id=visit.reader.token_id)
    drafts = [_draft(one.incoming) for one in letters if one.incoming is not None]
    try:
        outcomes = submit(
            actor,
            drafts,
            circle=circle,
            marking=marking,
            channel="taxii",
            now=visit.now,
            at_once=AT_ONCE,
            out=visit.out,
        )
    except PolicyRefusal as refusal:
        for one in letters:
            _fail(visit, one, reason(refusal.code))
        return
    for one, outcome in zip(letters, outcomes, strict=True):
        _settle(visit, one, outcome)


def _settle(visit: _Visit, one: _Letter, outcome: Outcome) -> None:
    if outcome.status is Status.REFUSED:
        _fail(visit, one, reason(outcome.code))
    else:
        one.said = REPEATED if outcome.status is Status.REPEATED else TAKEN


def _fail(visit: _Visit, one: _Letter, why: str) -> None:
    """What was not taken in is not kept either."""
    one.failed = why
    if one.incoming is not None:
        visit.echoes.pop((one.incoming.stix_id, one.incoming.version), None)


def _draft(incoming: Incoming) -> SignalDraft:
    return SignalDraft(
        type=incoming.type,
        text=incoming.text,
        hash_kind=incoming.hash_kind,
        scope=incoming.scope,
        basis=incoming.basis,
        note=incoming.note,
        techniques=incoming.techniques,
        stix_id=incoming.stix_id,
    )


def _id_of(one: _Letter) -> str:
    """The object's id; where it has none that could stand there, one that tells its place in the envelope."""
    if one.incoming is not None:
        return one.incoming.stix_id
    found = one.thing.get("id") if isinstance(one.thing, dict) else None
    if isinstance(found, str) and STIX_ID.fullmatch(found):
        return found
    return f"unreadable--00000000-0000-4000-8000-{one.index + 1:012x}"


def _version_of(one: _Letter) -> int:
    if one.incoming is not None:
        return one.incoming.version
    try:
        return version_us(one.thing) if isinstance(one.thing, dict) else 0
    except BadMoment:
        return 0


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
