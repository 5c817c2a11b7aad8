"""What a complete request is: who sends it, about what, with which facts, and where it must leave a trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.test import Client

from tests.model.shadow import Who

COORDINATOR, ANALYST, JUDGE, ENGINEER = (
    ("solros", "coordinator"),
    ("alfa", "analyst"),
    ("vakten", "reviewer"),
    ("alfa", "engineer"),
)


class Touches(StrEnum):
    """Where the control must find that something has changed."""

    DATA = "data"
    SESSION = "session"  # who is signed in where, and what their session says
    NOTHING = "nothing"  # an answer alone


type Facts = Mapping[str, Any] | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """who: nobody for the way in, a machine's member with its scope for a machine.

    data: the form, or a machine's body; worked out with the browser where its session says a part of it.
    first: what has to be so before, and is no part of the request.
    """

    who: Who | None = ANALYST
    data: Facts | Callable[[Client], Facts] = field(default_factory=dict)
    ids: Mapping[str, object] = field(default_factory=dict)
    first: Callable[[Client], object] = lambda browser: None
    touches: Touches = Touches.DATA
