"""What the test itself has seen people do, kept apart from what the hub wrote down: the measure of promise 3.

A ledger never reads reviews or submissions from the database.  It only hears of acts that a service let through.  It goes by the
value, not by the hub's row: a row that the circle sees end may go on as another, and what people said of the value goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

Value = tuple[UUID, str, str]
"""Circle, type and value: what is open only once at a time (`one_open_signal_a_value_in_a_circle`)."""


@dataclass(frozen=True, slots=True)
class Yes:
    """Somebody's approval.  content: scope at the time; type and value of a signal never change."""

    person: UUID
    group: str
    mandate: str
    scope: str


@dataclass(slots=True)
class Life:
    """One value since the last report of it that opened an episode."""

    reports: dict[str, str] = field(default_factory=dict)  # member → basis
    yes: list[Yes] = field(default_factory=list)


@dataclass(slots=True)
class Ledger:
    """groups: owner of each member.  rules: types for which two persons of two owners have let hotlines block."""

    groups: Mapping[str, str]
    mandates: Mapping[str, str]
    lives: dict[Value, Life] = field(default_factory=dict)
    rules: dict[str, bool] = field(default_factory=dict)

    def life(self, value: Value) -> Life:
        return self.lives.setdefault(value, Life())

    def over(self, value: Value) -> None:
        """Forget all that was said: the episode has ended, and nothing of it may count in another."""
        self.lives.pop(value, None)

    def judges(self, value: Value, scope: str) -> list[Yes]:
        """Approvals of what the signal says now, by owners that have no report of it."""
        life = self.life(value)
        own = {self.groups[member] for member in life.reports}
        return [yes for yes in life.yes if yes.scope == scope and yes.group not in own]

    def may_block(self, value: Value, *, scope: str) -> bool:
        """Whether what was seen allows any agent to block it: the promise, in the words of DESIGN § 5."""
        judges = self.judges(value, scope)
        _, type, _ = value
        mandates = {yes.mandate for yes in judges if yes.mandate}
        if not mandates or (type == "domain" and len({yes.group for yes in judges}) < 2):
            return False
        listed = {
            self.mandates[member]
            for member, basis in self.life(value).reports.items()
            if (self.mandates[member], basis) in {("police", "police_list"), ("police", "court")}
        }
        return "police" in mandates | listed or self.rules.get(type, False)
