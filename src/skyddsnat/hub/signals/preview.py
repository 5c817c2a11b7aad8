"""A preview on its way back from the browser: its rows, signed for one person and half an hour, and what the person wrote.

Nothing is kept meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import QueryDict

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.signals.limits import PREVIEW_HOLDS
from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Basis, HashKind, Marking, Scope, SignalType


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the person saw and may confirm."""

    drafts: tuple[SignalDraft, ...]
    circle: UUID
    marking: Marking
    channel: str
    named: tuple[UUID, ...] = ()


def seal(person: Person, sealed: Sealed) -> str:
    """A text for a hidden field that only this person can send back."""
    notes = list(dict.fromkeys(draft.note for draft in sealed.drafts))
    body = {
        "circle": str(sealed.circle),
        "marking": sealed.marking.value,
        "channel": sealed.channel,
        "named": [str(pk) for pk in sealed.named],
        "notes": notes,
        "rows": [_row(draft, notes) for draft in sealed.drafts],
    }
    return signing.dumps(body, salt=_salt(person), compress=True)


def unseal(person: Person, text: str) -> Sealed:
    """What was sealed for this person.  Raises PolicyRefusal preview_over: too old, changed, or another's."""
    try:
        body = signing.loads(text, salt=_salt(person), max_age=PREVIEW_HOLDS)
    except signing.BadSignature as fault:
        raise PolicyRefusal("preview_over") from fault
    return Sealed(
        drafts=tuple(_draft(row, body["notes"]) for row in body["rows"]),
        circle=UUID(body["circle"]),
        marking=Marking(body["marking"]),
        channel=body["channel"],
        named=tuple(UUID(pk) for pk in body["named"]),
    )


def keep(person: Person, written: QueryDict) -> str:
    """A form as it was filled in, as a text for a hidden field that only this person can send back."""
    said = written.copy()
    said.pop("csrfmiddlewaretoken", None)
    return signing.dumps(said.urlencode(), salt=_salt(person, "written"), compress=True)


def kept(person: Person, text: str) -> QueryDict | None:
    """What this person wrote, however long ago; None where it was changed, or is another's."""
    try:
        return QueryDict(signing.loads(text, salt=_salt(person, "written")))
    except signing.BadSignature:
        return None


def _salt(person: Person, what: str = "preview") -> str:
    return f"signals.{what}.{person.pk}"


def _row(draft: SignalDraft, notes: list[str]) -> list[Any]:
    kind = draft.hash_kind.value if draft.hash_kind else ""
    return [
        *(draft.type.value, draft.text, kind, draft.scope.value, draft.basis.value),
        *(notes.index(draft.note), list(draft.techniques)),
    ]


def _draft(row: list[Any], notes: list[str]) -> SignalDraft:
    type_, text, kind, scope, basis, note, techniques = row
    return SignalDraft(
        type=SignalType(type_),
        text=text,
        hash_kind=HashKind(kind) if kind else None,
        scope=Scope(scope),
        basis=Basis(basis),
        note=notes[note],
        techniques=tuple(techniques),
    )
