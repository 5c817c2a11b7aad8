"""What the hub says in STIX: valid for the standard's own tools, stable, and never more than it should."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4, uuid5

import pytest
import stix2

from skyddsnat.policy.vocabulary import Ceiling, Marking, Scope, SignalType, State
from skyddsnat.protocols.stix import (
    EXTENSION_ID,
    MARKING_IDS,
    OPINIONS,
    SERVED_MARKINGS,
    OpinionFacts,
    SightingFacts,
    base_objects,
    indicator,
    marking_definition,
    opinion,
    properties_of,
    sighting,
    submission_indicator,
    to_us,
    version_us,
)
from skyddsnat.protocols.stix.identifiers import submission_uuid
from tests.protocols.examples import CIRCLE, ISSUER, NOW, VALUES, signal_facts, submission_facts
from tests.stix import validated

INDICATOR = "indicator--aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
KNOWN_WARNINGS = ("is not a valid UUIDv4 ID", "is not in the indicator-pattern-ov vocabulary")


def everything():
    yield from base_objects(ISSUER)
    yield marking_definition(Marking.RED)
    for type, value, kind in VALUES:
        facts = signal_facts(type=type, value=value, hash_kind=kind, techniques=("TEC-DIS-01",))
        yield indicator(facts, issuer=ISSUER, modified=NOW)
        gone = signal_facts(type=type, value=value, hash_kind=kind, revoked=True, state=State.WITHDRAWN)
        yield indicator(gone, issuer=ISSUER, modified=NOW)
        report = submission_facts(type=type, value=value, hash_kind=kind, submitted_id=INDICATOR)
        yield submission_indicator(report, issuer=ISSUER, modified=NOW)
    seen = SightingFacts(indicator=INDICATOR, at_least=10, first=NOW, last=NOW, since=NOW, marking=Marking.AMBER_STRICT)
    yield sighting(seen, issuer=ISSUER, modified=NOW)
    for reason in OPINIONS:
        said = OpinionFacts(indicator=INDICATOR, reason=reason, key="k", since=NOW, marking=Marking.AMBER)
        yield opinion(said, issuer=ISSUER, modified=NOW)


@pytest.mark.parametrize("thing", list(everything()), ids=lambda thing: thing["type"])
def test_all_that_we_say_passes_the_standards_own_validator_and_library(thing):
    report = validated(thing)
    assert report.is_valid, [str(error) for error in report.errors]
    unknown = [str(one) for one in report.warnings if not any(known in str(one) for known in KNOWN_WARNINGS)]
    assert unknown == []
    assert stix2.parse(json.dumps(thing), version="2.1", allow_custom=False)["id"] == thing["id"]


def test_an_indicator_is_exactly_the_documented_template():
    thing = indicator(signal_facts(scope=Scope.SUBDOMAINS), issuer=ISSUER, modified=NOW)
    stix_id = thing.pop("id")
    assert UUID(stix_id.removeprefix("indicator--")).version == 5
    assert thing == {
        "type": "indicator",
        "spec_version": "2.1",
        "created_by_ref": f"identity--{ISSUER.identity}",
        "created": "2026-11-22T12:00:00.123Z",
        "modified": "2026-11-24T12:00:00.123Z",
        "name": "Domain, verified",
        "description": "Listed by the coalition. Basis: police_list.",
        "pattern": "[domain-name:value = 'name.example']",
        "pattern_type": "stix",
        "valid_from": "2026-11-22T12:00:00.123Z",
        "valid_until": "2027-02-20T12:00:00.123Z",
        "object_marking_refs": ["marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"],
        "extensions": {
            EXTENSION_ID: {
                "extension_type": "property-extension",
                "state": "verified",
                "ceiling": "block",
                "verdict_origin": "police",
                "scope": "subdomains",
                "episode": 1,
                "circle": str(CIRCLE),
                "basis": "police_list",
            }
        },
    }


def test_the_id_tells_apart_what_must_not_be_mixed_up():
    base = signal_facts()
    others = [
        signal_facts(episode=2),
        signal_facts(circle=uuid4()),
        signal_facts(type=SignalType.TERM),
        signal_facts(value="other.example"),
    ]
    ids = {indicator(facts, issuer=ISSUER, modified=NOW)["id"] for facts in [base, *others]}
    assert len(ids) == 5
    # SHA-256 and PDQ are both 64 digits; the same digits are two signals.
    hashes = [value for value in VALUES if value[1] == "0a" * 32]
    pair = {
        indicator(signal_facts(type=t, value=v, hash_kind=k), issuer=ISSUER, modified=NOW)["id"] for t, v, k in hashes
    }
    assert len(pair) == 2


def test_the_id_stays_through_all_versions_of_an_episode():
    later = NOW + timedelta(days=1)
    changed = signal_facts(state=State.CORROBORATED, ceiling=Ceiling.INFORM, origins=(), basis=None)
    first = indicator(changed, issuer=ISSUER, modified=NOW)
    second = indicator(signal_facts(), issuer=ISSUER, modified=later)
    assert first["id"] == second["id"]
    assert first["created"] == second["created"]
    assert version_us(first) < version_us(second)
    assert "verdict_origin" not in properties_of(first)
    assert "not for blocking" in first["description"]


def test_an_id_is_the_uuid_of_its_name():
    for number in range(100):  # with every letter that tells the variant
        found = submission_uuid(CIRCLE, UUID(int=number), NOW)
        assert found == str(uuid5(CIRCLE, f"submission|{UUID(int=number)}|{to_us(NOW)}"))


def test_an_id_cannot_be_recomputed_without_the_coalitions_secret():
    other = type(ISSUER)(namespace=uuid4(), identity=ISSUER.identity, name=ISSUER.name, since=ISSUER.since)
    mine = indicator(signal_facts(), issuer=ISSUER, modified=NOW)["id"]
    assert mine != indicator(signal_facts(), issuer=other, modified=NOW)["id"]


def test_red_is_never_written():
    with pytest.raises(ValueError, match="RED"):
        indicator(signal_facts(marking=Marking.RED), issuer=ISSUER, modified=NOW)
    with pytest.raises(ValueError, match="RED"):
        submission_indicator(submission_facts(marking=Marking.RED), issuer=ISSUER, modified=NOW)
    assert Marking.RED not in SERVED_MARKINGS
    assert all(thing["id"] != MARKING_IDS[Marking.RED] for thing in base_objects(ISSUER))


def test_a_report_tells_its_member_its_fate_and_ends_revoked():
    waiting = submission_indicator(submission_facts(), issuer=ISSUER, modified=NOW)
    assert properties_of(waiting)["state"] == "submitted"
    assert "revoked" not in waiting
    turned_down = submission_facts(state=State.REJECTED, reason="gone", submitted_id=INDICATOR)
    thing = submission_indicator(turned_down, issuer=ISSUER, modified=NOW + timedelta(hours=1))
    assert thing["id"] == waiting["id"]
    assert thing["revoked"] is True
    assert properties_of(thing)["reason"] == "gone"
    assert properties_of(thing)["submitted_id"] == INDICATOR


def test_a_report_that_is_made_again_is_told_under_a_new_id():
    first = submission_indicator(submission_facts(), issuer=ISSUER, modified=NOW)
    again = submission_indicator(submission_facts(since=NOW + timedelta(seconds=1)), issuer=ISSUER, modified=NOW)
    assert first["id"] != again["id"]


def test_every_reference_in_a_collection_finds_its_object_among_the_base_objects():
    ids = {thing["id"] for thing in base_objects(ISSUER)}
    thing = indicator(signal_facts(marking=Marking.AMBER), issuer=ISSUER, modified=NOW)
    assert {thing["created_by_ref"], *thing["object_marking_refs"], *thing["extensions"]} <= ids
    assert base_objects(ISSUER)[0]["spec_version"] == "2.1"


def test_feedback_never_says_who_gave_it():
    said = opinion(
        OpinionFacts(indicator=INDICATOR, reason="wrong_scope", key="k", since=NOW, marking=Marking.AMBER_STRICT),
        issuer=ISSUER,
        modified=NOW,
    )
    assert said["created_by_ref"] == ISSUER.ref
    assert "authors" not in said
    assert said["opinion"] == "disagree"
