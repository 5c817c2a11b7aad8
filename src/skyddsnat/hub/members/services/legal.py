"""The register of legal bases: kept by the coordinator, read by all."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import LegalBasis, Member
from skyddsnat.hub.members.queries import authority_of
from skyddsnat.hub.members.services.wording import check_prose
from skyddsnat.policy import management


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalFacts:
    """One entry of the register.  ends_on: the last day of a basis that a law limits; None where none does."""

    activity: str
    basis: str
    purpose: str
    retention_days: int
    review_by: date
    owner: Member
    ends_on: date | None = None
    status: str = LegalBasis.Status.ACTIVE


@transaction.atomic
def add_basis(actor: Actor, facts: LegalFacts) -> LegalBasis:
    """A new entry.  Raises PolicyRefusal("not_coordinator" | "imagery" | "personal_data")."""
    management.check_coordinator(authority_of(actor))
    check_prose(facts.activity, facts.basis, facts.purpose)
    entry = LegalBasis.objects.create(**_columns(facts))
    record(actor, "legal.added", kind="legal_basis", object_id=entry.pk, status=entry.status)
    return entry


@transaction.atomic
def change_basis(actor: Actor, entry: LegalBasis, facts: LegalFacts) -> LegalBasis:
    """Replace an entry's facts.  Raises PolicyRefusal as `add_basis`."""
    management.check_coordinator(authority_of(actor))
    check_prose(facts.activity, facts.basis, facts.purpose)
    row = LegalBasis.objects.select_for_update().get(pk=entry.pk)
    before = row.status
    for name, value in _columns(facts).items():
        setattr(row, name, value)
    row.save()
    record(actor, "legal.changed", kind="legal_basis", object_id=row.pk, status=f"{before} > {row.status}")
    return row


@transaction.atomic
def lapse_ended(today: date) -> int:
    """Mark each basis whose last day has passed as lapsed; returns how many.  Repeating it changes nothing."""
    ended = LegalBasis.objects.select_for_update().filter(status=LegalBasis.Status.ACTIVE, ends_on__lt=today)
    rows = list(ended)
    for row in rows:
        row.status = LegalBasis.Status.LAPSED
        row.save(update_fields=["status"])
        record(HUB, "legal.lapsed", kind="legal_basis", object_id=row.pk)
    return len(rows)


def _columns(facts: LegalFacts) -> dict[str, object]:

    return {field.name: getattr(facts, field.name) for field in fields(facts)}
