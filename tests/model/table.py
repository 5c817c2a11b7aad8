"""How a route is described in the model of access: who may, what it needs, which objects it takes.

`routes.py` holds one entry for each route of the hub; `test_table.py` fails where one is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from skyddsnat.policy.vocabulary import Role, TokenScope


class Door(StrEnum):
    """Who is let in before anything else is asked."""

    OPEN = "open"  # nobody needs to be signed in
    ENROL = "enrol"  # a signed-in person, also before the second factor
    PERSON = "person"  # a signed-in person with a second factor
    MACHINE = "machine"  # a token of one scope, never a session


class Thing(StrEnum):
    """What an id in an address stands for."""

    SIGNAL = "signal"
    FEEDBACK = "feedback"
    OVERRIDE = "override"
    RULE = "rule"
    IMPORT = "import"
    ALARM = "alarm"
    FALSE_STOP = "false stop"
    MEMBER = "member"
    PERSON = "person"
    CIRCLE = "circle"
    PROPOSAL = "proposal"
    LEGAL_BASIS = "legal basis"
    AGENT = "agent"
    ENTRY = "entry of the log"
    TOKEN = "token"
    SESSION = "session"
    PASSKEY = "passkey"
    INVITATION = "invitation"
    COLLECTION = "collection"
    STIX_OBJECT = "STIX object"
    STATUS = "status"
    TECHNIQUE = "technique"
    MEASURE = "measure"
    METRIC = "metric"
    AREA = "area"
    SOURCE = "source"
    PATH = "path"
    FILTER = "saved filter"
    BATCH = "act on many"
    ROUND = "round"
    PRACTICE = "practice"
    ASSESSMENT = "self-assessment"
    QUESTION = "question to those ahead"
    GROUP = "peer group"
    KEY = "benchmark key"
    CASE = "complaint case"
    COMPLAINT = "complaint"
    SERIES = "series"
    FIGURE = "period's figure"
    RELEASE = "joint figure"
    EVENT = "event of a series"


GET, POST, BOTH = frozenset({"GET"}), frozenset({"POST"}), frozenset({"GET", "POST"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route.

    methods: what it answers; any other method gets 405.
    roles: one of them is needed, and whoever holds none gets 403; none named means that every person may ask.
    fresh: only within five minutes of showing who one is; else the person is sent to confirm first.
    also: further scopes that open it.
    takes: which thing each parameter of the address stands for.  Unknown and forbidden answer the same 404.
    reason: fields of the form without which nothing is done.
    quota: the setting that limits how often.
    shows: whether a GET answers with a page to look at (the journeys look at each).
    """

    door: Door = Door.PERSON
    methods: frozenset[str] = GET
    roles: frozenset[Role] = frozenset()
    scope: TokenScope | None = None
    also: frozenset[TokenScope] = frozenset()
    fresh: bool = False
    takes: Mapping[str, Thing] = field(default_factory=dict)
    reason: tuple[str, ...] = ()
    quota: str = ""
    shows: bool = True

    @property
    def scopes(self) -> frozenset[TokenScope]:
        """Scopes of which a token needs one."""
        return self.also | ({self.scope} if self.scope is not None else frozenset())

    @property
    def changes(self) -> bool:
        """Whether something can be sent to it."""
        return "POST" in self.methods
