"""The self-assessment's changes: a lead opens and finishes a year, colleagues answer.  Answers are sealed before they come."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.maturity.models import LONGEST_SEALED, Assessment, SealedAnswer
from skyddsnat.hub.members.actor import Actor
from skyddsnat.policy import maturity as policy
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

BLOCK: Final = 1024
TAG, NONCE = 16, 12
_SEALED: Final = re.compile(r"([A-Za-z0-9+/]{16})\.([A-Za-z0-9+/]{64,}={0,2})", re.ASCII)


class AnswerChanged(Exception):
    """Somebody has written the answer since it was read; `answer` is theirs."""

    def __init__(self, answer: SealedAnswer) -> None:
        super().__init__(answer.question)
        self.answer = answer


@transaction.atomic
def open_year(person: Person, year: int, *, now: datetime) -> Assessment:
    """Begin the member's assessment of a year: this one or the one before.

    Raises PolicyRefusal("not_own_lead" | "bad_year" | "year_opened").
    """
    policy.check_lead(_roles(person))
    this_year = timezone.localdate(now).year
    if not this_year - 1 <= year <= this_year:
        raise PolicyRefusal("bad_year", str(year))
    if Assessment.objects.filter(member_id=person.member_id, year=year).exists():
        raise PolicyRefusal("year_opened", str(year))
    made = Assessment.objects.create(
        member_id=person.member_id,
        year=year,
        model_version=load_catalogue().maturity.version,
        opened_at=now,
        opened_by=person,
    )
    _log(person, "maturity.opened", made)
    return made


@transaction.atomic
def answer(person: Person, pk: UUID, question: str, *, sealed: str, version: int, now: datetime) -> SealedAnswer:
    """Keep a sealed answer.  version: the one that the writer has read, 0 for none.

    Raises Assessment.DoesNotExist for another member's, AnswerChanged when a colleague was quicker,
    PolicyRefusal("no_part" | "finished" | "no_question" | "not_sealed").
    """
    policy.check_part(_roles(person))
    assessment = Assessment.objects.visible_to(person).select_for_update().get(pk=pk)
    if assessment.finished_at is not None:
        raise PolicyRefusal("finished")
    if question not in load_catalogue().maturity.questions:
        raise PolicyRefusal("no_question")
    check_sealed(sealed)
    kept = SealedAnswer.objects.filter(assessment=assessment, question=question).first()
    if (kept.version if kept else 0) != version:
        raise AnswerChanged(kept) if kept else PolicyRefusal("no_question", "a version of nothing")
    row = kept or SealedAnswer(assessment=assessment, question=question, version=0)
    row.sealed, row.version, row.written_at, row.written_by = sealed, version + 1, now, person
    row.save()
    _log(person, "maturity.answered", assessment, question=question, version=row.version)
    return row


@transaction.atomic
def finish(person: Person, pk: UUID, *, done: bool, now: datetime) -> Assessment:
    """Close the year's answers, or open them again.

    Raises Assessment.DoesNotExist, PolicyRefusal("not_own_lead" | "decided").
    """
    policy.check_lead(_roles(person))
    assessment: Assessment = Assessment.objects.visible_to(person).select_for_update().get(pk=pk)
    if (assessment.finished_at is not None) == done:
        raise PolicyRefusal("decided")
    assessment.finished_at, assessment.finished_by = (now, person) if done else (None, None)
    assessment.save(update_fields=["finished_at", "finished_by"])
    _log(person, "maturity.finished" if done else "maturity.reopened", assessment)
    return assessment


def check_sealed(text: str) -> None:
    """Whether it is a sealed answer of one of the sizes that the browser makes.  Raises PolicyRefusal("not_sealed")."""
    found = _SEALED.fullmatch(text) if len(text) <= LONGEST_SEALED else None
    try:
        size = len(base64.b64decode(found[2], validate=True)) - TAG if found else 0
    except binascii.Error:
        size = 0
    if size <= 0 or size % BLOCK:
        raise PolicyRefusal("not_sealed")


def _roles(person: Person) -> frozenset[Role]:
    return frozenset(Role(role) for role in person.roles)


def _log(person: Person, what: str, assessment: Assessment, **facts: Any) -> None:
    record(
        Actor.of(person),
        what,
        kind="assessment",
        object_id=str(assessment.pk),
        of=assessment.member_id,
        year=assessment.year,
        **facts,
    )
