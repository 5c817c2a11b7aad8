"""Rows of an import as the page shows them: masked while they wait, then as the signals that they became."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched
from operator import itemgetter
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.functional import Promise

from skyddsnat.hub.lists.drafts import unpack
from skyddsnat.hub.lists.models import GUESSED, Import, ImportRow
from skyddsnat.hub.lists.words import refusal
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.refusals import warning
from skyddsnat.hub.vault.shown import shown
from skyddsnat.policy.normal_form import NotNormal, mask, normalise

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

EXAMPLES = 3
"""Rows of each kind on the preview."""

AT_ONCE = 400
ADDING = frozenset({ImportRow.Outcome.CREATED.value, ImportRow.Outcome.CORROBORATED.value})
SHOWN = (
    ImportRow.Outcome.CREATED,
    ImportRow.Outcome.CORROBORATED,
    ImportRow.Outcome.REPEATED,
    ImportRow.Outcome.REFUSED,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row.  shown: the masked value, "" where there is none to show.  guessed: its type was told by the value alone."""

    number: int
    type: str | Promise
    type_code: str
    shown: str
    outcome: str
    code: str
    why: str | Promise
    warnings: tuple[str | Promise, ...] = ()
    guessed: bool = False
    signal_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure above the rows."""

    outcome: str
    label: str | Promise
    count: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows that have something in common, and how many there are."""

    text: str | Promise
    count: int


def tiles(made: Import) -> list[Tile]:
    """How many rows of each outcome: expected until the person confirms, then what became of them."""
    counts = _counts(made)
    shown = [one for one in SHOWN if counts is made.became or one is not ImportRow.Outcome.CORROBORATED]
    found = [Tile(outcome.value, outcome.label, counts.get(outcome.value, 0)) for outcome in shown]
    left = counts.get(ImportRow.Outcome.LEFT.value, 0)
    return [*found, Tile("left", ImportRow.Outcome.LEFT.label, left)] if left else found


def guesses(made: Import) -> list[Counted]:
    """Of which types rows are held to be though the file does not say so, the most frequent first; until the person confirms."""
    counts = [(code, n) for outcome, code, n in _coded(made) if outcome == GUESSED]
    return [Counted(Signal.Type(code).label, n) for code, n in sorted(counts, key=itemgetter(1), reverse=True)]


def reasons(made: Import) -> list[Counted]:
    """Why rows were refused or held to be repeats, the most frequent first."""
    by_text: Counter[str] = Counter()
    for outcome, code, count in _coded(made):
        if outcome != GUESSED:
            by_text[str(refusal(code))] += count
    return [Counted(text, count) for text, count in by_text.most_common()]


def lines_of(made: Import, rows: Iterable[ImportRow], person: Person) -> Iterator[Line]:
    """The rows, each with its signal's mask where the person may see that signal."""
    for some in batched(rows, AT_ONCE):
        ids = [row.signal_id for row in some if row.signal_id is not None]
        signals = {signal.pk: signal for signal in Signal.objects.visible_to(person).filter(pk__in=ids)}
        for row in some:
            yield _line(made, row, signals.get(row.signal_id) if row.signal_id else None)


def example_lines(made: Import) -> list[Line]:
    """The first rows of each kind."""
    found = []
    for outcome in SHOWN:
        rows = made.rows.filter(expected=outcome).order_by("place")[:EXAMPLES]
        found += [_line(made, row, None) for row in rows]
    return found


def _counts(made: Import) -> dict[str, int]:
    counts: dict[str, int] = made.became if made.confirmed_at or made.ended_at else made.expected
    return counts


def _coded(made: Import) -> Iterator[tuple[str, str, int]]:
    for key, count in _counts(made).items():
        outcome, colon, code = key.partition(":")
        if colon:
            yield outcome, code, count


def _line(made: Import, row: ImportRow, signal: Signal | None) -> Line:
    outcome = row.became or ("" if made.confirmed_at or made.ended_at else row.expected)
    return Line(
        number=row.number,
        type=Signal.Type(row.type).label if row.type else "",
        type_code=row.type,
        shown=signal.masked if signal is not None else shown(lambda: _masked(row)),
        outcome=outcome,
        code=row.code if outcome else "",
        why=refusal(row.code) if row.code and outcome else "",
        warnings=tuple(warning(code) for code in _warned(row, outcome)),
        guessed=row.guessed,
        signal_id=signal.pk if signal is not None else None,
    )


def _warned(row: ImportRow, outcome: str) -> Iterator[str]:
    """Codes.  Prose that came along is read as a term, and goes in as one unless someone sees it."""
    yield from (code for code in row.warnings.split() if code != GUESSED)
    if row.guessed and row.type == Signal.Type.TERM and outcome in ADDING:
        yield "guessed_term"


def _masked(row: ImportRow) -> str:
    if not row.draft:
        return ""
    draft, _ = unpack(row.draft)
    try:
        form = normalise(draft.type, draft.text, hash_kind=draft.hash_kind)
    except NotNormal:
        return ""
    return mask(form.type, form.value)
