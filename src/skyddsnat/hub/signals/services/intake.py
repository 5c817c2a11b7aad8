"""The one way in for signals, whatever the channel: checks, then one signal for each value, then what policy makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Circle, Member, Person
from skyddsnat.hub.members.queries import circles_of, reader_of
from skyddsnat.hub.signals.limits import submissions_an_hour
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.hub.signals.services.dossier import Dossier, open_dossiers
from skyddsnat.hub.signals.services.drafts import Outcome, SignalDraft, Status
from skyddsnat.hub.signals.services.gate import Checked, Gate
from skyddsnat.hub.signals.services.hands import person_of, voice_of
from skyddsnat.hub.signals.services.named import name_the_reporter
from skyddsnat.hub.signals.services.publishing import Outbox
from skyddsnat.hub.signals.services.settling import begin, note, settle
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.intake import OFFERED_MARKINGS, strictest
from skyddsnat.policy.review import SUBMITTING_ROLES
from skyddsnat.policy.signal_states import is_final
from skyddsnat.policy.vocabulary import Marking, State

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor
    from skyddsnat.hub.signals.models.signal import SignalQuerySet

CHUNK = 400
"""Values in one query: below every database's limit on parameters."""

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who hands in.  person is None for a member's machine."""

    actor: Actor
    member: Member
    person: Person | None


def submit(
    actor: Actor,
    drafts: Sequence[SignalDraft],
    *,
    circle: Circle,
    marking: Marking,
    channel: str,
    now: datetime,
    named: Iterable[Person] = (),
) -> list[Outcome]:
    """Take in what a member reports; one outcome a draft, in the same order.  A bad draft never harms the others.

    named: the persons who may read what is marked RED; the reporter is always among them.
    Raises PolicyRefusal when nothing may come in: no_role, not_in_circle, inactive, marking_not_offered, red_is_for_people,
    nobody_named.
    """
    sender = sender_of(actor, circle)
    people = _check_marking(sender, marking, named)
    outcomes, checked = _checked(drafts)
    with transaction.atomic():
        # One hand-in a circle at a time: two long lists in different orders would otherwise wait for each other's rows for ever.
        Circle.objects.select_for_update(no_key=True).get(pk=circle.pk)
        room = submissions_an_hour() - _handed_in(sender.member, now)
        out = Outbox()
        visit = _Visit(sender, circle, marking, channel, now, people, out)
        for chunk in _chunks(list(checked.items())):
            for index, outcome in visit.take(chunk, room=room):
                outcomes[index] = outcome
                room -= outcome.status in {Status.CREATED, Status.CORROBORATED}
        out.send(now=now)
    return [outcomes[index] for index in range(len(drafts))]


def preview(
    actor: Actor,
    drafts: Sequence[SignalDraft],
    *,
    circle: Circle,
    marking: Marking,
    now: datetime,
    named: Iterable[Person] = (),
) -> list[Outcome]:
    """What `submit` would say, without a change, and without telling more than the person can see already.

    A value that others have reported and that the person cannot see looks like a new one.  Raises what `submit` raises.
    """
    sender = sender_of(actor, circle)
    _check_marking(sender, marking, named)
    person = person_of(actor)
    outcomes, checked = _checked(drafts)
    room = submissions_an_hour() - _handed_in(sender.member, now)
    for chunk in _chunks(list(checked.items())):
        seen = {key_of(signal): signal for signal in _rows([c for _, c in chunk], circle).visible_to(person)}
        dossiers = open_dossiers(seen.values())
        said: set[Key] = set()
        for index, one in chunk:
            key = _key(one)
            signal = seen.get(key)
            status = Status.CREATED if signal is None else _status(dossiers[signal.pk], sender.member)
            if key in said:
                status = Status.REPEATED
            said.add(key)
            if status is not Status.REPEATED:
                room -= 1
            outcomes[index] = _outcome(status, one) if room >= 0 else _refused(one.draft, "too_many")
    return [outcomes[index] for index in range(len(drafts))]


def sender_of(actor: Actor, circle: Circle) -> Sender:
    """Who hands in, if they may.  Raises PolicyRefusal: inactive, no_role, not_in_circle."""
    if actor.member_id is None:
        raise PolicyRefusal("no_role")
    member = Member.objects.get(pk=actor.member_id)
    if member.left_at is not None:
        raise PolicyRefusal("inactive")
    person = person_of(actor) if actor.person_id is not None else None
    if person is not None and not reader_of(person).roles & SUBMITTING_ROLES:
        raise PolicyRefusal("no_role")
    if circle.pk not in circles_of(member.pk):
        raise PolicyRefusal("not_in_circle")
    return Sender(actor, member, person)


def key_of(signal: Signal) -> Key:
    """What makes a signal one of its kind in its circle."""
    return (signal.type, signal.hash_kind, signal.value)


@dataclass(slots=True)
class _Visit:
    """One hand-in: what is the same for all of its drafts."""

    sender: Sender
    circle: Circle
    marking: Marking
    channel: str
    now: datetime
    named: tuple[Person, ...]
    out: Outbox

    def take(self, chunk: list[tuple[int, Checked]], *, room: int) -> list[tuple[int, Outcome]]:
        """The outcomes of some drafts.  room: how many new reports the member may still hand in."""
        self._insert_missing([checked for _, checked in chunk])
        rows = _rows([c for _, c in chunk], self.circle).select_for_update().order_by("pk")
        dossiers = {key_of(dossier.signal): dossier for dossier in open_dossiers(rows).values()}
        told: list[tuple[int, Outcome]] = []
        for index, checked in chunk:
            if room <= 0:
                told.append((index, _refused(checked.draft, "too_many")))
                continue
            outcome = self._one(dossiers[_key(checked)], checked)
            room -= outcome.status is not Status.REPEATED
            told.append((index, outcome))
        # Rows that nobody ended up reporting would be signals without a source.
        Signal.objects.filter(pk__in=[d.signal.pk for d in dossiers.values()], state=State.DRAFT.value).delete()
        return told

    def _insert_missing(self, checked: list[Checked]) -> None:
        blank = {
            _key(one): Signal(
                circle=self.circle,
                type=one.form.type.value,
                hash_kind=one.form.hash_kind.value if one.form.hash_kind else "",
                value=one.form.value,
                created_at=self.now,
                changed_at=self.now,
                submitted_at=self.now,
                marking=self.marking.value,
                scope=one.scope.value,
            )
            for one in checked
        }
        # The unique key decides between two members who come at once; both then lock the one row.
        Signal.objects.bulk_create(blank.values(), ignore_conflicts=True)

    def _one(self, dossier: Dossier, checked: Checked) -> Outcome:
        status = _status(dossier, self.sender.member)
        signal = dossier.signal
        if status is Status.REPEATED:
            self._name(dossier)
            return _outcome(status, checked, signal)
        if is_final(State(signal.state), lifted=signal.lifted):
            begin(signal, now=self.now)
            dossier.reports, dossier.approvals = [], []
            signal.named.clear()
        if signal.state == State.DRAFT.value:
            signal.scope, signal.marking = checked.scope.value, self.marking.value
        report = self._report(dossier, checked)
        self._mark(dossier)
        signal.techniques = sorted({*signal.techniques, *checked.draft.techniques})[:20]
        self._settle(dossier, report, status)
        return _outcome(status, checked, signal)

    def _report(self, dossier: Dossier, checked: Checked) -> Submission:
        taken_back = dossier.report_of(self.sender.member.pk)
        if taken_back is not None:
            # The inbox was told that it has ended, which is final: the new report is another.
            dossier.reports.remove(taken_back)
            taken_back.delete()
        report = Submission.objects.create(
            signal=dossier.signal,
            episode=dossier.signal.episode,
            member=self.sender.member,
            person=self.sender.person,
            channel=self.channel,
            scope=checked.scope.value,
            basis=checked.draft.basis.value,
            note=checked.draft.note,
            stix_id=checked.draft.stix_id or "",
            at=self.now,
        )
        dossier.reports.append(report)
        return report

    def _mark(self, dossier: Dossier) -> None:
        """The strictest marking wins, but what the circle has seen cannot be unseen."""
        signal = dossier.signal
        wanted = strictest(Marking(signal.marking), self.marking)
        if signal.published_at is None or wanted is not Marking.RED:
            if wanted is Marking.RED and signal.marking != Marking.RED.value:
                for other in dossier.standing_reports:
                    if other.member_id != self.sender.member.pk:
                        name_the_reporter(signal, other.member, person=None)
            signal.marking = wanted.value
        if signal.marking == Marking.RED.value:
            signal.named.add(*self.named)
            everyone = self.marking is not Marking.RED or self.sender.person is None
            name_the_reporter(signal, self.sender.member, person=None if everyone else self.sender.person)

    def _name(self, dossier: Dossier) -> None:
        """Who repeats a RED report of a colleague knows the value; without being named they would learn of it by its absence."""
        if dossier.signal.marking == Marking.RED.value and self.sender.person is not None:
            dossier.signal.named.add(self.sender.person)

    def _settle(self, dossier: Dossier, report: Submission, status: Status) -> None:
        signal, actor, was = dossier.signal, self.sender.actor, dossier.signal.state
        if was == State.DISPUTED.value:
            signal.save()
            self.out.fate(dossier, only=report)
        else:
            settle(dossier, now=self.now, out=self.out)
        first = status is Status.CREATED
        kind = "reported" if first else "supported"
        note(signal, kind, actor=actor, at=self.now, confidential=True, channel=self.channel, basis=report.basis)
        if signal.state == State.CORROBORATED.value != was:
            note(signal, "corroborated", actor=HUB, at=self.now)
        record(
            actor,
            "signal.submitted" if first else "signal.corroborated",
            kind="signal",
            object_id=signal.pk,
            type=signal.type,
            channel=self.channel,
            basis=report.basis,
            episode=signal.episode,
            state=signal.state,
        )


def _status(dossier: Dossier, member: Member) -> Status:
    """What this member's report would be to the signal, whether or not anyone is told."""
    signal = dossier.signal
    if signal.state == State.DRAFT.value or is_final(State(signal.state), lifted=signal.lifted):
        return Status.CREATED
    group = voice_of(member).group
    own = dossier.report_of(member.pk)
    spoken = own is not None and own.retracted_at is None
    if spoken or any(approval.member.control_group == group for approval in dossier.approvals):
        return Status.REPEATED
    others = {report.member.control_group for report in dossier.standing_reports} - {group}
    return Status.CORROBORATED if others else Status.CREATED


def _checked(drafts: Sequence[SignalDraft]) -> tuple[dict[int, Outcome], dict[int, Checked]]:
    gate = Gate.of_today()
    outcomes: dict[int, Outcome] = {}
    checked: dict[int, Checked] = {}
    for index, draft in enumerate(drafts):
        try:
            checked[index] = gate.check(draft)
        except PolicyRefusal as refusal:
            outcomes[index] = _refused(draft, refusal.code)
    return outcomes, checked


def _check_marking(sender: Sender, marking: Marking, named: Iterable[Person]) -> tuple[Person, ...]:
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


def _rows(checked: Sequence[Checked], circle: Circle) -> SignalQuerySet:
    keys = {_key(one) for one in checked}
    rows = Signal.objects.filter(circle=circle, value__in={value for _, _, value in keys})
    found: SignalQuerySet = rows.filter(type__in={type for type, _, _ in keys})
    return found


def _handed_in(member: Member, now: datetime) -> int:
    return Submission.objects.filter(member=member, at__gt=now - timedelta(hours=1)).count()


def _key(checked: Checked) -> Key:
    form = checked.form
    return (form.type.value, form.hash_kind.value if form.hash_kind else "", form.value)


def _outcome(status: Status, checked: Checked, signal: Signal | None = None) -> Outcome:
    return Outcome(status, checked.draft, signal_id=signal.pk if signal else None, warnings=checked.warnings)


def _refused(draft: SignalDraft, code: str) -> Outcome:
    return Outcome(Status.REFUSED, draft, code=code)


def _chunks[T](items: list[T]) -> Iterable[list[T]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
