"""From what a person pasted or chose to drafts, row by row.  The original is read in memory and dropped.

Long texts are looked through in pieces, so that the other requests of the process get their turn.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

import orjson

from skyddsnat.hub.signals.limits import MOST_LINES, MOST_ROWS
from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.guards import ImageryRule, find_imagery, find_imagery_in_json
from skyddsnat.policy.normal_form import guess_type
from skyddsnat.policy.vocabulary import Basis, HashKind, Marking, Scope, SignalType
from skyddsnat.protocols.stix import BadObject, Issuer, read_indicator

COLUMNS = ("value", "type", "hash_kind", "scope", "basis", "note", "techniques")
"""Columns of a CSV file; only `value` is needed.  Techniques are separated by spaces."""

MOST_COLUMNS = 200
"""Each row is as many cells as the heading has, however short it is: a million columns would make work for days."""

BYSTANDERS = frozenset({"identity", "marking-definition", "extension-definition"})
"""STIX objects that a bundle may carry along; they say nothing of their own here."""


SURELY_MEDIA = frozenset(
    {ImageryRule.MEDIA_MARKUP, ImageryRule.MEDIA_FILE, ImageryRule.ENCODED_MEDIA, ImageryRule.HIDDEN_CHARACTERS}
)


PIECE = 65_536
OVERLAP = 1_024
_WHOLE_HASH = re.compile(
    r"(?<![0-9A-Za-z+/=_-])(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})(?![0-9A-Za-z+/=_-])"
)
"""A hash in a cell of its own: as random as a picture, and as long as it says."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the input.  number: as an editor counts.  draft is None when the row could not be read, and code says why.

    marking: what the row itself says; None where it says nothing.  guessed: its type is told by the value alone.
    """

    number: int
    draft: SignalDraft | None
    code: str = ""
    marking: Marking | None = None
    guessed: bool = False


def read_lines(text: str, *, like: SignalDraft, type: SignalType | None) -> list[Row]:
    """One value a line.  like: what all lines have in common.  type None: guessed for each line.

    Raises PolicyRefusal: nothing_read, too_many_lines.
    """
    rows: list[Row] = []
    for number, line in enumerate(text.splitlines(), start=1):
        value = line.strip()
        if not value or value.startswith("#"):
            continue
        kind = type or guess_type(value)
        draft = replace(like, type=kind, text=value) if kind is not None else None
        rows.append(Row(number, draft, "" if draft else "not_recognised", guessed=type is None))
    if len(rows) > MOST_LINES:
        raise PolicyRefusal("too_many_lines", f"{len(rows)} lines, at most {MOST_LINES}")
    return bounded(rows)


def read_csv(data: bytes, *, like: SignalDraft) -> list[Row]:
    """A CSV file with a heading row (COLUMNS); comma, semicolon or tab between cells.  A cell is text, never a formula.

    Raises PolicyRefusal: not_utf8, a guard's code, no_value_column, not_csv, nothing_read, too_many_rows.
    """
    text = _text(data)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        table = csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True)
        names = [(name or "").strip().lower() for name in table.fieldnames or ()]
        if "value" not in names:
            raise PolicyRefusal("no_value_column")
        if len(names) > MOST_COLUMNS:
            raise PolicyRefusal("not_csv", f"{len(names)} columns, at most {MOST_COLUMNS}")
        table.fieldnames = names
        found = (_csv_row(table.line_num, cells, like) for cells in table if any(_cell(cells, name) for name in names))
        return bounded(found)
    except csv.Error as error:
        raise PolicyRefusal("not_csv", str(error)) from error


def read_bundle(data: bytes, *, like: SignalDraft, now: datetime, issuer: Issuer) -> list[Row]:
    """A STIX 2.1 bundle.  Circle and marking are the form's; each object brings its value, scope, basis, note and techniques.

    Raises PolicyRefusal: not_utf8, not_stix, a guard's code, nothing_read, too_many_rows.
    """
    try:
        bundle = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise PolicyRefusal("not_stix") from error
    objects = bundle.get("objects") if isinstance(bundle, dict) and bundle.get("type") == "bundle" else None
    if not isinstance(objects, list):
        raise PolicyRefusal("not_stix")
    refuse_imagery([{**bundle, "objects": []}, *objects])
    return bounded(_stix_rows(objects, like, now, issuer))


def refuse_imagery(things: Iterable[Any]) -> None:
    """Look through JSON thing by thing.  Raises PolicyRefusal with the guard's code."""
    for thing in things:
        found = find_imagery_in_json(thing)
        if found is not None:
            raise PolicyRefusal(found.rule.value)


def _stix_rows(objects: list[Any], like: SignalDraft, now: datetime, issuer: Issuer) -> Iterator[Row]:
    for number, thing in enumerate(objects, start=1):
        if isinstance(thing, dict) and thing.get("type") in BYSTANDERS:
            continue
        try:
            incoming = read_indicator(thing, now=now, issuer=issuer)
        except BadObject as fault:
            yield Row(number, None, fault.code)
            continue
        yield Row(
            number,
            SignalDraft(
                type=incoming.type,
                text=incoming.text,
                hash_kind=incoming.hash_kind,
                scope=incoming.scope,
                basis=like.basis,
                note=incoming.note or like.note,
                techniques=incoming.techniques or like.techniques,
            ),
            marking=incoming.marking if thing.get("object_marking_refs") else None,
        )


def _csv_row(number: int, cells: dict[str, Any], like: SignalDraft) -> Row:
    value, said = _cell(cells, "value"), _cell(cells, "type").lower()
    try:
        kind = SignalType(said) if said else guess_type(value)
        if kind is None:
            return Row(number, None, "not_recognised" if value else "empty")
        draft = SignalDraft(
            type=kind,
            text=value,
            hash_kind=HashKind(_cell(cells, "hash_kind").upper()) if _cell(cells, "hash_kind") else None,
            scope=Scope(_cell(cells, "scope").lower()) if _cell(cells, "scope") else like.scope,
            basis=Basis(_cell(cells, "basis").lower()) if _cell(cells, "basis") else like.basis,
            note=_cell(cells, "note") or like.note,
            techniques=tuple(_cell(cells, "techniques").split()) or like.techniques,
        )
    except ValueError:
        return Row(number, None, "unknown_word")
    return Row(number, draft, guessed=not said)


def _cell(cells: dict[str, Any], name: str) -> str:
    found = cells.get(name)
    return found.strip() if isinstance(found, str) else ""


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PolicyRefusal("not_utf8") from error
    # A file of hashes is a run of codes, which the guard for free text would stop: here only what is a file for certain counts,
    # and the intake checks each cell.
    for piece in _pieces(_WHOLE_HASH.sub("", text)):
        found = find_imagery(piece)
        if found is not None and found.rule in SURELY_MEDIA:
            raise PolicyRefusal(found.rule.value)
    return text


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that end with a line, each begun with the end of the one before, so that nothing hides on a seam."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + PIECE)
        end = len(text) if end < 0 else end
        yield text[max(0, start - OVERLAP) : end]
        start = end + 1


def bounded(rows: Iterable[Row]) -> list[Row]:
    """The rows, if there are some and not too many.  Raises PolicyRefusal: nothing_read, too_many_rows."""
    found = list(islice(rows, MOST_ROWS + 1))
    if not found:
        raise PolicyRefusal("nothing_read")
    if len(found) > MOST_ROWS:
        raise PolicyRefusal("too_many_rows", f"more than {MOST_ROWS} rows")
    return found
