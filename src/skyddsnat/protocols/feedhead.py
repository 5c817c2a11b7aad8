"""The signed head of a feed: proof that a reader holds exactly the published set, and that it is fresh.

The hub signs six lines of text with Ed25519; the agent holds the public key since it was set up and trusts no other.
The digest is over the live set: the newest version of each indicator that is not revoked (docs/taxii.md "Feed head").
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from skyddsnat.protocols.errors import ProtocolError

FORMAT: Final = "skyddsnat/feed-head/1"
LONGEST_TEXT: Final = 400
"""Characters of a head; the six lines take at most 220."""

_TEXT: Final = re.compile(
    r"skyddsnat/feed-head/1\n"
    r"collection (?P<collection>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\n"
    r"position (?P<position>0|[1-9][0-9]{0,17})\n"
    r"count (?P<count>0|[1-9][0-9]{0,11})\n"
    r"sha256 (?P<sha256>[0-9a-f]{64})\n"
    r"time (?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n",
    re.ASCII,
)
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


class BadFeedHead(ProtocolError):
    """A head that is not to be believed.  code: `malformed`, `bad_key` or `bad_signature`."""


@dataclass(frozen=True, slots=True)
class SetDigest:
    """How many entries a set has, and the SHA-256 (hex) of its sorted lines."""

    count: int
    sha256: str


def set_digest(entries: Iterable[tuple[str, int]]) -> SetDigest:
    """The digest of a set of (STIX id, version in unix microseconds).

    Lines `stix_id|version_us`, sorted bytewise, joined by a line feed without one at the end, UTF-8, SHA-256.
    """
    lines = sorted(f"{stix_id}|{version}".encode() for stix_id, version in entries)
    return SetDigest(len(lines), hashlib.sha256(b"\n".join(lines)).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """What the hub says of a collection at a moment.

    position: highest `added` in the collection, unix microseconds; 0 when it is empty.  count, sha256: of the live indicators.
    time: when it was signed, whole seconds, UTC; the reader decides how old a head may be.
    """

    collection: UUID
    position: int
    count: int
    sha256: str
    time: datetime

    @property
    def digest(self) -> SetDigest:
        """What a reader compares with its own set."""
        return SetDigest(self.count, self.sha256)

    def text(self) -> str:
        """The six lines that are signed."""
        moment = self.time.astimezone(UTC).strftime(_TIME)
        return (
            f"{FORMAT}\ncollection {self.collection}\nposition {self.position}\n"
            f"count {self.count}\nsha256 {self.sha256}\ntime {moment}\n"
        )

    @classmethod
    def parse(cls, text: str) -> FeedHead:
        """Read the six lines.  Raises BadFeedHead(malformed): any other byte is a fault, so that one text has one meaning."""
        found = _TEXT.fullmatch(text) if len(text) <= LONGEST_TEXT else None
        if found is None:
            raise BadFeedHead("malformed", f"the head's text was not read, expected six lines beginning with {FORMAT}")
        try:
            moment = datetime.strptime(found["time"], _TIME).replace(tzinfo=UTC)
        except ValueError:
            raise BadFeedHead("malformed", "the head's time is no moment, expected YYYY-MM-DDThh:mm:ssZ") from None
        return cls(
            collection=UUID(found["collection"]),
            position=int(found["position"]),
            count=int(found["count"]),
            sha256=found["sha256"],
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
