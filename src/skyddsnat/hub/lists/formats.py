"""The rows of a list that leaves, and the three forms in which it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from skyddsnat.hub.feed.services import issuer
from skyddsnat.hub.lists.models import Export
from skyddsnat.policy.vocabulary import Ceiling
from skyddsnat.protocols.misp import Listed, write_event
from skyddsnat.protocols.spreadsheets import write_table
from skyddsnat.protocols.stix import SignalFacts, base_objects, indicator

CSV = "text/csv; charset=utf-8"
JSON = "application/json"
STIX = "application/stix+json;version=2.1"
PLAIN_COLUMNS = ("value", "type", "hash_kind", "scope", "state", "ceiling", "marking", "techniques", "valid_until")
MASKED_COLUMNS = ("reference", "masked", "type", "scope", "state", "ceiling", "marking", "techniques", "changed")


@dataclass(frozen=True, slots=True)
class Entry:
    """One signal with its value."""

    facts: SignalFacts
    changed: datetime

    def as_if(self, value: str) -> Entry:
        """The same row with another value."""
        return replace(self, facts=replace(self.facts, value=value))


@dataclass(frozen=True, slots=True)
class MaskedEntry:
    """One signal without its value.  cells: in the order of MASKED_COLUMNS."""

    cells: tuple[str, ...]

    @property
    def reference(self) -> str:
        """What people call the signal by."""
        return self.cells[0]

    def as_if(self, reference: str) -> MaskedEntry:
        """The same row under another name."""
        return MaskedEntry((reference, *self.cells[1:]))


@dataclass(frozen=True, slots=True)
class Written:
    """A file's content."""

    content_type: str
    body: bytes


def write_masked(rows: Sequence[MaskedEntry]) -> Written:
    """For a person to read and count."""
    return Written(CSV, write_table(MASKED_COLUMNS, [row.cells for row in rows]))


def write_plain(rows: Sequence[Entry], *, form: str, export: UUID, at: datetime) -> Written:
    """For a system of the member's own."""
    if form == Export.Form.STIX:
        return Written(STIX, orjson.dumps(_bundle(rows, export), option=orjson.OPT_INDENT_2))
    if form == Export.Form.MISP:
        return Written(JSON, orjson.dumps(_event(rows, export, at), option=orjson.OPT_INDENT_2))
    return Written(CSV, write_table(PLAIN_COLUMNS, [_cells(row) for row in rows]))


def _cells(row: Entry) -> tuple[str, ...]:
    facts = row.facts
    return (
        *(facts.value, facts.type.value, facts.hash_kind.value if facts.hash_kind else "", facts.scope.value),
        *(facts.state.value, facts.ceiling.wire, facts.marking.value, " ".join(facts.techniques)),
        facts.valid_until.date().isoformat(),
    )


def _bundle(rows: Sequence[Entry], export: UUID) -> dict[str, Any]:
    author = issuer()
    objects = [indicator(row.facts, issuer=author, modified=row.changed) for row in rows]
    return {"type": "bundle", "id": f"bundle--{export}", "objects": [*base_objects(author), *objects]}


def _event(rows: Sequence[Entry], export: UUID, at: datetime) -> dict[str, Any]:
    author = issuer()
    listed = [
        Listed(
            type=row.facts.type,
            value=row.facts.value,
            hash_kind=row.facts.hash_kind,
            marking=row.facts.marking,
            for_detection=row.facts.ceiling is Ceiling.BLOCK,
            changed=row.changed,
        )
        for row in rows
    ]
    info = f"Skyddsnät, {len(rows)} signals"
    return write_event(listed, uuid=export, info=info, author=author.name, author_uuid=author.identity, at=at)
