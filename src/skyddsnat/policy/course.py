"""How far a version of the list has come on its way into the resolvers, and what may come next.  Pure.

PULLED → COMPILED → GUARDED → STAGED → CANARY → LIVE → VERIFIED, with HELD and ROLLED_BACK beside.  A version reaches the
resolvers only by a word that lets it: the guards', two people's, or one person's who takes an older list or lifts a name.
Source: reference/dns-enforcement.md "Agent state machine and commands"; docs/adr/0034.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from skyddsnat.policy.errors import PolicyRefusal


class Phase(StrEnum):
    """How far a version has come.

    PULLED: the hub's signed word is taken.  COMPILED: it is one list with a version.  GUARDED: the guards have spoken.
    HELD: it waits for two people, or for a newer list.  STAGED: it may go out; its files are being put in place.
    CANARY: the primary serves it, and the resolvers are asked for its canary.  LIVE: every resolver answers that.
    VERIFIED: and none stops a lawful name.  ROLLED_BACK: taken back, by a person or because a lawful name was stopped.
    """

    PULLED = "pulled"
    COMPILED = "compiled"
    GUARDED = "guarded"
    HELD = "held"
    STAGED = "staged"
    CANARY = "canary"
    LIVE = "live"
    VERIFIED = "verified"
    ROLLED_BACK = "rolled_back"


class Event(StrEnum):
    """What happens to a version.

    CHOOSE: one person takes a list that was in force before, or less of the one in force.  MISS: a resolver no longer answers
    the canary.  GO_BACK: an older version takes its place.
    """

    COMPILE = "compile"
    JUDGE = "judge"
    PASS = "pass"  # noqa: S105 - the guards let it through
    HOLD = "hold"
    APPROVE = "approve"
    CHOOSE = "choose"
    SERVE = "serve"
    PROVE = "prove"
    CLEAR = "clear"
    MISS = "miss"
    GO_BACK = "go_back"


MOVES: Final[Mapping[tuple[Phase, Event], Phase]] = MappingProxyType(
    {
        (Phase.PULLED, Event.COMPILE): Phase.COMPILED,
        (Phase.COMPILED, Event.JUDGE): Phase.GUARDED,
        (Phase.COMPILED, Event.CHOOSE): Phase.STAGED,
        (Phase.GUARDED, Event.PASS): Phase.STAGED,
        (Phase.GUARDED, Event.HOLD): Phase.HELD,
        (Phase.HELD, Event.APPROVE): Phase.STAGED,
        (Phase.STAGED, Event.SERVE): Phase.CANARY,
        (Phase.CANARY, Event.PROVE): Phase.LIVE,
        (Phase.CANARY, Event.MISS): Phase.CANARY,
        (Phase.CANARY, Event.GO_BACK): Phase.ROLLED_BACK,
        (Phase.LIVE, Event.PROVE): Phase.LIVE,
        (Phase.LIVE, Event.CLEAR): Phase.VERIFIED,
        (Phase.LIVE, Event.MISS): Phase.CANARY,
        (Phase.LIVE, Event.GO_BACK): Phase.ROLLED_BACK,
        (Phase.VERIFIED, Event.PROVE): Phase.VERIFIED,
        (Phase.VERIFIED, Event.CLEAR): Phase.VERIFIED,
        (Phase.VERIFIED, Event.MISS): Phase.CANARY,
        (Phase.VERIFIED, Event.GO_BACK): Phase.ROLLED_BACK,
    }
)
"""Every move there is.  A newer list begins its own course at PULLED; a version that comes again begins anew."""


def follow(phase: Phase, event: Event) -> Phase:
    """Where an event leads.  Raises PolicyRefusal("no_such_move"): what is not in the table does not happen."""
    try:
        return MOVES[phase, event]
    except KeyError:
        raise PolicyRefusal("no_such_move", f"{event} after {phase}") from None


@dataclass(frozen=True, slots=True)
class Course:
    """One version on its way."""

    version: str
    phase: Phase = Phase.PULLED

    def after(self, *events: Event) -> Course:
        """The same version some events later.  Raises PolicyRefusal."""
        phase = self.phase
        for event in events:
            phase = follow(phase, event)
        return replace(self, phase=phase)
