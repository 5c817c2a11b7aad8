"""What happened to a signal, in people's words.  Who reported and who looked shows to the own member and its reviewers alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.prepared import PreparedIn, Slot
from skyddsnat.hub.signals.access import Sight, given_by, rows_in, slots_for
from skyddsnat.hub.signals.models import Event, Signal, Submission
from skyddsnat.hub.signals.models.signal import life_of
from skyddsnat.hub.signals.models.submission import BasisChoice
from skyddsnat.hub.signals.queries.single import LIFE
from skyddsnat.hub.signals.words import MANDATES, REASONS
from skyddsnat.policy.access import Reader
from skyddsnat.policy.vocabulary import Mandate, Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


@dataclass(frozen=True, slots=True)
class Told:
    """One line: when, what, and by whom (empty where that is not this person's to know)."""

    at: datetime
    text: str
    who: str


SENTENCES: dict[str, str | Promise] = {
    "reported": gettext_lazy("Reported. Basis: %(basis)s."),
    "supported": gettext_lazy("Reported by one more organisation. Basis: %(basis)s."),
    "corroborated": gettext_lazy("Corroborated: two organisations report it, and the circle can see it."),
    "claimed": gettext_lazy("Taken up for review."),
    "released": gettext_lazy("Put back into the queue."),
    "approved": gettext_lazy("Approved. %(basis_or_scope)s"),
    "verified": gettext_lazy("Verified by %(origins)s. Ceiling: %(ceiling)s."),
    "rejected": gettext_lazy("Rejected: %(reason)s."),
    "sent_back": gettext_lazy("Sent back for another look: %(reason)s."),
    "hand_gone": gettext_lazy("Whoever approved may do so no longer. That approval no longer counts."),
    "rescoped": gettext_lazy("Scope changed to: %(scope)s. Earlier approvals no longer count."),
    "seen": gettext_lazy("A member has seen it too."),
    "disputed": gettext_lazy("Disputed: %(reason)s. The ceiling stands until a reviewer has decided."),
    "feedback": gettext_lazy("A member says: %(reason)s."),
    "lifted": gettext_lazy("Suspended everywhere: the objection was right (%(reason)s)."),
    "upheld": gettext_lazy("Upheld: the objection was not right."),
    "complained": gettext_lazy("Somebody outside complains. The ceiling stands until a reviewer has decided."),
    "suspended": gettext_lazy("Suspended everywhere until a complaint from outside is decided."),
    "narrowed": gettext_lazy("Narrowed to this host after a complaint; what lies below it is free."),
    "fell": gettext_lazy("One verdict was withdrawn (%(reason)s). Ceiling now: %(ceiling)s."),
    "withdrawn": gettext_lazy("Withdrawn: %(reason)s. Agents lift it at once."),
    "ended_by_reporter": gettext_lazy("The report was taken back: %(reason)s. The review is over."),
    "taken_back": gettext_lazy("One organisation took its report back."),
    "renewed": gettext_lazy("Looked at again and renewed."),
    "expired": gettext_lazy("Expired. Agents lift it at once."),
    "ceiling_changed": gettext_lazy("The coalition's rules changed. Ceiling now: %(ceiling)s."),
}


SEEN_BY_CIRCLE = ("corroborated", "verified", "fell")
"""Lines that only a published episode has."""
OWN = Slot("own", CharField())
"""The own member, also of somebody who reads nothing."""


def history(signal: Signal, person: Person) -> list[Told]:
    """What happened to the value in this circle up to this signal's end, oldest first.

    Others than its judges read only of what they can see now; and of earlier episodes what their circle has seen, or their own
    member has reported.  The rest would tell whoever reports a value again that somebody had done so before.
    """
    reader = reader_of(person)
    inside = _knows_who(signal, reader)
    given = given_by(reader) | life_of(signal) | {"episode": signal.episode, "own": person.member_id}
    return [_told(event, person, inside=inside) for event in _events_for(None if inside else Sight.of(reader), **given)]


def _events(sight: Sight | None) -> QuerySet[Event]:
    """Of the value's lives up to an episode: all of them for its judges, and what a reader of this sight may know."""
    lives = Signal.objects.filter(**LIFE, episode__lte=Slot("episode", IntegerField())).order_by()
    rows = Event.objects.select_related("member", "person")
    if sight is None:
        return rows.filter(signal__in=lives)
    same = {"signal": OuterRef("signal"), "episode": OuterRef("episode")}
    own = Exists(Submission.objects.filter(**same, member_id=OWN))
    seen = Exists(Event.objects.filter(**same, kind__in=SEEN_BY_CIRCLE))
    rows = rows.filter(signal__in=rows_in(sight, lives, slots_for(sight)))
    rows = rows.filter(Q(episode=F("signal__episode")) | own | seen)
    return rows.filter(Q(confidential=False) | Q(member_id=OWN))


_events_for = PreparedIn[Sight | None](_events)


def other_lives(signal: Signal, person: Person) -> list[Signal]:
    """The same value's other signals in this circle that the person may see: ended before, or reported again since."""
    reader = reader_of(person)
    return [one for one in _lives(Sight.of(reader), **given_by(reader), **life_of(signal)) if one.pk != signal.pk]


_lives = PreparedIn[Sight](
    lambda sight: rows_in(sight, Signal.objects.filter(**LIFE).order_by("episode"), slots_for(sight))
)


def _knows_who(signal: Signal, reader: Reader) -> bool:
    """Reviewers with a mandate in the circle: they judge reports and must know whose they are."""
    return reader.mandate is not None and Role.REVIEWER in reader.roles and signal.circle_id in reader.circles


def _told(event: Event, person: Person, *, inside: bool) -> Told:
    # Before a verdict nothing is in force that an agent could lift.
    kind = "ended_by_reporter" if event.facts.get("own_report") else event.kind
    sentence = str(SENTENCES.get(kind, gettext_lazy("Changed.")))
    return Told(event.at, sentence % _Words(event.facts), _who(event, person, inside=inside))


def _who(event: Event, person: Person, *, inside: bool) -> str:
    if event.member is None:
        return _("The hub")
    own = event.member_id == person.member_id
    if own and event.person is not None:
        return f"{event.person.name}, {event.member.name}"
    # A mandate's judgement is its own; which operator said what is not for its competitors.
    if own or inside or (event.member.mandate and not event.confidential):
        return event.member.name
    return _("a member")


class _Words(dict[str, str]):
    """The facts of a line as words; one that is missing stands as a dash rather than breaking the page."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__()
        self.facts = facts

    def __missing__(self, key: str) -> str:
        return self._word(key) or "–"

    def _word(self, key: str) -> str:
        fact = self.facts.get(key)
        if key == "basis_or_scope":
            basis = self.facts.get("basis")
            if basis:
                return _("Basis: %(basis)s.") % {"basis": BasisChoice(basis).label}
            return _("The scope was confirmed, not the content.")
        if key == "origins":
            return " + ".join(str(MANDATES[Mandate(word)]) for word in fact or [])
        if not fact:
            return ""
        if key == "basis":
            return str(BasisChoice(fact).label)
        if key == "ceiling":
            return str(Signal.CeilingChoice(fact).label)
        if key == "scope":
            return str(Signal.ScopeChoice(fact).label)
        return str(REASONS.get(str(fact), fact))
