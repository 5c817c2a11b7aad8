"""How far a verdict reaches: the ceiling of a verified signal (DESIGN § 5; catalogue/exchange.yaml, `ceilings`).

The origin decides: police reach `block`; a hotline reaches `observe`, or `block` where two members have decided so for the type.
Three caps stand above that, whatever the origin says.  A domain is never blocked on one organisation's judgement (promise 3); a
protected name is never blocked (promise 4); a term is never more than observed, since nothing in a network can act on a word.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import timedelta
from types import MappingProxyType

from skyddsnat.policy.vocabulary import Ceiling, Mandate, SignalType

VALID_FOR = MappingProxyType(
    {
        SignalType.DOMAIN: timedelta(days=90),
        SignalType.URL: timedelta(days=14),
        SignalType.HASH: timedelta(days=730),
        SignalType.TERM: timedelta(days=180),
    }
)
"""From the last review to the end (catalogue/exchange.yaml, `expiry_days`; a test holds the two equal)."""

JUDGES_FOR_BLOCK = 2
"""Organisations whose standing approvals a domain needs before any agent may block it."""

RULES_FOR = frozenset({SignalType.DOMAIN, SignalType.URL, SignalType.HASH})
"""Types for which the coalition may decide that a hotline's verdict reaches `block`."""


def verified_ceiling(
    type: SignalType, *, origins: Set[Mandate], organisations: int, hotline_may_block: bool, protected: bool = False
) -> Ceiling:
    """The ceiling of a verified signal.

    origins: mandates whose verdict stands.  organisations: how many, not sharing an owner, have an approval that stands.
    hotline_may_block: a confirmed coalition rule for this type.  protected: a protect list stops it, and nobody let it through.
    """
    cap = Ceiling.OBSERVE if protected else _cap(type, organisations)
    return min(_by_origin(origins, hotline_may_block), cap)


def _by_origin(origins: Set[Mandate], hotline_may_block: bool) -> Ceiling:
    if Mandate.POLICE in origins:
        return Ceiling.BLOCK
    if Mandate.HOTLINE in origins:
        return Ceiling.BLOCK if hotline_may_block else Ceiling.OBSERVE
    return Ceiling.NONE


def _cap(type: SignalType, organisations: int) -> Ceiling:
    if type is SignalType.TERM:
        return Ceiling.OBSERVE
    if type is SignalType.DOMAIN and organisations < JUDGES_FOR_BLOCK:
        return Ceiling.OBSERVE
    return Ceiling.BLOCK
