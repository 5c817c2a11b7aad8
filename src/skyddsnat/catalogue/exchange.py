"""The exchange vocabulary: who acts, how far a signal may lead, its states and how it moves between them.

The closed words of it live twice: here with their texts, and in skyddsnat.policy.vocabulary as types.  A test holds them equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from skyddsnat.catalogue.formats import (
    AssessmentScheme,
    Field,
    Network,
    Preservation,
    ReferralReport,
    StatisticsFormat,
    read_field,
    read_network,
    read_preservation,
    read_referral,
    read_scheme,
    read_statistics,
)
from skyddsnat.catalogue.reader import Reader, collect, names
from skyddsnat.catalogue.state_rules import StateRules, read_state_rules
from skyddsnat.catalogue.text import Text

EARLIER_CEILING = "earlier_ceiling"
WORD = r"[a-z][a-z0-9_]*"
TLP = r"CLEAR|GREEN|AMBER|AMBER\+STRICT|RED"
TLP_EXPECTED = "a TLP 2.0 label: CLEAR, GREEN, AMBER, AMBER+STRICT or RED"


class Enforceable(StrEnum):
    """How much of a signal of this type an operator's own equipment can act on."""

    FULL = "full"
    PARTLY = "partly"
    NONE = "none"


class CarriedAs(StrEnum):
    """What an entry of a type is in the hub.  HELD_BACK: not taken in until counsel has confirmed the basis."""

    SIGNAL = "signal"
    BULLETIN = "bulletin"
    COUNT = "count"
    HELD_BACK = "held_back"


@dataclass(frozen=True, slots=True)
class CeilingEntry:
    """The most that may follow from a state.  order rises from 0, so that ceilings can be compared."""

    id: str
    order: int
    name: Text
    meaning: Text


@dataclass(frozen=True, slots=True)
class StateEntry:
    """One verification state.

    state: the word in the hub and on the wire.  origin: whose verdict it is, or "".  ceiling: an id, or EARLIER_CEILING.
    """

    id: str
    state: str
    origin: str
    name: Text
    ceiling: str
    set_by: tuple[str, ...]
    final: bool
    steps: tuple[str, ...]
    needs: Text | None


@dataclass(frozen=True, slots=True)
class SignalTypeEntry:
    """A type of entry: who may verify it, how widely its details are shared at first, and after how many days it lapses."""

    id: str
    carried_as: CarriedAs
    name: Text
    stix: str
    enforceable: Enforceable
    who_may_verify: tuple[str, ...]
    default_tlp: str
    expiry_days: int
    default_on: bool
    fields: tuple[Field, ...]
    note: Text | None


@dataclass(frozen=True, slots=True)
class Compartment:
    """One of the two separate flows; nothing passes from leads to police but by the submitting member's own referral."""

    id: str
    name: Text
    flow: Text
    police_can_read: bool
    exit: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """exchange.yaml."""

    version: str
    actors: Mapping[str, Text]
    ceilings: Mapping[str, CeilingEntry]
    states: Mapping[str, StateEntry]
    transitions: Mapping[str, tuple[str, ...]]
    reopen: str
    state_rules: StateRules
    signal_types: Mapping[str, SignalTypeEntry]
    compartments: Mapping[str, Compartment]
    tlp_source: str
    tlp_by_content: Mapping[str, str]
    assessment_schemes: Mapping[str, AssessmentScheme]
    flags: Mapping[str, Text]
    networks: Mapping[str, Network]
    referral_report: ReferralReport
    preservation: Preservation
    statistics_formats: Mapping[str, StatisticsFormat]


def read_exchange(reader: Reader, *, version: str) -> Exchange:
    """Parse exchange.yaml; faults are noted by the reader."""
    return Exchange(
        version=version,
        actors=names(reader, "actors"),
        ceilings=collect(reader, "ceilings", _ceiling),
        states=collect(reader, "verification_states", _state),
        transitions=_transitions(reader),
        reopen=reader.word("reopen", pattern="new_episode", expected="new_episode"),
        state_rules=read_state_rules(reader),
        signal_types=collect(reader, "signal_types", _signal_type),
        compartments=collect(reader, "compartments", _compartment),
        tlp_source=reader.word("tlp_source"),
        tlp_by_content=_tlp_by_content(reader),
        assessment_schemes=collect(reader, "assessment_schemes", read_scheme),
        flags=names(reader, "flags"),
        networks=collect(reader, "networks", read_network),
        referral_report=read_referral(reader),
        preservation=read_preservation(reader),
        statistics_formats=collect(reader, "statistics_formats", read_statistics),
    )


def _ceiling(reader: Reader) -> CeilingEntry:
    return CeilingEntry(
        id=reader.identify(WORD, example="block"),
        order=reader.number("order", low=0, high=9),
        name=reader.text("name"),
        meaning=reader.text("meaning"),
    )


def _state(reader: Reader) -> StateEntry:
    state_id = reader.identify(WORD, example="in_review")
    return StateEntry(
        id=state_id,
        state=reader.optional_word("state", pattern=WORD) or state_id,
        origin=reader.optional_word("origin", pattern=WORD),
        name=reader.text("name"),
        ceiling=reader.word("ceiling"),
        set_by=reader.words("set_by"),
        final=reader.truth("final"),
        steps=reader.optional_words("steps"),
        needs=reader.optional_text("needs"),
    )


def _transitions(reader: Reader) -> Mapping[str, tuple[str, ...]]:
    with reader.part("transitions") as table:
        return MappingProxyType({str(state): table.words(state, empty_allowed=True) for state in table.own_keys()})


def _signal_type(reader: Reader) -> SignalTypeEntry:
    return SignalTypeEntry(
        id=reader.identify(WORD, example="domain"),
        carried_as=reader.one_of("carried_as", CarriedAs),
        name=reader.text("name"),
        stix=reader.word("stix", pattern=r"[a-z0-9:-]+", expected="a STIX type such as domain-name"),
        enforceable=reader.one_of("enforceable", Enforceable),
        who_may_verify=reader.words("who_may_verify"),
        default_tlp=reader.word("default_tlp", pattern=TLP, expected=TLP_EXPECTED),
        expiry_days=reader.number("expiry_days", low=1, high=3650),
        default_on=reader.truth("default_on"),
        fields=tuple(read_field(each) for each in reader.records("fields")),
        note=reader.optional_text("note"),
    )


def _compartment(reader: Reader) -> Compartment:
    return Compartment(
        id=reader.identify(WORD, example="leads"),
        name=reader.text("name"),
        flow=reader.text("flow"),
        police_can_read=reader.truth("police_can_read"),
        exit=reader.optional_word(
            "exit", pattern="explicit_referral_by_member", expected="explicit_referral_by_member"
        ),
    )


def _tlp_by_content(reader: Reader) -> Mapping[str, str]:
    with reader.part("tlp_by_content") as table:
        return MappingProxyType(
            {str(content): table.word(str(content), pattern=TLP, expected=TLP_EXPECTED) for content in table.own_keys()}
        )
