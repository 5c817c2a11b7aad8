"""How far a verdict reaches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.ceilings import JUDGES_FOR_BLOCK, VALID_FOR, verified_ceiling
from skyddsnat.policy.vocabulary import Ceiling, Mandate, SignalType

POLICE, HOTLINE = frozenset({Mandate.POLICE}), frozenset({Mandate.HOTLINE})
BOTH = POLICE | HOTLINE
NOBODY: frozenset[Mandate] = frozenset()


@pytest.mark.parametrize(
    ("type", "origins", "organisations", "rule", "expected"),
    [
        (SignalType.DOMAIN, POLICE, 2, False, Ceiling.BLOCK),
        (SignalType.DOMAIN, POLICE, 1, False, Ceiling.OBSERVE),
        (SignalType.DOMAIN, HOTLINE, 2, False, Ceiling.OBSERVE),
        (SignalType.DOMAIN, HOTLINE, 2, True, Ceiling.BLOCK),
        (SignalType.DOMAIN, HOTLINE, 1, True, Ceiling.OBSERVE),
        (SignalType.DOMAIN, BOTH, 2, False, Ceiling.BLOCK),
        (SignalType.DOMAIN, NOBODY, 2, True, Ceiling.NONE),
        (SignalType.URL, POLICE, 1, False, Ceiling.BLOCK),
        (SignalType.URL, HOTLINE, 1, False, Ceiling.OBSERVE),
        (SignalType.URL, HOTLINE, 1, True, Ceiling.BLOCK),
        (SignalType.HASH, POLICE, 1, False, Ceiling.BLOCK),
        (SignalType.TERM, POLICE, 2, True, Ceiling.OBSERVE),
        (SignalType.TERM, HOTLINE, 2, True, Ceiling.OBSERVE),
    ],
)
def test_the_ceiling_follows_the_origin_and_its_two_caps(
    type: SignalType, origins: frozenset[Mandate], organisations: int, rule: bool, expected: Ceiling
) -> None:
    assert verified_ceiling(type, origins=origins, organisations=organisations, hotline_may_block=rule) is expected


@given(
    type=st.sampled_from(SignalType),
    origins=st.frozensets(st.sampled_from(Mandate)),
    organisations=st.integers(0, 5),
    rule=st.booleans(),
)
def test_nothing_is_blocked_without_an_origin_and_no_domain_without_two_organisations(
    type: SignalType, origins: frozenset[Mandate], organisations: int, rule: bool
) -> None:
    ceiling = verified_ceiling(type, origins=origins, organisations=organisations, hotline_may_block=rule)
    if ceiling is Ceiling.BLOCK:
        assert origins
        assert type is not SignalType.TERM
        assert type is not SignalType.DOMAIN or organisations >= JUDGES_FOR_BLOCK
        assert rule or Mandate.POLICE in origins


@given(
    type=st.sampled_from(SignalType),
    origins=st.frozensets(st.sampled_from(Mandate)),
    organisations=st.integers(0, 5),
    rule=st.booleans(),
    more=st.sampled_from(Mandate),
)
def test_another_verdict_never_lowers_the_ceiling(
    type: SignalType, origins: frozenset[Mandate], organisations: int, rule: bool, more: Mandate
) -> None:
    before = verified_ceiling(type, origins=origins, organisations=organisations, hotline_may_block=rule)
    after = verified_ceiling(type, origins=origins | {more}, organisations=organisations + 1, hotline_may_block=rule)
    assert after >= before


@given(type=st.sampled_from(SignalType), origins=st.frozensets(st.sampled_from(Mandate)), rule=st.booleans())
def test_a_protected_name_is_never_blocked_whoever_says_so(
    type: SignalType, origins: frozenset[Mandate], rule: bool
) -> None:
    ceiling = verified_ceiling(type, origins=origins, organisations=5, hotline_may_block=rule, protected=True)
    assert ceiling < Ceiling.BLOCK


def test_how_long_a_verdict_holds_is_what_the_catalogue_says() -> None:
    types = load_catalogue().exchange.signal_types
    assert {type: valid_for.days for type, valid_for in VALID_FOR.items()} == {
        type: types[type.value].expiry_days for type in SignalType
    }
