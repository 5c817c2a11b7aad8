"""Complaints that have come to the demo's stop pages: about two listed names, and about one that nothing blocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from skyddsnat.hub.complaints import queries, services
from skyddsnat.hub.complaints.models import Complaint
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.queries import circles_of
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.queries.blocks import in_force
from skyddsnat.policy.complaints import Outcome, Reason
from skyddsnat.policy.vocabulary import SignalType
from skyddsnat.protocols import complaint as wire

DAYS_AGO = timedelta(days=3)
STRANGER = "vanlig-butik.test"


def complain_some(people: Mapping[str, Person], *, now: datetime) -> None:
    """Two listed names, one of them decided already, and one that nothing blocks; as the stop pages would hand them in."""
    listed = _listed()
    if len(listed) > 1:
        _complain("alfa", listed[0], at=now - DAYS_AGO, now=now, contact="fraga@kund.test")
        _complain("beta", listed[0], at=now - DAYS_AGO / 2, now=now)
        decided = _complain("gamma", listed[1], at=now - 2 * DAYS_AGO, now=now)
        _uphold(decided, people, now=now)
    _complain("alfa", STRANGER, at=now - DAYS_AGO / 3, now=now, contact="butik@kund.test", reason=Reason.NOT_ILLEGAL)


def _listed() -> list[str]:
    rows = in_force(Signal.objects.filter(circle_id__in=circles_of("alfa") & circles_of("gamma")))
    return [signal.value for signal in rows.filter(type=SignalType.DOMAIN.value).order_by("published_at", "pk")[:2]]


def _complain(
    member: str, name: str, *, at: datetime, now: datetime, contact: str = "", reason: Reason = Reason.UNSURE
) -> Complaint:
    given = wire.Complaint(id=_id(member, name), at=at, language="sv", reason=reason, name=name, contact=contact)
    return services.receive(Actor(member_id=member), given, now=now)


def _uphold(complaint: Complaint, people: Mapping[str, Person], *, now: datetime) -> None:
    """By whoever of the demo's reviewers may."""
    for person in people.values():
        case = queries.to_decide(person).filter(pk=complaint.case_id).first()
        if case is None:
            continue
        view = queries.page_of(person, case).blocks[0]
        if Outcome.UPHELD in view.acts.decisions:
            services.decide(person, case, view.block.pk, Outcome.UPHELD, now=now)
            return


def _id(member: str, name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"complaint:{member}:{name}")
