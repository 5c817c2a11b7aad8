"""Reading STIX indicators that may be anything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.agent.errors import HubError
from skyddsnat.agent.indicator import Indicator, parse_indicator
from skyddsnat.policy.normal_form import normalise
from skyddsnat.policy.normal_form.digest import HEX_DIGITS
from skyddsnat.policy.vocabulary import Ceiling, HashKind, Scope, SignalType
from skyddsnat.protocols.stix import indicator as emit
from skyddsnat.protocols.stix import write_pattern
from tests.protocols.examples import ISSUER, NOW, signal_facts

EXTENSION = {
    "extension_type": "property-extension",
    "state": "verified",
    "verdict_origin": "police",
    "ceiling": "block",
    "scope": "subdomains",
}


def indicator(**fields: Any) -> dict[str, Any]:
    return {
        "type": "indicator",
        "id": "indicator--6f0c2b52-0e6f-5a1e-9a86-6f2f3f2f1b11",
        "modified": "2026-11-24T15:08:09.123Z",
        "pattern": "[domain-name:value = 'bad.test']",
        "extensions": {"extension-definition--1": EXTENSION},
        **fields,
    }


def read(**fields: Any) -> Indicator:
    found = parse_indicator(indicator(**fields))
    assert found is not None
    return found


def test_a_verified_domain_is_read_whole() -> None:
    found = read(valid_until="2027-01-30T00:00:00.000Z")
    assert (found.name, found.scope, found.ceiling, found.live) == ("bad.test", Scope.SUBDOMAINS, Ceiling.BLOCK, True)
    assert found.version == 1_795_532_889_123_000
    assert found.until == 1_801_267_200_000_000


@pytest.mark.parametrize("pattern", ["[domain-name:value='Bad.TEST.']", "[ domain-name:value = 'bad\\.test' ]"])
def test_spacing_case_and_escapes_of_a_pattern_make_no_difference(pattern: str) -> None:
    assert read(pattern=pattern).name == "bad.test"


@pytest.mark.parametrize(
    "pattern",
    [
        "[domain-name:value = 'bad.test'] OR [domain-name:value = 'b.test']",
        "[domain-name:value LIKE '%.test']",
        "[domain-name:value = 'bad.test'",
        "[domain-name:value = 'bad.test']\n",
        "[domain-name:value = '192.0.2.1']",
        None,
        7,
    ],
)
def test_a_pattern_that_is_not_one_domain_is_unreadable(pattern: object) -> None:
    found = read(pattern=pattern)
    assert (found.name, found.fault) == (None, "unreadable")


def test_a_url_is_itself_and_never_more_whatever_the_hub_says_of_its_scope() -> None:
    found = read(pattern="[url:value = 'HTTPS://Bad.test:443/x?a=\\'1\\'#top']")
    assert (found.name, found.scope, found.digest, found.fault) == (
        "https://bad.test/x?a='1'",
        Scope.EXACT,
        None,
        "",
    )


@pytest.mark.parametrize("kind", [HashKind.MD5, HashKind.SHA1, HashKind.SHA256, HashKind.PDQ])
def test_a_hash_is_kept_with_its_kind_and_is_no_name(kind: HashKind) -> None:
    digits = "0123456789ABCDEF" * 4
    found = read(pattern=write_pattern(SignalType.HASH, digits[: HEX_DIGITS[kind]], hash_kind=kind)[1])
    assert (found.name, found.digest, found.fault) == (
        None,
        f"{kind}:{digits[: HEX_DIGITS[kind]].lower()}",
        "",
    )


def test_a_hash_whose_id_cannot_be_told_is_left_out() -> None:
    pattern = write_pattern(SignalType.HASH, "a" * 32, hash_kind=HashKind.MD5)[1]
    for stix_id in ("indicator--1", "indicator--6f0c2b52-0e6f-5a1e-9a86-6f2f3f2f1b1", "indicator--../etc"):
        assert read(pattern=pattern, id=stix_id).digest is None


@pytest.mark.parametrize(
    ("type", "value", "kind", "name", "digest"),
    [
        (SignalType.DOMAIN, "name.example", None, "name.example", None),
        (SignalType.URL, "http://name.example/it's?a=[1]", None, "http://name.example/it's?a=%5B1%5D", None),
        (SignalType.HASH, "0a" * 16, HashKind.MD5, None, f"MD5:{'0a' * 16}"),
        (SignalType.HASH, "0a" * 32, HashKind.SHA256, None, f"SHA-256:{'0a' * 32}"),
        (SignalType.HASH, "0a" * 32, HashKind.PDQ, None, f"PDQ:{'0a' * 32}"),
        (SignalType.TERM, "ett påhittat ord", None, None, None),
    ],
)
def test_what_the_hub_writes_is_read_for_every_type(
    type: SignalType, value: str, kind: HashKind | None, name: str | None, digest: str | None
) -> None:
    value = normalise(type, value, hash_kind=kind).value
    thing = emit(signal_facts(type=type, value=value, hash_kind=kind), issuer=ISSUER, modified=NOW)
    found = parse_indicator(thing)
    assert found is not None
    assert (found.name, found.digest, found.fault) == (name, digest, "")
    assert found.ceiling is Ceiling.BLOCK


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("[url:value = 'ftp://bad.test/x']", "unreadable"),
        ("[url:value = 'https://bad.test/x'] OR [url:value = 'https://b.test/']", "unreadable"),
        ("[file:hashes.'SHA-256' = 'aa']", ""),
        ("[file:hashes.'SHA-512' = 'aa']", ""),
        ("[email-addr:value = 'a@bad.test']", ""),
    ],
)
def test_what_cannot_be_read_is_a_fault_only_where_it_could_have_been_a_name(pattern: str, fault: str) -> None:
    found = read(pattern=pattern)
    assert (found.name, found.digest, found.fault) == (None, None, fault)


def test_an_end_that_cannot_be_read_is_not_taken_for_no_end() -> None:
    assert read(valid_until="soon").fault == "unreadable"
    assert read(valid_until="2027-01-30T00:00:00").fault == "unreadable", "without an offset it is no moment"


def test_a_revoked_object_is_not_live_and_no_fault() -> None:
    found = read(revoked=True, pattern="x")
    assert (found.live, found.fault) == (False, "")


def test_other_types_are_passed_over() -> None:
    assert parse_indicator({"type": "marking-definition", "id": "x"}) is None
    assert parse_indicator({}) is None


@pytest.mark.parametrize(
    "fields", [{"id": None}, {"id": "report--1"}, {"id": "indicator--1\n2"}, {"modified": "yesterday"}, {"modified": 5}]
)
def test_an_indicator_without_id_or_version_is_the_hubs_fault(fields: dict[str, object]) -> None:
    with pytest.raises(HubError, match="without id or modified"):
        read(**fields)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["pattern", "extensions", "valid_until", "revoked"]), anything))
def test_odd_fields_never_block_and_never_crash(fields: dict[str, Any]) -> None:
    found = parse_indicator({**indicator(extensions={}), **fields})
    assert found is not None
    assert found.name is None


@given(st.dictionaries(st.sampled_from(["state", "verdict_origin", "ceiling", "scope", "extension_type"]), anything))
def test_odd_words_in_the_extension_take_away_and_never_add(words: dict[str, Any]) -> None:
    found = read(extensions={"extension-definition--1": {**EXTENSION, **words}})
    if found.name is not None and found.ceiling is Ceiling.BLOCK:
        assert set(words) <= {"scope"} or all(words[key] == EXTENSION[key] for key in set(words) - {"scope"})
    if "scope" in words and words["scope"] != "subdomains":
        assert found.scope is Scope.EXACT
