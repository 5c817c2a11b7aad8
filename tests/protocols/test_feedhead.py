"""The signed head of a feed."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.protocols.feedhead import BadFeedHead, FeedHead, object_hash, public_key_text, set_digest, sign, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
HEAD = FeedHead(
    collection=UUID("3f0f4b5c-6f0e-4f5e-9d0e-4c8f6a2b7c11"),
    position=1_795_536_000_123_000,
    count=2,
    sha256="ab" * 32,
    content="cd" * 32,
    time=datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC),
)

heads = st.builds(
    FeedHead,
    collection=st.uuids(),
    position=st.integers(0, 10**17),
    count=st.integers(0, 10**9),
    sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
    content=st.binary(min_size=32, max_size=32).map(bytes.hex),
    time=st.datetimes(datetime(2026, 1, 1), datetime(2090, 1, 1)).map(lambda t: t.replace(microsecond=0, tzinfo=UTC)),  # noqa: DTZ001
)


def test_the_text_is_exactly_the_six_documented_lines():
    assert HEAD.text() == (
        "skyddsnat/feed-head/2\n"
        "collection 3f0f4b5c-6f0e-4f5e-9d0e-4c8f6a2b7c11\n"
        "position 1795536000123000\n"
        "count 2\n"
        f"sha256 {'ab' * 32}\n"
        f"content {'cd' * 32}\n"
        "time 2026-11-24T12:00:05Z\n"
    )


@given(heads)
def test_a_signed_head_is_read_back_as_it_was(head):
    assert verify(sign(head, KEY).document(), key=public_key_text(KEY)) == head


@given(heads, st.data())
def test_no_changed_character_of_the_text_is_believed(head, data):
    document = sign(head, KEY).document()
    at = data.draw(st.integers(0, len(document["head"]) - 1))
    other = data.draw(st.characters(max_codepoint=0x2FF).filter(lambda c: c != document["head"][at]))
    document["head"] = document["head"][:at] + other + document["head"][at + 1 :]
    with pytest.raises(BadFeedHead) as refusal:
        verify(document, key=public_key_text(KEY))
    assert refusal.value.code == "bad_signature"


def test_a_key_that_the_document_brings_along_is_never_trusted():
    with pytest.raises(BadFeedHead) as refusal:
        verify(sign(HEAD, OTHER).document(), key=public_key_text(KEY))
    assert refusal.value.code == "bad_key"
    forged = sign(HEAD, OTHER).document() | {"key": public_key_text(KEY)}
    with pytest.raises(BadFeedHead) as refusal:
        verify(forged, key=public_key_text(KEY))
    assert refusal.value.code == "bad_signature"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"head": HEAD.text()},
        {"head": HEAD.text(), "signature": 7},
        {"head": HEAD.text(), "signature": "!!"},
        {"head": HEAD.text(), "signature": base64.b64encode(b"short").decode()},
        {"head": "\ud800", "signature": base64.b64encode(bytes(64)).decode(), "key": public_key_text(KEY)},
    ],
)
def test_a_document_of_the_wrong_shape_is_refused_in_words(document):
    with pytest.raises(BadFeedHead) as refusal:
        verify(document, key=public_key_text(KEY))
    assert "expected" in refusal.value.message or refusal.value.code == "bad_signature"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "\n",
        lambda text: text.replace("count 2", "count 02"),
        lambda text: text.replace("count 2", "count ٢"),
        lambda text: text.replace("2026-11-24", "2026-13-24"),
        lambda text: text.replace("feed-head/2", "feed-head/1"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: "",
    ],
)
def test_one_text_has_one_meaning(change):
    with pytest.raises(BadFeedHead) as refusal:
        FeedHead.parse(change(HEAD.text()))
    assert refusal.value.code == "malformed"


def test_the_set_digest_is_the_documented_sum_in_any_order():
    entries = [("indicator--b", 2, "bb"), ("indicator--x-a", 10, "aa"), ("indicator--x-a", 1, "cc")]
    two, one = b"indicator--x-a|1\nindicator--x-a|10", b"indicator--b|2"
    assert set_digest(entries).sha256 == _of_rows(f"--b 1 {_sha256(one)}", f"x-a 2 {_sha256(two)}")
    two, one = b"indicator--x-a|10|aa\nindicator--x-a|1|cc", b"indicator--b|2|bb"
    assert set_digest(entries).content == _of_rows(f"--b 1 {_sha256(one)}", f"x-a 2 {_sha256(two)}")
    assert set_digest(reversed(entries)) == set_digest(entries)
    assert set_digest(entries).count == 3


def _of_rows(*rows: str) -> str:
    return _sha256("".join(f"{row}\n" for row in rows).encode())


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


ENTRIES = st.frozensets(
    st.tuples(
        st.text("-|1 aå", max_size=3).map("indicator--".__add__), st.integers(0, 11), st.sampled_from(["a", "b"])
    ),
    max_size=4,
)


@given(ENTRIES, ENTRIES)
def test_two_sets_have_two_digests_whatever_stands_in_an_id(one, other):
    assert (set_digest(one).content == set_digest(other).content) is (one == other)
    versions = [sorted((stix_id, version) for stix_id, version, _ in entries) for entries in (one, other)]
    assert (set_digest(one).sha256 == set_digest(other).sha256) is (versions[0] == versions[1])


def test_the_empty_set_has_the_digest_of_nothing():
    assert set_digest([]).sha256 == hashlib.sha256(b"").hexdigest()


def test_an_object_has_one_hash_however_its_json_was_written():
    assert object_hash({"b": [1, {"d": "ö", "c": None}], "a": True}) == object_hash(
        {"a": True, "b": [1, {"c": None, "d": "ö"}]}
    )
    assert object_hash({"a": 1}) == hashlib.sha256(b'{"a":1}').hexdigest()
    assert object_hash({"a": 1}) != object_hash({"a": "1"})
