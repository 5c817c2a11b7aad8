"""The catalogue as a whole, with the ways to ask it: what counters what, what follows what, what stands on which source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skyddsnat.catalogue.exchange import Exchange
from skyddsnat.catalogue.knowledge import KnowledgeEntry, KnowledgeFile, Source, SourceFile
from skyddsnat.catalogue.maturity import MaturityModel, MaturityQuestion
from skyddsnat.catalogue.measures import Measure, MeasureFile
from skyddsnat.catalogue.metrics import Metric, MetricFile
from skyddsnat.catalogue.techniques import Phase, Technique, TechniqueFile
from skyddsnat.catalogue.text import Text


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that the coalition has words for.  Every table keeps the order of its file and cannot be changed."""

    technique_words: TechniqueFile
    measure_words: MeasureFile
    metric_words: MetricFile
    maturity: MaturityModel
    knowledge: KnowledgeFile
    register: SourceFile
    exchange: Exchange

    @property
    def phases(self) -> Mapping[str, Phase]:
        """Phases of techniques by id."""
        return self.technique_words.phases

    @property
    def techniques(self) -> Mapping[str, Technique]:
        """Techniques by id."""
        return self.technique_words.techniques

    @property
    def measure_groups(self) -> Mapping[str, Text]:
        """Names of groups of measures by id."""
        return self.measure_words.groups

    @property
    def services(self) -> Mapping[str, Text]:
        """Names of the services that measures apply to, by id."""
        return self.measure_words.services

    @property
    def measures(self) -> Mapping[str, Measure]:
        """Measures by id."""
        return self.measure_words.measures

    @property
    def metric_groups(self) -> Mapping[str, Text]:
        """Names of groups of metrics by id."""
        return self.metric_words.groups

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """Metrics by id."""
        return self.metric_words.metrics

    @property
    def questions(self) -> Mapping[str, MaturityQuestion]:
        """Questions of the maturity model by id."""
        return self.maturity.questions

    @property
    def topics(self) -> Mapping[str, Text]:
        """Names of topics of knowledge entries by id."""
        return self.knowledge.topics

    @property
    def countries(self) -> Mapping[str, Text]:
        """Names of countries of knowledge entries by code."""
        return self.knowledge.countries

    @property
    def entries(self) -> Mapping[str, KnowledgeEntry]:
        """Knowledge entries by id."""
        return self.knowledge.entries

    @property
    def sources(self) -> Mapping[str, Source]:
        """Sources by id."""
        return self.register.sources

    def counts(self) -> dict[str, int]:
        """How many there are of each kind, by the plural name of the kind."""
        return {
            "techniques": len(self.techniques),
            "measures": len(self.measures),
            "metrics": len(self.metrics),
            "questions": len(self.questions),
            "entries": len(self.entries),
            "sources": len(self.sources),
            "states": len(self.exchange.states),
            "types": len(self.exchange.signal_types),
        }

    def measures_followed_by(self, metric: str) -> tuple[Measure, ...]:
        """The measures that a metric follows."""
        return tuple(measure for measure in self.measures.values() if metric in measure.metrics)

    def questions_about(self, measure: str) -> tuple[MaturityQuestion, ...]:
        """The questions of the maturity model that ask about a measure."""
        return tuple(question for question in self.questions.values() if measure in question.measures)

    def techniques_without(self, group: str) -> tuple[Technique, ...]:
        """The techniques that no measure of a group counters."""
        members = {measure.id for measure in self.measures.values() if measure.group == group}
        return tuple(technique for technique in self.techniques.values() if members.isdisjoint(technique.measures))

    def coverage(self) -> Mapping[str, Mapping[str, int]]:
        """For each technique, how many measures of each group counter it: {technique: {group: count}}."""
        table = {technique: dict.fromkeys(self.measure_groups, 0) for technique in self.techniques}
        for technique in self.techniques.values():
            for measure in technique.measures:
                table[technique.id][self.measures[measure].group] += 1
        return table
