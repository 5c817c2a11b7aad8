"""Who may be the second hand on what concerns the coalition itself."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.four_eyes import Hand
from skyddsnat.policy.second_hand import ABOUT_PEOPLE, SECOND_ROLES, Concern, Matter, check_no, check_second_hand
from skyddsnat.policy.signal_states import Voice
from skyddsnat.policy.vocabulary import Role

MEMBERS = ("alfa", "beta", "solros")


def hand(member: str, *roles: Role, group: str = "", person: UUID | None = None) -> Hand:
    return Hand(person or uuid4(), Voice(member, group or member), frozenset(roles))


COORDINATOR = hand("solros", Role.COORDINATOR)


def refusal(matter: Matter, second: Hand, concern: Concern, first: Hand = COORDINATOR) -> str:
    try:
        check_second_hand(matter, first, second, concern)
    except PolicyRefusal as refused:
        return refused.code
    return ""


def test_an_organisation_vouches_for_its_own_people_by_whoever_is_there() -> None:
    about_alfa = Concern("alfa", "alfa")
    assert refusal(Matter.PERSON, hand("alfa", Role.ENGINEER), about_alfa) == ""
    assert refusal(Matter.PERSON, hand("beta", Role.ENGINEER), about_alfa) == "no_role"
    assert refusal(Matter.PERSON, hand("beta", Role.REVIEWER), about_alfa) == ""


def test_nobody_is_both_hands_nor_vouches_for_their_own_way_in() -> None:
    someone = hand("alfa", Role.REVIEWER)
    assert refusal(Matter.LINK, COORDINATOR, Concern("alfa", "alfa")) == "same_person"
    assert refusal(Matter.LINK, hand("solros", Role.REVIEWER), Concern("alfa", "alfa")) == "same_organisation"
    assert refusal(Matter.LINK, someone, Concern("alfa", "alfa", person=someone.person)) == "own_access"


def test_two_members_under_one_owner_are_one_organisation() -> None:
    first = hand("alfa", Role.COORDINATOR, group="koncernen")
    assert refusal(Matter.ADMIT, hand("beta", Role.REVIEWER, group="koncernen"), Concern("ny", "ny"), first) == (
        "same_organisation"
    )


def test_a_member_may_agree_to_leave_and_not_prevent_it() -> None:
    """It would otherwise stay for as long as it says no, whatever it has done."""
    about_alfa, own, other = Concern("alfa", "koncernen"), hand("beta", Role.REVIEWER, group="koncernen"), "solros"
    assert refusal(Matter.LEAVE, own, about_alfa) == ""
    with pytest.raises(PolicyRefusal, match="own_leaving"):
        check_no(Matter.LEAVE, COORDINATOR, own, about_alfa)
    check_no(Matter.LEAVE, hand("vakten", Role.COORDINATOR), hand(other, Role.REVIEWER), about_alfa)
    check_no(Matter.PERSON, COORDINATOR, own, about_alfa)
    with pytest.raises(PolicyRefusal, match="no_role"):
        check_no(Matter.LEAVE, COORDINATOR, hand("vakten", Role.ANALYST), about_alfa)


def test_no_member_confirms_its_own_standing() -> None:
    assert refusal(Matter.STANDING, hand("alfa", Role.REVIEWER), Concern("alfa", "alfa")) == "own_standing"
    assert refusal(Matter.STANDING, hand("beta", Role.REVIEWER), Concern("alfa", "alfa")) == ""


def test_only_who_is_in_a_circle_lets_others_in() -> None:
    joins = Concern("omega", "omega", circle_members=frozenset({"solros", "alfa"}))
    assert refusal(Matter.JOIN, hand("beta", Role.REVIEWER), joins) == "not_in_circle"
    assert refusal(Matter.JOIN, hand("alfa", Role.REVIEWER), joins) == ""


@given(
    matter=st.sampled_from(Matter),
    first=st.builds(hand, st.sampled_from(MEMBERS), st.sampled_from(Role)),
    second=st.builds(hand, st.sampled_from(MEMBERS), st.sampled_from(Role)),
    concerned=st.sampled_from(MEMBERS),
)
def test_whatever_is_proposed_two_organisations_stand_behind_it(
    matter: Matter, first: Hand, second: Hand, concerned: str
) -> None:
    concern = Concern(concerned, concerned, circle_members=frozenset(MEMBERS))
    if refusal(matter, second, concern, first) == "":
        assert first.voice.group != second.voice.group
        assert first.person != second.person
        assert second.roles & SECOND_ROLES or (matter in ABOUT_PEOPLE and second.voice.member == concerned)


@pytest.mark.parametrize("matter", Matter)
def test_someone_without_any_role_confirms_nothing(matter: Matter) -> None:
    assert refusal(matter, hand("alfa"), Concern("alfa", "alfa", circle_members=frozenset({"alfa"}))) != ""
