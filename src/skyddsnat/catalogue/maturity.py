"""The maturity model: areas of questions with four levels each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from skyddsnat.catalogue.reader import Reader, collect, names
from skyddsnat.catalogue.text import Text

QUESTION_ID = r"MQ-[A-Z][0-9]{1,2}"
LEVELS = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class MaturityRules:
    """How answers become a score.  More than max_na_per_area "not applicable" leaves an area unscored."""

    max_na_per_area: int
    evidence_from_level: int
    area_score: str
    total_score: str


@dataclass(frozen=True, slots=True)
class MaturityQuestion:
    """One question; weight counts in the area's weighted mean."""

    id: str
    area: str
    weight: int
    question: Text
    levels: Mapping[int, Text]
    evidence: Text
    measures: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MaturityModel:
    """maturity.yaml.  Only answers to the same major version are compared with each other."""

    version: str
    rules: MaturityRules
    answer_fields: tuple[str, ...]
    scale: Mapping[int, Text]
    areas: Mapping[str, Text]
    questions: Mapping[str, MaturityQuestion]


def read_maturity(reader: Reader, *, version: str) -> MaturityModel:
    """Parse maturity.yaml; faults are noted by the reader."""
    return MaturityModel(
        version=version,
        rules=_rules(reader),
        answer_fields=reader.words("answer_fields"),
        scale=_levels(reader, "scale"),
        areas=names(reader, "areas"),
        questions=collect(reader, "questions", _question),
    )


def _rules(reader: Reader) -> MaturityRules:
    with reader.part("rules") as rules:
        return MaturityRules(
            max_na_per_area=rules.number("max_na_per_area", low=0, high=99),
            evidence_from_level=rules.number("evidence_from_level", low=0, high=3),
            area_score=rules.word("area_score", pattern="weighted_mean", expected="weighted_mean"),
            total_score=rules.word("total_score", pattern="mean_of_areas", expected="mean_of_areas"),
        )


def _levels(reader: Reader, key: str) -> Mapping[int, Text]:
    with reader.part(key) as levels:
        return MappingProxyType({level: levels.text(level) for level in LEVELS})


def _question(reader: Reader) -> MaturityQuestion:
    return MaturityQuestion(
        id=reader.identify(QUESTION_ID, example="MQ-A1"),
        area=reader.word("area"),
        weight=reader.number("weight", low=1, high=10),
        question=reader.text("question"),
        levels=_levels(reader, "levels"),
        evidence=reader.text("evidence"),
        measures=reader.words("measures"),
        sources=reader.words("source"),
    )
