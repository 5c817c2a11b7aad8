"""What comes in, and what became of each piece of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from skyddsnat.policy.vocabulary import Basis, HashKind, Scope, SignalType


@dataclass(frozen=True, slots=True)
class SignalDraft:
    """One report as it was written.  text: not yet in normal form.  stix_id: what the member's machine calls it."""

    type: SignalType
    text: str
    hash_kind: HashKind | None = None
    scope: Scope = Scope.EXACT
    basis: Basis = Basis.OWN_OBSERVATION
    note: str = ""
    techniques: tuple[str, ...] = ()
    stix_id: str | None = None


class Status(StrEnum):
    """CREATED: taken in.  CORROBORATED: it supports what another member reported.  REPEATED: the member had said so before."""

    CREATED = "created"
    CORROBORATED = "corroborated"
    REPEATED = "repeated"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one draft.  code: why it was refused, or "".  warnings: codes of what to look at once more."""

    status: Status
    draft: SignalDraft
    code: str = ""
    signal_id: UUID | None = None
    warnings: tuple[str, ...] = ()
