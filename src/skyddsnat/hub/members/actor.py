"""Who acts: a person, a member's machine, or the hub's own clock.  Services take it first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


@dataclass(frozen=True, slots=True)
class Actor:
    """member_id None is the hub itself (the sweeper, set-up).  token_id is a token's public id, never its secret.

    second: the person who confirmed what this one proposed, where two hands are needed.
    """

    member_id: str | None = None
    person_id: UUID | None = None
    token_id: str | None = None
    second: UUID | None = None

    @classmethod
    def of(cls, person: Person) -> Actor:
        """The signed-in person as actor."""
        return cls(member_id=person.member_id, person_id=person.pk)


HUB = Actor()
