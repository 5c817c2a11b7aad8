"""Are these known?  Many values asked at once: the same rule as for one, each a question of the day, all logged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.queries import roles_of
from skyddsnat.hub.signals.canaries import is_canary_form
from skyddsnat.hub.signals.models import Lookup, Signal
from skyddsnat.hub.signals.services.alarms import canaries_met
from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.hub.signals.services.reveal import lock_person, lookups_left
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.normal_form import NormalForm, mask, normalise
from skyddsnat.policy.vocabulary import SignalType

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor


@dataclass(frozen=True, slots=True)
class Question:
    """One line.  draft None: it was not read, and code says why."""

    number: int
    draft: SignalDraft | None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """The answer to one line.  hint: the value's mask.  signals: those that the person can see; code: why it was not asked."""

    number: int
    type: str = ""
    hint: str = ""
    signals: tuple[UUID, ...] = ()
    code: str = ""


def look_up_many(actor: Actor, questions: Sequence[Question], *, now: datetime) -> list[Known]:
    """The signals with exactly these values that the person can see already, line by line.  Never tells of others.

    The same value on two lines is one question.  All are answered or none: half an answer is read as a whole one.
    Raises PolicyRefusal: people_only, no_role, lookup_quota_many.
    """
    read = [_read(question) for question in questions]
    asked = {(form.type, form.hash_kind, form.value) for form in read if isinstance(form, NormalForm)}
    with transaction.atomic():
        person = lock_person(actor)
        if not roles_of(person) & ROLES_THAT_READ[ItemKind.SIGNAL]:
            raise PolicyRefusal("no_role")
        if len(asked) > lookups_left(person, now=now):
            raise PolicyRefusal("lookup_quota_many")
        met = [question.draft for question, form in zip(questions, read, strict=True) if _is_canary(form)]
        if met:
            canaries_met(actor, [draft for draft in met if draft is not None], channel="look_up", now=now)
        rows = Signal.objects.visible_to(person).with_values([(type.value, value) for type, _, value in asked])
        found: dict[tuple[str, str], list[Signal]] = defaultdict(list)
        for signal in rows.order_by("-changed_at"):
            found[signal.type, signal.value].append(signal)
        answers = [_answer(question, form, found) for question, form in zip(questions, read, strict=True)]
        hits = sum(1 for type, _, value in asked if (type.value, value) in found)
        Lookup.objects.bulk_create(
            Lookup(person=person, member=person.member, type=type.value, found=(type.value, value) in found, at=now)
            for type, _, value in asked
        )
        record(actor, "signal.looked_up_many", kind="lookup", object_id="", asked=len(asked), found=hits)
        return answers


def _read(question: Question) -> NormalForm | PolicyRefusal:
    if question.draft is None:
        return PolicyRefusal(question.code)
    try:
        return normalise(question.draft.type, question.draft.text, hash_kind=question.draft.hash_kind)
    except PolicyRefusal as refused:
        return refused


def _is_canary(form: NormalForm | PolicyRefusal) -> bool:
    return isinstance(form, NormalForm) and is_canary_form(form)


def _answer(question: Question, form: NormalForm | PolicyRefusal, found: dict[tuple[str, str], list[Signal]]) -> Known:
    if isinstance(form, PolicyRefusal):
        return Known(question.number, code=form.code)
    same = found.get((form.type.value, form.value), [])
    fitting = [one for one in same if form.hash_kind is None or one.hash_kind == form.hash_kind.value]
    return Known(
        question.number,
        type=form.type.value,
        hint=mask(SignalType(form.type), form.value),
        signals=tuple(one.pk for one in fitting),
    )
