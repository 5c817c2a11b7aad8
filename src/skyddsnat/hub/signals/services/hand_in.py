"""What a hand-in becomes: new values as whole rows, many in one statement; values that are there already one after another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, Model, Q

from skyddsnat.hub.adding import add_tables, in_parts, new_row, rows_at_once
from skyddsnat.hub.among import Among
from skyddsnat.hub.audit.services import Deed, entries_of
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Circle, Member, Person
from skyddsnat.hub.members.queries import voice_of
from skyddsnat.hub.prepared import Prepared
from skyddsnat.hub.signals.models import Event, Signal, Submission, indexes_of
from skyddsnat.hub.signals.queries.single import LIFE
from skyddsnat.hub.signals.services.dossier import Dossier, Today, open_dossiers
from skyddsnat.hub.signals.services.drafts import Outcome, SignalDraft, Status
from skyddsnat.hub.signals.services.false_stops import use_release
from skyddsnat.hub.signals.services.gate import Checked, Gate
from skyddsnat.hub.signals.services.named import name_the_reporter
from skyddsnat.hub.signals.services.publishing import Outbox
from skyddsnat.hub.signals.services.settling import line, settle
from skyddsnat.hub.signals.services.weight import weigh
from skyddsnat.policy.intake import strictest
from skyddsnat.policy.signal_states import is_final
from skyddsnat.policy.vocabulary import Marking, State

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor
    from skyddsnat.hub.signals.models.signal import SignalQuerySet

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who hands in.  person is None for a member's machine."""

    actor: Actor
    member: Member
    person: Person | None


@dataclass(slots=True)
class Books:
    """Rows that one chunk adds, written together at its end."""

    signals: list[Signal] = field(default_factory=list)
    named: list[tuple[UUID, UUID]] = field(default_factory=list)
    reports: list[Submission] = field(default_factory=list)
    lines: list[Event] = field(default_factory=list)
    deeds: list[tuple[Actor, Deed]] = field(default_factory=list)

    def tables(self, work: Iterator[None], *, at_once: int) -> Iterator[Sequence[Model]]:
        """The rows, for `add_tables`.  work: makes them, step by step.  at_once: steps after which they are given away.

        Signals are the longest to take in and entries the longest to make, hence one behind the other.
        """
        while sum(1 for _ in islice(work, at_once)):
            yield from in_parts(self.signals)
            yield from in_parts(entries_of(self.deeds))
            names: Any = Signal.named.through
            yield [names(signal_id=signal, person_id=person) for signal, person in self.named]
            yield from in_parts(self.reports)
            yield from in_parts(self.lines)
            self.signals, self.deeds, self.named, self.reports, self.lines = [], [], [], [], []


@dataclass(slots=True)
class HandIn:
    """One hand-in: what is the same for all its drafts.  The circle's row is locked: nobody else adds a value to it now.

    gate: what has let the drafts in.
    """

    sender: Sender
    circle: Circle
    marking: Marking
    channel: str
    now: datetime
    named: tuple[Person, ...]
    gate: Gate | None = None
    out: Outbox = field(default_factory=Outbox)
    today: Today = field(default_factory=Today.read)
    _dossiers: dict[Key, Dossier] = field(default_factory=dict)
    _lived: dict[Key, int] = field(default_factory=dict)
    _books: Books = field(default_factory=Books)

    def take(self, chunk: list[tuple[int, Checked]], *, room: int) -> list[tuple[int, Outcome]]:
        """The outcomes of some drafts.  room: how many new reports the member may still hand in."""
        self._books = Books()
        self._look_up({key(checked) for _, checked in chunk})
        found: list[tuple[int, Outcome]] = []
        # While the database takes in rows, nothing else can be asked of it: values that are there already all come before them.
        asks = self._dossiers or self.marking is Marking.RED or any(checked.release for _, checked in chunk)
        at_once = len(chunk) if asks else rows_at_once()
        add_tables(self._books.tables(self._each(chunk, room, found), at_once=at_once))
        return found

    def _each(self, chunk: list[tuple[int, Checked]], room: int, found: list[tuple[int, Outcome]]) -> Iterator[None]:
        """Take the drafts, one a step."""
        for index, checked in chunk:
            if room <= 0:
                found.append((index, refused(checked.draft, "too_many")))
            elif checked.release and not use_release(self.sender.actor, checked.release, now=self.now):
                found.append((index, refused(checked.draft, "release_used")))
            else:
                outcome = self._one(checked, place=index)
                room -= outcome.status is not Status.REPEATED
                found.append((index, outcome))
            yield

    def _look_up(self, keys: set[Key]) -> None:
        """How often each value has lived in the circle, and the dossiers of those that go on, locked.

        One that ends while we wait for its row may go on as another (settling.part), so we look again.
        """
        known = list(keys)
        found = indexes_of((type, value) for type, _, value in known)
        indexes = {(one[0], one[1], index): one for one, index in zip(known, found, strict=True)}
        while True:
            lives = _lives(indexes, self.circle)
            going = [pk for pk, *_, state, lifted in lives if not is_final(State(state), lifted=lifted)]
            rows = Signal.objects.filter(pk__in=going).open().select_for_update().order_by("pk")
            locked = list(rows) if going else []
            if len(locked) == len(going):
                break
        self._lived = {}
        for _, type, kind, index, episode, _, _ in lives:
            if its := indexes.get((type, kind, index)):
                self._lived[its] = max(episode, self._lived.get(its, 0))
        self._dossiers = (
            {key_of(one.signal): one for one in open_dossiers(locked, self.today).values()} if locked else {}
        )

    def _one(self, checked: Checked, *, place: int) -> Outcome:
        dossier = self._dossiers.get(key(checked))
        if dossier is None:
            dossier = self._dossiers[key(checked)] = self._new(checked)
        status = status_of(dossier, self.sender.member)
        signal = dossier.signal
        if status is Status.REPEATED:
            self._name(dossier)
            return told(status, checked, signal)
        report = self._report(dossier, checked, place=place)
        self._mark(dossier)
        signal.techniques = sorted({*signal.techniques, *checked.draft.techniques})[:20]
        self._settle(dossier, report, status)
        return told(status, checked, signal)

    def _new(self, checked: Checked) -> Dossier:
        """A signal for a value that has none, or none that goes on: what has ended stays as it is."""
        signal = new_row(
            Signal,
            circle_id=self.circle.id,
            type=checked.form.type.value,
            hash_kind=checked.form.hash_kind.value if checked.form.hash_kind else "",
            value=checked.form.value,
            created_at=self.now,
            changed_at=self.now,
            submitted_at=self.now,
            marking=self.marking.value,
            scope=checked.scope.value,
            episode=self._lived.get(key(checked), 0) + 1,
        )
        self._books.signals.append(signal)
        return self.today.dossier(signal, passed=self.gate)

    def _report(self, dossier: Dossier, checked: Checked, *, place: int) -> Submission:
        taken_back = dossier.report_of(self.sender.member.id)
        if taken_back is not None:
            # The inbox was told that it has ended, which is final: the new report is another.
            dossier.reports.remove(taken_back)
            taken_back.delete()
        report = new_row(
            Submission,
            signal_id=dossier.signal.id,
            episode=dossier.signal.episode,
            member_id=self.sender.member.id,
            person_id=self.sender.person.pk if self.sender.person else None,
            channel=self.channel,
            scope=checked.scope.value,
            basis=checked.draft.basis.value,
            note=checked.draft.note,
            stix_id=checked.draft.stix_id or "",
            at=self.now,
            place=place,
        )
        report._state.fields_cache.update(signal=dossier.signal, member=self.sender.member)
        self._books.reports.append(report)
        dossier.reports.append(report)
        return report

    def _mark(self, dossier: Dossier) -> None:
        """The strictest marking wins, but what the circle has seen cannot be unseen."""
        signal = dossier.signal
        if signal._state.adding:
            if self.marking is Marking.RED:
                people = {*self.named, self.sender.person} if self.sender.person else {*self.named}
                self._books.named += [(signal.pk, person.pk) for person in people]
            return
        wanted = strictest(Marking(signal.marking), self.marking)
        if signal.published_at is None or wanted is not Marking.RED:
            if wanted is Marking.RED and signal.marking != Marking.RED:
                for other in dossier.standing_reports:
                    if other.member_id != self.sender.member.id:
                        name_the_reporter(signal, other.member, person=None)
            signal.marking = wanted.value
        if signal.marking == Marking.RED:
            signal.named.add(*self.named)
            everyone = self.marking is not Marking.RED or self.sender.person is None
            name_the_reporter(signal, self.sender.member, person=None if everyone else self.sender.person)

    def _name(self, dossier: Dossier) -> None:
        """Who repeats a RED report of a colleague knows the value; without being named they would learn of it by its absence."""
        signal = dossier.signal
        if signal.marking == Marking.RED and self.sender.person is not None and not signal._state.adding:
            signal.named.add(self.sender.person)

    def _settle(self, dossier: Dossier, report: Submission, status: Status) -> None:
        signal, actor, was = dossier.signal, self.sender.actor, dossier.signal.state
        if was == State.DISPUTED:
            weigh(dossier)
            signal.save()
            self.out.fate(dossier, only=report)
        else:
            settle(dossier, now=self.now, out=self.out)
        first = status is Status.CREATED
        kind = "reported" if first else "supported"
        facts = {"channel": self.channel, "basis": report.basis}
        self._books.lines.append(line(signal, kind, actor=actor, at=self.now, confidential=True, **facts))
        if signal.state == State.CORROBORATED != was:
            self._books.lines.append(line(signal, "corroborated", actor=HUB, at=self.now))
        deed = Deed(
            action="signal.submitted" if first else "signal.corroborated",
            kind="signal",
            object_id=signal.id,
            facts={"type": signal.type, **facts, "episode": signal.episode, "state": signal.state},
        )
        self._books.deeds.append((actor, deed))


def _lives(keys: Collection[Key], circle: Circle) -> list[Any]:
    """Id, key, episode and state of each signal of these values in the circle.  Of one, which people report, it is prepared."""
    if len(keys) == 1:
        ((type, kind, index),) = keys
        return _of_one(circle=circle.pk, type=type, hash_kind=kind, value_index=index)
    return list(Signal.objects.filter(_one_of(keys, circle)).order_by().values_list(*LIVES))


LIVES = ("pk", "type", "hash_kind", "value_index", "episode", "state", "lifted")
_of_one = Prepared(lambda: Signal.objects.filter(**LIFE).order_by().values_list(*LIVES))


def _one_of(keys: Iterable[Key], circle: Circle) -> Q:
    """A circle's signals of these types, kinds of hash and indexes of values: what an index holds, in its order."""
    indexes: dict[tuple[str, str], list[str]] = {}
    for type, kind, index in keys:
        indexes.setdefault((type, kind), []).append(index)
    found = Q(pk__in=[])
    for (type, kind), those in indexes.items():
        beside = {"circle_id": circle.pk, "type": type, "hash_kind": kind}
        found |= Q(Among(F("value_index"), those, beside=beside))
    return found


def status_of(dossier: Dossier, member: Member) -> Status:
    """What this member's report would be to the signal, whether or not anyone is told."""
    if dossier.signal.state == State.DRAFT:
        return Status.CREATED
    group = voice_of(member).group
    own = dossier.report_of(member.id)
    spoken = own is not None and own.retracted_at is None
    if spoken or any(approval.member.control_group == group for approval in dossier.approvals):
        return Status.REPEATED
    others = {report.member.control_group for report in dossier.standing_reports} - {group}
    return Status.CORROBORATED if others else Status.CREATED


def key_of(signal: Signal) -> Key:
    """What makes a signal one of its kind in its circle."""
    return (signal.type, signal.hash_kind, signal.value)


def key(checked: Checked) -> Key:
    """The same of what comes in."""
    form = checked.form
    return (form.type.value, form.hash_kind.value if form.hash_kind else "", form.value)


def rows_of(checked: Iterable[Checked], circle: Circle) -> SignalQuerySet:
    """The circle's signals of these values, whatever became of them."""
    keys = {key(one) for one in checked}
    found: SignalQuerySet = Signal.objects.filter(circle=circle).with_values((type, value) for type, _, value in keys)
    return found


def told(status: Status, checked: Checked, signal: Signal | None = None) -> Outcome:
    """What is said of a draft that came in, or would."""
    return Outcome(status, checked.draft, signal_id=signal.id if signal else None, warnings=checked.warnings)


def refused(draft: SignalDraft, code: str) -> Outcome:
    """What is said of one that did not."""
    return Outcome(Status.REFUSED, draft, code=code)
