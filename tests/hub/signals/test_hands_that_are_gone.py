"""What nobody has decided yet rests on people who could still give their approval; what was verified stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skyddsnat.hub.accounts import services as accounts
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.services import MemberChanges
from skyddsnat.hub.signals.models import Review
from skyddsnat.policy.review import WithdrawReason
from skyddsnat.policy.vocabulary import MemberKind, Scope, SignalType
from tests.hub.signals.conftest import Stage, refused

type Loss = Callable[[Stage, str], None]


def close(stage: Stage, member: str) -> None:
    accounts.close_access(HUB, stage.cast.person(member, "reviewer"))


def take_the_role(stage: Stage, member: str) -> None:
    members.set_roles(HUB, stage.cast.person(member, "reviewer"), ["analyst"])


def take_the_mandate(stage: Stage, member: str) -> None:
    members.change_member(HUB, stage.cast.members[member], MemberChanges(kind=MemberKind.OBSERVER, mandate=""))


def leave(stage: Stage, member: str) -> None:
    members.leave_coalition(HUB, stage.cast.members[member])


def leave_the_circle(stage: Stage, member: str) -> None:
    members.leave_circle(HUB, stage.cast.circle, stage.cast.members[member])


LOSSES = [close, take_the_role, take_the_mandate, leave, leave_the_circle]


PROPOSALS = ("members_proposal", "signals_protectoverride", "signals_blockrule")


def colleague(stage: Stage, member: str) -> None:
    """Another reviewer at the member takes over."""
    Person.objects.filter(pk=stage.cast.person(member, "analyst").pk).update(roles=["reviewer"])
    stage.cast.people[member, "reviewer"] = stage.cast.person(member, "analyst")


@pytest.mark.parametrize("lose", LOSSES)
def test_an_approval_is_no_first_of_two_once_its_hand_is_gone(stage: Stage, lose: Loss) -> None:
    signal = stage.approve("vakten", stage.signal("alfa"))
    assert (signal.stage, signal.approvals) == ("second", 1)
    lose(stage, "vakten")
    signal = stage.again(signal)
    assert (signal.state, signal.stage, signal.approvals) == ("in_review", "first", 0)
    signal = stage.approve("solros", signal)
    assert (signal.state, signal.ceiling) == ("in_review", "none")
    assert stage.live("verified") == {}


@pytest.mark.parametrize("lose", LOSSES)
def test_what_was_verified_stays(stage: Stage, lose: Loss) -> None:
    """Two hands gave it while they could.  Were it to fall, taking one account would open thousands of blocks in an instant."""
    signal = stage.verified()
    blocked = stage.live("verified")
    lose(stage, "vakten")
    assert (stage.again(signal).state, stage.live("verified")) == ("verified", blocked)


@pytest.mark.parametrize("lose", [close, take_the_role, take_the_mandate, leave])
def test_whoever_goes_is_locked_so_that_others_may_still_refer_to_them(stage: Stage, lose: Loss) -> None:
    """A judge holds the signal and writes a verdict that refers to both; who lets a hand go waits for the signal."""
    stage.approve("vakten", stage.signal("alfa"))
    with CaptureQueriesContext(connection) as asked:
        lose(stage, "vakten")
    rows = ('FROM "members_person"', 'FROM "members_member"')
    locks = [query["sql"] for query in asked if " FOR " in query["sql"] and any(row in query["sql"] for row in rows)]
    assert bool(locks) is connection.features.has_select_for_update
    assert [sql for sql in locks if "FOR NO KEY UPDATE" not in sql] == []
    held = {table for table in PROPOSALS if any(f'FOR UPDATE OF "{table}"' in query["sql"] for query in asked)}
    assert held == (set(PROPOSALS) if connection.features.has_select_for_update else set())


def test_an_approval_does_not_come_back_with_its_person(stage: Stage) -> None:
    """Who held the stolen account gave it, and not the person who is let in again."""
    signal = stage.approve("vakten", stage.signal("alfa"))
    person = stage.cast.person("vakten", "reviewer")
    close(stage, "vakten")
    accounts.reopen_access(HUB, person)
    assert stage.approve("solros", signal).ceiling == "none"
    assert stage.approve("vakten", signal).ceiling == "block"


def test_a_colleague_judges_in_place_of_who_is_gone(stage: Stage) -> None:
    signal = stage.approve("vakten", stage.signal("alfa"))
    close(stage, "vakten")
    colleague(stage, "vakten")
    assert stage.approve("solros", stage.approve("vakten", signal)).ceiling == "block"


def test_an_approval_written_in_the_very_moment_counts_no_more_than_others(stage: Stage) -> None:
    """Nothing but the person's row tells: whoever reads an approval asks anew."""
    signal = stage.approve("vakten", stage.signal("alfa"))
    Person.objects.filter(pk=stage.cast.person("vakten", "reviewer").pk).update(is_active=False)
    with refused("needs_mandate"):
        stage.approve("beta", signal)
    assert stage.approve("solros", signal).ceiling == "none"
    assert [r.standing for r in Review.objects.filter(signal=signal).order_by("at", "pk")] == [False, True]


def test_a_verdict_of_one_who_is_gone_is_no_first_of_two_when_the_block_has_fallen(stage: Stage) -> None:
    """It stayed known at that verdict's ceiling; to block it anew takes two who are there."""
    from skyddsnat.hub.signals import services

    signal = stage.verified()
    services.withdraw(stage.actor("solros", "reviewer"), signal, reason=WithdrawReason.NOT_ILLEGAL.value, now=stage.now)
    assert stage.again(signal).ceiling != "block"
    close(stage, "vakten")
    stage.later(seconds=1)
    assert stage.approve("solros", signal).ceiling != "block"
    assert stage.live("verified") == {}


def test_others_approvals_stay_and_what_fell_is_told(stage: Stage) -> None:
    one, other = stage.approve("vakten", stage.signal("alfa")), stage.approve("solros", stage.signal("alfa"))
    close(stage, "vakten")
    assert (stage.again(one).approvals, stage.again(other).approvals) == (0, 1)
    assert [e.object_id for e in Entry.objects.filter(action="signal.hand_gone")] == [str(one.pk)]
    assert [e.kind for e in one.events.filter(kind="hand_gone")] == ["hand_gone"]


def test_what_was_proposed_does_not_come_back_with_its_person(stage: Stage) -> None:
    """Who held the stolen account proposed it, and others would take it for the word of who is let in again."""
    from skyddsnat.hub.signals import services

    why = "Domänen har bytt ägare och används bara till detta."
    theirs, others = (
        services.propose_override(
            stage.actor(member, "reviewer"), SignalType.DOMAIN, name, scope=Scope.EXACT, reason=why, now=stage.now
        )
        for member, name in (("alfa", "wikipedia.org"), ("gamma", "wikimedia.org"))
    )
    rule = services.propose_block_rule(stage.actor("alfa", "reviewer"), SignalType.DOMAIN, reason=why, now=stage.now)
    close(stage, "alfa")
    accounts.reopen_access(HUB, stage.cast.person("alfa", "reviewer"))
    second = stage.actor("vakten", "reviewer")
    with refused("decided"):
        services.confirm_override(second, theirs.pk, now=stage.now)
    with refused("decided"):
        services.confirm_block_rule(second, rule.pk, now=stage.now)
    services.confirm_override(second, others.pk, now=stage.now)
    assert Entry.objects.filter(action__in=["override.ended", "rule.ended"]).count() == 2
