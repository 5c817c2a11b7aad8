"""The data structure definition as SDMX-ML 3.0, the form that most statistical programs read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from skyddsnat.catalogue.metrics import Metric
from skyddsnat.catalogue.text import Text
from skyddsnat.protocols.series.components import COMPONENTS, Component, Part, plain
from skyddsnat.protocols.series.structure import (
    AGENCY,
    LISTS,
    NAME,
    STRUCTURE_URN,
    VERSION,
    code_lists,
    concept_urn,
    list_urn,
    usage,
)

STRUCTURE_XML: Final = "application/vnd.sdmx.structure+xml; version=3.0.0; charset=utf-8"
_SPACES: Final = {
    "mes": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message",
    "str": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure",
    "com": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common",
}


def write_structure_xml(metrics: Iterable[Metric], *, sender: str, prepared: datetime) -> bytes:
    """The structure message as SDMX-ML 3.0."""
    root = Element("mes:Structure", {f"xmlns:{prefix}": space for prefix, space in _SPACES.items()})
    header = SubElement(root, "mes:Header")
    _text(header, "mes:ID", f"{AGENCY}-STRUCTURE")
    _text(header, "mes:Test", "false")
    _text(header, "mes:Prepared", plain(prepared))
    _text(SubElement(header, "mes:Sender", {"id": AGENCY}), "com:Name", sender, {"xml:lang": "en"})
    structures = SubElement(root, "mes:Structures")
    lists = SubElement(structures, "str:Codelists")
    for name, codes in code_lists(metrics).items():
        whole = _maintained(lists, "str:Codelist", name, LISTS[name])
        for code in codes:
            _named(SubElement(whole, "str:Code", {"id": code.id}), code.name, code.about)
    scheme = _maintained(
        SubElement(structures, "str:ConceptSchemes"), "str:ConceptScheme", "CONCEPTS", Text("Begrepp", "Concepts")
    )
    for each in COMPONENTS:
        _named(SubElement(scheme, "str:Concept", {"id": each.id}), each.name)
    structure = _maintained(SubElement(structures, "str:DataStructures"), "str:DataStructure", "SERIES", NAME)
    _components(SubElement(structure, "str:DataStructureComponents"))
    flow = _maintained(SubElement(structures, "str:Dataflows"), "str:Dataflow", "SERIES", NAME)
    _text(flow, "str:Structure", STRUCTURE_URN)
    raw: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return raw


def _components(parent: Element) -> None:
    dimensions = SubElement(parent, "str:DimensionList", {"id": "DimensionDescriptor"})
    attributes = SubElement(parent, "str:AttributeList", {"id": "AttributeDescriptor"})
    measures = SubElement(parent, "str:MeasureList", {"id": "MeasureDescriptor"})
    place = 0
    for each in COMPONENTS:
        match each.part:
            case Part.DIMENSION:
                place += 1
                _component(SubElement(dimensions, "str:Dimension", {"id": each.id, "position": str(place)}), each)
            case Part.TIME:
                _component(SubElement(dimensions, "str:TimeDimension", {"id": each.id}), each)
            case Part.MEASURE:
                _component(SubElement(measures, "str:Measure", {"id": each.id, "usage": usage(each)}), each)
            case Part.ATTRIBUTE:
                attribute = SubElement(attributes, "str:Attribute", {"id": each.id, "usage": usage(each)})
                _component(attribute, each)
                SubElement(SubElement(attribute, "str:AttributeRelationship"), "str:Observation")


def _component(element: Element, component: Component) -> None:
    _text(element, "str:ConceptIdentity", concept_urn(component))
    representation = SubElement(element, "str:LocalRepresentation")
    if component.codes:
        _text(representation, "str:Enumeration", list_urn(component.codes))
    else:
        SubElement(representation, "str:TextFormat", {"textType": component.type.value})


def _maintained(parent: Element, tag: str, name: str, text: Text) -> Element:
    made = SubElement(parent, tag, {"id": name, "agencyID": AGENCY, "version": VERSION})
    _named(made, text)
    return made


def _named(element: Element, name: Text, about: Text | None = None) -> None:
    for tag, text in (("com:Name", name), ("com:Description", about)):
        for language in ("en", "sv") if text else ():
            _text(element, tag, text.get(language) if text else "", {"xml:lang": language})


def _text(parent: Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> None:
    SubElement(parent, tag, attributes or {}).text = text
