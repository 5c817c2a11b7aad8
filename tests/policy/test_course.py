"""How far a version comes: a table of moves, and nothing reaches the resolvers without a word that lets it."""

from __future__ import annotations

import itertools

import pytest

from skyddsnat.policy.course import MOVES, Course, Event, Phase, follow
from skyddsnat.policy.errors import PolicyRefusal

PUBLISHED = {Phase.CANARY, Phase.LIVE, Phase.VERIFIED}
TABLE = {
    Phase.PULLED: {Event.COMPILE: Phase.COMPILED},
    Phase.COMPILED: {Event.JUDGE: Phase.GUARDED, Event.CHOOSE: Phase.STAGED},
    Phase.GUARDED: {Event.PASS: Phase.STAGED, Event.HOLD: Phase.HELD},
    Phase.HELD: {Event.APPROVE: Phase.STAGED},
    Phase.STAGED: {Event.SERVE: Phase.CANARY},
    Phase.CANARY: {Event.PROVE: Phase.LIVE, Event.MISS: Phase.CANARY, Event.GO_BACK: Phase.ROLLED_BACK},
    Phase.LIVE: {
        Event.PROVE: Phase.LIVE,
        Event.CLEAR: Phase.VERIFIED,
        Event.MISS: Phase.CANARY,
        Event.GO_BACK: Phase.ROLLED_BACK,
    },
    Phase.VERIFIED: {
        Event.PROVE: Phase.VERIFIED,
        Event.CLEAR: Phase.VERIFIED,
        Event.MISS: Phase.CANARY,
        Event.GO_BACK: Phase.ROLLED_BACK,
    },
    Phase.ROLLED_BACK: {},
}


@pytest.mark.parametrize(("phase", "event"), [*itertools.product(Phase, Event)])
def test_every_move_is_in_the_table_and_every_other_is_refused(phase: Phase, event: Event) -> None:
    if event in TABLE[phase]:
        assert follow(phase, event) is TABLE[phase][event]
    else:
        with pytest.raises(PolicyRefusal) as refusal:
            follow(phase, event)
        assert refusal.value.code == "no_such_move"


def test_the_whole_way_and_the_way_of_a_held_list() -> None:
    way = [Event.COMPILE, Event.JUDGE, Event.PASS, Event.SERVE, Event.PROVE, Event.CLEAR]
    assert [Course("v").after(*way[:length]).phase for length in range(7)] == [
        Phase.PULLED,
        Phase.COMPILED,
        Phase.GUARDED,
        Phase.STAGED,
        Phase.CANARY,
        Phase.LIVE,
        Phase.VERIFIED,
    ]
    assert Course("v").after(Event.COMPILE, Event.JUDGE, Event.HOLD, Event.APPROVE).phase is Phase.STAGED


def test_no_way_into_the_resolvers_goes_round_the_guards_and_the_people() -> None:
    """Every path from PULLED to a published phase has one of the three words that let a list through, right before STAGED."""
    lets = {Event.PASS, Event.APPROVE, Event.CHOOSE}
    assert {event for (_, event), phase in MOVES.items() if phase is Phase.STAGED} == lets
    assert {before for (before, _), phase in MOVES.items() if phase in PUBLISHED} == {Phase.STAGED, *PUBLISHED}


def test_a_held_list_moves_by_two_people_alone() -> None:
    assert {event for phase, event in MOVES if phase is Phase.HELD} == {Event.APPROVE}
