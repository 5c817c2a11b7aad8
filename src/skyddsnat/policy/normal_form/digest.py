"""Hashes of files: lower-case hexadecimal of exact length."""

from __future__ import annotations

import re
from typing import Final

from skyddsnat.policy.normal_form.refusal import NotNormal, Reason
from skyddsnat.policy.vocabulary import HashKind

HEX_DIGITS: Final = {HashKind.MD5: 32, HashKind.SHA1: 40, HashKind.SHA256: 64, HashKind.PDQ: 64}

_HEX: Final = re.compile(r"[0-9a-f]+")
# These match every empty file or every blank picture; as a signal they would point at half the world.
_OF_NOTHING: Final = {
    HashKind.MD5: frozenset({"d41d8cd98f00b204e9800998ecf8427e"}),
    HashKind.SHA1: frozenset({"da39a3ee5e6b4b0d3255bfef95601890afd80709"}),
    HashKind.SHA256: frozenset({"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}),
    HashKind.PDQ: frozenset({"0" * 64, "f" * 64}),
}


def digest(text: str, kind: HashKind | None) -> tuple[str, HashKind]:
    """Read one hash.  text: cleaned.  kind: needed for 64 digits, which SHA-256 and PDQ share.

    Raises NotNormal: bad_hash_alphabet, bad_hash_length, hash_kind_needed, hash_of_nothing.
    """
    value = text.lower()
    if not _HEX.fullmatch(value):
        raise NotNormal(Reason.BAD_HASH_ALPHABET, "expected 0-9 and a-f only")
    kind = kind or _kind_by_length(len(value))
    if len(value) != HEX_DIGITS[kind]:
        raise NotNormal(Reason.BAD_HASH_LENGTH, f"{len(value)} digits, {kind} has {HEX_DIGITS[kind]}")
    if value in _OF_NOTHING[kind]:
        raise NotNormal(Reason.HASH_OF_NOTHING)
    return value, kind


def _kind_by_length(digits: int) -> HashKind:
    kinds = [kind for kind, length in HEX_DIGITS.items() if length == digits]
    if not kinds:
        raise NotNormal(Reason.BAD_HASH_LENGTH, f"{digits} digits, expected 32, 40 or 64")
    if len(kinds) > 1:
        raise NotNormal(Reason.HASH_KIND_NEEDED, " or ".join(kinds))
    return kinds[0]
