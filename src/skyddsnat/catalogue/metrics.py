"""Metrics: the definitions of benchmark figures, one bounded number per member and period (DESIGN § 2 and § 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from skyddsnat.catalogue.grid import Grid, Ladders, ValueRange, ValueType, read_grid, read_range
from skyddsnat.catalogue.reader import Reader, collect, names, text_table
from skyddsnat.catalogue.release import JointTotals, ReleaseRules, Rung, read_joint_totals, read_release
from skyddsnat.catalogue.text import Text

METRIC_ID = r"MET-[A-Z]{3}-[0-9]{2}"
RANKING_OUTPUTS = frozenset({"own_rank_opt_in"})


class Direction(StrEnum):
    """Which way is better.  NEUTRAL has no "better": it is never ranked and never coloured (DESIGN § 3, promise 9)."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


class Frequency(StrEnum):
    """How often the value is collected; rounds run quarterly at most."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Sharing(StrEnum):
    """SECRET: only through confidential benchmarking; COALITION: open to members; PUBLIC: may be published."""

    SECRET = "secret"  # noqa: S105 - a word of the vocabulary
    COALITION = "coalition"
    PUBLIC = "public"


class CompetitionFlag(StrEnum):
    """GREEN may be proposed by anyone; AMBER needs counsel's note in the round; RED cannot be put in a round."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Evidence(StrEnum):
    """Who counted: the product's own software, or the member by its own word."""

    MEASURED = "measured-by-agent"
    SELF_REPORTED = "self-reported"


@dataclass(frozen=True, slots=True)
class Metric:
    """What a figure counts, on which grid it is compared and what may go wrong in reading it."""

    id: str
    group: str
    name: Text
    definition: Text
    unit: str
    normaliser: str
    direction: Direction
    frequency: Frequency
    value: ValueRange
    grid: Grid
    bits: int
    sharing: Sharing
    competition: CompetitionFlag
    competition_reason: str
    additive: bool
    evidence: Evidence
    data_source: Text
    pitfalls: Text
    sources: tuple[str, ...]

    @property
    def is_neutral(self) -> bool:
        """Whether the metric has no "better" and must never be ordered by its value."""
        return self.direction is Direction.NEUTRAL

    def private_outputs(self, rung: Rung) -> tuple[str, ...]:
        """What its owner alone learns on a rung; a rank is never among it for a neutral metric."""
        return tuple(word for word in rung.private if not (self.is_neutral and word in RANKING_OUTPUTS))


@dataclass(frozen=True, slots=True)
class MetricFile:
    """metrics.yaml: the metrics, their words, and what may be released of them."""

    version: str
    timezone: str
    groups: Mapping[str, Text]
    units: Mapping[str, Text]
    normalisers: Mapping[str, Text]
    competition_reasons: Mapping[str, Text]
    outputs: Mapping[str, Text]
    release: ReleaseRules
    joint_totals: JointTotals
    first_round: tuple[str, ...]
    metrics: Mapping[str, Metric]


def read_metrics(reader: Reader, *, version: str) -> MetricFile:
    """Parse metrics.yaml; faults are noted by the reader."""
    ladders = _ladders(reader)
    with reader.part("defaults") as defaults:
        timezone = defaults.word(
            "timezone", pattern=r"[A-Z][A-Za-z_]+/[A-Z][A-Za-z_]+", expected="a name such as Europe/Stockholm"
        )
    return MetricFile(
        version=version,
        timezone=timezone,
        groups=names(reader, "groups"),
        units=text_table(reader, "units"),
        normalisers=text_table(reader, "normalisers"),
        competition_reasons=text_table(reader, "competition_reasons"),
        outputs=text_table(reader, "outputs"),
        release=read_release(reader),
        joint_totals=read_joint_totals(reader),
        first_round=reader.words("first_round"),
        metrics=collect(reader, "metrics", lambda each: _metric(each, ladders)),
    )


def _ladders(reader: Reader) -> Ladders:
    with reader.part("ladders") as ladders:
        return {str(name): ladders.decimals(name) for name in ladders.own_keys()}


def _metric(reader: Reader, ladders: Ladders) -> Metric:
    metric_id = reader.identify(METRIC_ID, example="MET-BLK-01")
    value = read_range(reader)
    grid = read_grid(reader, value=value, ladders=ladders)
    with reader.part("competition") as competition:
        flag, reason = competition.one_of("flag", CompetitionFlag), competition.word("reason")
    metric = Metric(
        id=metric_id,
        group=reader.word("group"),
        name=reader.text("name"),
        definition=reader.text("definition"),
        unit=reader.word("unit"),
        normaliser=reader.word("normaliser"),
        direction=reader.one_of("direction", Direction),
        frequency=reader.one_of("frequency", Frequency),
        value=value,
        grid=grid,
        bits=reader.number("bits", low=8, high=32),
        sharing=reader.one_of("sharing", Sharing),
        competition=flag,
        competition_reason=reason,
        additive=reader.truth("additive"),
        evidence=reader.one_of("evidence", Evidence),
        data_source=reader.text("data_source"),
        pitfalls=reader.text("pitfalls"),
        sources=reader.words("source"),
    )
    _check_bits(reader, metric)
    return metric


def _check_bits(reader: Reader, metric: Metric) -> None:
    if metric.bits != metric.grid.bits:
        reader.fault(
            "bits",
            got=str(metric.bits),
            expected=f"{metric.grid.bits}, for {metric.grid.codes} codes and one for missing",
        )
    if metric.value.type in {ValueType.COUNT, ValueType.BOOLEAN} and metric.value.decimals:
        reader.fault("value.decimals", got=str(metric.value.decimals), expected="0 for whole numbers")
