"""Synthetic values for signals: made of harmless words, under names that never exist (RFC 2606)."""

from __future__ import annotations

import hashlib
import random

from skyddsnat.hub.signals.services import SignalDraft
from skyddsnat.policy.vocabulary import HashKind, Scope, SignalType

FIRST = (
    "blek",
    "dunig",
    "fuktig",
    "gles",
    "hög",
    "jämn",
    "klar",
    "ljus",
    "mjuk",
    "nött",
    "oval",
    "ren",
    "skev",
    "tyst",
    "ulen",
    "vit",
    "yvig",
    "öm",
)
SECOND = (
    "alm",
    "bur",
    "dike",
    "fjord",
    "gren",
    "hage",
    "kvist",
    "lada",
    "myr",
    "ort",
    "pil",
    "rot",
    "sten",
    "tuva",
    "udd",
    "vret",
    "äng",
)
ENDINGS = ("test", "example")


class Names:
    """Values that have not been used before, the same ones for the same seed."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._number = 100

    def domain(self, *, whole: bool = False) -> SignalDraft:
        """A host, or a whole domain."""
        scope = Scope.SUBDOMAINS if whole else Scope.EXACT
        return SignalDraft(SignalType.DOMAIN, self._host(), scope=scope)

    def url(self) -> SignalDraft:
        """A page on a host."""
        page = self._rng.choice(SECOND)
        return SignalDraft(SignalType.URL, f"https://{self._host()}/{_ascii(page)}/{self._next()}")

    def hash(self) -> SignalDraft:
        """The hash of nothing but a number."""
        digest = hashlib.sha256(f"skyddsnat demo {self._next()}".encode()).hexdigest()
        if self._rng.random() < 0.25:
            return SignalDraft(SignalType.HASH, digest, HashKind.PDQ)
        return SignalDraft(SignalType.HASH, digest, HashKind.SHA256)

    def term(self) -> SignalDraft:
        """Two words that mean nothing together."""
        first, second = self._rng.choice(FIRST), self._rng.choice(SECOND)
        return SignalDraft(SignalType.TERM, f"demoord {first} {second} {self._next()}")

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _host(self) -> str:
        first, second = self._rng.choice(FIRST), self._rng.choice(SECOND)
        return f"{_ascii(first)}-{_ascii(second)}-{self._next()}.{self._rng.choice(ENDINGS)}"


def _ascii(word: str) -> str:
    return word.translate(str.maketrans("åäöÅÄÖ", "aaoAAO"))
