"""What the coordinators have proposed and the others have yet to decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from skyddsnat.demo.world.organisations import Coalition
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.policy.second_hand import Matter


def propose_some(coalition: Coalition, people: dict[str, Person], *, now: datetime) -> None:
    """One that was turned down, one that waits for Alfa, one that waits for whoever is in the circle."""
    karin, anna = Actor.of(people["karin"]), Actor.of(people["anna"])
    zonen, omega = coalition.members["zonen"], coalition.members["omega"]
    early = now - timedelta(days=9)
    refused = members.propose(karin, Matter.STANDING, now=early, member=zonen, kind="authority", mandate="hotline")
    members.turn_down(anna, refused.pk, now=early + timedelta(hours=5))
    newcomer: dict[str, Any] = {
        "email": "vera.nord@alfa.test",
        "name": "Vera Nord",
        "roles": ["analyst"],
        "language": "sv",
    }
    alfa = coalition.members["alfa"]
    members.propose(karin, Matter.PERSON, now=now - timedelta(hours=20), member=alfa, **newcomer)
    members.propose(karin, Matter.JOIN, now=now - timedelta(hours=3), circle=coalition.leads, member=omega)
