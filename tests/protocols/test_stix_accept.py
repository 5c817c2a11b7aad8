"""What is taken from members' machines and files, and what is refused, with words that repeat no value."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta
from uuid import UUID

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.vocabulary import Basis, HashKind, Marking, Scope, SignalType
from skyddsnat.protocols.stix import (
    EXTENSION_ID,
    MARKING_IDS,
    BadObject,
    indicator,
    read_indicator,
    read_moment,
    write_pattern,
)
from tests.protocols.examples import CIRCLE, ISSUER, NOW, VALUES, incoming_indicator, signal_facts
from tests.stix import validated

UUID_4 = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
DOMAIN = {"type": "domain-name", "spec_version": "2.1", "id": f"domain-name--{UUID_4}", "value": "name.example"}
FILE = {"type": "file", "spec_version": "2.1", "id": f"file--{UUID_4}", "hashes": {"SHA-256": "0a" * 32}}


def read(thing):
    return read_indicator(thing, now=NOW, issuer=ISSUER)


def refusal(thing):
    with pytest.raises(BadObject) as caught:
        read(thing)
    assert "name.example" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(("type", "value", "kind"), VALUES)
def test_an_indicator_of_each_type_is_read(type, value, kind):
    pattern_type, pattern = write_pattern(type, value, hash_kind=kind)
    found = read(incoming_indicator(pattern_type=pattern_type, pattern=pattern))
    assert (found.type, found.text, found.hash_kind) == (type, value, kind)
    assert found.version == read_moment("2026-11-21T10:00:00Z")
    assert found.marking is Marking.AMBER_STRICT
    assert (found.scope, found.basis, found.circle) == (Scope.EXACT, Basis.OWN_OBSERVATION, None)


def test_plain_observables_are_read_without_a_version():
    assert read(DOMAIN).type is SignalType.DOMAIN
    assert read(DOMAIN).version == 0
    url = {"type": "url", "id": f"url--{UUID_4}", "value": "http://name.example/a"}
    assert read(url).text == "http://name.example/a"  # no spec_version: filled in
    assert read(url).echo()["spec_version"] == "2.1"
    assert read(FILE).hash_kind is HashKind.SHA256


def test_of_several_hashes_the_one_that_says_most_is_taken():
    hashes = {"MD5": "0a" * 16, "SHA-1": "0b" * 20, "SHA256": "0c" * 32, "SSDEEP": "x"}
    assert read(FILE | {"hashes": hashes}).text == "0c" * 32


def test_a_sender_may_say_circle_scope_basis_and_techniques():
    wish = {
        "extension_type": "property-extension",
        "circle": str(CIRCLE),
        "scope": "subdomains",
        "basis": "court",
        "techniques": ["TEC-DIS-01", "TEC-DIS-01"],
    }
    found = read(incoming_indicator(extensions={EXTENSION_ID: wish}, description=" Sett två gånger. "))
    assert found.circle == UUID(str(CIRCLE))
    assert (found.scope, found.basis) == (Scope.SUBDOMAINS, Basis.COURT)
    assert found.techniques == ("TEC-DIS-01",)
    assert found.note == "Sett två gånger."


@pytest.mark.parametrize(
    "claim", [{"ceiling": "block"}, {"state": "verified"}, {"verdict_origin": "police"}, {"episode": 2}]
)
def test_what_only_the_hub_may_say_is_refused_and_not_read_over(claim):
    assert refusal(incoming_indicator(extensions={EXTENSION_ID: claim})).code == "extension"


def test_extensions_of_others_are_left_alone():
    other = {"extension-definition--11111111-2222-4333-8444-555555555555": {"extension_type": "property-extension"}}
    assert read(incoming_indicator(extensions=other)).basis is Basis.OWN_OBSERVATION


@pytest.mark.parametrize(
    ("refs", "marking"),
    [
        ([], Marking.AMBER_STRICT),
        ([MARKING_IDS[Marking.CLEAR]], Marking.AMBER),
        ([MARKING_IDS[Marking.GREEN]], Marking.AMBER),
        ([MARKING_IDS[Marking.AMBER]], Marking.AMBER),
        (["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"], Marking.AMBER),  # TLP 1
        ([MARKING_IDS[Marking.AMBER], MARKING_IDS[Marking.AMBER_STRICT]], Marking.AMBER_STRICT),
    ],
)
def test_a_marking_is_honoured_and_never_widened(refs, marking):
    assert read(incoming_indicator(object_marking_refs=refs)).marking is marking


def test_red_does_not_travel_between_machines():
    assert refusal(incoming_indicator(object_marking_refs=[MARKING_IDS[Marking.RED]])).code == "red"
    both = [MARKING_IDS[Marking.AMBER], "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]
    assert refusal(incoming_indicator(object_marking_refs=both)).code == "red"


def test_a_marking_that_we_do_not_know_cannot_be_honoured():
    assert refusal(incoming_indicator(object_marking_refs=[f"marking-definition--{UUID_4}"])).code == "marking"


def test_the_coalitions_own_object_is_no_new_observation():
    assert refusal(indicator(signal_facts(), issuer=ISSUER, modified=NOW)).code == "own_object"


def test_an_indicator_whose_time_has_passed_is_no_lead():
    past = incoming_indicator(valid_until="2026-11-24T12:00:00Z")
    assert refusal(past).code == "expired"
    assert read_indicator(past, now=NOW - timedelta(hours=1)).type is SignalType.DOMAIN


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"spec_version": None}, "spec_version"),
        ({"spec_version": "2.0"}, "spec_version"),
        ({"id": None}, "id"),
        ({"id": "indicator--1"}, "id"),
        ({"id": f"indicator--{UUID_4.upper()}"}, "id"),
        ({"id": f"malware--{UUID_4}"}, "id"),
        ({"created": None}, "created"),
        ({"modified": "yesterday"}, "modified"),
        ({"modified": "2026-11-19T10:00:00Z"}, "modified"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_until": "2026-11-20T10:00:00Z"}, "valid_until"),
        ({"revoked": True}, "revoked"),
        ({"revoked": "no"}, "revoked"),
        ({"pattern": None}, "pattern"),
        ({"pattern_type": "sigma"}, "pattern_type"),
        ({"pattern": "[ipv4-addr:value = '192.0.2.1']"}, "pattern"),
        ({"pattern": "[file:hashes.TLSH = 'ab']"}, "hash_kind"),
        ({"description": ["text"]}, "description"),
        ({"description": "a" * 2001}, "description"),
        ({"x_score": 7}, "field"),
        ({"Bild på name.example": 7}, "field"),
        ({"object_marking_refs": "marking"}, "marking"),
        ({"object_marking_refs": [7]}, "marking"),
        ({"extensions": []}, "extensions"),
        ({"extensions": {EXTENSION_ID: 7}}, "extension"),
        ({"extensions": {EXTENSION_ID: {"circle": "alla"}}}, "circle"),
        ({"extensions": {EXTENSION_ID: {"scope": "everything"}}}, "scope"),
        ({"extensions": {EXTENSION_ID: {"basis": ["court"]}}}, "basis"),
        ({"extensions": {EXTENSION_ID: {"techniques": "TEC-DIS-01"}}}, "techniques"),
        ({"extensions": {EXTENSION_ID: {"techniques": ["a b"]}}}, "techniques"),
        ({"extensions": {EXTENSION_ID: {"techniques": [f"TEC-DIS-{n:02}" for n in range(11)]}}}, "techniques"),
    ],
)
def test_each_fault_of_an_indicator_has_its_own_code(changes, code):
    assert refusal(incoming_indicator(**changes)).code == code


@pytest.mark.parametrize("thing", [None, [], "text", 7, {}, {"type": 7}, {"type": ["indicator"]}])
def test_what_is_no_object_is_refused(thing):
    assert refusal(thing).code in {"object", "type"}


@pytest.mark.parametrize(
    "type", ["artifact", "malware", "ipv4-addr", "email-addr", "observed-data", "report", "identity", "note", "x-thing"]
)
def test_other_types_are_named_and_refused(type):
    fault = refusal({"type": type, "spec_version": "2.1", "id": f"{type}--{UUID_4}"})
    assert fault.code == "type"
    assert type in fault.message


@pytest.mark.parametrize(
    "change",
    [
        {"mime_type": "image/jpeg"},
        {"mime_type": " VIDEO/mp4"},
        {"extensions": {"archive-ext": {"payload_bin": "AAAA"}}},
        {"extensions": {"a": [{"b": {"type": "artifact"}}]}},
        {"extensions": {"a": {"c": "audio/mpeg"}}},
        {"extensions": {"ntfs-ext": {"alternate_data_streams": [{"content_ref": f"artifact--{UUID_4}"}]}}},
    ],
)
def test_nothing_that_carries_a_file_gets_in_however_deep_it_lies(change):
    assert refusal(FILE | change).code == "payload"


@pytest.mark.parametrize("name", ["payload_bin", "content_ref", "image", "content"])
def test_a_field_that_could_hold_a_file_is_refused(name):
    assert refusal(FILE | {name: "AAAA"}).code == "field"


def test_an_object_of_unusual_size_or_depth_is_refused():
    deep = 7
    for _ in range(15):
        deep = {"a": deep}
    assert refusal(incoming_indicator(extensions={"a": deep})).code == "size"
    assert refusal(incoming_indicator(labels=["a"] * 3000)).code == "size"
    assert refusal(incoming_indicator(labels=["a" * 6000])).code == "size"


@pytest.mark.parametrize(("type", "value", "kind"), VALUES)
def test_what_the_sender_finds_again_is_valid_and_reads_the_same(type, value, kind):
    pattern_type, pattern = write_pattern(type, value, hash_kind=kind)
    sent = incoming_indicator(
        pattern_type=pattern_type, pattern=pattern, description="En anteckning.", labels=["x"], confidence=7
    )
    echo = read(sent).echo()
    assert validated(echo).is_valid
    assert stix2.parse(json.dumps(echo), version="2.1").id == sent["id"]
    assert "labels" not in echo
    assert read(echo).echo() == echo


def test_the_echo_of_an_observable_is_valid():
    for thing in (DOMAIN, FILE, FILE | {"hashes": {"PDQ": "0a" * 32}}):
        echo = read(thing).echo()
        assert validated(echo).is_valid
        assert read(echo).echo() == echo


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from([*sorted(incoming_indicator()), "extensions", "object_marking_refs"]), json_values)
)
def test_no_json_breaks_the_reader(changes):
    with contextlib.suppress(BadObject):
        assert read(incoming_indicator(**changes)).stix_id
