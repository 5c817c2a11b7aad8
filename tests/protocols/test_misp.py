"""MISP events: read as PyMISP writes them, and written so that PyMISP reads them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymisp import MISPEvent, MISPObject, MISPOrganisation
from pymisp.abstract import describe_types

from skyddsnat.policy.vocabulary import HashKind, Marking, SignalType
from skyddsnat.protocols.misp import BadFile, File, Found, Listed, open_files, rows_of, write_event

SHA = "a" * 63 + "1"
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
EVENT = UUID("3f1a1f0e-6e0b-4a2f-9a52-0d1d5f6f0c11")


def event(*tags: str) -> MISPEvent:
    """An empty event of a member's own MISP."""
    made = MISPEvent()
    made.info = "Egna iakttagelser"
    made.distribution = 0
    made.Orgc = MISPOrganisation()
    made.Orgc.from_dict(name="Alfa", uuid=str(EVENT))
    made.timestamp = AT
    for tag in tags:
        made.add_tag(tag)
    return made


def written(made: MISPEvent) -> Any:
    return json.loads(made.to_json())


def read(*bodies: Any) -> list[Found]:
    opened = open_files([File(f"{number}.json", body) for number, body in enumerate(bodies)])
    return [row for one in opened.events for row in rows_of(one)]


def taken(rows: list[Found]) -> list[tuple[str, str]]:
    return [(row.type.value, row.text) for row in rows if row.type is not None]


def codes(rows: list[Found]) -> list[str]:
    return [row.code for row in rows]


@pytest.mark.parametrize(
    ("kind", "value", "became"),
    [
        ("domain", "ett.test", (SignalType.DOMAIN, "ett.test", None)),
        ("hostname", "www.ett.test", (SignalType.DOMAIN, "www.ett.test", None)),
        ("url", "https://ett.test/a|b", (SignalType.URL, "https://ett.test/a|b", None)),
        ("md5", "1" * 32, (SignalType.HASH, "1" * 32, HashKind.MD5)),
        ("sha1", "2" * 40, (SignalType.HASH, "2" * 40, HashKind.SHA1)),
        ("sha256", SHA, (SignalType.HASH, SHA, HashKind.SHA256)),
        ("domain|ip", "ett.test|192.0.2.7", (SignalType.DOMAIN, "ett.test", None)),
        ("filename|sha256", f"namn|med streck.bin|{SHA}", (SignalType.HASH, SHA, HashKind.SHA256)),
    ],
)
def test_each_type_of_attribute_brings_its_value_and_nothing_beside_it(
    kind: str, value: str, became: tuple[Any, ...]
) -> None:
    made = event()
    made.add_attribute(kind, value, to_ids=True, comment="någons namn")
    (row,) = read(written(made))
    assert (row.type, row.text, row.hash_kind) == became


def test_every_other_type_that_misp_knows_is_left_with_a_reason() -> None:
    ours = {"domain", "hostname", "url", "md5", "sha1", "sha256", "domain|ip", "hostname|port"}
    ours |= {"filename|md5", "filename|sha1", "filename|sha256"}
    others = set(describe_types["types"]) - ours - {"attachment", "malware-sample"}
    rows = read({"Event": {"Attribute": [{"type": kind, "value": "x", "to_ids": True} for kind in sorted(others)]}})
    assert set(codes(rows)) == {"attribute_not_taken"}
    assert len(rows) == len(others) > 150


def test_objects_bring_one_value_each() -> None:
    made = event()
    file = MISPObject("file")
    file.add_attribute("md5", "1" * 32, to_ids=True)
    file.add_attribute("sha256", SHA, to_ids=True)
    file.add_attribute("filename", "namn.bin")
    url = MISPObject("url")
    url.add_attribute("url", "https://tva.test/sida", to_ids=True)
    url.add_attribute("host", "tva.test", to_ids=True)
    pair = MISPObject("domain-ip")
    pair.add_attribute("domain", "tre.test", to_ids=True)
    pair.add_attribute("ip", "192.0.2.7", to_ids=True)
    person = MISPObject("person")
    person.add_attribute("last-name", "Exempel")
    for thing in (file, url, pair, person):
        made.add_object(thing)
    rows = read(written(made))
    assert taken(rows) == [("hash", SHA), ("url", "https://tva.test/sida"), ("domain", "tre.test")]
    assert codes(rows)[-1] == "object_not_taken"


@pytest.mark.parametrize("shape", ["bare", "event", "list", "response", "feed"])
def test_all_shapes_in_which_events_are_kept_say_the_same(shape: str) -> None:
    made = event("tlp:amber")
    made.add_attribute("domain", "ett.test", to_ids=True)
    bare = written(made)
    shapes: dict[str, list[Any]] = {
        "bare": [bare],
        "event": [{"Event": bare}],
        "list": [[{"Event": bare}]],
        "response": [{"response": [{"Event": bare}]}],
        "feed": [made.manifest, made.to_feed()],
    }
    assert taken(read(*json.loads(json.dumps(shapes[shape], default=str)))) == [("domain", "ett.test")]


def test_a_search_for_attributes_is_read_too() -> None:
    body = {"response": {"Attribute": [{"type": "domain", "value": "ett.test", "to_ids": "1"}]}}
    assert taken(read(body)) == [("domain", "ett.test")]


def test_a_manifest_tells_which_events_were_not_chosen() -> None:
    first, second = event(), event()
    manifest = json.loads(json.dumps(first.manifest | second.manifest, default=str))
    feed = json.loads(json.dumps(first.to_feed(), default=str))
    assert open_files([File("manifest.json", manifest), File("a.json", feed)]).missing == 1


@pytest.mark.parametrize(
    ("tags", "marking", "code"),
    [
        ((), None, ""),
        (("tlp:white",), Marking.CLEAR, ""),
        (("tlp:green", "tlp:amber+strict"), Marking.AMBER_STRICT, ""),
        (("TLP:AMBER", "type:OSINT"), Marking.AMBER, ""),
        (("tlp:red",), None, "red"),
        (("tlp:unclear",), None, "marking"),
    ],
)
def test_tlp_tags_are_honoured_or_the_row_is_refused(tags: tuple[str, ...], marking: Marking | None, code: str) -> None:
    on_event, on_attribute = event(*tags), event()
    on_event.add_attribute("domain", "ett.test", to_ids=True)
    on_attribute.add_attribute("domain", "ett.test", to_ids=True, Tag=[{"name": tag} for tag in tags])
    for made in (on_event, on_attribute):
        (row,) = read(written(made))
        assert (row.marking, row.code) == (marking, code)


def test_what_is_deleted_context_or_for_a_sharing_group_stays_behind() -> None:
    rows = read(
        {
            "Event": {
                "Attribute": [
                    {"type": "domain", "value": "ett.test", "to_ids": True, "deleted": True},
                    {"type": "domain", "value": "tva.test", "to_ids": False},
                    {"type": "domain", "value": "tre.test", "to_ids": True, "distribution": "4"},
                    {"type": "domain", "value": "", "to_ids": True},
                    {"type": "domain", "value": 7, "to_ids": True},
                ]
            }
        }
    )
    assert codes(rows) == ["deleted", "not_for_detection", "sharing_group", "value", "value"]


@pytest.mark.parametrize("where", ["attribute", "object", "proposal", "type"])
def test_an_attached_file_stops_the_whole_import(where: str) -> None:
    made = event()
    if where == "attribute":
        made.add_attribute("attachment", "a.bin", data="aGVq", to_ids=False)
    elif where == "object":
        thing = MISPObject("file")
        thing.add_attribute("malware-sample", f"a.bin|{'1' * 32}", data="aGVq")
        made.add_object(thing)
    body = written(made)
    if where == "proposal":
        body["Attribute"] = [
            {"type": "domain", "value": "ett.test", "ShadowAttribute": [{"type": "x", "data": "aGVq"}]}
        ]
    elif where == "type":
        body["Attribute"] = [{"type": "malware-sample", "value": "a|b"}]
    with pytest.raises(BadFile) as fault:
        read(body)
    assert fault.value.code == "attachment"


@pytest.mark.parametrize("body", [{}, [], {"Event": []}, {"type": "bundle"}, "x", 7, None, {"response": []}])
def test_what_is_not_misp_is_refused(body: Any) -> None:
    with pytest.raises(BadFile):
        read(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Event", "Attribute", "Object", "type", "value", "to_ids", "Tag", "name", "response"]),
            inner,
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("wrong", [[], {}, [{}], 7, None])
def test_a_type_that_is_no_word_makes_the_reader_fall_over_nowhere(wrong: Any) -> None:
    attribute = {"type": wrong, "object_relation": wrong, "value": "x.test", "to_ids": True}
    for event in (
        {"Attribute": [attribute]},
        {"Attribute": [], "Object": [{"name": "file", "Attribute": [attribute]}]},
    ):
        assert [row.type for row in read({"Event": event})] == [None]


@given(JSON)
def test_no_json_makes_the_reader_fall_over(body: Any) -> None:
    try:
        rows = read(body)
    except BadFile:
        return
    assert all((row.type is None) == bool(row.code) for row in rows)


def listed(
    value: str, type_: SignalType = SignalType.DOMAIN, kind: HashKind | None = None, marking: Marking = Marking.AMBER
) -> Listed:
    return Listed(type_, value, kind, marking, type_ is SignalType.DOMAIN, AT)


def test_pymisp_reads_what_we_write_and_we_read_what_it_writes() -> None:
    signals = [
        listed("ett.test", marking=Marking.AMBER_STRICT),
        listed("https://tva.test/sida", SignalType.URL),
        listed(SHA, SignalType.HASH, HashKind.SHA256),
        listed("f" * 64, SignalType.HASH, HashKind.PDQ),
        listed("ordlek", SignalType.TERM),
    ]
    body = write_event(signals, uuid=EVENT, info="Lista", author="Koalitionen", author_uuid=EVENT, at=AT)
    made = MISPEvent()
    made.from_dict(**json.loads(json.dumps(body)))
    assert [(one.type, one.value, one.to_ids) for one in made.attributes] == [
        ("domain", "ett.test", True),
        ("url", "https://tva.test/sida", False),
        ("sha256", SHA, False),
        ("text", "ordlek", False),
    ]
    assert [tag.name for tag in made.tags] == ["tlp:amber+strict"]
    assert str(made.distribution) == "0"
    again = read(written(made))
    assert taken(again) == [("domain", "ett.test")]  # what is not for detection is context there
    assert again[0].marking is Marking.AMBER_STRICT


def test_red_is_never_written() -> None:
    with pytest.raises(ValueError, match="RED"):
        write_event([listed("x.test", marking=Marking.RED)], uuid=EVENT, info="", author="", author_uuid=EVENT, at=AT)
