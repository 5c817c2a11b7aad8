"""What a new list changes, in the shape in which a person judges it.  Pure.

An entry that comes or goes is one thing; a name that becomes its whole domain, or the other way round, is another; and a name
that is no longer listed because a whole domain above it is now, stays as blocked as it was.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from skyddsnat.policy.coverage import Coverage, Listed


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDiff:
    """Each entry that differs stands in one of these.

    added, removed: blocked from now on, or no longer.  widened, narrowed: a name alone that becomes its whole domain, or back.
    taken_in: listed no longer by itself, since a whole domain above it is.  split_off: the other way round.
    """

    added: tuple[Listed, ...] = ()
    removed: tuple[Listed, ...] = ()
    widened: tuple[Listed, ...] = ()
    narrowed: tuple[Listed, ...] = ()
    taken_in: tuple[Listed, ...] = ()
    split_off: tuple[Listed, ...] = ()


def diff(current: Set[Listed], candidate: Set[Listed]) -> ListDiff:
    """From one list to another; each part in order."""
    new, gone = candidate - current, current - candidate
    before, after = Coverage(current), Coverage(candidate)
    both = {entry.name for entry in new} & {entry.name for entry in gone}
    fresh = {entry for entry in new if not before.covers(entry)}
    free = {entry for entry in gone if not after.covers(entry)}
    widened = {entry for entry in fresh if entry.name in both}
    narrowed = {entry for entry in new - fresh if entry.name in both}
    changed = {entry.name for entry in widened | narrowed}
    return ListDiff(
        added=tuple(sorted(fresh - widened)),
        removed=tuple(sorted(entry for entry in free if entry.name not in changed)),
        widened=tuple(sorted(widened)),
        narrowed=tuple(sorted(narrowed)),
        taken_in=tuple(sorted(entry for entry in gone - free if entry.name not in changed)),
        split_off=tuple(sorted(entry for entry in new - fresh if entry.name not in changed)),
    )
