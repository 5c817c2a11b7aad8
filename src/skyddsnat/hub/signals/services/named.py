"""Who is named on a RED signal when someone else reports the same value."""

from __future__ import annotations

from skyddsnat.hub.members.models import Member, Person
from skyddsnat.hub.members.queries import people_with
from skyddsnat.hub.signals.models import Signal
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind


def name_the_reporter(signal: Signal, member: Member, *, person: Person | None) -> None:
    """Name those who know the value already because they, or their own member, have reported it.

    person: the one reporter of a RED report.  None: the member reported openly, so all of its people who read signals; were they
    left out, they would miss their own report, and know by that that someone else holds it as RED.
    """
    if person is not None:
        signal.named.add(person)
        return
    readers = {
        one.pk: one for role in ROLES_THAT_READ[ItemKind.SIGNAL] for one in people_with(role, member_id=member.pk)
    }
    signal.named.add(*readers.values())
