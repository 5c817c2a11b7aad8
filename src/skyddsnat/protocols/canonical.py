"""Canonical JSON: keys sorted, no blanks, UTF-8.  The same bytes of the same thing, whoever writes it and however it came."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

import orjson

_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_FINITE: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_PLAIN: Final = frozenset({str, int, bool, type(None)})
"""What both writers write alike.  Fractions they do not: 1e16 has a plus in one and none in the other."""
_NESTED: Final = frozenset({dict, list})
_DEEPEST: Final = 20


def canonical(thing: Any, *, finite: bool = False) -> bytes:
    """The text.  finite: refuse "not a number" and the infinities, which JSON does not know.

    json writes all that a JSON reader gives, also what a hostile sender may send: huge numbers, lone surrogates.  What is plain,
    as nearly everything is, orjson writes to the same bytes in a fraction of the time.
    Raises ValueError for a number that is refused, TypeError for what JSON has no form for.
    """
    if _is_plain(thing):
        try:
            return orjson.dumps(thing, option=orjson.OPT_SORT_KEYS)
        except orjson.JSONEncodeError:
            pass  # a number beyond 64 bits, a lone surrogate, a key that is no text
    encoder = _FINITE if finite else _ENCODER
    return encoder.encode(thing).encode("utf-8", "surrogatepass")


def _is_plain(thing: Any, depth: int = 0) -> bool:
    kind = type(thing)
    if kind in _PLAIN:
        return True
    if kind not in _NESTED or depth > _DEEPEST:
        return False
    inner: Collection[Any] = thing.values() if kind is dict else thing
    for one in inner:  # noqa: SIM110  a loop takes half as long, and each object of a hand-in comes through here
        if type(one) not in _PLAIN and not _is_plain(one, depth + 1):
            return False
    return True
