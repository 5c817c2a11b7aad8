"""All that decides where signals stand, loaded for many at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, UUIDField

from skyddsnat.hub.members.queries import open_stays, roles_of, voice_of
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.signals.models import Review, Signal, Submission
from skyddsnat.hub.signals.services.gate import Gate
from skyddsnat.hub.signals.services.rules_in_force import types_with_rule
from skyddsnat.hub.vault.ring import ring
from skyddsnat.policy.review import still_counts
from skyddsnat.policy.signal_states import Approval, Episode, Report, Standing, Voice, standing
from skyddsnat.policy.vocabulary import Basis, Mandate, Scope, SignalType, State

JUDGED: Final = b"skyddsnat/1\0signals.review.content\0"


def content_of(signal: Signal, *, scope: Scope | None = None) -> str:
    """The hash of what reviewers judge.  An approval of another content does not count.  scope: if it were that one.

    Keyed: whoever has the database alone cannot try guessed values against it.  Pages carry `seal_of`.
    """
    text = "\n".join((signal.type, signal.hash_kind, scope or signal.scope, signal.value))
    return ring().blind(JUDGED, hashlib.sha256(text.encode()).hexdigest())


@dataclass(slots=True)
class Dossier:
    """One signal with its current episode.  `reports` holds those taken back too, since their members are told of the fate.

    approvals: those that count.  gone: those of people who could not give them today; once the signal is verified they count too.
    """

    signal: Signal
    hotline_may_block: bool
    protected: bool
    reports: list[Submission] = field(default_factory=list)
    approvals: list[Review] = field(default_factory=list)
    gone: list[Review] = field(default_factory=list)

    def hear(self, review: Review) -> None:
        """Take in an approval that was neither overturned nor withdrawn."""
        still = may_still(review)
        if not still:
            self.gone.append(review)
        if still or self.signal.verified_at is not None:
            self.approvals.append(review)

    def let_go(self) -> None:
        """Approvals by hands that are gone fall for good, also where such a person is let in again."""
        for review in self.gone:
            review.standing = False
            review.save(update_fields=["standing"])
        self.approvals = [review for review in self.approvals if review.standing]
        self.gone = []

    @property
    def standing_reports(self) -> list[Submission]:
        """Reports that were not taken back."""
        return [report for report in self.reports if report.retracted_at is None]

    def episode(self) -> Episode:
        """The facts as policy takes them."""
        signal = self.signal
        return Episode(
            type=SignalType(signal.type),
            content=content_of(signal),
            wider=content_of(signal, scope=Scope.SUBDOMAINS) if signal.is_domain else "",
            reports=tuple(Report(voice_of(r.member), Basis(r.basis)) for r in self.standing_reports),
            approvals=tuple(Approval(a.person_id, _voice_then(a), a.content) for a in self.approvals),
            taken_up=self._taken_up,
            was_verified=signal.verified_at is not None,
            hotline_may_block=self.hotline_may_block,
            protected=self.protected,
        )

    def standing(self) -> Standing:
        """Where policy puts the signal.  Most signals come in by hundreds that nobody has judged: those stand alike."""
        if self.approvals:
            return standing(self.episode())
        reports = tuple([(voice_of(report.member), report.basis) for report in self.standing_reports])
        verified = self.signal.verified_at is not None
        return _unjudged(self.signal.type, reports, self._taken_up, verified, self.hotline_may_block, self.protected)

    @property
    def _taken_up(self) -> bool:
        return self.signal.state not in {State.DRAFT, State.SUBMITTED}

    def report_of(self, member_id: str) -> Submission | None:
        """The member's own report in this episode."""
        return next((report for report in self.reports if report.member_id == member_id), None)

    @property
    def first_approval(self) -> Review | None:
        """The judgement that came first, among those that stand."""
        return min(self.approvals, key=lambda review: (review.at, review.pk), default=None)


@lru_cache(maxsize=1_024)
def _unjudged(
    type: str, reports: tuple[tuple[Voice, str], ...], taken_up: bool, verified: bool, hotline: bool, protected: bool
) -> Standing:
    """Where a signal stands whose content nobody has approved, and which therefore does not matter."""
    return standing(
        Episode(
            type=SignalType(type),
            content="",
            reports=tuple(Report(voice, Basis(basis)) for voice, basis in reports),
            taken_up=taken_up,
            was_verified=verified,
            hotline_may_block=hotline,
            protected=protected,
        )
    )


def _voice_then(review: Review) -> Voice:
    """The reviewer's organisation with the mandate that it had when it judged."""
    return Voice(review.member_id, review.member.control_group, Mandate(review.mandate) if review.mandate else None)


def may_still(review: Review) -> bool:
    """Whether who approved could do so today.  review: one of `approvals`."""
    review.person.member = review.member  # a person's member never changes: spares the query a join
    return still_counts(
        roles_of(review.person),
        then=Mandate(review.mandate) if review.mandate else None,
        now=voice_of(review.member).mandate,
        in_circle=bool(review.in_circle),  # type: ignore[attr-defined]
    )


@dataclass(frozen=True, slots=True)
class Today:
    """What of the coalition's rules decides too, read once for many signals."""

    rules: frozenset[str]
    gate: Gate

    @classmethod
    def read(cls) -> Today:
        """The rules as they are now."""
        return cls(types_with_rule(), Gate.of_today())

    def dossier(self, signal: Signal, *, passed: Gate | None = None) -> Dossier:
        """One that nobody has reported or judged yet.

        passed: the gate that has just let this value in at this scope.  Where nothing has changed since, this one lets it in too.
        """
        protected = not self.gate.judges_as(passed) and self.gate.stops(
            SignalType(signal.type), signal.value, Scope(signal.scope)
        )
        return Dossier(signal=signal, hotline_may_block=signal.type in self.rules, protected=protected)


def open_dossiers(signals: Iterable[Signal], today: Today | None = None) -> dict[UUID, Dossier]:
    """The dossiers of locked signals, by id, in five queries however many there are."""
    today = today or Today.read()
    found = {signal.pk: today.dossier(signal) for signal in signals}
    for report in _asked(list(found), _reports, _reports_of_one):
        found[report.signal_id].reports.append(report)
    for review in _asked(list(found), approvals, _approvals_of_one):
        found[review.signal_id].hear(review)
    return found


def _asked(signals: list[UUID], build: Callable[[Q], QuerySet[Any]], of_one: Prepared) -> Iterable[Any]:
    """The rows that are about these signals.  One signal is what most acts are about: its query is prepared."""
    return of_one(signal=signals[0]) if len(signals) == 1 else build(Q(signal__in=signals))


def _reports(about: Q) -> QuerySet[Submission]:
    rows = Submission.objects.filter(about, episode=F("signal__episode"))
    return rows.select_related("member").order_by("at", "pk")


def approvals(about: Q) -> QuerySet[Review]:
    """Approvals of the current episodes that stand, with all that `may_still` asks about."""
    rows = Review.objects.filter(about, episode=F("signal__episode"), verdict=Review.Verdict.APPROVE, standing=True)
    here = open_stays().filter(member=OuterRef("member"), circle=OuterRef("signal__circle"))
    return rows.select_related("member", "person").annotate(in_circle=Exists(here)).order_by("at", "pk")


_reports_of_one = Prepared(lambda: _reports(Q(signal=Slot("signal", UUIDField()))))
_approvals_of_one = Prepared(lambda: approvals(Q(signal=Slot("signal", UUIDField()))))


def open_dossier(signal: Signal) -> Dossier:
    """The dossier of one locked signal."""
    return open_dossiers([signal])[signal.pk]
