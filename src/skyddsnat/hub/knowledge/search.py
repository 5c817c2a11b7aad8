"""The search box of the catalogue: which entries hold all of the words, in either language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.text import Text
from skyddsnat.catalogue.whole import Catalogue


class Found(StrEnum):
    """Kinds of hits, in the order in which they are shown."""

    TECHNIQUE = "technique"
    MEASURE = "measure"
    METRIC = "metric"
    QUESTION = "question"
    ENTRY = "entry"
    WORD = "word"
    SOURCE = "source"


OWN_PAGE = {
    Found.TECHNIQUE: "knowledge:technique",
    Found.MEASURE: "knowledge:measure",
    Found.METRIC: "knowledge:metric",
    Found.SOURCE: "knowledge:source",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry that holds the words.  id: its catalogue id, or its anchor on a page of many.  area: of a question."""

    kind: Found
    id: str
    name: Text
    about: Text | None = None
    area: str = ""

    @property
    def href(self) -> str:
        """Where the entry can be read."""
        if self.kind in OWN_PAGE:
            return reverse(OWN_PAGE[self.kind], args=[self.id])
        if self.kind is Found.QUESTION:
            return f"{reverse('knowledge:area', args=[self.area])}#{self.id}"
        return f"{reverse('knowledge:entries' if self.kind is Found.ENTRY else 'knowledge:signals')}#{self.id}"


def find(words: str) -> tuple[Hit, ...]:
    """Every entry that holds all of the words, kind by kind, in the order of the files."""
    sought = words.split()
    if not sought:
        return ()
    return tuple(hit for hit, texts in _everything(load_catalogue()) if _holds(texts, sought))


def _holds(texts: Iterable[Text], sought: list[str]) -> bool:
    pool = tuple(texts)
    return all(any(text.contains(word) for text in pool) for word in sought)


def _id(word: str) -> Text:
    return Text(word, word)


def _everything(catalogue: Catalogue) -> Iterator[tuple[Hit, tuple[Text, ...]]]:
    texts: tuple[Text, ...]
    for technique in catalogue.techniques.values():
        texts = (_id(technique.id), technique.name, technique.description, technique.operator_view)
        yield Hit(Found.TECHNIQUE, technique.id, technique.name, technique.description), texts
    for measure in catalogue.measures.values():
        texts = (_id(measure.id), measure.name, measure.description, measure.evidence, measure.rights)
        hit = Hit(Found.MEASURE, measure.id, measure.name, measure.description)
        yield hit, (*texts, *measure.good.values())
    for metric in catalogue.metrics.values():
        texts = (_id(metric.id), metric.name, metric.definition, metric.pitfalls, metric.data_source)
        yield Hit(Found.METRIC, metric.id, metric.name, metric.definition), texts
    for question in catalogue.questions.values():
        area = catalogue.maturity.areas[question.area]
        hit = Hit(Found.QUESTION, question.id, question.question, area, question.area)
        yield hit, (_id(question.id), question.question, question.evidence, *question.levels.values())
    for entry in catalogue.entries.values():
        topic = catalogue.topics[entry.topic]
        country = catalogue.countries[entry.country]
        yield Hit(Found.ENTRY, entry.id, entry.text, topic), (_id(entry.id), entry.text, topic, country)
    yield from _exchange(catalogue)
    for source in catalogue.sources.values():
        about = Text(source.organisation, source.organisation)
        yield Hit(Found.SOURCE, source.id, _id(source.title), about), (_id(source.id), _id(source.title), about)


def _exchange(catalogue: Catalogue) -> Iterator[tuple[Hit, tuple[Text, ...]]]:
    exchange = catalogue.exchange
    for ceiling in exchange.ceilings.values():
        yield Hit(Found.WORD, f"ceiling-{ceiling.id}", ceiling.name, ceiling.meaning), (ceiling.name, ceiling.meaning)
    for state in exchange.states.values():
        yield Hit(Found.WORD, f"state-{state.id}", state.name, state.needs), (_id(state.id), state.name)
    for kind in exchange.signal_types.values():
        texts = (_id(kind.id), kind.name, *((kind.note,) if kind.note else ()))
        yield Hit(Found.WORD, f"type-{kind.id}", kind.name, kind.note), texts
