"""Measures: what an operator does about a technique, at three levels (DESIGN § 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from skyddsnat.catalogue.reader import Reader, collect, names
from skyddsnat.catalogue.text import Text

MEASURE_ID = r"SKM-[A-Z]{3}-[0-9]{2}"
LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing to do, with what good looks like and the safeguard of rights that goes with it.

    good: levels 1 to 3; level 0 ("not in place") has no text.  counters: techniques; empty for a supporting measure.
    applies_to: kinds of service; a member without them answers "not applicable".
    """

    id: str
    group: str
    name: Text
    description: Text
    good: Mapping[int, Text]
    evidence: Text
    rights: Text
    metrics: tuple[str, ...]
    counters: tuple[str, ...]
    applies_to: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasureFile:
    """measures.yaml.  services: what `applies_to` may say, with names."""

    version: str
    groups: Mapping[str, Text]
    services: Mapping[str, Text]
    measures: Mapping[str, Measure]


def read_measures(reader: Reader, *, version: str) -> MeasureFile:
    """Parse measures.yaml; faults are noted by the reader."""
    return MeasureFile(
        version=version,
        groups=names(reader, "groups"),
        services=names(reader, "services"),
        measures=collect(reader, "measures", _measure),
    )


def _measure(reader: Reader) -> Measure:
    return Measure(
        id=reader.identify(MEASURE_ID, example="SKM-NET-01"),
        group=reader.word("group"),
        name=reader.text("name"),
        description=reader.text("description"),
        good=_good(reader),
        evidence=reader.text("evidence"),
        rights=reader.text("rights"),
        metrics=reader.words("metrics"),
        counters=reader.words("counters", empty_allowed=True),
        applies_to=reader.words("applies_to"),
        sources=reader.words("source"),
    )


def _good(reader: Reader) -> Mapping[int, Text]:
    with reader.part("good") as levels:
        return MappingProxyType({level: levels.text(level) for level in LEVELS})
