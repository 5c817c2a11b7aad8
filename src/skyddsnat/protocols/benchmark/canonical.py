"""The one spelling of what is signed or hashed: JSON with sorted keys, no spaces, and no number that two languages read apart."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from skyddsnat.protocols.benchmark.errors import BadRound

LARGEST_INT: Final = 2**53 - 1
"""JavaScript loses whole numbers above it; field elements are therefore decimal strings."""


def dumps(thing: Any) -> bytes:
    """The canonical bytes.  Raises BadRound(malformed) for a float, a number beyond 2^53, or anything that is not JSON."""
    _check(thing)
    try:
        return json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadRound("malformed", "a text holds half a character, expected Unicode") from None


def loads(raw: bytes, *, longest: int = 4_000_000) -> Any:
    """Read canonical bytes.  Raises BadRound(malformed) when they are too long, no JSON, or spelled otherwise."""
    if len(raw) > longest:
        raise BadRound("malformed", f"{len(raw)} bytes, expected at most {longest}")
    try:
        thing = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadRound("malformed", "not read as JSON") from None
    if dumps(thing) != raw:
        raise BadRound("malformed", "JSON that is not canonical: sorted keys, no spaces, nothing twice")
    return thing


def digest(thing: Any) -> str:
    """SHA-256 (hex) of the canonical bytes."""
    return hashlib.sha256(dumps(thing)).hexdigest()


def _check(thing: Any) -> None:
    stack = [thing]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            if not all(isinstance(key, str) for key in each):
                raise BadRound("malformed", "a key that is no text")
            stack.extend(each.values())
        elif isinstance(each, list | tuple):
            stack.extend(each)
        elif isinstance(each, int) and not isinstance(each, bool):
            if abs(each) > LARGEST_INT:
                raise BadRound("malformed", "a number beyond 2^53, expected a decimal string")
        elif not isinstance(each, str | bool | None):
            raise BadRound("malformed", f"a {type(each).__name__}, expected text, whole number, true, false or null")
