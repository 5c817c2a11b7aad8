"""A figure: what one member counted in one period, with the context that it never travels without (docs/statistics.md).

    {"schema": "skyddsnat/figure/1", "key": "5f0c…", "metric": "MET-BLK-09", "period": "2026-10",
     "value": 128430, "decimals": 0, "unit": "count/month", "published": false, "method": "1", "gaps": ["days_missing"],
     "list": {"version": "9f86d0…", "versions": 31, "entries_mean": 11820, "resolvers": "all",
              "subscriptions_from": 300000, "block_ttl": 60, "observed": "none"},
     "corrects": null}

No field holds a free text, a name or an address.  An unknown field is refused rather than ignored: a figure must never become a
way for a client's data to reach the hub.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from skyddsnat.catalogue.metrics import METRIC_ID
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import SUBSCRIPTIONS, Correction, Gap, Observed, Share
from skyddsnat.protocols.benchmark import canonical, fields
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.errors import ProtocolError

SCHEMA: Final = "skyddsnat/figure/1"
MOST_BYTES: Final = 2048
LARGEST: Final = 10**15
"""Of a value and of counts; JavaScript still tells such numbers apart."""
UNIT: Final = r"[A-Za-z0-9%][A-Za-z0-9%/ ]{0,59}"
METHOD: Final = r"[0-9][0-9A-Za-z.]{0,11}"
VERSION: Final = r"[0-9A-Za-z][0-9A-Za-z._+-]{0,63}"
LONGEST_TTL: Final = 604_800
MOST_REVISIONS: Final = 99


class BadFigure(ProtocolError):
    """The figure cannot be read.  The message names fields and what was expected, never their contents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListContext:
    """What a count of blocked things depends on.

    version: the list's last version in the period, as the agent names it.  versions: how many there were; entries_mean: their
    mean number of entries.  resolvers: how many of the member's resolvers are counted.  subscriptions_from: lower edge of the
    band (words.SUBSCRIPTIONS).  block_ttl: seconds that a block answer may be kept.  observed: for how much of the period
    nothing was stopped; None where that is not known, and then no such field is written.
    """

    version: str
    versions: int
    entries_mean: int
    resolvers: Share
    subscriptions_from: int
    block_ttl: int
    observed: Observed | None = None


@dataclass(frozen=True, slots=True)
class Corrects:
    """Which revision is replaced (the first is 1), and why."""

    revision: int
    reason: Correction


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One member's figure for one period.

    key: made by the sender; the same key again changes nothing.  value: in steps of 10^-decimals of the unit.
    published: the member has itself made this figure public, so that everyone knows it.
    method: version of the way of counting; a new one breaks the series.  listed: None for metrics that depend on no list.
    """

    key: uuid.UUID
    metric: str
    period: Period
    value: int
    decimals: int
    unit: str
    published: bool
    method: str
    gaps: frozenset[Gap]
    listed: ListContext | None
    corrects: Corrects | None = None


def observed_of(figure: Figure) -> Observed | None:
    """For how much of its period nothing was stopped; None where it does not tell."""
    return None if figure.listed is None else figure.listed.observed


def figure_bytes(figure: Figure) -> bytes:
    """The canonical bytes: what the agent sends, what its preview shows, what the hub keeps."""
    listed, corrects = figure.listed, figure.corrects
    return canonical.dumps(
        {
            "schema": SCHEMA,
            "key": str(figure.key),
            "metric": figure.metric,
            "period": str(figure.period),
            "value": figure.value,
            "decimals": figure.decimals,
            "unit": figure.unit,
            "published": figure.published,
            "method": figure.method,
            "gaps": sorted(gap.value for gap in figure.gaps),
            "list": None if listed is None else _listed(listed),
            "corrects": None if corrects is None else {"revision": corrects.revision, "reason": corrects.reason.value},
        }
    )


def read_figure(raw: bytes) -> Figure:
    """Parse one figure.  Raises BadFigure, with one plain sentence of what was wrong."""
    if len(raw) > MOST_BYTES:
        raise BadFigure("too_large", f"the figure has {len(raw)} bytes, expected at most {MOST_BYTES}")
    try:
        thing = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadFigure("malformed", "the figure was not read as JSON in UTF-8") from None
    try:
        return _figure(thing)
    except BadRound as error:
        raise BadFigure(error.code, error.message) from None
    except PolicyRefusal as error:
        raise BadFigure("malformed", f"period: {error.detail}") from None


def _figure(thing: object) -> Figure:
    top = fields.table(
        thing,
        (
            *("schema", "key", "metric", "period", "value", "decimals", "unit"),
            *("published", "method", "gaps", "list", "corrects"),
        ),
        what="the figure",
    )
    fields.text(top["schema"], SCHEMA, what="schema")
    gaps = fields.rows(top["gaps"], what="gaps", most=len(Gap))
    return Figure(
        key=uuid.UUID(fields.text(top["key"], r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", what="key")),
        metric=fields.text(top["metric"], METRIC_ID, what="metric"),
        period=Period.read(fields.text(top["period"], r"[0-9Q-]{4,7}", what="period")),
        value=fields.whole(top["value"], low=0, high=LARGEST, what="value"),
        decimals=fields.whole(top["decimals"], low=0, high=6, what="decimals"),
        unit=fields.text(top["unit"], UNIT, what="unit"),
        published=fields.truth(top["published"], what="published"),
        method=fields.text(top["method"], METHOD, what="method"),
        gaps=frozenset(_word(gap, Gap, what="gaps") for gap in gaps),
        listed=_optional(top["list"], _read_listed),
        corrects=_optional(top["corrects"], _read_corrects),
    )


def _listed(listed: ListContext) -> dict[str, Any]:
    said = {} if listed.observed is None else {"observed": listed.observed.value}
    return {
        **said,
        "version": listed.version,
        "versions": listed.versions,
        "entries_mean": listed.entries_mean,
        "resolvers": listed.resolvers.value,
        "subscriptions_from": listed.subscriptions_from,
        "block_ttl": listed.block_ttl,
    }


def _read_listed(thing: object) -> ListContext:
    names = ("version", "versions", "entries_mean", "resolvers", "subscriptions_from", "block_ttl")
    table = fields.table(thing, names, what="list", optional=("observed",))
    edge = fields.whole(table["subscriptions_from"], low=0, high=LARGEST, what="list.subscriptions_from")
    if edge not in SUBSCRIPTIONS:
        edges = ", ".join(map(str, SUBSCRIPTIONS))
        raise BadFigure("malformed", f"list.subscriptions_from is no edge of a band, expected one of {edges}")
    return ListContext(
        version=fields.text(table["version"], VERSION, what="list.version"),
        versions=fields.whole(table["versions"], low=1, high=100_000, what="list.versions"),
        entries_mean=fields.whole(table["entries_mean"], low=0, high=10**9, what="list.entries_mean"),
        resolvers=_word(table["resolvers"], Share, what="list.resolvers"),
        subscriptions_from=edge,
        block_ttl=fields.whole(table["block_ttl"], low=0, high=LONGEST_TTL, what="list.block_ttl"),
        observed=_word(table["observed"], Observed, what="list.observed") if "observed" in table else None,
    )


def _read_corrects(thing: object) -> Corrects:
    table = fields.table(thing, ("revision", "reason"), what="corrects")
    revision = fields.whole(table["revision"], low=1, high=MOST_REVISIONS, what="corrects.revision")
    return Corrects(revision, _word(table["reason"], Correction, what="corrects.reason"))


def _optional[T](thing: object, read: Callable[[object], T]) -> T | None:
    return None if thing is None else read(thing)


def _word[E: StrEnum](thing: object, words: type[E], *, what: str) -> E:
    if not isinstance(thing, str) or thing not in [word.value for word in words]:
        raise BadFigure("malformed", f"{what} was not read, expected words of: {', '.join(words)}")
    return words(thing)
