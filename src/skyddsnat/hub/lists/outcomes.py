"""Rows of an import as the page shows them: masked while they wait, then as the signals that they became."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.functional import Promise

from skyddsnat.hub.lists.drafts import unpack
from skyddsnat.hub.lists.models import Import, ImportRow
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
SHOWN = (
    ImportRow.Outcome.CREATED,
    ImportRow.Outcome.CORROBORATED,
    ImportRow.Outcome.REPEATED,
    ImportRow.Outcome.REFUSED,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row.  shown: the masked value, "" where there is none to show."""

    number: int
    type: str | Promise
    type_code: str
    shown: str
    outcome: str
    code: str
    why: str | Promise
    warnings: tuple[str | Promise, ...] = ()
    signal_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure above the rows."""

    outcome: str
    label: str | Promise
    count: int


@dataclass(frozen=True, slots=True)
class Why:
    """Why rows were refused, and how many."""

    text: str | Promise
    count: int


def tiles(made: Import) -> list[Tile]:
    """How many rows of each outcome: expected until the person confirms, then what became of them."""
    counts = _counts(made)
    found = [Tile(outcome.value, outcome.label, counts.get(outcome.value, 0)) for outcome in SHOWN]
    left = counts.get(ImportRow.Outcome.LEFT.value, 0)
    return [*found, Tile("left", ImportRow.Outcome.LEFT.label, left)] if left else found


def reasons(made: Import) -> list[Why]:
    """Why rows were refused or held to be repeats, the most frequent first."""
    counts = _counts(made)
    by_text: dict[str, int] = {}
    for key, count in counts.items():
        _, colon, code = key.partition(":")
        if colon:
            text = str(refusal(code))
            by_text[text] = by_text.get(text, 0) + count
    return [Why(text, count) for text, count in sorted(by_text.items(), key=lambda pair: -pair[1])]


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
        warnings=tuple(warning(code) for code in row.warnings.split()),
        signal_id=signal.pk if signal is not None else None,
    )


def _masked(row: ImportRow) -> str:
    if not row.draft:
        return ""
    draft, _ = unpack(row.draft)
    try:
        form = normalise(draft.type, draft.text, hash_kind=draft.hash_kind)
    except NotNormal:
        return ""
    return mask(form.type, form.value)
