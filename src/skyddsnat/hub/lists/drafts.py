"""A row's draft as the text that waits in its row, and back."""

from __future__ import annotations

import orjson

from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.hub.vault.ring import ring
from skyddsnat.policy.vocabulary import Basis, HashKind, Marking, Scope, SignalType


def pack(draft: SignalDraft, marking: Marking) -> str:
    """One line of JSON."""
    kind = draft.hash_kind.value if draft.hash_kind else ""
    return orjson.dumps(
        [
            *(draft.type.value, draft.text, kind, draft.scope.value, draft.basis.value),
            *(draft.note, list(draft.techniques), marking.value),
        ]
    ).decode()


def unpack(text: str) -> tuple[SignalDraft, Marking]:
    """What `pack` wrote."""
    type_, value, kind, scope, basis, note, techniques, marking = orjson.loads(text)
    draft = SignalDraft(
        type=SignalType(type_),
        text=value,
        hash_kind=HashKind(kind) if kind else None,
        scope=Scope(scope),
        basis=Basis(basis),
        note=note,
        techniques=tuple(techniques),
    )
    return draft, Marking(marking)


def digest(type_: str, hash_kind: str, value: str) -> str:
    """The same for the same normal form; tells nothing without the vault's key."""
    return ring().blind(b"lists.import_row", "\n".join((type_, hash_kind, value)))[:32]
