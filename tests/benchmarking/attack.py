"""Somebody who has got hold of views: searches them for values and shares, and works out what can be worked out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from skyddsnat.mpc.errors import SealError
from skyddsnat.mpc.layout import Layout
from skyddsnat.mpc.sealing import open_shares
from skyddsnat.protocols.benchmark import envelope
from skyddsnat.protocols.benchmark.envelope import SignedEnvelope
from skyddsnat.protocols.benchmark.field import P, to_bytes
from skyddsnat.protocols.benchmark.spec import Specification

type Shares = Mapping[str, Sequence[Sequence[int]]]
"""By member, its shares for parties 0, 1 and 2."""


def base64_forms(raw: bytes) -> Iterator[bytes]:
    """What base64 makes of the bytes wherever they stand in something longer, without the letters that the rest decides."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + raw)
        yield text[(0, 2, 3)[before] : len(text) - 4]


def forms(raw: bytes) -> Iterator[bytes]:
    """The bytes plain, in hex and in base64."""
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield from base64_forms(raw)


def value_forms(specification: Specification, row: Sequence[int | None]) -> set[bytes]:
    """A member's values as they could stand anywhere: codes, numbers of 12 bytes, bits, JSON, tables; plain and encoded.

    One code is in every text; a row of five in order is in none by chance, so each half of the row is looked for.
    """
    found: set[bytes] = set()
    items = specification.items
    for low, high in ((0, len(row) // 2), (len(row) // 2, len(row))):
        some = row[low:high]
        numbers = [0 if each is None else each for each in some]
        named = {item.id: each for item, each in zip(items[low:high], some, strict=True)}
        texts = [join.join(map(str, numbers)) for join in (",", ", ", ";", "\t", "\n", "\r\n", " ", '","', '", "')]
        texts += [json.dumps(named, separators=(",", ":"))[1:-1], json.dumps(named)[1:-1]]
        texts += ["".join(f"{each:0{item.bits}b}" for item, each in zip(items[low:high], numbers, strict=True))]
        raws = [text.encode() for text in texts] + [bytes(numbers), to_bytes(numbers)]
        raws += [b"".join(each.to_bytes(size, order) for each in numbers) for size in (2, 4, 8) for order in _ORDERS]
        for raw in raws:
            found.update(forms(raw))
    return {each for each in found if len(each) >= 5}


_ORDERS = ("little", "big")


def share_forms(shares: Sequence[int]) -> set[bytes]:
    """Shares of one member for one party: single ones from all over the vector, each 89 bits long, in every spelling."""
    found: set[bytes] = set()
    step = max(1, len(shares) // 6)
    for share in shares[::step]:
        raw = share.to_bytes(12, "little")
        found |= {str(share).encode(), f"{share:x}".encode(), *forms(raw), share.to_bytes(12, "big")}
    return found


def found_in(view: bytes, needles: Iterable[bytes]) -> list[bytes]:
    """Which of them stand in the view.  Eight bytes that stand nowhere in it rule a needle out without a search."""
    seen = _windows_of(view)
    return [
        needle
        for needle in needles
        if (len(needle) < _WINDOW or all(seen[_mark(needle[at : at + _WINDOW])] for at in range(len(needle) - 7)))
        and needle in view
    ]


_WINDOW = 8
_BITS = 26
_SPREAD = 0x9E3779B97F4A7C15


def _windows_of(view: bytes) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """A mark for every eight bytes in a row of the view."""
    seen = np.zeros(1 << _BITS, dtype=np.bool_)
    for start in range(min(_WINDOW, len(view) - _WINDOW + 1)):
        words = np.frombuffer(view, "<u8", count=(len(view) - start) // _WINDOW, offset=start)
        seen[(words * np.uint64(_SPREAD)) >> np.uint64(64 - _BITS)] = True
    return seen


def _mark(window: bytes) -> int:
    return (int.from_bytes(window, "little") * _SPREAD & (2**64 - 1)) >> (64 - _BITS)


@dataclass
class Attack:
    """Works out all that some views together give.

    opened: shares by member and party.  known: whole vectors, by member.
    """

    specification: Specification
    round_keys: Sequence[str]
    listed: Sequence[SignedEnvelope]
    opened: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    def look_at(self, *views: bytes) -> dict[str, list[int]]:
        """Every private key that stands in the views is tried on every ciphertext that stands in them."""
        self.opened = {}
        keys = {}
        for view in views:
            keys |= _keys(view, tuple(self.round_keys))
        for view in views:
            self._open(view, keys)
        return self.known()

    def _open(self, view: bytes, keys: Mapping[int, X25519PrivateKey]) -> None:
        size = envelope.ciphertext_size(self.specification)
        wanted = {digest: (each, party) for each in self.listed for party, digest in enumerate(each.envelope.sealed)}
        for raw in _ciphertexts(view, size):
            found = wanted.get(hashlib.sha256(raw).hexdigest())
            if found is None:
                continue
            made = found[0].envelope
            for key in keys.values():
                try:
                    shares = open_shares(self.specification, raw, key, member=made.member, seq=made.seq, party=found[1])
                except SealError:
                    continue
                self.opened[made.member, found[1]] = shares

    def known(self) -> dict[str, list[int]]:
        """Two shares of a number give it; one gives nothing."""
        vectors = {}
        for member in {member for member, _ in self.opened}:
            held = {party + 1: shares for (owner, party), shares in self.opened.items() if owner == member}
            if len(held) >= 2:
                (x, one), (y, other) = list(held.items())[:2]
                vectors[member] = joined(x, one, y, other)
        return vectors

    def values(self, *views: bytes) -> dict[str, list[int | None]]:
        """The members' values that the views give."""
        layout = Layout.of(self.specification)
        return {
            member: [
                vector[layout.value(at)] if vector[layout.present(at)] else None
                for at in range(len(self.specification.items))
            ]
            for member, vector in self.look_at(*views).items()
        }


def joined(x: int, one: Sequence[int], y: int, other: Sequence[int]) -> list[int]:
    """The numbers behind shares at two places of their lines."""
    inverse = pow(y - x, -1, P)
    return [(a * y - b * x) * inverse % P for a, b in zip(one, other, strict=True)]


@cache
def _keys(view: bytes, public: tuple[str, ...]) -> dict[int, X25519PrivateKey]:
    """Private keys of the round that stand in the view, in hex as parties keep them."""
    found = {}
    for text in set(re.findall(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", view)):
        key = X25519PrivateKey.from_private_bytes(bytes.fromhex(text.decode()))
        shown = key.public_key().public_bytes_raw().hex()
        if shown in public:
            found[public.index(shown)] = key
    return found


@cache
def _ciphertexts(view: bytes, size: int) -> tuple[bytes, ...]:
    """Texts in base64 that are as long as a ciphertext."""
    length = len(base64.b64encode(b"\0" * size).rstrip(b"="))
    texts = set(re.findall(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{%d}(?![A-Za-z0-9+/])" % length, view))
    return tuple(base64.b64decode(text + b"=" * (-length % 4)) for text in texts)
