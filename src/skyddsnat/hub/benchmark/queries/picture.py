"""The metrics of a round, and all that could be in one, with what a planner has to know of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import CompetitionFlag, Metric
from skyddsnat.catalogue.text import Text
from skyddsnat.hub.benchmark.models import Round, SignOff
from skyddsnat.hub.members.queries import roles_of
from skyddsnat.policy.benchmark.sight import COUNSEL


@dataclass(frozen=True, slots=True)
class MetricLine:
    """A metric on a page.  reason: why counsel is needed, or why it is barred."""

    metric: Metric
    reason: Text
    chosen: bool
    signed: SignOff | None = None

    @property
    def is_red(self) -> bool:
        return self.metric.competition is CompetitionFlag.RED

    @property
    def is_amber(self) -> bool:
        return self.metric.competition is CompetitionFlag.AMBER


@dataclass(frozen=True, slots=True)
class Group:
    """Metrics under one heading of the catalogue."""

    id: str
    name: Text
    lines: tuple[MetricLine, ...]


def sign_offs_of(round_: Round) -> dict[str, SignOff]:
    """Counsel's sign-offs of a draft by metric: of people who are counsel today.  Somebody else's word waits to be given anew."""
    given = round_.sign_offs.select_related("person__member")
    return {one.metric: one for one in given if COUNSEL in roles_of(one.person)}


def metrics_of(round_: Round) -> list[MetricLine]:
    """Those of the round, in the catalogue's order."""
    signed = sign_offs_of(round_)
    book = load_catalogue().metrics
    return [_line(book[key], chosen=True, signed=signed.get(key)) for key in round_.metrics if key in book]


def all_metrics(chosen: Collection[str]) -> list[Group]:
    """Every metric of the catalogue by group, for the planner."""
    words = load_catalogue().metric_words
    return [
        Group(
            key,
            name,
            tuple(_line(one, chosen=one.id in chosen) for one in words.metrics.values() if one.group == key),
        )
        for key, name in words.groups.items()
    ]


def _line(metric: Metric, *, chosen: bool, signed: SignOff | None = None) -> MetricLine:
    reasons = load_catalogue().metric_words.competition_reasons
    return MetricLine(metric, reasons[metric.competition_reason], chosen, signed)
