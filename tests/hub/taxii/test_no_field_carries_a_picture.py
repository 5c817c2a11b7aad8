"""In no field of no type that is taken does a picture get in, whichever of the plain encodings it is written in."""

from __future__ import annotations

import random
from typing import Any
from uuid import uuid4

import orjson
import pytest

from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.protocols.stix.accept import FIELDS
from tests.figures import figure
from tests.hub.taxii.conftest import read
from tests.hub.taxii.test_posting import report, wish
from tests.policy.guards.corpus import ENCODINGS
from tests.policy.guards.formats import EVERY_FORMAT

TRANSPORTS = (
    *("base64", "base64, url-safe", "base64, 76 columns", "base32", "base85", "ascii85", "hex", "data URI", "decimal"),
    *("base64 of gzip", "base64 of zlib", "percent", "uuencoded", "quoted-printable"),
)
FORMATS = ("png", "jpeg", "mp4", "mp3")
OTHER = "extension-definition--00000000-0000-4000-8000-000000000001"
OWN = ("scope", "basis", "circle", "techniques", "extension_type", "x")


def plain(kind: str) -> dict[str, Any]:
    """An object of this type that is taken in."""
    if kind == "indicator":
        return report(f"namn-{uuid4().hex}.example")
    held = {
        "domain-name": {"value": f"namn-{uuid4().hex}.example"},
        "url": {"value": f"https://namn.example/{uuid4().hex}"},
        "file": {"hashes": {"SHA-256": uuid4().hex * 2}},
    }
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid4()}", **held[kind]}


def places(kind: str, hidden: str) -> dict[str, dict[str, Any]]:
    """The object with the text in each of its fields, as a text, in a list, deeper, and in extensions, ours and others'."""
    found = {}
    for name in sorted(FIELDS[kind] - {"type"}):
        found[name] = {name: hidden}
        found[f"{name}, listed"] = {name: [hidden]}
        found[f"{name}, deeper"] = {name: [{"source_name": "prov", "description": hidden}]}
    found["extension of others"] = {"extensions": {OTHER: {"note": hidden}}}
    found["field of its own"] = {"x_note": hidden}
    found["name of a field"] = {hidden: "prov"}
    found |= {f"our extension, {name}": {"extensions": wish(**{name: hidden})} for name in OWN}
    found["our extension, listed"] = {"extensions": wish(techniques=[hidden])}
    return {place: plain(kind) | change for place, change in found.items()}


def test_a_picture_gets_in_by_no_field_of_any_type(machine: Any, inbox: Any) -> None:
    alfa, tried = machine("alfa"), 0
    for transport in TRANSPORTS:
        rng, sent = random.Random(transport), {}
        for number, kind in enumerate(FIELDS):
            hidden = ENCODINGS[transport](EVERY_FORMAT[FORMATS[number % len(FORMATS)]](rng, 16))
            sent |= {(transport, kind, place): thing for place, thing in places(kind, hidden).items()}
        told = read(alfa.post(inbox.pk, *sent.values()))
        taken = {one["id"] for one in told.get("successes", ())}
        assert [where for where, thing in sent.items() if str(thing["id"]) in taken] == []
        assert told["failure_count"] == len(sent)
        tried += len(sent)
    assert (Signal.objects.count(), Submission.objects.count()) == (0, 0)
    assert not ObjectVersion.objects.filter(type__in=FIELDS).exists()
    figure("guards.taxii_fields", types=len(FIELDS), transports=len(TRANSPORTS), objects=tried, taken_in=0)


@pytest.mark.parametrize("kind", FIELDS)
def test_the_same_fields_with_ordinary_words_are_taken(machine: Any, inbox: Any, kind: str) -> None:
    """So the test above refuses for the picture, and not whatever stands in those fields."""
    words = {"labels": ["prov"], "name": "Ett prov", "extensions": {OTHER: {"note": "prov"}}, "lang": "sv"}
    words["external_references"] = [{"source_name": "prov", "description": "Sett i ett prov."}]
    words["description"] = "Sett av vår abusegrupp."
    things = [plain(kind)] + [plain(kind) | {name: held} for name, held in words.items() if name in FIELDS[kind]]
    told = read(machine("alfa").post(inbox.pk, *things))
    assert told["failure_count"] == 0, orjson.dumps(told)
