"""What a list of blocked names covers.  A whole-domain entry covers the name and all below it; an exact one covers itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from skyddsnat.policy.vocabulary import Scope


class Listed(NamedTuple):
    """One entry of a list: a domain in normal form (A-labels, lower case, no trailing dot) and how far it reaches."""

    name: str
    scope: Scope


def ancestors(name: str) -> Iterator[str]:
    """The names above a name, nearest first: `a.b.test` gives `b.test`, `test`."""
    while (dot := name.find(".")) != -1:
        name = name[dot + 1 :]
        yield name


class Coverage:
    """Answers "is this covered?" for a fixed set of entries, in as many look-ups as the name has labels."""

    __slots__ = ("_names", "_trees")

    def __init__(self, entries: Iterable[Listed]) -> None:
        names: set[str] = set()
        trees: set[str] = set()
        for entry in entries:
            (trees if entry.scope is Scope.SUBDOMAINS else names).add(entry.name)
        self._names = frozenset(names)
        self._trees = frozenset(trees)

    def covers(self, entry: Listed) -> bool:
        """Whether everything that the entry would block is blocked already."""
        if entry.scope is Scope.EXACT and entry.name in self._names:
            return True
        return entry.name in self._trees or self.tree_above(entry.name) is not None

    def blocks(self, name: str) -> bool:
        """Whether a look-up of exactly this name is stopped."""
        return self.covers(Listed(name, Scope.EXACT))

    def trees_above(self, name: str) -> Iterator[str]:
        """The whole-domain entries strictly above the name, nearest first."""
        return (above for above in ancestors(name) if above in self._trees)

    def tree_above(self, name: str) -> str | None:
        """The nearest of them, if any."""
        return next(self.trees_above(name), None)


def still_covered(entries: Iterable[Listed], by: Coverage) -> frozenset[Listed]:
    """The entries that the other list would also block.

    A whole domain that has been narrowed to its own name is narrowed here too: that takes away and adds nothing.
    """
    kept: set[Listed] = set()
    for entry in entries:
        if by.covers(entry):
            kept.add(entry)
        elif by.blocks(entry.name):
            kept.add(Listed(entry.name, Scope.EXACT))
    return frozenset(kept)
