"""What a joint figure never travels without: which list, which resolvers, how many subscriptions, which method, which gaps.

Put together of all contributors, so that it says nothing of one: of a share the lowest is told, of gaps only that somebody has
them, of subscriptions an order of magnitude.  Before and after a change of members together it would: so of one panel alone
more than warnings is told (docs/adr/0048).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from skyddsnat.policy.statistics.together import together
from skyddsnat.policy.statistics.words import Gap, Observed, Share, band_end
from skyddsnat.protocols.statistics import Figure, ListContext

type Range = tuple[int, int]
type Span = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class ListLines:
    """versions, entries, block_ttl: least and most of the contributors.  subscriptions: bands added; the end may be open.

    resolvers: of the contributor with the lowest share.  All five are None where the members are not those of the first figures.
    observed: SOME if a contributor's list only observed for a part of the period; None if one does not tell and none did.
    """

    versions: Range | None
    entries: Range | None
    resolvers: Share | None
    subscriptions: Span | None
    block_ttl: Range | None
    observed: Observed | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """listed: None for a metric that depends on no list."""

    method: str
    gaps: tuple[Gap, ...]
    listed: ListLines | None


def joint(figures: Sequence[Figure]) -> Context:
    """The context of a joint figure that is made from these, all counted by one method."""
    lists = [figure.listed for figure in figures if figure.listed is not None]
    gaps = tuple(gap for gap in Gap if any(gap in figure.gaps for figure in figures))
    return Context(figures[0].method, gaps, _joined(lists) if len(lists) == len(figures) else None)


def own(figure: Figure) -> Context:
    """The context of one figure, for its own member."""
    return joint([figure])


def to_all(context: Context, *, is_first_panel: bool) -> Context:
    """What of a joint figure's context is told.  is_first_panel: of the panel whose figures were shown first, and no other."""
    listed = context.listed
    if listed is None:
        return context
    if is_first_panel and listed.subscriptions is not None:
        return replace(context, listed=replace(listed, subscriptions=together(listed.subscriptions[0])))
    return replace(context, listed=ListLines(None, None, None, None, None, listed.observed))


def as_json(context: Context) -> dict[str, Any]:
    """Codes and whole numbers, as a release keeps what `joint` has made."""
    listed = context.listed
    return {
        "method": context.method,
        "gaps": [gap.value for gap in context.gaps],
        "list": None
        if listed is None
        else {
            "versions": listed.versions,
            "entries": listed.entries,
            "resolvers": listed.resolvers,
            "subscriptions": listed.subscriptions,
            "block_ttl": listed.block_ttl,
            "observed": listed.observed,
        },
    }


def from_json(kept: dict[str, Any]) -> Context:
    """What `as_json` wrote."""
    listed = kept["list"]
    return Context(
        method=kept["method"],
        gaps=tuple(Gap(gap) for gap in kept["gaps"]),
        listed=None
        if listed is None
        else ListLines(
            versions=tuple(listed["versions"]),
            entries=tuple(listed["entries"]),
            resolvers=Share(listed["resolvers"]),
            subscriptions=tuple(listed["subscriptions"]),
            block_ttl=tuple(listed["block_ttl"]),
            observed=Observed(listed["observed"]) if listed.get("observed") else None,
        ),
    )


def _joined(lists: Sequence[ListContext]) -> ListLines:
    order = list(Share)
    ends = [band_end(each.subscriptions_from) for each in lists]
    return ListLines(
        versions=_range(each.versions for each in lists),
        entries=_range(each.entries_mean for each in lists),
        resolvers=max((each.resolvers for each in lists), key=order.index),
        subscriptions=(
            sum(each.subscriptions_from for each in lists),
            None if None in ends else sum(end for end in ends if end is not None),
        ),
        block_ttl=_range(each.block_ttl for each in lists),
        observed=_observed({each.observed for each in lists}),
    )


def _observed(told: set[Observed | None]) -> Observed | None:
    if len(told) == 1:
        return told.pop()
    return Observed.SOME if told & {Observed.SOME, Observed.ALL} else None


def _range(numbers: Iterable[int]) -> Range:
    found = list(numbers)
    return min(found), max(found)
