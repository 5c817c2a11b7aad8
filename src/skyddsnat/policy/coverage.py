"""What a list covers.  A whole-domain entry covers the name and all below it; an exact one covers itself.

A URL is an exact entry too, and no name: it covers itself alone, and no domain covers it, since the outputs that take URLs may
stand where no look-up is stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import NamedTuple

from skyddsnat.policy.vocabulary import Scope


class Listed(NamedTuple):
    """One entry of a list: a domain in normal form (A-labels, lower case, no trailing dot) and how far it reaches; or a URL in
    normal form with scope EXACT."""

    name: str
    scope: Scope


def is_url(name: str) -> bool:
    """Whether an entry's name is a URL: only those have a slash."""
    return "/" in name


def urls_of(entries: Iterable[Listed]) -> frozenset[Listed]:
    """The entries that are URLs."""
    return frozenset({entry for entry in entries if "/" in entry.name})  # a set's own loop: lists have many names


def ancestors(name: str) -> Iterator[str]:
    """The names above a name, nearest first: `a.b.test` gives `b.test`, `test`.  A URL has none."""
    if is_url(name):
        return
    while (dot := name.find(".")) != -1:
        name = name[dot + 1 :]
        yield name


class Coverage:
    """Answers "is this covered?" for a fixed set of entries, in as many look-ups as the name has labels."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[Listed]) -> None:
        self._entries = entries if isinstance(entries, Set) else frozenset(entries)

    def covers(self, entry: Listed) -> bool:
        """Whether everything that the entry would block is blocked already."""
        if entry in self._entries or Listed(entry.name, Scope.SUBDOMAINS) in self._entries:
            return True
        return self.tree_above(entry.name) is not None

    def blocks(self, name: str) -> bool:
        """Whether a look-up of exactly this name is stopped."""
        return self.covers(Listed(name, Scope.EXACT))

    def trees_above(self, name: str) -> Iterator[str]:
        """The whole-domain entries strictly above the name, nearest first."""
        return (above for above in ancestors(name) if (above, Scope.SUBDOMAINS) in self._entries)

    def tree_above(self, name: str) -> str | None:
        """The nearest of them, if any."""
        if "/" in name:
            return None
        while (dot := name.find(".")) != -1:  # as `ancestors` does: lists have many names
            name = name[dot + 1 :]
            if (name, Scope.SUBDOMAINS) in self._entries:
                return name
        return None
