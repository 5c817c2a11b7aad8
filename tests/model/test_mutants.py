"""Each bug that breaks the sharing rule is noticed: planted one by one, and the look that must see it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import effort
from tests.cast import Cast
from tests.figures import figure
from tests.model.looks import Noticed
from tests.model.mutants import SHARING, Mutant
from tests.model.plant import Edit, planted
from tests.model.test_sharing import Sharing, run, staged

SIX = 6
"""The first bugs of the list are those of the reference (reference: security, access control)."""

STORIES, STEPS = 20, 12
"""The machine's budget for each of them."""

SEEDS = range(1, 1 + effort.tries(short=1, long=3))


def tell(machine: Sharing) -> None:
    """A story in which each bug of the list has something to give away."""
    acts = machine.acts
    acts.join("omega", "leads")  # and leaves again: what it could read then it must not read now
    acts.leave("omega", "leads")
    for number, members in enumerate([("alfa", "beta"), ("gamma",), ("alfa",), ("gamma", "alfa")]):
        for member in members:
            acts.report((member, "analyst"), f"lek-{number}.test", circle="circle", marking="AMBER+STRICT")
    for member in ("alfa", "beta", "zonen"):
        acts.join(member, "leads")
        acts.report((member, "analyst"), "uppslag.test", circle="leads", marking="AMBER")
    acts.leave("zonen", "leads")  # and may not read there any more what it has reported itself
    seen, unseen, judged, back = acts.signals()[:4]
    acts.object_to(("gamma", "analyst"), seen)
    acts.approve(("vakten", "reviewer"), judged)
    acts.withdraw(("gamma", "analyst"), back)
    acts.propose(("solros", "coordinator"), "omega", "circle")
    named = {("alfa", "analyst"), ("beta", "analyst")}
    for who in named:
        acts.report(who, "rod.test", circle="circle", marking="RED", named=named)
    acts.report(("beta", "analyst"), "slut.test", circle="circle", marking="AMBER")
    slut = acts.signals()[-1]
    acts.reject(("vakten", "reviewer"), slut)
    acts.report(("epsilon", "analyst"), "slut.test", circle="circle", marking="AMBER")
    assert not machine.shadow.lives[unseen].seen
    assert machine.shadow.lives[back].ended == "withdrawn"


def look(machine: Sharing, mutant: Mutant) -> list[str]:
    """The first that the one who must see the bug has to say."""
    machine.looks.violations, machine.looks.hunting = [], True
    member, role = mutant.by
    try:
        if role == "machine":
            machine._machine(member)
        else:
            machine.looks.at(mutant.by, mutant.at)
    except Noticed:
        pass
    except (PermissionError, AssertionError) as error:
        machine.looks.violations.append(f"{type(error).__name__} {error}")
    found, machine.looks.violations = machine.looks.violations, []
    return found


def test_every_planted_bug_in_the_sharing_rule_is_caught(cast: Cast, settings: Any, tmp_path: Path) -> None:
    missed = []
    with staged(cast, settings, tmp_path):
        machine = Sharing()
        tell(machine)
        for mutant in SHARING:
            if not mutant.writes:
                with planted(*mutant.edits):
                    if not look(machine, mutant):
                        missed.append(mutant.name)
        # The same looks find nothing in the hub as it is: what they catch is the bug and nothing else.
        sound = [
            said for by in sorted({(one.by, one.at) for one in SHARING}) for said in look(machine, Mutant("", (), *by))
        ]
        machine.forget()
        for mutant in SHARING:
            if mutant.writes:
                with planted(*mutant.edits):
                    machine = Sharing()
                    tell(machine)
                    if not look(machine, mutant):
                        missed.append(mutant.name)
                    machine.forget()
    assert missed == []
    assert sound == []
    figure("access.mutants", caught=len(SHARING) - len(missed), planted=len(SHARING))


def stories_until_noticed(mutant: Mutant, *, start: int) -> int:
    """Stories that the machine needs, from this seed on; 0 where the budget was not enough."""
    before = Sharing.totals["stories"]
    with planted(*mutant.edits):
        try:
            run(STORIES, STEPS, start=start)
        except Noticed:
            return Sharing.totals["stories"] - before
    return 0


def test_the_machine_finds_each_of_the_references_bugs_by_itself(cast: Cast, settings: Any, tmp_path: Path) -> None:
    """Nobody tells it where to look: whatever people do and whoever looks is drawn, from a few fixed seeds."""
    with staged(cast, settings, tmp_path):
        Sharing.looks.hunting = True
        needed = {
            (mutant.name, start): stories_until_noticed(mutant, start=start)
            for mutant in SHARING[:SIX]
            for start in SEEDS
        }
    assert {one: stories for one, stories in needed.items() if not stories} == {}
    most = max(needed.values())
    figure("access.mutants_at_random", caught=len(needed), planted=SIX, seeds=len(SEEDS), most=most, of=STORIES)


def test_a_bug_whose_place_is_gone_is_told() -> None:
    with (
        pytest.raises(AssertionError, match="give the mutant its new place"),
        planted(Edit("skyddsnat.hub.signals.views.answers.signal_for", "what is not there", "")),
    ):
        pass
