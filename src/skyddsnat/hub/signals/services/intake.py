"""The one way in for signals, whatever the channel: checks, then one signal for each value, then what policy makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import CharField, DateTimeField, QuerySet, UUIDField

from skyddsnat.hub.members.models import Circle, Member, Person
from skyddsnat.hub.members.queries import circles_of, roles_of
from skyddsnat.hub.prepared import Prepared, PreparedIn, Slot
from skyddsnat.hub.signals.limits import submissions_an_hour
from skyddsnat.hub.signals.models import Submission
from skyddsnat.hub.signals.services.alarms import canaries_met
from skyddsnat.hub.signals.services.dossier import open_dossiers
from skyddsnat.hub.signals.services.drafts import Outcome, SignalDraft, Status
from skyddsnat.hub.signals.services.gate import Checked, Gate, check_together
from skyddsnat.hub.signals.services.hand_in import HandIn, Key, Sender, key, key_of, refused, rows_of, status_of, told
from skyddsnat.hub.signals.services.hands import person_of
from skyddsnat.hub.signals.services.publishing import Outbox
from skyddsnat.hub.signals.services.recent import check_in_turn
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.intake import OFFERED_MARKINGS
from skyddsnat.policy.review import SUBMITTING_ROLES
from skyddsnat.policy.transfers import Pace, pace_of
from skyddsnat.policy.vocabulary import Mandate, Marking

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor

CHUNK = 500
"""Values in one query: below every database's limit on parameters."""

FILES = (Submission.Channel.CSV, Submission.Channel.STIX, Submission.Channel.MISP)
"""Channels of lists that a person brings in as files."""


def submit(
    actor: Actor,
    drafts: Sequence[SignalDraft],
    *,
    circle: Circle,
    marking: Marking,
    channel: str,
    now: datetime,
    named: Iterable[Person] = (),
    room: int | None = None,
    at_once: int | None = None,
    out: Outbox | None = None,
) -> list[Outcome]:
    """Take in what a member reports; one outcome a draft, in the same order.  A bad draft never harms the others.

    named: the persons who may read what is marked RED; the reporter is always among them.
    room: how many new reports may come in; None is what the member's hour leaves.
    at_once: drafts in one transaction, so that a long envelope does not keep other writers waiting; None for all of them.  Each
    part is whole, and whoever sends all of it again is told what was taken in before.
    out: takes what there is to tell, for a caller whose transaction this is and who sends it last; None sends it here.
    Raises PolicyRefusal when nothing may come in: no_role, not_in_circle, inactive, marking_not_offered, red_is_for_people,
    nobody_named.
    """
    sender = sender_of(actor, circle)
    people = check_marking(sender, marking, named)
    gate = Gate.of_today((sender.member.pk, circle.pk), now=now)
    outcomes, checked = _checked(drafts, gate)
    canaries = _canaries(outcomes)
    for part in _parts(list(checked.items()), at_once or max(1, len(checked))) or [[]]:
        with transaction.atomic():
            # The member's row first: two hand-ins at once, to two circles even, must not both take the last of the hour.
            _member_locked(id=sender.member.pk)
            # One hand-in a circle at a time: two long lists in different orders would otherwise wait for each other's rows for
            # ever, and two members who bring the same new value would each make a signal of it.
            _circle_locked(id=circle.pk)
            canaries_met(actor, canaries, channel=channel, now=now)
            split = check_in_turn(sender.member, (one for _, one in part), now=now)
            if split is not None:
                outcomes |= {index: refused(one.draft, split) for index, one in part}
                part = []
            hand_in = HandIn(sender, circle, marking, channel, now, people, gate, out or Outbox())
            left = room_this_hour(sender.member, now=now) if room is None else room
            for chunk in _parts(part, CHUNK):
                for index, outcome in hand_in.take(chunk, room=left):
                    outcomes[index] = outcome
                    left -= outcome.status in {Status.CREATED, Status.CORROBORATED}
            if out is None:
                hand_in.out.send(now=now)
        canaries, room = [], None if room is None else left
    return [outcomes[index] for index in range(len(drafts))]


_member_locked = Prepared(
    lambda: (
        Member.objects.select_for_update(no_key=True).filter(pk=Slot("id", CharField())).order_by().values_list("pk")
    )
)
_circle_locked = Prepared(
    lambda: (
        Circle.objects.select_for_update(no_key=True).filter(pk=Slot("id", UUIDField())).order_by().values_list("pk")
    )
)


def preview(
    actor: Actor,
    drafts: Sequence[SignalDraft],
    *,
    circle: Circle,
    marking: Marking,
    now: datetime,
    named: Iterable[Person] = (),
    room: int | None = None,
) -> list[Outcome]:
    """What `submit` would say, without a change, and without telling what others have reported.

    A value that the own organisation has not reported or approved looks new, even where the person sees it: which of many guesses
    are listed is a question that `look_up` counts and logs.  Raises what `submit` raises.
    """
    sender = sender_of(actor, circle)
    check_marking(sender, marking, named)
    person = person_of(actor)
    outcomes, checked = _checked(drafts, Gate.of_today((sender.member.pk, circle.pk), now=now))
    split = check_in_turn(sender.member, checked.values(), now=now)
    if split is not None:
        return [outcomes.get(index) or refused(draft, split) for index, draft in enumerate(drafts)]
    room = room_this_hour(sender.member, now=now) if room is None else room
    for chunk in _parts(list(checked.items()), CHUNK):
        seen = {key_of(signal): signal for signal in rows_of([c for _, c in chunk], circle).open().visible_to(person)}
        dossiers = open_dossiers(seen.values())
        said: set[Key] = set()
        for index, one in chunk:
            its = key(one)
            signal = seen.get(its)
            own = signal is not None and status_of(dossiers[signal.pk], sender.member) is Status.REPEATED
            status = Status.REPEATED if own or its in said else Status.CREATED
            said.add(its)
            if status is not Status.REPEATED:
                room -= 1
            outcomes[index] = told(status, one) if room >= 0 else refused(one.draft, "too_many")
    return [outcomes[index] for index in range(len(drafts))]


def sender_of(actor: Actor, circle: Circle) -> Sender:
    """Who hands in, if they may.  Raises PolicyRefusal: inactive, no_role, not_in_circle."""
    if actor.member_id is None:
        raise PolicyRefusal("no_role")
    member: Member | None = _member.one(id=actor.member_id)
    if member is None:
        raise PolicyRefusal("no_role")
    if member.left_at is not None:
        raise PolicyRefusal("inactive")
    person = person_of(actor) if actor.person_id is not None else None
    if person is not None and not roles_of(person) & SUBMITTING_ROLES:
        raise PolicyRefusal("no_role")
    if circle.pk not in circles_of(member.pk):
        raise PolicyRefusal("not_in_circle")
    return Sender(actor, member, person)


_member = Prepared(lambda: Member.objects.filter(pk=Slot("id", CharField())).order_by())


def _checked(drafts: Sequence[SignalDraft], gate: Gate) -> tuple[dict[int, Outcome], dict[int, Checked]]:
    outcomes: dict[int, Outcome] = {}
    checked: dict[int, Checked] = {}
    for index, draft in enumerate(drafts):
        try:
            checked[index] = gate.check(draft)
        except PolicyRefusal as refusal:
            outcomes[index] = refused(draft, refusal.code)
    split = check_together(checked.values())
    if split is not None:
        outcomes |= {index: refused(one.draft, split) for index, one in checked.items()}
        checked = {}
    return outcomes, checked


def check_marking(sender: Sender, marking: Marking, named: Iterable[Person]) -> tuple[Person, ...]:
    """Who is to be named.  Raises PolicyRefusal: marking_not_offered, red_is_for_people, nobody_named."""
    if marking not in OFFERED_MARKINGS:
        raise PolicyRefusal("marking_not_offered", marking)
    if marking is not Marking.RED:
        return ()
    if sender.person is None:
        raise PolicyRefusal("red_is_for_people")
    people = tuple({person.pk: person for person in named}.values())
    if not people:
        raise PolicyRefusal("nobody_named")
    return people


def room_this_hour(member: Member, *, now: datetime) -> int:
    """How many reports the member may still hand in.  Files do not count where imports have an allowance of their own."""
    most = submissions_an_hour()
    pace = pace_of(Mandate(member.mandate) if member.mandate else None)
    return most - _this_hour.of(pace).number({"member": member.pk, "since": now - timedelta(hours=1)}, most)


def _handed_in(pace: Pace) -> QuerySet[Submission, tuple[datetime]]:
    rows = Submission.objects.filter(member_id=Slot("member", CharField()), at__gt=Slot("since", DateTimeField()))
    return (rows.exclude(channel__in=FILES) if pace is Pace.DAILY else rows).order_by().values_list("at")


_this_hour = PreparedIn(_handed_in)


def _canaries(outcomes: Mapping[int, Outcome]) -> list[SignalDraft]:
    return [outcome.draft for outcome in outcomes.values() if outcome.code == "canary"]


def _parts[T](items: list[T], size: int) -> list[list[T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
