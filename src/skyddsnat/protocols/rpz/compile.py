"""From rows of the feed to one list: the same rows give the same list and the same version, in any order, on any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
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
    longest = max(zones, key=len)
    wanted: set[Listed] = set()
    expired = allowed = too_long = 0
    for row in rows:
        entry = Listed(row.name, row.scope)
        if row.until is not None and row.until <= now:
            expired += 1
        elif row.name in allow:
            allowed += 1
        elif not fits(entry, zone=longest):
            too_long += 1
        else:
            wanted.add(entry)
    conflicts = _above(allow, wanted)
    wanted -= conflicts
    entries = _without_covered(wanted)
    return BlockList(
        entries=entries,
        version=list_version(entries, policy=policy),
        dropped=Dropped(expired=expired, allowed=allowed, covered=len(wanted) - len(entries), too_long=too_long),
        conflicts=tuple(sorted(entry.name for entry in conflicts)),
    )


def list_version(entries: Iterable[Listed], *, policy: Policy) -> str:
    """The content hash that is a list's version."""
    lines = ["skyddsnat/list/1", policy.line, *(f"{name} {scope}" for name, scope in sorted(entries))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _above(allow: frozenset[str], entries: set[Listed]) -> set[Listed]:
    """Whole-domain entries with an allowed name below them."""
    coverage = Coverage(entries)
    return {Listed(tree, Scope.SUBDOMAINS) for name in allow for tree in coverage.trees_above(name)}


def _without_covered(entries: set[Listed]) -> tuple[Listed, ...]:
    """Drop what a whole domain covers already: a redundant row below a wildcard makes empty non-terminals, and BIND and
    Unbound then resolve the names around it (RFC 4592; reference, "Wildcard-hole test")."""
    coverage = Coverage(entries)
    kept = {
        entry
        for entry in entries
        if coverage.tree_above(entry.name) is None
        and not (entry.scope is Scope.EXACT and Listed(entry.name, Scope.SUBDOMAINS) in entries)
    }
    return tuple(sorted(kept))
