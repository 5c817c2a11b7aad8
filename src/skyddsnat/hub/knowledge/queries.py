"""What the pages of the catalogue show.  Every signed-in member may read all of it, so no read needs a person.

An id that does not exist gives None, and the view a 404.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from skyddsnat.catalogue.exchange import CeilingEntry, SignalTypeEntry, StateEntry
from skyddsnat.catalogue.knowledge import KnowledgeEntry, Source
from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.maturity import MaturityQuestion
from skyddsnat.catalogue.measures import Measure
from skyddsnat.catalogue.metrics import CompetitionFlag, Metric, Sharing
from skyddsnat.catalogue.release import Rung
from skyddsnat.catalogue.techniques import Phase, Technique
from skyddsnat.catalogue.text import Text
from skyddsnat.hub.knowledge.search import Hit, find


@dataclass(frozen=True, slots=True)
class Group[Item]:
    """A named part of a list; id is the anchor to jump to."""

    id: str
    name: Text
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One technique in the heat map: how many measures of each group counter it, in the order of the groups."""

    technique: Technique
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Technique by group of measures.  outside_network: techniques without any measure in the network itself."""

    columns: tuple[Group[Measure], ...]
    phases: tuple[Group[HeatRow], ...]
    outside_network: int
    techniques: int


@dataclass(frozen=True, slots=True)
class TechniquePage:
    """A technique with what counters it."""

    technique: Technique
    phase: Phase
    measures: tuple[Group[Measure], ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """A measure with what it counters, what follows it and who is asked about it."""

    measure: Measure
    group: Group[Measure]
    services: tuple[Text, ...]
    techniques: tuple[Group[Technique], ...]
    metrics: tuple[Metric, ...]
    questions: tuple[MaturityQuestion, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """What a number of contributors opens: to the owner alone, and to all who took part."""

    rung: Rung
    private: tuple[Text, ...]
    public: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class MetricPage:
    """A metric with its words and what a round would open.  ladder is empty where no round opens anything."""

    metric: Metric
    group: Group[Metric]
    unit: Text
    normaliser: Text
    competition_reason: Text
    in_first_round: bool
    ladder: tuple[ReleaseRow, ...]
    never: tuple[Text, ...]
    measures: tuple[Measure, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """A question of the maturity model with what it is about."""

    question: MaturityQuestion
    measures: tuple[Measure, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class EntryPart:
    """A knowledge entry with its source and the name of its country."""

    entry: KnowledgeEntry
    country: Text
    source: Source


@dataclass(frozen=True, slots=True)
class StatePart:
    """A state with its ceiling (None: the earlier one stands), who may set it, and where it may go."""

    state: StateEntry
    ceiling: CeilingEntry | None
    set_by: tuple[Text, ...]
    onward: tuple[StateEntry, ...]


@dataclass(frozen=True, slots=True)
class TypePart:
    """A type of entry with the names of those who may verify it."""

    type: SignalTypeEntry
    verifiers: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A source with everything that stands on it."""

    source: Source
    techniques: tuple[Technique, ...]
    measures: tuple[Measure, ...]
    metrics: tuple[Metric, ...]
    questions: tuple[MaturityQuestion, ...]
    entries: tuple[KnowledgeEntry, ...]
    formats: tuple[Text, ...]

    @property
    def is_used(self) -> bool:
        """Whether anything stands on the source."""
        return any((self.techniques, self.measures, self.metrics, self.questions, self.entries, self.formats))


def hits(words: str) -> tuple[Hit, ...]:
    """What the catalogue has on the words: for its own search box and for the site's."""
    return find(words)


def techniques_by_phase(ids: Iterable[str] | None = None) -> tuple[Group[Technique], ...]:
    """All techniques, or those of the ids, by phase in the order of events."""
    catalogue = load_catalogue()
    chosen = catalogue.techniques.keys() if ids is None else set(ids)
    groups = []
    for phase in sorted(catalogue.phases.values(), key=lambda phase: phase.order):
        items = tuple(t for t in catalogue.techniques.values() if t.phase == phase.id and t.id in chosen)
        groups.append(Group(phase.id, phase.name, items))
    return tuple(group for group in groups if group.items)


def measures_by_group(ids: Iterable[str] | None = None) -> tuple[Group[Measure], ...]:
    """All measures, or those of the ids, by group."""
    catalogue = load_catalogue()
    chosen = catalogue.measures.keys() if ids is None else set(ids)
    groups = []
    for group_id, name in catalogue.measure_groups.items():
        items = tuple(m for m in catalogue.measures.values() if m.group == group_id and m.id in chosen)
        groups.append(Group(group_id, name, items))
    return tuple(group for group in groups if group.items)


def metrics_by_group() -> tuple[Group[Metric], ...]:
    """All metrics by group, in the order of the file: never by a figure."""
    catalogue = load_catalogue()
    return tuple(
        Group(group_id, name, tuple(m for m in catalogue.metrics.values() if m.group == group_id))
        for group_id, name in catalogue.metric_groups.items()
    )


def questions_by_area() -> tuple[Group[QuestionPart], ...]:
    """The maturity model by area."""
    catalogue = load_catalogue()
    return tuple(
        Group(area, name, tuple(_question(q) for q in catalogue.questions.values() if q.area == area))
        for area, name in catalogue.maturity.areas.items()
    )


def entries_by_topic() -> tuple[Group[EntryPart], ...]:
    """The knowledge entries by topic, the newest fact first."""
    catalogue = load_catalogue()
    groups = []
    for topic, name in catalogue.topics.items():
        about = sorted((e for e in catalogue.entries.values() if e.topic == topic), key=lambda e: (-e.year, e.id))
        parts = (EntryPart(e, catalogue.countries[e.country], catalogue.sources[e.source]) for e in about)
        groups.append(Group(topic, name, tuple(parts)))
    return tuple(group for group in groups if group.items)


def heat_map() -> HeatMap:
    """Technique by group of measures, as counts of measures."""
    catalogue = load_catalogue()
    coverage = catalogue.coverage()
    columns = measures_by_group()
    phases = tuple(
        Group(phase.id, phase.name, tuple(_heat_row(t, coverage[t.id], columns) for t in phase.items))
        for phase in techniques_by_phase()
    )
    return HeatMap(
        columns=columns,
        phases=phases,
        outside_network=len(catalogue.techniques_without("NET")) if "NET" in catalogue.measure_groups else 0,
        techniques=len(catalogue.techniques),
    )


def technique_page(technique_id: str) -> TechniquePage | None:
    """One technique."""
    catalogue = load_catalogue()
    technique = catalogue.techniques.get(technique_id)
    if technique is None:
        return None
    phase, against = catalogue.phases[technique.phase], measures_by_group(technique.measures)
    return TechniquePage(technique, phase, against, _sources(technique.sources))


def measure_page(measure_id: str) -> MeasurePage | None:
    """One measure."""
    catalogue = load_catalogue()
    measure = catalogue.measures.get(measure_id)
    if measure is None:
        return None
    return MeasurePage(
        measure=measure,
        group=next(group for group in measures_by_group() if group.id == measure.group),
        services=tuple(catalogue.services[service] for service in measure.applies_to),
        techniques=techniques_by_phase(measure.counters),
        metrics=tuple(catalogue.metrics[metric] for metric in measure.metrics),
        questions=catalogue.questions_about(measure.id),
        sources=_sources(measure.sources),
    )


def metric_page(metric_id: str) -> MetricPage | None:
    """One metric."""
    catalogue = load_catalogue()
    metric = catalogue.metrics.get(metric_id)
    if metric is None:
        return None
    words = catalogue.metric_words
    return MetricPage(
        metric=metric,
        group=next(group for group in metrics_by_group() if group.id == metric.group),
        unit=words.units[metric.unit],
        normaliser=words.normalisers[metric.normaliser],
        competition_reason=words.competition_reasons[metric.competition_reason],
        in_first_round=metric.id in words.first_round,
        ladder=_ladder(metric),
        never=tuple(words.outputs[word] for word in words.release.never),
        measures=catalogue.measures_followed_by(metric.id),
        sources=_sources(metric.sources),
    )


def area_page(area_id: str) -> Group[QuestionPart] | None:
    """One area of the maturity model."""
    return next((area for area in questions_by_area() if area.id == area_id), None)


def source_page(source_id: str) -> SourcePage | None:
    """One source with what stands on it."""
    catalogue = load_catalogue()
    source = catalogue.sources.get(source_id)
    if source is None:
        return None
    exchange = catalogue.exchange
    formats = [layout.name for layout in exchange.statistics_formats.values() if layout.source == source_id]
    formats += [network.name for network in exchange.networks.values() if network.source == source_id]
    formats += [Text(s.id, s.id) for s in exchange.assessment_schemes.values() if s.source == source_id]
    formats += [Text("TLP 2.0", "TLP 2.0")] if exchange.tlp_source == source_id else []
    return SourcePage(
        source=source,
        techniques=_on(catalogue.techniques.values(), source_id),
        measures=_on(catalogue.measures.values(), source_id),
        metrics=_on(catalogue.metrics.values(), source_id),
        questions=_on(catalogue.questions.values(), source_id),
        entries=tuple(entry for entry in catalogue.entries.values() if entry.source == source_id),
        formats=tuple(formats),
    )


def states() -> tuple[StatePart, ...]:
    """The verification states in the order in which a signal meets them."""
    exchange = load_catalogue().exchange
    return tuple(
        StatePart(
            state=state,
            ceiling=exchange.ceilings.get(state.ceiling),
            set_by=tuple(exchange.actors[actor] for actor in state.set_by),
            onward=tuple(exchange.states[onward] for onward in exchange.transitions[state.id]),
        )
        for state in exchange.states.values()
    )


def signal_types() -> tuple[TypePart, ...]:
    """The types of entries."""
    exchange = load_catalogue().exchange
    return tuple(
        TypePart(kind, tuple(exchange.actors[actor] for actor in kind.who_may_verify))
        for kind in exchange.signal_types.values()
    )


def _on[Item: (Technique, Measure, Metric, MaturityQuestion)](
    items: Iterable[Item], source_id: str
) -> tuple[Item, ...]:
    return tuple(item for item in items if source_id in item.sources)


def _sources(ids: Sequence[str]) -> tuple[Source, ...]:
    catalogue = load_catalogue()
    return tuple(catalogue.sources[source] for source in ids)


def _question(question: MaturityQuestion) -> QuestionPart:
    catalogue = load_catalogue()
    about = tuple(catalogue.measures[measure] for measure in question.measures)
    return QuestionPart(question, about, _sources(question.sources))


def _heat_row(technique: Technique, counts: Mapping[str, int], columns: tuple[Group[Measure], ...]) -> HeatRow:
    return HeatRow(technique, tuple(counts[column.id] for column in columns))


def _ladder(metric: Metric) -> tuple[ReleaseRow, ...]:
    """Only a secret metric that may be in a round is opened by the ladder; the others are shared as they are, or not at all."""
    if metric.sharing is not Sharing.SECRET or metric.competition is CompetitionFlag.RED:
        return ()
    words = load_catalogue().metric_words
    return tuple(
        ReleaseRow(
            rung=rung,
            private=tuple(words.outputs[word] for word in metric.private_outputs(rung)),
            public=tuple(words.outputs[word] for word in rung.public),
        )
        for rung in words.release.ladder
    )
