"""The signed head of a feed: proof that a reader holds exactly the published set, and that it is fresh.

The hub signs seven lines of text with Ed25519; the agent holds the public key since it was set up and trusts no other.
The digests are over the live set, the newest version of each indicator that is not revoked (docs/taxii.md "Feed head"): `sha256`
over ids and versions, which any reader can work out, and `content` over what the objects say, so that none is swapped unnoticed.
Both are digests of parts (docs/adr/0049-digests-of-parts.md).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from skyddsnat.policy.parts import Parts
from skyddsnat.protocols.canonical import canonical
from skyddsnat.protocols.errors import ProtocolError

FORMAT: Final = "skyddsnat/feed-head/2"
LONGEST_TEXT: Final = 400
"""Characters of a head; the seven lines take at most 300."""

_TEXT: Final = re.compile(
    r"skyddsnat/feed-head/2\n"
    r"collection (?P<collection>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\n"
    r"position (?P<position>0|[1-9][0-9]{0,17})\n"
    r"count (?P<count>0|[1-9][0-9]{0,11})\n"
    r"sha256 (?P<sha256>[0-9a-f]{64})\n"
    r"content (?P<content>[0-9a-f]{64})\n"
    r"time (?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n",
    re.ASCII,
)
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


class BadFeedHead(ProtocolError):
    """A head that is not to be believed.  code: `malformed`, `bad_key` or `bad_signature`."""


@dataclass(frozen=True, slots=True)
class SetDigest:
    """How many entries a set has, and two digests (hex) of its parts: without and with what the objects say."""

    count: int
    sha256: str
    content: str


def object_hash(thing: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of an object's canonical JSON: keys sorted, no spaces, UTF-8.  The same however it was written on the way."""
    return hashlib.sha256(canonical(thing)).hexdigest()


def part_of(stix_id: str) -> str:
    """The part in which an id stands: its last three characters, which spread ids with a random end evenly over 4096 parts."""
    return stix_id[-3:]


def set_digest(entries: Iterable[tuple[str, int, str]]) -> SetDigest:
    """The digest of a set of (STIX id, version in unix microseconds, `object_hash`).

    Lines `stix_id|version_us` for `sha256` and `stix_id|version_us|object_hash` for `content`.  Those of a part, sorted bytewise
    and joined by a line feed without one at the end, give the SHA-256 in the part's row; the rows `part lines sha256`, sorted by
    part and each ended by a line feed, give the digest.  UTF-8 throughout; an id has no line break in it.
    """
    known = list(entries)
    short = Parts((f"{stix_id}|{version}" for stix_id, version, _ in known), of=lambda line: _part(line, after=1))
    full = Parts(
        (f"{stix_id}|{version}|{said}" for stix_id, version, said in known), of=lambda line: _part(line, after=2)
    )
    return SetDigest(len(known), short.digest(), full.digest())


def _part(line: str, *, after: int) -> str:
    return part_of(line.rsplit("|", after)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """What the hub says of a collection at a moment.

    position: highest `added` in the collection, unix microseconds; 0 when it is empty.  count, sha256, content: of the live
    indicators.
    time: when it was signed, whole seconds, UTC; the reader decides how old a head may be.
    """

    collection: UUID
    position: int
    count: int
    sha256: str
    content: str
    time: datetime

    @property
    def digest(self) -> SetDigest:
        """What a reader compares with its own set."""
        return SetDigest(self.count, self.sha256, self.content)

    def text(self) -> str:
        """The seven lines that are signed."""
        moment = self.time.astimezone(UTC).strftime(_TIME)
        return (
            f"{FORMAT}\ncollection {self.collection}\nposition {self.position}\n"
            f"count {self.count}\nsha256 {self.sha256}\ncontent {self.content}\ntime {moment}\n"
        )

    @classmethod
    def parse(cls, text: str) -> FeedHead:
        """Read the seven lines.  Raises BadFeedHead(malformed): any other byte is a fault, so that one text has one meaning."""
        found = _TEXT.fullmatch(text) if len(text) <= LONGEST_TEXT else None
        if found is None:
            raise BadFeedHead(
                "malformed", f"the head's text was not read, expected seven lines beginning with {FORMAT}"
            )
        try:
            moment = datetime.strptime(found["time"], _TIME).replace(tzinfo=UTC)
        except ValueError:
            raise BadFeedHead("malformed", "the head's time is no moment, expected YYYY-MM-DDThh:mm:ssZ") from None
        return cls(
            collection=UUID(found["collection"]),
            position=int(found["position"]),
            count=int(found["count"]),
            sha256=found["sha256"],
            content=found["content"],
            time=moment,
        )


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head as it is served.  signature, key: base64 of 64 and 32 raw bytes."""

    head: str
    signature: str
    key: str

    def document(self) -> dict[str, str]:
        """The JSON object of the answer."""
        return {"head": self.head, "signature": self.signature, "key": self.key}


def public_key_text(key: Ed25519PrivateKey) -> str:
    """The public half as people copy it into agent.toml: base64 of 32 raw bytes."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def sign(head: FeedHead, key: Ed25519PrivateKey) -> SignedHead:
    """Sign the head's text."""
    text = head.text()
    return SignedHead(text, base64.b64encode(key.sign(text.encode())).decode("ascii"), public_key_text(key))


def verify(document: Mapping[str, object], *, key: str) -> FeedHead:
    """The head, if the pinned key has signed it.

    document: the answer's JSON object; its own `key` is never trusted, it only tells a changed key from a forged text.
    key: base64 of the 32 raw bytes that the reader was set up with.
    Raises BadFeedHead: malformed, bad_key (the hub names another key than the pinned one), bad_signature.
    """
    text, signature = document.get("head"), document.get("signature")
    if not isinstance(text, str) or not isinstance(signature, str):
        raise BadFeedHead("malformed", "the head lacks `head` or `signature`, expected both as text")
    pinned = Ed25519PublicKey.from_public_bytes(_bytes(key, length=32, what="the pinned key"))
    try:
        pinned.verify(_bytes(signature, length=64, what="the signature"), text.encode())
    except (InvalidSignature, UnicodeEncodeError):
        if document.get("key") != key:
            raise BadFeedHead(
                "bad_key", "the head is signed by another key than the pinned one; ask the hub's operator"
            ) from None
        raise BadFeedHead("bad_signature", "the head's signature does not fit its text") from None
    return FeedHead.parse(text)


def _bytes(text: str, *, length: int, what: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != length:
        raise BadFeedHead("malformed", f"{what} was not read, expected base64 of {length} bytes")
    return raw
