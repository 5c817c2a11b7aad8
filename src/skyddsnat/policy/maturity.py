"""How answers to the maturity model become a score, step by step, so that a person can follow it (catalogue/maturity.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from skyddsnat.catalogue.maturity import LEVELS, MaturityModel
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Role

NOT_APPLICABLE: Final = "na"

type Answer = int | str | None
"""A level, NOT_APPLICABLE, or None for a question that nobody has answered."""


@dataclass(frozen=True, slots=True)
class AreaScore:
    """score: the weighted mean of the answered questions, None when the area has none.

    points: sum of weight x level; weights: of the answered questions; not_applicable, open: how many questions.
    """

    area: str
    score: Fraction | None
    points: int
    weights: int
    not_applicable: int
    open: int


@dataclass(frozen=True, slots=True)
class Score:
    """total: the mean of the areas that have a score, None without any."""

    areas: tuple[AreaScore, ...]
    total: Fraction | None

    @property
    def complete(self) -> bool:
        """Whether every question has an answer, be it that it does not apply."""
        return not any(area.open for area in self.areas)


def score(model: MaturityModel, answers: Mapping[str, Answer]) -> Score:
    """The score of these answers, by question id.  Raises PolicyRefusal("no_level" | "no_question")."""
    for question, answer in answers.items():
        if question not in model.questions:
            raise PolicyRefusal("no_question", question)
        if answer is not None and answer != NOT_APPLICABLE and answer not in LEVELS:
            raise PolicyRefusal("no_level", question)
    areas = tuple(_area(model, area, answers) for area in model.areas)
    scored = [area.score for area in areas if area.score is not None]
    return Score(areas, sum(scored, Fraction(0)) / len(scored) if scored else None)


def _area(model: MaturityModel, area: str, answers: Mapping[str, Answer]) -> AreaScore:
    asked = [question for question in model.questions.values() if question.area == area]
    given = [(question, answers.get(question.id)) for question in asked]
    levels = [(question.weight, answer) for question, answer in given if isinstance(answer, int)]
    skipped = sum(answer == NOT_APPLICABLE for _, answer in given)
    points = sum(weight * level for weight, level in levels)
    weights = sum(weight for weight, _ in levels)
    scored = weights and skipped <= model.rules.max_na_per_area
    return AreaScore(
        area=area,
        score=Fraction(points, weights) if scored else None,
        points=points,
        weights=weights,
        not_applicable=skipped,
        open=sum(answer is None for _, answer in given),
    )


TAKES_PART: Final = frozenset({Role.BENCHMARK_LEAD, Role.ANALYST, Role.REVIEWER, Role.ENGINEER})
"""Who answers at a member.  Reading what was answered takes the member's key as well."""

READS: Final = TAKES_PART | {Role.AUDITOR, Role.COORDINATOR}


def check_part(roles: frozenset[Role]) -> None:
    """Raises PolicyRefusal("no_part")."""
    if not roles & TAKES_PART:
        raise PolicyRefusal("no_part")


def check_lead(roles: frozenset[Role]) -> None:
    """Raises PolicyRefusal("not_own_lead")."""
    if Role.BENCHMARK_LEAD not in roles:
        raise PolicyRefusal("not_own_lead")
