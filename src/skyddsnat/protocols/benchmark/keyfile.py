"""A member's benchmark keys: one seed of 32 bytes, two keys made of it, kept under a passphrase in a file that people carry.

The browser makes and reads the same file (hub/benchmark/browser/sealing/keys.js).  The hub only ever gets the public halves.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from skyddsnat.protocols.benchmark import fields
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.signing import public_hex

FORMAT: Final = "skyddsnat/bench/key/v1"
ITERATIONS: Final = 600_000
"""Of PBKDF2-SHA256, OWASP's figure for 2023 and on."""
FEWEST_ITERATIONS, MOST_ITERATIONS = 100_000, 10_000_000
SEED, SALT, NONCE = 32, 16, 12
LONGEST: Final = 4_000

type Bytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class MemberKeys:
    """The opened file.  member: its id at the hub.  The seed is in no `repr`."""

    member: str
    seed: bytes = field(repr=False)

    @property
    def signing(self) -> Ed25519PrivateKey:
        """Signs what the member hands in."""
        return Ed25519PrivateKey.from_private_bytes(self.secret("sign"))

    @property
    def opening(self) -> X25519PrivateKey:
        """Opens the member's own position."""
        return X25519PrivateKey.from_private_bytes(self.secret("open"))

    @property
    def signing_key(self) -> str:
        """The public half, hex."""
        return public_hex(self.signing)

    @property
    def opening_key(self) -> str:
        """The public half, hex."""
        return self.opening.public_key().public_bytes_raw().hex()

    def secret(self, name: str) -> bytes:
        """32 bytes for one purpose, from the seed."""
        info = f"skyddsnat/bench/{name}/v1".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self.seed)


def make(member: str, *, random: Bytes = secrets.token_bytes) -> MemberKeys:
    """New keys.  Raises BadRound(malformed) for what is no member's id."""
    return MemberKeys(fields.text(member, fields.IDENTIFIER, what="the member's id"), random(SEED))


def document(keys: MemberKeys, passphrase: str, *, random: Bytes = secrets.token_bytes) -> dict[str, Any]:
    """The key file as JSON."""
    salt = random(SALT)
    return {
        "format": FORMAT,
        "member": keys.member,
        "signing_key": keys.signing_key,
        "opening_key": keys.opening_key,
        "iterations": ITERATIONS,
        "salt": _text(salt),
        "sealed": lock(_locker(passphrase, salt, ITERATIONS), keys.seed, FORMAT, random=random),
    }


def read(thing: object, passphrase: str) -> MemberKeys:
    """Open a key file's JSON.  Raises BadRound(malformed | wrong_passphrase)."""
    names = ("format", "member", "signing_key", "opening_key", "iterations", "salt", "sealed")
    top = fields.table(thing, names, what="the key file")
    fields.text(top["format"], FORMAT, what="the key file's format")
    member = fields.text(top["member"], fields.IDENTIFIER, what="the key file's member")
    iterations = fields.whole(
        top["iterations"], low=FEWEST_ITERATIONS, high=MOST_ITERATIONS, what="the key file's iterations"
    )
    locker = _locker(passphrase, _raw(top["salt"], what="the key file's salt"), iterations)
    try:
        seed = unlock(locker, top["sealed"], FORMAT)
    except InvalidTag:
        raise BadRound("wrong_passphrase", "the passphrase does not open the key file") from None
    keys = MemberKeys(member, seed)
    if len(seed) != SEED or (keys.signing_key, keys.opening_key) != (top["signing_key"], top["opening_key"]):
        raise BadRound("malformed", "the key file does not fit together: its keys are not those of its seed")
    return keys


def lock(key: bytes, plain: bytes, what: str, *, random: Bytes = secrets.token_bytes) -> str:
    """AES-GCM, as `<nonce>.<sealed>` in base64.  what: told apart by the tag, so that no file passes for another."""
    nonce = random(NONCE)
    return f"{_text(nonce)}.{_text(AESGCM(key).encrypt(nonce, plain, what.encode()))}"


def unlock(key: bytes, text: object, what: str) -> bytes:
    """What `lock` sealed.  Raises BadRound(malformed), and InvalidTag for another key, another `what` or changed bytes."""
    nonce, _, sealed = (text if isinstance(text, str) else "").partition(".")
    raw = _raw(nonce, what="the sealed text")
    if len(raw) != NONCE:
        raise BadRound("malformed", "the sealed text was not read, expected nonce and ciphertext in base64")
    return AESGCM(key).decrypt(raw, _raw(sealed, what="the sealed text"), what.encode())


def _locker(passphrase: str, salt: bytes, iterations: int) -> bytes:
    plain = unicodedata.normalize("NFC", passphrase).encode()
    return PBKDF2HMAC(algorithm=SHA256(), length=32, salt=salt, iterations=iterations).derive(plain)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _raw(text: object, *, what: str) -> bytes:
    try:
        return base64.b64decode(text if isinstance(text, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        raise BadRound("malformed", f"{what} was not read, expected base64") from None
