"""Reads of the self-assessment: the own member's years, and the questions as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.maturity import MaturityQuestion
from skyddsnat.catalogue.text import Text
from skyddsnat.hub.benchmark.models import BenchmarkKey
from skyddsnat.hub.benchmark.queries.keys import counting
from skyddsnat.hub.maturity.models import Assessment, SealedAnswer

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


@dataclass(frozen=True, slots=True)
class Area:
    """An area of the model with its questions."""

    id: str
    name: Text
    questions: tuple[MaturityQuestion, ...]


def areas() -> list[Area]:
    """The model in the order in which it is answered."""
    model = load_catalogue().maturity
    grouped = {area: tuple(found) for area, found in groupby(model.questions.values(), key=lambda each: each.area)}
    return [Area(area, name, grouped.get(area, ())) for area, name in model.areas.items()]


def model_facts() -> dict[str, Any]:
    """What the browser needs for the score."""
    rules = load_catalogue().maturity.rules
    return {
        "max_na": rules.max_na_per_area,
        "areas": [{"id": a.id, "questions": [{"id": q.id, "weight": q.weight} for q in a.questions]} for a in areas()],
    }


def years_of(person: Person) -> QuerySet[Any]:
    """The member's assessments, newest first, with how many questions have an answer and when the last was written."""
    rows: QuerySet[Any] = (
        Assessment.objects.visible_to(person)
        .annotate(answered=Count("answers"), touched_at=Max("answers__written_at"))
        .select_related("finished_by")
        .order_by("-year")
    )
    return rows


def assessment_of(person: Person, pk: UUID) -> Assessment | None:
    """One of the member's, or None."""
    found: Assessment | None = Assessment.objects.visible_to(person).filter(pk=pk).first()
    return found


def comparable(person: Person, assessment: Assessment) -> list[Assessment]:
    """Earlier years with answers to the same major version of the model, newest first."""
    major = assessment.model_version.split(".")[0]
    rows = Assessment.objects.visible_to(person).filter(year__lt=assessment.year)
    return [row for row in rows if row.model_version.split(".")[0] == major]


def sealed_answers(assessment: Assessment) -> list[dict[str, Any]]:
    """As the browser fetches them."""
    rows = SealedAnswer.objects.filter(assessment=assessment).values("question", "sealed", "version")
    return [dict(row) for row in rows]


def signing_keys(member_id: str) -> list[str]:
    """The public key that counts for the member, hex: a key file that is not its is refused before anything is sealed with it."""
    return [key.signing_key for key in counting([member_id], BenchmarkKey.Use.MEMBER).values()]
