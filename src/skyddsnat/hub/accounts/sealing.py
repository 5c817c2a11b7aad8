"""Secrets of second factors at rest: AES-256-GCM under a key that is not in the database.

A stolen database or backup then holds no usable authenticator.  It does not protect against whoever runs the hub's machine.
"""

from __future__ import annotations

import base64
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "s1."  # also authenticated, so that a later form cannot be passed off as this one
PURPOSE = b"skyddsnat/second-factor/1"
NONCE_BYTES = 12


class CannotUnseal(Exception):
    """What is stored was not sealed under any of today's keys.  Expected: the key that was in use when it was stored."""


def seal(text: str) -> str:
    """Encrypt under the current key."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_keys()[0]).encrypt(nonce, text.encode(), VERSION.encode() + PURPOSE)
    return VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str) -> str:
    """Decrypt what `seal` made, under the current key or an earlier one (SECRET_KEY_FALLBACKS).  Raises CannotUnseal."""
    if not sealed.startswith(VERSION):
        raise CannotUnseal(f"got a text without {VERSION!r} in front")
    try:
        raw = base64.urlsafe_b64decode(sealed.removeprefix(VERSION).encode())
    except ValueError as error:
        raise CannotUnseal("got a text that is not base64") from error
    for key in _keys():
        try:
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], VERSION.encode() + PURPOSE).decode()
        except (InvalidTag, ValueError):
            continue
    raise CannotUnseal("no key fits; set SKYDDSNAT_FIELD_KEY to the key that was in use")


def _keys() -> list[bytes]:
    """The current key first.  SKYDDSNAT_FIELD_KEY lets SECRET_KEY change without anyone enrolling anew."""
    texts = [settings.FIELD_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_derive(text) for text in texts if text]


@cache
def _derive(text: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(text.encode())
