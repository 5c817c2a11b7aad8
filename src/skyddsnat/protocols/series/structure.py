"""The data structure definition of the series: what a statistical program has to know to read them.

Concepts, code lists, the structure and its dataflow, as SDMX-JSON 2.0.0 and as SDMX-ML 3.0, both made from `components`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from skyddsnat.catalogue.metrics import Metric
from skyddsnat.catalogue.text import Text
from skyddsnat.protocols.series.components import CODES, COMPONENTS, Component, Part, plain

AGENCY: Final = "SKYDDSNAT"
VERSION: Final = "1.1.0"
"""Of the structure.  A column that is added makes 1.1.0; one that goes or changes its meaning makes 2.0.0."""
NAME: Final = Text("Koalitionens gemensamma serier", "The coalition's joint series")
DATAFLOW: Final = f"{AGENCY}:SERIES({VERSION})"
DATAFLOW_URN: Final = f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={DATAFLOW}"
STRUCTURE_URN: Final = f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={DATAFLOW}"
STRUCTURE_JSON: Final = "application/vnd.sdmx.structure+json; version=2.0.0"
SCHEMA: Final = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)
LISTS: Final = {
    "CL_FREQ": Text("Frekvens", "Frequency"),
    "CL_METRIC": Text("Mått", "Metric"),
    "CL_FIGURE": Text("Slag av tal", "Kind of figure"),
    "CL_OBS_STATUS": Text("Talets status", "Status of the figure"),
    "CL_CONF_STATUS": Text("Vem som får se talet", "Who may see the figure"),
    "CL_SHARE": Text("Hur mycket av något", "How much of something"),
    "CL_OBSERVED": Text("Hur länge en lista bara observerade", "For how long a list only observed"),
}


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list."""

    id: str
    name: Text
    about: Text | None = None


def code_lists(metrics: Iterable[Metric]) -> Mapping[str, list[Code]]:
    """Every list with its codes; the metrics' says what each counts."""
    lists = {name: [Code(code, text) for code, text in codes.items()] for name, codes in CODES.items()}
    return lists | {"CL_METRIC": [Code(each.id, each.name, each.definition) for each in metrics]}


def concept_urn(component: Component) -> str:
    """The concept that a column is of."""
    return f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:CONCEPTS({VERSION}).{component.id}"


def list_urn(name: str) -> str:
    """A code list."""
    return f"urn:sdmx:org.sdmx.infomodel.codelist.Codelist={AGENCY}:{name}({VERSION})"


def localised(name: Text) -> dict[str, Any]:
    """A name as SDMX-JSON has it: the best match, and all languages."""
    return {"name": name.en, "names": {"en": name.en, "sv": name.sv}}


def write_structure_json(metrics: Iterable[Metric], *, sender: str, prepared: datetime) -> bytes:
    """The structure message as SDMX-JSON 2.0.0."""
    meta = {
        "schema": SCHEMA,
        "id": f"{AGENCY}-STRUCTURE",
        "prepared": plain(prepared),
        "contentLanguages": ["en", "sv"],
        "sender": {"id": AGENCY, "name": sender},
    }
    lists = [
        _maintained(name, LISTS[name]) | {"codes": [_code(each) for each in codes]}
        for name, codes in code_lists(metrics).items()
    ]
    concepts = [{"id": each.id, **localised(each.name)} for each in COMPONENTS]
    data = {
        "codelists": lists,
        "conceptSchemes": [_maintained("CONCEPTS", Text("Begrepp", "Concepts")) | {"concepts": concepts}],
        "dataStructures": [_maintained("SERIES", NAME) | {"dataStructureComponents": _components()}],
        "dataflows": [_maintained("SERIES", NAME) | {"structure": STRUCTURE_URN}],
    }
    return orjson.dumps({"meta": meta, "data": data})


def _maintained(name: str, text: Text) -> dict[str, Any]:
    return {"id": name, "version": VERSION, "agencyID": AGENCY, **localised(text)}


def _code(code: Code) -> dict[str, Any]:
    about = (
        {"description": code.about.en, "descriptions": {"en": code.about.en, "sv": code.about.sv}} if code.about else {}
    )
    return {"id": code.id, **localised(code.name), **about}


def _components() -> dict[str, Any]:
    dimensions = [each for each in COMPONENTS if each.part is Part.DIMENSION]
    return {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": [_component(each) | {"position": place} for place, each in enumerate(dimensions)],
            "timeDimension": next(_component(each) for each in COMPONENTS if each.part is Part.TIME),
        },
        "measureList": {
            "id": "MeasureDescriptor",
            "measures": [_component(each) | {"usage": "optional"} for each in COMPONENTS if each.part is Part.MEASURE],
        },
        "attributeList": {
            "id": "AttributeDescriptor",
            "attributes": [
                _component(each) | {"usage": usage(each), "attributeRelationship": {"observation": {}}}
                for each in COMPONENTS
                if each.part is Part.ATTRIBUTE
            ],
        },
    }


def usage(component: Component) -> str:
    """Whether a figure without this attribute is no figure."""
    return "mandatory" if component.mandatory else "optional"


def _component(component: Component) -> dict[str, Any]:
    if component.codes:
        representation: dict[str, Any] = {"enumeration": list_urn(component.codes)}
    else:
        representation = {"format": {"dataType": component.type.value}}
    return {"id": component.id, "conceptIdentity": concept_urn(component), "localRepresentation": representation}
