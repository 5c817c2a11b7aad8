"""From rows of the feed to one list: the same rows give the same list and the same version, in any order, on any machine."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from skyddsnat.policy.coverage import Coverage, Listed
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz.records import Policy, fits


@dataclass(frozen=True, slots=True)
class Row:
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

    entries: sorted; none lies below a whole-domain entry.  version: hex SHA-256 of policy and entries, without serial or
    canary.  conflicts: whole domains that were refused because an allowed name lies below them; a person must split them.
    """

    entries: tuple[Listed, ...]
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
    """Compile in this order: expiry, length, allow-list, children of blocked ancestors, sort, hash.

    allow: names that this operator never blocks; an entry for such a name goes, and a whole domain above one is refused.
    zones: names of the zones that the rows will live in; an entry must fit below the longest of them.
    """
    known = {str(number): row for number, row in enumerate(rows)}
    return Compiler(known, now=now, policy=policy, zones=zones, allow=allow).list


class Compiler:
    """A list that follows its feed: what has changed costs its own size, and the list is the one that all rows would give.

    rows: by a name of their own, an indicator's id.  list, allow: as `compile_list` says.
    """

    def __init__(
        self,
        rows: Mapping[str, Row],
        *,
        now: datetime,
        policy: Policy,
        zones: tuple[str, ...],
        allow: frozenset[str] = frozenset(),
    ) -> None:
        self._now = now
        self._policy = policy
        self._zone = max(zones, key=len)
        self.allow = allow
        self._fates = {key: self._fate(row) for key, row in rows.items()}
        self._counts = Counter(self._fates.values())
        self.list = self._whole()

    def change(self, rows: Mapping[str, Row | None], *, now: datetime) -> None:
        """Other rows stand in the place of these; None where none does.  None of the others may have ended meanwhile."""
        self._now = now
        touched: set[Listed] = set()
        for key, row in rows.items():
            for fate, step in ((self._fates.pop(key, None), -1), (None if row is None else self._fate(row), 1)):
                if fate is None:
                    continue
                self._counts[fate] += step
                if self._counts[fate] <= 0:
                    del self._counts[fate]
                if step > 0:
                    self._fates[key] = fate
                if isinstance(fate, Listed):
                    touched.add(fate)
        wanted = self._wanted()
        if self.list.conflicts or _above(self.allow, wanted):
            self.list = self._whole()
        else:
            near = _near(wanted, touched)
            placed = [entry for entry in self.list.entries if entry not in near and entry not in touched]
            placed += _without_covered(near, wanted)
            placed.sort()  # in order but for its end, which sorting makes use of
            self.list = self._list(tuple(placed), len(wanted))

    def _fate(self, row: Row) -> Listed | str:
        """The entry that a row asks for, or why it is dropped."""
        if row.until is not None and row.until <= self._now:
            return "expired"
        if row.name in self.allow:
            return "allowed"
        entry = Listed(row.name, row.scope)
        return entry if fits(entry, zone=self._zone) else "too_long"

    def _wanted(self) -> frozenset[Listed]:
        return frozenset(fate for fate in self._counts if type(fate) is Listed)

    def _whole(self) -> BlockList:
        wanted = self._wanted()
        conflicts = _above(self.allow, wanted)
        wanted -= conflicts
        entries = tuple(sorted(_without_covered(wanted, wanted)))
        return self._list(entries, len(wanted), conflicts=tuple(sorted(entry.name for entry in conflicts)))

    def _list(self, entries: tuple[Listed, ...], wanted: int, *, conflicts: tuple[str, ...] = ()) -> BlockList:
        counts: Counter[Listed | str] = self._counts
        dropped = Dropped(
            expired=counts["expired"],
            allowed=counts["allowed"],
            covered=wanted - len(entries),
            too_long=counts["too_long"],
        )
        version = list_version(entries, policy=self._policy)
        return BlockList(entries=entries, version=version, dropped=dropped, conflicts=conflicts)


def list_version(entries: Iterable[Listed], *, policy: Policy) -> str:
    """The content hash that is a list's version."""
    lines = ["skyddsnat/list/1", policy.line, *(f"{name} {scope}" for name, scope in sorted(entries))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _above(allow: frozenset[str], entries: frozenset[Listed]) -> set[Listed]:
    """Whole-domain entries with an allowed name below them."""
    coverage = Coverage(entries)
    return {Listed(tree, Scope.SUBDOMAINS) for name in allow for tree in coverage.trees_above(name)}


def _near(entries: frozenset[Listed], changed: set[Listed]) -> set[Listed]:
    """The entries whose place in the list may depend on the changed ones: of the same name, or below a whole domain."""
    names = {entry.name for entry in changed}
    trees = tuple(f".{entry.name}" for entry in changed if entry.scope is Scope.SUBDOMAINS)
    if len(trees) > MANY:
        return set(entries)
    return {entry for entry in entries if (name := entry.name) in names or name.endswith(trees)}


MANY = 50
"""Changed whole domains from which looking at every entry is quicker than comparing its end with each of them."""


def _without_covered(entries: Iterable[Listed], wanted: frozenset[Listed]) -> set[Listed]:
    """Drop what a whole domain covers already: a redundant row below a wildcard makes empty non-terminals, and BIND and
    Unbound then resolve the names around it (RFC 4592; reference, "Wildcard-hole test")."""
    coverage = Coverage(wanted)
    return {
        entry
        for entry in entries
        if coverage.tree_above(entry.name) is None
        and not (entry.scope is Scope.EXACT and Listed(entry.name, Scope.SUBDOMAINS) in wanted)
    }
