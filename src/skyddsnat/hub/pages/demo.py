"""The demo's cast, for its sign-in page: who each person is and what to try first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from skyddsnat.hub.members.models import Member, Person

CAST = Path(__file__).with_name("demo_cast.yaml")


@dataclass(frozen=True, slots=True)
class Character:
    """A person of the demo with their texts in the page's language."""

    person: Person
    who: str
    try_first: str


@dataclass(frozen=True, slots=True)
class Troupe:
    """The people of one member."""

    member: Member
    characters: tuple[Character, ...]


@lru_cache(maxsize=1)
def cast_file() -> tuple[dict[str, Any], ...]:
    """The entries of the file, in its order."""
    return tuple(yaml.safe_load(CAST.read_text(encoding="utf-8"))["people"])


def troupes(language: str) -> list[Troupe]:
    """Everyone who is in the file and in the database, member by member, in the file's order."""
    emails = [entry["email"] for entry in cast_file()]
    found = {p.email: p for p in Person.objects.select_related("member").filter(email__in=emails, is_active=True)}
    grouped: dict[str, list[Character]] = {}
    for entry in cast_file():
        if person := found.get(entry["email"]):
            character = Character(person, entry["who"][language], entry["try_first"][language])
            grouped.setdefault(person.member_id, []).append(character)
    return [Troupe(them[0].person.member, tuple(them)) for them in grouped.values()]


def character(person_id: str) -> Person | None:
    """The person, if one of the cast."""
    emails = [entry["email"] for entry in cast_file()]
    rows = Person.objects.select_related("member").filter(email__in=emails, is_active=True, pk=person_id)
    return rows.first()
