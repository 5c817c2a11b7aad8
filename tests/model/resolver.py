"""Every route that Django's resolver knows, its parents' parameters included, and an address for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

SAMPLES = {
    "UUIDConverter": "00000000-0000-0000-0000-000000000007",
    "IntConverter": "7777777",
    "SlugConverter": "unknown",
    "StringConverter": "unknown",
    "PathConverter": "unknown/path",
}
"""Ids that the converters take and that nothing has."""


def walk(
    resolver: URLResolver, spaces: tuple[str, ...] = (), parents: Mapping[str, str] | None = None
) -> Iterator[tuple[str, dict[str, str]]]:
    """Full name and parameters (name: class of its converter, "" for a bare group of a regular expression) of each route."""
    for pattern in resolver.url_patterns:
        found = {**(parents or {}), **dict.fromkeys(pattern.pattern.regex.groupindex, "")}
        found |= {name: type(converter).__name__ for name, converter in pattern.pattern.converters.items()}
        if isinstance(pattern, URLResolver):
            yield from walk(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces, found)
        else:
            yield ":".join((*spaces, pattern.name or "")), found


@cache
def known_routes() -> dict[str, dict[str, str]]:
    """Parameters by full name.  Raises AssertionError for two routes of one name: only one of them would be tried."""
    found: dict[str, dict[str, str]] = {}
    for name, parameters in walk(get_resolver()):
        assert name not in found, f"got two routes named {name!r}, expected a name for each"
        found[name] = parameters
    return found


def address(name: str, **ids: object) -> str:
    """The URL of a route; what `ids` leaves out is an id that nothing has.  Fails, never skips, where none can be made."""
    parameters = known_routes()[name]
    assert ids.keys() <= parameters.keys(), f"{name} takes {sorted(parameters)}, got {sorted(ids)}"
    full = {key: ids.get(key, SAMPLES.get(kind, "unknown")) for key, kind in parameters.items()}
    try:
        return reverse(name, kwargs=full)
    except NoReverseMatch as error:
        raise AssertionError(f"no address can be made for {name!r} with {full}: every route must be tried") from error
