"""What the test itself has seen people do, kept apart from what the hub wrote down: the measure of promise 3.

A ledger never reads reviews or submissions from the database.  It only hears of acts that a service let through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Yes:
    """Somebody's approval.  content: scope at the time; type and value of a signal never change."""

    person: UUID
    group: str
    mandate: str
    scope: str


@dataclass(slots=True)
class Life:
    """One signal since its last report that opened an episode."""

    reports: dict[str, str] = field(default_factory=dict)  # member → basis
    yes: list[Yes] = field(default_factory=list)


@dataclass(slots=True)
class Ledger:
    """groups: owner of each member.  rules: types for which two persons of two owners have let hotlines block."""

    groups: Mapping[str, str]
    mandates: Mapping[str, str]
    lives: dict[UUID, Life] = field(default_factory=dict)
    rules: dict[str, bool] = field(default_factory=dict)

    def life(self, signal: UUID) -> Life:
        return self.lives.setdefault(signal, Life())

    def judges(self, signal: UUID, scope: str) -> list[Yes]:
        """Approvals of what the signal says now, by owners that have no report of it."""
        life = self.life(signal)
        own = {self.groups[member] for member in life.reports}
        return [yes for yes in life.yes if yes.scope == scope and yes.group not in own]

    def may_block(self, signal: UUID, *, type: str, scope: str) -> bool:
        """Whether what was seen allows any agent to block it: the promise, in the words of DESIGN § 5."""
        judges = self.judges(signal, scope)
        mandates = {yes.mandate for yes in judges if yes.mandate}
        if not mandates or (type == "domain" and len({yes.group for yes in judges}) < 2):
            return False
        listed = {
            self.mandates[member]
            for member, basis in self.life(signal).reports.items()
            if (self.mandates[member], basis) in {("police", "police_list"), ("police", "court")}
        }
        return "police" in mandates | listed or self.rules.get(type, False)
