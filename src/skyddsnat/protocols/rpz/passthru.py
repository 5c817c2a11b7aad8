"""Lifting a name that only the base zone holds: hot lets it through, since the first zone that knows a name decides.

A change of the small hot zone is at every resolver in milliseconds; one of a base with a million names takes some of them
seconds (docs/adr/0044-hot-lets-through.md).  Base itself follows at its next rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from skyddsnat.policy.coverage import Listed, ancestors
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz.records import LONGEST_NAME, Canary, Record, owners

PASSTHRU = "rpz-passthru."
"""What a row points to that lets its name through."""


def passthru_rows(passed: Iterable[Listed], *, blocked: Iterable[Listed], zone: str) -> frozenset[Record]:
    """The rows with which a zone lets entries of the next zone through, and goes on blocking its own.

    passed: what the next zone blocks and the list does not.  blocked: entries of this zone; none lies above a passed one.
    zone: this zone's name; a row that is too long below it is left out, and nobody can ask for what it would cover.

    Where a whole domain is passed and this zone has names below it, each name on the way between them exists, and a wildcard
    does not reach past a name that exists (RFC 4592): each gets rows of its own, or the next zone would block around it.
    """
    passed, blocked = tuple(passed), tuple(blocked)
    trees = {entry.name for entry in passed if entry.scope is Scope.SUBDOMAINS}
    wanted = {owner for entry in passed for owner in owners(entry)}
    wanted |= {
        owner
        for entry in (*passed, *(blocked if trees else ()))
        for name in _way_up(entry.name, trees)
        for owner in owners(Listed(name, Scope.SUBDOMAINS))
    }
    wanted -= {owner for entry in blocked for owner in owners(entry)}
    return frozenset(Record(owner, "CNAME", PASSTHRU) for owner in wanted if len(owner) + 1 + len(zone) <= LONGEST_NAME)


def proof_of_order(base: Canary) -> Listed:
    """A name below base's canary that hot lets through: where it answers the canary's address, hot does not decide first."""
    return Listed(f"first.{base.owner}", Scope.EXACT)


def _way_up(name: str, trees: set[str]) -> Iterator[str]:
    """The name and those above it that lie below a passed whole domain."""
    path = (name, *ancestors(name))
    tops = [place for place, above in enumerate(path) if above in trees and place]
    yield from path[: tops[-1]] if tops else ()
