"""Reads the fields of a message strictly: what is missing, superfluous or of another kind is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from skyddsnat.protocols.benchmark.errors import BadRound

IDENTIFIER: Final = r"[a-z0-9-]{1,40}"
HEX32: Final = r"[0-9a-f]{64}"
HEX64: Final = r"[0-9a-f]{128}"
ITEM: Final = r"[A-Z][A-Z0-9-]{1,19}(?:\.amount)?"
NUMBER: Final = r"0|[1-9][0-9]{0,29}"
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


def table(thing: object, names: Iterable[str], *, what: str, optional: Iterable[str] = ()) -> Mapping[str, Any]:
    """An object with exactly these fields; those of `optional` may be left out.  Raises BadRound(malformed)."""
    wanted = set(names)
    if not isinstance(thing, dict):
        raise BadRound("malformed", f"{what} is no object")
    wanted |= set(optional) & set(thing)
    if set(thing) != wanted:
        odd = ", ".join(sorted(wanted ^ set(map(str, thing)))[:5])
        raise BadRound("malformed", f"{what} lacks or has too much of: {odd[:200]}")
    return thing


def text(thing: object, pattern: str, *, what: str) -> str:
    """A text that the pattern matches whole.  Raises BadRound(malformed)."""
    if not isinstance(thing, str) or not re.fullmatch(pattern, thing, re.ASCII):
        raise BadRound("malformed", f"{what} was not read, expected {pattern}")
    return thing


def prose(thing: object, *, what: str, longest: int = 200) -> str:
    """A text for people.  Raises BadRound(malformed)."""
    if not isinstance(thing, str) or not 1 <= len(thing) <= longest or not thing.isprintable():
        raise BadRound("malformed", f"{what} was not read, expected 1 to {longest} printable characters")
    return thing


def whole(thing: object, *, low: int, high: int, what: str) -> int:
    """A whole number within bounds.  Raises BadRound(malformed)."""
    if not isinstance(thing, int) or isinstance(thing, bool) or not low <= thing <= high:
        raise BadRound("malformed", f"{what} was not read, expected a whole number from {low} to {high}")
    return thing


def truth(thing: object, *, what: str) -> bool:
    """True or false.  Raises BadRound(malformed)."""
    if not isinstance(thing, bool):
        raise BadRound("malformed", f"{what} was not read, expected true or false")
    return thing


def rows(thing: object, *, what: str, most: int, fewest: int = 0) -> list[Any]:
    """A list.  Raises BadRound(malformed)."""
    if not isinstance(thing, list) or not fewest <= len(thing) <= most:
        raise BadRound("malformed", f"{what} was not read, expected a list of {fewest} to {most}")
    return thing


def moment(thing: object, *, what: str) -> datetime:
    """A moment in UTC, whole seconds.  Raises BadRound(malformed)."""
    try:
        return datetime.strptime(text(thing, r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z", what=what), _TIME).replace(
            tzinfo=UTC
        )
    except ValueError:
        raise BadRound("malformed", f"{what} is no moment, expected YYYY-MM-DDThh:mm:ssZ") from None


def moment_text(when: datetime) -> str:
    """The spelling that `moment` reads."""
    return when.astimezone(UTC).strftime(_TIME)
