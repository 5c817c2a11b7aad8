"""From rows of the feed to one list: the same rows give the same list and the same version, in any order, on any machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from skyddsnat.policy.coverage import Coverage, Listed, ancestors
from skyddsnat.policy.entries import Entries
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz.records import LONGEST_NAME, Policy, fits

EXACT, TREE = Scope.EXACT, Scope.SUBDOMAINS

VERSION = "skyddsnat/list/2"
"""How a version is worked out (docs/adr/0049-digests-of-parts.md)."""


class Row(NamedTuple):
    """One verified name as the feed gives it.  name: normal form.  until: end of validity, None for no end."""

    name: str
    scope: Scope
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Rows that did not become entries, by cause."""

    expired: int = 0
    allowed: int = 0
    covered: int = 0
    too_long: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockList:
    """A compiled list.

    entries: none lies below a whole-domain entry.  version: hex SHA-256 of policy and entries, without serial or canary.
    conflicts: whole domains that were refused because an allowed name lies below them; a person must split them.
    """

    entries: Entries
    version: str
    dropped: Dropped
    conflicts: tuple[str, ...] = ()


def compile_list(
    rows: Iterable[Row],
    *,
    now: datetime,
    policy: Policy,
    zones: tuple[str, ...],
    allow: frozenset[str] = frozenset(),
) -> BlockList:
    """Compile in this order: expiry, length, allow-list, children of blocked ancestors, hash.

    allow: names that this operator never blocks; an entry for such a name goes, and a whole domain above one is refused.
    zones: names of the zones that the rows will live in; an entry must fit below the longest of them.
    """
    known = {str(number): row for number, row in enumerate(rows)}
    return Compiler(known, now=now, policy=policy, zones=zones, allow=allow).list


class Compiler:
    """A list that follows its feed: what has changed costs its own size, and the list is the one that all rows would give.

    rows: by a name of their own, an indicator's id.  list, allow: as `compile_list` says.  beside: see `stand_beside`.
    """

    def __init__(
        self,
        rows: Mapping[str, Row],
        *,
        now: datetime,
        policy: Policy,
        zones: tuple[str, ...],
        allow: frozenset[str] = frozenset(),
        beside: Entries | None = None,
    ) -> None:
        self._now = now
        self._policy = policy
        self._zone = max(zones, key=len)
        self._short = LONGEST_NAME - len(self._zone) - len("*..")
        self.allow = allow
        self._beside = beside
        self._fates = {key: self._fate(row) for key, row in rows.items()}
        self._dropped = Counter(fate for fate in self._fates.values() if type(fate) is str)
        self._wanted = Counter([fate for fate in self._fates.values() if type(fate) is Listed])
        self._below = _names_above(self._wanted)
        self.list = self._whole()

    def change(self, rows: Mapping[str, Row | None], *, now: datetime, allow: frozenset[str] | None = None) -> None:
        """Other rows stand in the place of these; None where none does.  None of the others may have ended meanwhile.

        allow: other names that are never blocked; then every row of a name that came or went is among the rows.
        """
        self._now, self.allow = now, self.allow if allow is None else allow
        before = [fate for key in rows if (fate := self._fates.pop(key, None)) is not None]
        after = {key: self._fate(row) for key, row in rows.items() if row is not None}
        self._fates |= after
        for fates, step in ((before, -1), (after.values(), 1)):
            for fate in fates:
                self._count(fate, step)
        touched = {fate for fate in (*before, *after.values()) if isinstance(fate, Listed)}
        wanted = self._wanted.keys()
        if self.list.conflicts or _above(self.allow, wanted):
            self.list = self._whole()
            return
        near = self._near(touched)
        entries = self.list.entries.changed(drop=near | touched, add=_without_covered(near, wanted))
        self.list = self._list(entries, len(wanted))

    def stand_beside(self, other: Entries) -> None:
        """Tell the list by its difference from another one, a list of domains, where that is small."""
        self._beside = other
        self.list = replace(self.list, entries=self.list.entries.near(other))

    def _fate(self, row: Row) -> Listed | str:
        """The entry that a row asks for, or why it is dropped."""
        name, scope, until = row
        if until is not None and until <= self._now:
            return "expired"
        if name in self.allow:
            return "allowed"
        entry = Listed(name, scope)
        return entry if len(name) < self._short or fits(entry, zone=self._zone) else "too_long"

    def _count(self, fate: Listed | str, step: int) -> None:
        if isinstance(fate, str):
            self._dropped[fate] += step
            return
        was_there = fate in self._wanted
        self._wanted[fate] += step
        if self._wanted[fate] <= 0:
            del self._wanted[fate]
        if was_there is not (fate in self._wanted):
            for above in ancestors(fate.name):
                self._below[above] += step
                if self._below[above] <= 0:
                    del self._below[above]

    def _near(self, changed: set[Listed]) -> set[Listed]:
        """The entries whose place in the list may depend on the changed ones: of the same name, or below a whole domain."""
        wanted = self._wanted.keys()
        trees = tuple(f".{name}" for name, scope in changed if scope is Scope.SUBDOMAINS and name in self._below)
        if len(trees) > MANY:
            return set(wanted)
        near = {same for entry in changed for scope in Scope if (same := Listed(entry.name, scope)) in wanted}
        return near | {entry for entry in wanted if entry.name.endswith(trees)} if trees else near

    def _whole(self) -> BlockList:
        conflicts = _above(self.allow, self._wanted.keys())
        wanted = frozenset(self._wanted.keys() - conflicts if conflicts else self._wanted)
        entries = Entries(wanted - self._covered(wanted))
        if self._beside is not None:
            entries = entries.near(self._beside)  # before its version, which is then made of the other's parts
        return self._list(entries, len(wanted), conflicts=tuple(sorted(entry.name for entry in conflicts)))

    def _covered(self, wanted: frozenset[Listed]) -> set[Listed]:
        """The same that `_without_covered` leaves out, of all: mostly few names stand above others, or none."""
        twice = {entry for entry in wanted if entry[1] is EXACT and (entry[0], TREE) in wanted}
        tops = frozenset(name for name in self._below if (name, TREE) in wanted)
        return (
            twice | {entry for entry in wanted if any(above in tops for above in ancestors(entry.name))}
            if tops
            else twice
        )

    def _list(self, entries: Entries, wanted: int, *, conflicts: tuple[str, ...] = ()) -> BlockList:
        dropped = Dropped(
            expired=self._dropped["expired"],
            allowed=self._dropped["allowed"],
            covered=wanted - len(entries),
            too_long=self._dropped["too_long"],
        )
        version = list_version(entries, policy=self._policy)
        return BlockList(entries=entries, version=version, dropped=dropped, conflicts=conflicts)


def list_version(entries: Iterable[Listed], *, policy: Policy) -> str:
    """The content hash that is a list's version: of the policy and of the parts of lines `name scope`."""
    return Entries.of(entries).parts.digest(head=f"{VERSION}\n{policy.line}\n")


def _names_above(entries: Iterable[Listed]) -> Counter[str]:
    """The names above entries, with how many stand below each.  Most stand right below one of a few."""
    right_above = Counter([name.partition(".")[2] for name, _ in entries if "/" not in name])
    above: Counter[str] = Counter()
    for name, count in right_above.items():
        for one in (name, *ancestors(name)) if name else ():
            above[one] += count
    return above


def _above(allow: frozenset[str], entries: Set[Listed]) -> set[Listed]:
    """Whole-domain entries with an allowed name below them."""
    coverage = Coverage(entries)
    return {Listed(tree, Scope.SUBDOMAINS) for name in allow for tree in coverage.trees_above(name)}


MANY = 50
"""Changed whole domains from which looking at every entry is quicker than comparing its end with each of them."""


def _without_covered(entries: Iterable[Listed], wanted: Set[Listed]) -> set[Listed]:
    """Drop what a whole domain covers already: a redundant row below a wildcard makes empty non-terminals, and BIND and
    Unbound then resolve the names around it (RFC 4592; reference, "Wildcard-hole test")."""
    coverage = Coverage(wanted)
    return {
        entry
        for entry in entries
        if coverage.tree_above(entry.name) is None
        and not (entry.scope is Scope.EXACT and Listed(entry.name, Scope.SUBDOMAINS) in wanted)
    }
