"""A released round as its page shows it: public figures only.  The own place is put in by the reader's browser."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.maturity import MaturityQuestion
from skyddsnat.catalogue.measures import Measure
from skyddsnat.catalogue.metrics import Direction
from skyddsnat.catalogue.text import Text
from skyddsnat.hub.benchmark import charts
from skyddsnat.hub.benchmark.charts import BandChart, Span
from skyddsnat.hub.benchmark.models import Round
from skyddsnat.hub.benchmark.queries import bands
from skyddsnat.hub.benchmark.queries.rounds import rounds_for
from skyddsnat.policy.benchmark.disclosure import FOUR, ItemKind
from skyddsnat.protocols.benchmark import canonical, release
from skyddsnat.protocols.benchmark.release import ItemRelease, Release
from skyddsnat.protocols.benchmark.spec import Item, Specification, metric_of

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


class Standing(StrEnum):
    """RELEASED: there is something to see.  FEW: fewer owners than the rules ask for.  HELD: enough, and nothing was opened."""

    RELEASED = "released"
    FEW = "few"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Change:
    """Against the round before.  before: its band in words; step: -1, 0 or 1 by the band's place, None where grids differ."""

    before: str
    step: int | None
    round: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric or question of the result, in the reader's language.

    labels: words of each band.  median, quartiles: where they lie; None where not released.  total, mean: of an amount.
    measured: how many of the members' values the agents counted.  levels: of a question, what each level means.
    """

    item: Item
    name: Text
    definition: Text
    unit: Text | None
    direction: Direction
    standing: Standing
    members: int
    measured: int | None = None
    labels: tuple[str, ...] = ()
    median: Span | None = None
    quartiles: tuple[Span, Span] | None = None
    total: str = ""
    mean: str = ""
    change: Change | None = None
    chart: SafeString | None = None
    measures: tuple[Measure, ...] = ()
    levels: tuple[tuple[int, Text], ...] = ()

    @property
    def is_question(self) -> bool:
        return bool(self.levels)

    @property
    def is_amount(self) -> bool:
        return self.item.kind is ItemKind.AMOUNT

    @property
    def self_reported(self) -> int | None:
        """How many values nobody's software counted."""
        return None if self.measured is None else self.members - self.measured

    @property
    def median_said(self) -> str:
        return bands.said(self.labels, self.median) if self.median else ""

    @property
    def quartiles_said(self) -> tuple[str, str] | None:
        if self.quartiles is None:
            return None
        first, third = self.quartiles
        return bands.said(self.labels, first), bands.said(self.labels, third)


@dataclass(frozen=True, slots=True)
class Group:
    """Figures under one heading of the catalogue."""

    key: str
    name: Text
    figures: tuple[Figure, ...]


def released(round_: Round) -> Release | None:
    """The release as it was put together; None before."""
    return release.read_document(canonical.loads(round_.release.encode())) if round_.release else None


def previous_of(round_: Round, person: Person) -> Round | None:
    """The released round of the same group before this one, if the person may know of it: members come and go."""
    rows = rounds_for(person).filter(group_id=round_.group_id, deadline__lt=round_.deadline).exclude(release="")
    found: Round | None = rows.order_by("-deadline").first()
    return found


def groups_of(round_: Round, found: Release, before: Round | None) -> list[Group]:
    """All figures, by the catalogue's headings in the order of the specification."""
    earlier = _Earlier(before) if before is not None else None
    headings: dict[str, tuple[Text, list[Figure]]] = {}
    for item in round_.specification.items:
        key, name = _heading(item)
        figure = _figure(round_.specification, item, found.items[item.id], earlier)
        headings.setdefault(key, (name, []))[1].append(figure)
    return [Group(key, name, tuple(figures)) for key, (name, figures) in headings.items()]


def standing_of(spec: Specification, row: ItemRelease) -> Standing:
    """Why there is nothing to see is told as far as the count tells it; why a test failed is never told."""
    if row.released:
        return Standing.RELEASED
    few = row.groups < spec.rules.k and not (row.groups == FOUR and spec.rules.four_opted_in)
    return Standing.FEW if few else Standing.HELD


class _Earlier:
    """The round before, for comparisons."""

    def __init__(self, round_: Round) -> None:
        found = released(round_)
        assert found is not None, "a round without a release is no earlier result"  # noqa: S101
        self.title, self._spec, self._release = round_.title, round_.specification, found

    def change(self, item: Item, median: Fraction, labels: tuple[str, ...]) -> Change | None:
        """How the median moved; None if there was nothing to see then."""
        then, row = self._spec.item_of.get(item.id), self._release.items.get(item.id)
        if then is None or row is None or "median" not in row.points:
            return None
        code = row.points["median"]
        if (then.edges, then.upper_side) != (item.edges, item.upper_side):
            words = bands.labels_of(then, question=_question(item) is not None)
            return Change(bands.said(words, bands.span_of(code)), None, self.title)
        step = (median > code) - (median < code)
        return Change(bands.said(labels, bands.span_of(code)), step, self.title)


def _figure(spec: Specification, item: Item, row: ItemRelease, earlier: _Earlier | None) -> Figure:
    words = _words(item)
    if not row.released:
        return Figure(item=item, standing=standing_of(spec, row), members=row.members, **words)
    if item.kind is ItemKind.AMOUNT:
        return _amount(item, row, words)
    labels = bands.labels_of(item, question=bool(words["levels"]))
    facts = {"members": row.members, "measured": row.measured, "labels": labels, **words}
    if "median" not in row.points:
        return Figure(item=item, standing=Standing.RELEASED, **facts)
    median = bands.span_of(row.points["median"])
    quartiles = None
    if "q1" in row.points:
        quartiles = (bands.span_of(row.points["q1"]), bands.span_of(row.points["q3"]))
    return Figure(
        item=item,
        standing=Standing.RELEASED,
        median=median,
        quartiles=quartiles,
        change=earlier.change(item, row.points["median"], labels) if earlier else None,
        chart=_chart(item, words["name"], labels, median, quartiles),
        **facts,
    )


def _amount(item: Item, row: ItemRelease, words: dict[str, Any]) -> Figure:
    total = Decimal(row.total or 0) / 10**item.decimals
    mean = round(total / row.members, max(item.decimals, 1))
    return Figure(
        item=item,
        standing=Standing.RELEASED,
        members=row.members,
        measured=row.measured,
        total=bands.number(total),
        mean=bands.number(mean),
        **words,
    )


def _chart(
    item: Item, name: Text, labels: tuple[str, ...], median: Span, quartiles: tuple[Span, Span] | None
) -> SafeString:
    said = [_("Median: %(band)s.") % {"band": bands.said(labels, median)}]
    whole = None
    if quartiles is not None:
        first, third = quartiles
        whole = Span(first.low, third.high)
        said.append(
            _("The middle half of the members: from %(first)s to %(third)s.")
            % {"first": bands.said(labels, first), "third": bands.said(labels, third)}
        )
    said.append(ngettext("%(n)d band in all.", "%(n)d bands in all.", len(labels)) % {"n": len(labels)})
    title = name.get(get_language() or "en")
    return charts.draw(
        BandChart(f"chart-{item.id}", title, " ".join(said), len(labels), labels[0], labels[-1], median, whole)
    )


def _words(item: Item) -> dict[str, Any]:
    """What the catalogue says of an item, and which measures help."""
    book = load_catalogue()
    question = _question(item)
    if question is not None:
        return {
            "name": question.question,
            "definition": question.evidence,
            "unit": None,
            "direction": Direction.HIGHER,
            "measures": tuple(book.measures[one] for one in question.measures),
            "levels": tuple(question.levels.items()),
        }
    metric = book.metrics[metric_of(item.id)]
    return {
        "name": metric.name,
        "definition": metric.definition,
        "unit": None if item.kind is ItemKind.AMOUNT else book.metric_words.units[metric.unit],
        # The specification decided what a rank may say; the catalogue may have changed since.
        "direction": Direction.NEUTRAL if item.neutral else metric.direction,
        "measures": tuple(one for one in book.measures.values() if metric.id in one.metrics),
        "levels": (),
    }


def _question(item: Item) -> MaturityQuestion | None:
    return load_catalogue().maturity.questions.get(item.id)


def _heading(item: Item) -> tuple[str, Text]:
    book = load_catalogue()
    question = _question(item)
    if question is not None:
        return f"area-{question.area}", book.maturity.areas[question.area]
    group = book.metrics[metric_of(item.id)].group
    return f"group-{group}", book.metric_words.groups[group]
