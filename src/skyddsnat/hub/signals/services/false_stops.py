"""A note that was stopped by mistake: its writer asks, another organisation's coordinator lets it through once (ADR 0014)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.models import Circle, Person
from skyddsnat.hub.members.queries import circles_of, hand_of, roles_of
from skyddsnat.hub.signals.models import FalseStop
from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.hub.signals.services.gate import seal_of_note
from skyddsnat.hub.signals.services.hands import person_of
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.false_stops import LASTS, MOST_OPEN, Explanation, check_release, releasable, shapes
from skyddsnat.policy.guards import inspect_text
from skyddsnat.policy.normal_form import normalise
from skyddsnat.policy.review import SUBMITTING_ROLES

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor


def ask_release(actor: Actor, draft: SignalDraft, *, circle: Circle, explanation: str, now: datetime) -> FalseStop:
    """Say that the draft's note was stopped by mistake.  The note itself is not kept.

    Raises PolicyRefusal: people_only, no_role, not_in_circle, unknown_reason, not_releasable, already_asked, too_many_asked, or a
    reason of the normal form.
    """
    person = person_of(actor)
    if not roles_of(person) & SUBMITTING_ROLES:
        raise PolicyRefusal("no_role")
    if circle.pk not in circles_of(person.member_id):
        raise PolicyRefusal("not_in_circle")
    if explanation not in set(Explanation):
        raise PolicyRefusal("unknown_reason")
    form = normalise(draft.type, draft.text, hash_kind=draft.hash_kind)
    findings = inspect_text(draft.note)
    if not releasable(findings):
        raise PolicyRefusal("not_releasable")
    seal = seal_of_note(person.member_id, circle.pk, form, draft.note)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        waiting = FalseStop.objects.filter(person=person, decided_at=None, lapses_at__gt=now)
        if waiting.filter(seal=seal).exists():
            raise PolicyRefusal("already_asked")
        if waiting.count() >= MOST_OPEN:
            raise PolicyRefusal("too_many_asked")
        asked = FalseStop.objects.create(
            member=person.member,
            person=person,
            circle=circle,
            seal=seal,
            kinds=sorted({finding.code.value for finding in findings}),
            shapes=shapes(draft.note, findings),
            explanation=explanation,
            asked_at=now,
            lapses_at=now + LASTS,
        )
        record(
            actor, "false_stop.asked", kind="false_stop", object_id=asked.pk, kinds=asked.kinds, explanation=explanation
        )
        return asked


def decide_release(actor: Actor, request: UUID, *, release: bool, now: datetime) -> FalseStop:
    """Let the note through once, or turn the request down.

    Raises FalseStop.DoesNotExist for unknown and forbidden alike; PolicyRefusal: decided, what `check_release` raises.
    """
    with transaction.atomic():
        person = person_of(actor)
        found: FalseStop = FalseStop.objects.visible_to(person).select_for_update().get(pk=request)
        asker = Person.objects.select_related("member").get(pk=found.person_id)
        check_release(hand_of(asker), hand_of(person), release=release)
        if found.decided_at is not None or found.lapses_at <= now:
            raise PolicyRefusal("decided")
        found.decided_by, found.decided_at, found.released = person, now, release
        found.save(update_fields=["decided_by", "decided_at", "released"])
        done = "false_stop.released" if release else "false_stop.refused"
        record(actor, done, kind="false_stop", object_id=found.pk, kinds=found.kinds, explanation=found.explanation)
        return found


def use_release(actor: Actor, seal: str, *, now: datetime) -> bool:
    """Use a release up, inside the caller's transaction.  False when another hand-in was quicker."""
    rows = FalseStop.objects.filter(seal=seal, released=True, used_at=None, lapses_at__gt=now)
    found = rows.select_for_update().order_by("asked_at").first()
    if found is None:
        return False
    found.used_at = now
    found.save(update_fields=["used_at"])
    record(actor, "false_stop.used", kind="false_stop", object_id=found.pk)
    return True
