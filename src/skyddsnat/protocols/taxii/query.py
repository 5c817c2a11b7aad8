"""What a client asks of a collection: from where, how much, and which (TAXII 2.1 § 3.4, § 3.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from skyddsnat.protocols.errors import ProtocolError
from skyddsnat.protocols.stix.moments import BadMoment, read_moment
from skyddsnat.protocols.taxii.cursor import read_cursor

DEFAULT_LIMIT: Final = 5_000
"""Objects on a page when the client asks for none: large, because some clients read the first page alone."""

MOST: Final = 10_000
"""Objects on a page at most; a larger `limit` is cut to this."""

MOST_VALUES: Final = 500
"""Values in one filter: below what a database takes in one statement."""

_LIMIT: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_MATCH: Final = re.compile(r"match\[(?P<field>.*)\]", re.DOTALL)
_FIELDS: Final = frozenset({"id", "type", "spec_version", "version"})


class BadQuery(ProtocolError):
    """A query that cannot be answered.  code: the parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFilter:
    """match[version]: any of these.  moments: microseconds."""

    first: bool = False
    last: bool = False
    all: bool = False
    moments: frozenset[int] = frozenset()


LAST: Final = VersionFilter(last=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """A page that is asked for.  after: position, exclusive.  An empty set of ids, types or spec versions filters nothing."""

    after: int = -1
    limit: int = DEFAULT_LIMIT
    ids: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    spec_versions: frozenset[str] = frozenset()
    versions: VersionFilter = field(default=LAST)


def read_query(parameters: Mapping[str, Sequence[str]], *, matchable: frozenset[str] = _FIELDS) -> PageQuery:
    """Read a query string's parameters, each with all its values.

    Clients send both `added_after` and `next`, or only one of them: the position is the greater.  A `limit` may change from
    page to page, and the filters may be missing with `next`.  Parameters that are not TAXII's are ignored; a match[…] that we do
    not know is refused, for whoever sent it would take everything for the part that it asked for.
    Raises BadQuery.
    """
    matches: dict[str, list[str]] = {}
    for name, values in parameters.items():
        found = _MATCH.fullmatch(name)
        if found is None:
            continue
        if found["field"] not in matchable:
            raise BadQuery("match", f"a match field is not known here, expected {', '.join(sorted(matchable))}")
        if any("\0" in value for value in values):
            raise BadQuery("match", "a match field holds a NUL character, expected text")
        matches[found["field"]] = [part for value in values for part in value.split(",") if part]
        if len(matches[found["field"]]) > MOST_VALUES:
            raise BadQuery("match", f"a match field has too many values, expected at most {MOST_VALUES}")
    return PageQuery(
        after=max(_added_after(_one(parameters, "added_after")), _next(_one(parameters, "next"))),
        limit=_limit(_one(parameters, "limit")),
        ids=frozenset(matches.get("id", ())),
        types=frozenset(matches.get("type", ())),
        spec_versions=frozenset(matches.get("spec_version", ())),
        versions=_versions(matches.get("version", [])),
    )


def _one(parameters: Mapping[str, Sequence[str]], name: str) -> str | None:
    values = parameters.get(name, ())
    if len(values) > 1:
        raise BadQuery(name, f"{name} is given {len(values)} times, expected once")
    return values[0] if values and values[0] else None


def _added_after(text: str | None) -> int:
    if text is None:
        return -1
    try:
        return read_moment(text)
    except BadMoment as fault:
        raise BadQuery("added_after", f"added_after: {fault.message}") from None


def _next(text: str | None) -> int:
    if text is None:
        return -1
    try:
        return read_cursor(text)
    except ProtocolError as fault:
        raise BadQuery("next", fault.message) from None


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not _LIMIT.fullmatch(text) or int(text) < 1:
        raise BadQuery("limit", "limit was not read, expected a whole number from 1")
    return min(int(text), MOST)


def _versions(words: Sequence[str]) -> VersionFilter:
    if not words:
        return LAST
    named = {"first", "last", "all"}
    try:
        moments = frozenset(read_moment(word) for word in words if word not in named)
    except BadMoment as fault:
        raise BadQuery("version", f"match[version]: {fault.message}, or first, last, all") from None
    return VersionFilter(first="first" in words, last="last" in words, all="all" in words, moments=moments)
