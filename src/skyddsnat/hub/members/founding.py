"""Setting up a coalition from a template: its members, circles and register, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from skyddsnat.hub.members import services
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.blueprint import Template
from skyddsnat.hub.members.models import Circle, LegalBasis, Member
from skyddsnat.hub.members.services import LegalFacts

REVIEW_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Made:
    """What a set-up has added; all zero when it ran before."""

    members: int
    circles: int
    legal: int


@transaction.atomic
def lay_out(template: Template, *, today: date) -> Made:
    """Add what is missing of the template.  What is there stays as it is, so a second run changes nothing."""
    present = set(Member.objects.values_list("pk", flat=True))
    new_members = [facts for facts in template.members if facts["id"] not in present]
    for facts in new_members:
        services.create_member(HUB, **facts)
    members = Member.objects.in_bulk([facts["id"] for facts in template.members])
    circles = set(Circle.objects.values_list("name", flat=True))
    new_circles = [facts for facts in template.circles if facts["name"] not in circles]
    for facts in new_circles:
        services.create_circle(
            HUB,
            name=facts["name"],
            purpose=facts["purpose"],
            owner=members[facts["owner"]],
            members=[members[one] for one in facts["members"]],
        )
    new_legal = template.legal if not LegalBasis.objects.exists() else ()
    for facts in new_legal:
        owner = members[template.coordinator]
        services.add_basis(HUB, LegalFacts(**facts, owner=owner, review_by=today + REVIEW_AFTER))
    services.lapse_ended(today)
    return Made(members=len(new_members), circles=len(new_circles), legal=len(new_legal))
