"""Two members' self-assessments of two years, sealed with their own keys as their browsers would."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.demo.world.comparing import LEADS, Comparing
from skyddsnat.hub.maturity import services
from skyddsnat.hub.members.models import Person
from skyddsnat.protocols.benchmark import own
from skyddsnat.protocols.benchmark.keyfile import MemberKeys

ASSESSED = ("alfa", "epsilon")
FIRST_YEAR = 2025
NOT_APPLICABLE_ONCE = "Tjänsten finns inte hos oss."


def assess_all(comparing: Comparing, people: Mapping[str, Person], *, now: datetime) -> None:
    """Last year's is finished; this year's is finished at Alfa, and half done at Epsilon."""
    this_year = timezone.localdate(now).year
    for member in ASSESSED:
        lead = people[LEADS[member]]
        before = answers_of(member, this_year - 1)
        after = answers_of(member, this_year)
        if member != ASSESSED[0]:
            after = dict(list(after.items())[: len(after) // 2])
        _write(lead, comparing.keys[member], this_year - 1, before, now=now, done=True)
        _write(lead, comparing.keys[member], this_year, after, now=now, done=member == ASSESSED[0])


def answers_of(member: str, year: int) -> dict[str, dict[str, Any]]:
    """The invented answers, in the order of the model: each year is a little better than the one before."""
    model = load_catalogue().maturity
    found = {}
    for question in model.questions:
        chance = random.Random(f"{member} {question}")  # noqa: S311 - invented answers
        level = min(3, chance.choice((0, 0, 1, 1, 2)) + (chance.random() < 0.5) * (year - FIRST_YEAR))
        evidence = {"title": "Rutin för intern kontroll", "owner": "Informationssäkerhet"} if level > 1 else {}
        found[question] = {"level": level, "na": False, "reason": "", "comment": "", "evidence": evidence}
    last = list(found)[-1]
    found[last] = {"level": None, "na": True, "reason": NOT_APPLICABLE_ONCE, "comment": "", "evidence": {}}
    return found


def _write(
    lead: Person, keys: MemberKeys, year: int, answers: Mapping[str, Mapping[str, Any]], *, now: datetime, done: bool
) -> None:
    made = services.open_year(lead, year, now=now)
    for question, answer in answers.items():
        sealed = own.seal_answer(keys, year, question, answer)
        services.answer(lead, made.pk, question, sealed=sealed, version=0, now=now)
    if done:
        services.finish(lead, made.pk, done=True, now=now)
