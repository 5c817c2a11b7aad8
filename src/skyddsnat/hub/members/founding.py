"""Setting up a coalition from a template: its members, circles and register, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from skyddsnat.hub.members import services
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Circle, LegalBasis, Member
from skyddsnat.hub.members.services import LegalFacts

FOLDER = Path(__file__).resolve().parent / "templates_data"
REVIEW_AFTER = timedelta(days=90)


class BadTemplate(Exception):
    """No template of that name.  The message says what there is."""


@dataclass(frozen=True, slots=True)
class Template:
    """A coalition to start from.  coordinator: the id of the member that the first coordinator works at."""

    coalition: str
    coordinator: str
    members: tuple[Mapping[str, Any], ...]
    circles: tuple[Mapping[str, Any], ...]
    legal: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What a set-up has added; all zero when it ran before."""

    members: int
    circles: int
    legal: int


def names() -> list[str]:
    """The templates that there are."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def read(name: str) -> Template:
    """A template by its name.  Raises BadTemplate."""
    if name not in names():
        raise BadTemplate(f"got the template {name!r}, expected one of: {', '.join(names())}")
    raw = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return Template(
        coalition=raw["coalition"],
        coordinator=raw["coordinator"],
        members=tuple(raw["members"]),
        circles=tuple(raw["circles"]),
        legal=tuple(raw["legal"]),
    )


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
    legal = 0
    if not LegalBasis.objects.exists():
        owner = members[template.coordinator]
        for facts in template.legal:
            services.add_basis(HUB, LegalFacts(**facts, owner=owner, review_by=today + REVIEW_AFTER))
        legal = len(template.legal)
        services.lapse_ended(today)
    return Made(members=len(new_members), circles=len(new_circles), legal=legal)
