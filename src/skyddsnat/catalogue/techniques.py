"""Techniques: how offenders use services or get around protection, at policy level (DESIGN § 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skyddsnat.catalogue.reader import Reader, collect
from skyddsnat.catalogue.text import Text

TECHNIQUE_ID = r"TEC-[A-Z]{3}-[0-9]{2}"


@dataclass(frozen=True, slots=True)
class Phase:
    """Where in a course of events a technique belongs."""

    id: str
    order: int
    name: Text


@dataclass(frozen=True, slots=True)
class Technique:
    """What happens to a child or to a safeguard, and what an operator can see of it.  Never how something is done."""

    id: str
    phase: str
    name: Text
    description: Text
    operator_view: Text
    measures: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TechniqueFile:
    """techniques.yaml.  default_tlp is the highest openness for text beyond what stands in it."""

    version: str
    default_tlp: str
    phases: Mapping[str, Phase]
    techniques: Mapping[str, Technique]


def read_techniques(reader: Reader, *, version: str) -> TechniqueFile:
    """Parse techniques.yaml; faults are noted by the reader."""
    default_tlp = reader.word("default_tlp", pattern=r"CLEAR|GREEN|AMBER|AMBER\+STRICT|RED", expected="a TLP 2.0 label")
    phases = collect(reader, "phases", _phase)
    techniques = collect(reader, "techniques", _technique)
    return TechniqueFile(version, default_tlp, phases, techniques)


def _phase(reader: Reader) -> Phase:
    return Phase(
        id=reader.identify(r"[A-Z]{3}", example="CON"),
        order=reader.number("order", low=1, high=99),
        name=reader.text("name"),
    )


def _technique(reader: Reader) -> Technique:
    return Technique(
        id=reader.identify(TECHNIQUE_ID, example="TEC-CON-01"),
        phase=reader.word("phase"),
        name=reader.text("name"),
        description=reader.text("description"),
        operator_view=reader.text("operator_view"),
        measures=reader.words("measures"),
        sources=reader.words("source"),
    )
