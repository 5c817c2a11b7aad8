"""The closed word lists that every layer shares (DESIGN § 2; catalogue/exchange.yaml holds their texts)."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Ceiling(IntEnum):
    """The most that an agent may do with a signal.  Ordered; an unknown value reads as NONE."""

    NONE = 0
    INFORM = 1
    OBSERVE = 2
    BLOCK = 3

    @property
    def wire(self) -> str:
        """The word that stands in STIX objects and in the database."""
        return WIRE[self]

    @classmethod
    def from_wire(cls, word: object) -> Ceiling:
        """Read a word from outside; whatever is not known is NONE, so that a newer hub can never raise an older agent."""
        return CEILINGS.get(word, cls.NONE) if isinstance(word, str) else cls.NONE


WIRE = {ceiling: ceiling.name.lower() for ceiling in Ceiling}
CEILINGS = {word: ceiling for ceiling, word in WIRE.items()}


class State(StrEnum):
    """Where a signal stands (DESIGN § 2)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CORROBORATED = "corroborated"
    VERIFIED = "verified"
    DISPUTED = "disputed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class SignalType(StrEnum):
    """What can be observed and acted on."""

    DOMAIN = "domain"
    URL = "url"
    HASH = "hash"
    TERM = "term"


class HashKind(StrEnum):
    """Algorithms of hash signals.  PDQ is perceptual (256 bit); the others name exact files."""

    MD5 = "MD5"
    SHA1 = "SHA-1"
    SHA256 = "SHA-256"
    PDQ = "PDQ"


class Scope(StrEnum):
    """What a domain signal covers: the host alone, or the whole domain with all below it."""

    EXACT = "exact"
    SUBDOMAINS = "subdomains"


class Marking(StrEnum):
    """TLP 2.0 (FIRST, 2022)."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER+STRICT"
    RED = "RED"


class Role(StrEnum):
    """What a person does at its member."""

    ANALYST = "analyst"
    REVIEWER = "reviewer"
    ENGINEER = "engineer"
    BENCHMARK_LEAD = "benchmark_lead"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"


class MemberKind(StrEnum):
    """What kind of organisation a member is."""

    OPERATOR = "operator"
    TECHNOLOGY = "technology"
    REGISTRY = "registry"
    CHILD_RIGHTS = "child-rights"
    LAW_ENFORCEMENT = "law-enforcement"
    AUTHORITY = "authority"
    RESEARCH = "research"
    OBSERVER = "observer"


class Mandate(StrEnum):
    """A member's right to judge content.  Also the origin of a verdict."""

    POLICE = "police"
    HOTLINE = "hotline"


class Basis(StrEnum):
    """Why someone stands behind a report or a verdict: a code, never a description."""

    POLICE_LIST = "police_list"
    HOTLINE_ASSESSMENT = "hotline_assessment"
    COURT = "court"
    OWN_OBSERVATION = "own_observation"


class TokenScope(StrEnum):
    """What a machine's token opens.  None of them reaches people, roles, circles or pages."""

    TAXII = "taxii"
    STATS = "stats"
    SHARES = "shares"
    PARTY = "party"
    COMPLAINTS = "complaints"


class CollectionKind(StrEnum):
    """TAXII collections: a member's inbox; a circle's two feeds (DESIGN § 4)."""

    INBOX = "inbox"
    INFORM = "inform"
    VERIFIED = "verified"
