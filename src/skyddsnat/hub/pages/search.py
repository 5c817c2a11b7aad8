"""The site's search: knowledge, members and circles.  Never values: a signal is looked up on the page of signals, and logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from skyddsnat.hub.knowledge import queries as knowledge
from skyddsnat.hub.knowledge.search import Hit
from skyddsnat.hub.members import queries as members
from skyddsnat.hub.members.models import Circle, Member

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

MOST = 25  # of each kind: who gets more should ask for more


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, by kind."""

    members: list[Member]
    circles: list[Circle]
    knowledge: list[Hit]
    more_knowledge: int

    @property
    def total(self) -> int:
        """How many, all kinds together."""
        return len(self.members) + len(self.circles) + len(self.knowledge) + self.more_knowledge


def search(person: Person, words: str) -> Results:
    """Whatever this person may read that has the words."""
    hits = knowledge.hits(words)
    return Results(
        members=list(members.members().filter(Q(name__icontains=words) | Q(pk__icontains=words))[:MOST]),
        circles=list(
            members.visible_circles(person).filter(Q(name__icontains=words) | Q(purpose__icontains=words))[:MOST]
        ),
        knowledge=list(hits[:MOST]),
        more_knowledge=max(0, len(hits) - MOST),
    )
