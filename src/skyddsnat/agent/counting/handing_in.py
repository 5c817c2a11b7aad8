"""Handing in a period's figures to the joint statistics: what would leave, byte by byte, and then exactly that.

One figure a metric and period.  The bytes are kept before they are sent, so that a lost answer is followed by the very same
figure again, and afterwards as a trace.  A figure that has changed since is a correction, with its reason.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from skyddsnat.agent.channel import Channel
from skyddsnat.agent.config import Config, HubConfig
from skyddsnat.agent.counting.figures import METHOD, TOO_FEW, MonthCounts, disclosed
from skyddsnat.agent.counting.store import CountStore
from skyddsnat.agent.errors import HubError, Refused, WrongUse
from skyddsnat.catalogue.metrics import Metric
from skyddsnat.policy.statistics.collecting import has_no_part, needs_list
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import Correction, band_of
from skyddsnat.protocols.statistics import MOST_REVISIONS, Corrects, Figure, ListContext, figure_bytes, read_figure

WARNING: Final = re.compile(r"[a-z_]{1,40}", re.ASCII)
URL: Final = "/api/statistics/figures"


class NotCollected(Refused):
    """The coalition does not collect this metric, or not for this period.  What the agent measures stays with it."""


class Standing(StrEnum):
    """NEW: was never handed in; AGAIN: left, and no answer came; SAME: is at the hub like this; CHANGED: is there otherwise."""

    NEW = "new"
    AGAIN = "again"
    SAME = "same"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One metric.  figure: None where there is none, and then `why`.  body: what would leave."""

    metric: Metric
    figure: Figure | None = None
    why: str = ""
    standing: Standing = Standing.NEW

    @property
    def body(self) -> bytes:
        """Exactly what leaves."""
        return b"" if self.figure is None else figure_bytes(self.figure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is to hand in.  values: measured elsewhere in the agent; lacking: why others are not; stop_page: its totals.

    index: of the fixed panel, or why there is none.
    """

    counts: MonthCounts
    values: Mapping[str, Decimal]
    lacking: Mapping[str, str]
    stop_page: Mapping[str, int]
    index: tuple[int | None, str]


def lines(
    config: Config, store: CountStore, metrics: Mapping[str, Metric], found: Found, period: Period, *, published: bool
) -> list[Line]:
    """One line for each metric that is collected from agents in such periods."""
    prepared = []
    for metric in metrics.values():
        value, why = _value(metric, found)
        listed = _listed(found.counts, config)
        if value is not None and needs_list(metric) and isinstance(listed, str):
            value, why = None, listed
        if value is None:
            prepared.append(Line(metric=metric, why=why))
            continue
        figure = Figure(
            key=uuid.uuid4(),
            metric=metric.id,
            period=period,
            value=value,
            decimals=metric.value.decimals,
            unit=metric.unit,
            published=published,
            method=METHOD,
            gaps=found.counts.gaps if needs_list(metric) else frozenset(),
            listed=listed if needs_list(metric) and isinstance(listed, ListContext) else None,
        )
        prepared.append(_standing(store, metric, figure))
    return prepared


def correction(line: Line, reason: Correction, store: CountStore) -> Line:
    """The line as a correction of what was handed in."""
    before = store.handed_in(line.metric.id, str(line.figure.period)) if line.figure else None
    if line.figure is None or before is None:
        raise WrongUse(f"{line.metric.id} was not handed in from here, so that there is nothing to correct")
    return replace(line, figure=replace(line.figure, corrects=Corrects(before.revision, reason)))


def send(channel: Channel, store: CountStore, line: Line, *, at: str, by: str) -> Mapping[str, Any]:
    """Hand one figure in; returns the hub's answer.  Raises HubError, NotCollected where the coalition wants no such figure."""
    if line.figure is None:
        raise WrongUse(f"{line.metric.id}: {line.why}")
    metric, period = line.metric.id, str(line.figure.period)
    revision = 1 if line.figure.corrects is None else line.figure.corrects.revision + 1
    store.keep_figure(metric, period, revision=revision, at=at, by=by, body=line.body)
    try:
        answer = channel.json("POST", URL, line.body)
    except Refused as refusal:
        if refusal.code != "not_collected":
            raise
        store.forget_figure(metric, period, revision=revision)
        raise NotCollected(str(refusal), refusal.code) from refusal
    taken = answer.get("revision") if isinstance(answer, dict) else None
    if type(taken) is not int or not 1 <= taken <= MOST_REVISIONS:
        raise HubError(f"the hub's answer to a figure has no revision from 1 to {MOST_REVISIONS}; check url")
    store.figure_taken(metric, period, revision=revision, as_revision=taken)
    return {**answer, "warnings": warnings_in(answer)}


def warnings_in(answer: Mapping[str, Any]) -> list[str]:
    """What the hub finds odd, as codes: anything else could steer the terminal that shows it."""
    said = answer.get("warnings")
    return [one for one in said if isinstance(one, str) and WARNING.fullmatch(one)] if isinstance(said, list) else []


def connect(hub: HubConfig) -> Channel:
    """To the hub, with the token for reports."""
    advice = {
        401: "token refused; let your engineer make a new one at the hub, scope stats, and write it to report_token_file",
        403: "token of the wrong scope, expected stats",
        404: "this hub collects no statistics; check url",
    }
    missing = f"in report_token_file of [hub] or in ${hub.report_token.variable}; make it at the hub, scope stats"
    return Channel(hub, hub.report_token, advice=advice, missing=missing)


def _value(metric: Metric, found: Found) -> tuple[int | None, str]:
    """In the metric's smallest steps; or why there is none."""
    counted = {
        "MET-BLK-09": found.counts.lookups,
        "MET-BLK-10": found.counts.hits if found.counts.read or found.counts.resolvers else None,
        "MET-STP-02": found.stop_page.get("views"),
    }
    if metric.id in counted:
        exact = counted[metric.id]
        if exact is not None and has_no_part(metric, found.counts.observed):
            return 0, ""  # whoever else stopped what the logs say: this list stopped none of it
        if exact is None:
            return None, "nothing here counts it"
        told = disclosed(exact)
        return (told, "") if told is not None else (None, TOO_FEW)
    if metric.id == "MET-BLK-08":
        return found.index
    if metric.id == "MET-STP-01":
        return _click_through(found.stop_page, metric)
    value = found.values.get(metric.id)
    if value is None:
        return None, found.lacking.get(metric.id, "this agent does not measure it")
    return int(value.scaleb(metric.value.decimals)), ""


def _click_through(totals: Mapping[str, int], metric: Metric) -> tuple[int | None, str]:
    """Clicks on help per view, of views that are not too few and clicks rounded like every count."""
    if not totals:
        return None, "there is no stop page here, or its counts were not found"
    views, clicks = disclosed(totals.get("views", 0)), disclosed(totals.get("help", 0) + totals.get("support", 0))
    if views is None or clicks is None:
        return None, TOO_FEW
    share = min(Decimal(100), Decimal(clicks) * 100 / views)
    return int(share.quantize(Decimal(1).scaleb(-metric.value.decimals)).scaleb(metric.value.decimals)), ""


def _listed(counts: MonthCounts, config: Config) -> ListContext | str:
    """The context, or what of it is missing."""
    if config.count.subscriptions is None:
        return "subscriptions is missing in [count]; only the band that it lies in leaves"
    if not counts.version or counts.resolvers is None:
        return "no day of the period was counted with a list in force"
    return ListContext(
        version=counts.version,
        versions=counts.versions,
        entries_mean=counts.entries_mean,
        resolvers=counts.resolvers,
        subscriptions_from=band_of(config.count.subscriptions),
        block_ttl=config.count.block_ttl,
        observed=counts.observed,
    )


def _standing(store: CountStore, metric: Metric, figure: Figure) -> Line:
    """Beside what was handed in before: the same figure keeps its key, so that the hub knows it again."""
    before = store.handed_in(metric.id, str(figure.period))
    if before is None:
        return Line(metric=metric, figure=figure)
    kept = read_figure(before.body)
    if replace(figure, key=kept.key, corrects=kept.corrects) == kept:
        return Line(metric=metric, figure=kept, standing=Standing.SAME if before.taken else Standing.AGAIN)
    if not before.taken:
        # What left last is not known to have arrived: it is replaced, and if it did arrive the hub says so.
        return Line(metric=metric, figure=replace(figure, corrects=kept.corrects), standing=Standing.NEW)
    return Line(metric=metric, figure=figure, standing=Standing.CHANGED)
