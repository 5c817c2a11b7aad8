"""Marks in lists that a person takes out: a leaked list then names the member and the export that it came from.

A mark is worked out from a secret key, the member and the export, and is kept nowhere: a stolen database holds none.
Names stand in a zone that the coalition owns and never resolve; hashes are of no file.  No mark can become a signal.
Source: reference security.md, "Canaries"; docs/adr/0015.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import HashKind, Role, SignalType

PLANTED: Final = 3
"""Marks in one export, so that half a list still tells."""

_CONSONANTS: Final = "bdfghjklmnprstvz"
_VOWELS: Final = "aeio"
_SYLLABLES: Final = 9
_WORD: Final = re.compile(rf"(?<![a-z])[a-z]{{{2 * _SYLLABLES}}}(?![a-z])", re.ASCII)
_DIGEST: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", re.ASCII)
_REFERENCE: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(?![0-9a-f])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark.  word: the label of its name.  digest: as a SHA-256.  reference: as the short name of a masked row."""

    word: str
    digest: str
    reference: str

    def value(self, type_: SignalType, zone: str) -> str:
        """The mark as a signal of this type would be written; "" for a term, which has no room for one."""
        if type_ is SignalType.HASH:
            return self.digest
        if type_ is SignalType.TERM or not zone:
            return ""
        return f"{self.word}.{zone}" if type_ is SignalType.DOMAIN else f"https://{self.word}.{zone}/"


class ClosedAs(StrEnum):
    """How an alarm was dealt with.  Fixed words, for everyone's auditors read them."""

    EXPLAINED = "explained"  # asked, the organisation has said how the list got there
    ACCESS_CLOSED = "access_closed"  # who took the list out is let in no more
    RIGHTFUL = "rightful"  # whoever handed the mark in was to have the list
    TRIED = "tried"  # the mark was handed in to try the alarm


def check_closing(roles: Set[Role], owner: str, *, leaked_by: str | None) -> None:
    """Who deals with an alarm: a coordinator, but none of the owner whose member took the list out.

    leaked_by: that owner; None where no export on record has the mark.  Raises PolicyRefusal: no_role, own_leak.
    """
    if Role.COORDINATOR not in roles:
        raise PolicyRefusal("no_role")
    if owner == leaked_by:
        raise PolicyRefusal("own_leak")


def marks(key: bytes, *, member: str, export: str, count: int = PLANTED) -> tuple[Mark, ...]:
    """The marks of one member's one export; the same each time."""
    return tuple(_mark(key, f"{member}\0{export}\0{number}") for number in range(count))


def is_mark(key: bytes, zones: Iterable[str], type_: SignalType, value: str, hash_kind: HashKind | None = None) -> bool:
    """Whether a value in normal form is a mark: anything in a canary zone, or a hash that only the key could have made."""
    if type_ is SignalType.HASH:
        return (
            hash_kind is HashKind.SHA256
            and len(value) == 64
            and hmac.compare_digest(_tail(key, value[:32]), value[32:])
        )
    host = value if type_ is SignalType.DOMAIN else (urlsplit(value).hostname or "" if type_ is SignalType.URL else "")
    return any(host == zone or host.endswith(f".{zone}") for zone in zones)


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a text could be a mark."""

    words: frozenset[str]
    digests: frozenset[str]
    references: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Seen:
        """Read a list in any form, also one whose names are written so that they cannot be clicked."""
        plain = text.lower()
        return cls(
            frozenset(_WORD.findall(plain)), frozenset(_DIGEST.findall(plain)), frozenset(_REFERENCE.findall(plain))
        )

    def count(self, planted: Sequence[Mark]) -> int:
        """How many of these marks the text holds.

        References are short, so that one alone may be chance: they count from two on.
        """
        certain = sum(mark.word in self.words or mark.digest in self.digests for mark in planted)
        short = sum(mark.reference.lower() in self.references for mark in planted)
        return max(certain, short if short > 1 else 0)


def _mark(key: bytes, facts: str) -> Mark:
    raw = _mac(key, f"word\0{facts}")
    word = "".join(_CONSONANTS[byte >> 4] + _VOWELS[byte & 3] for byte in raw[:_SYLLABLES])
    head = _mac(key, f"digest\0{facts}")[:16].hex()
    return Mark(word, head + _tail(key, head), _mac(key, f"reference\0{facts}")[:4].hex().upper())


def _tail(key: bytes, head: str) -> str:
    return _mac(key, f"tail\0{head}")[:16].hex()


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), sha256).digest()
