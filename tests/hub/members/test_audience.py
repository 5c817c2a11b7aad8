""" "Will be seen by: …" in names."""

from __future__ import annotations

from skyddsnat.hub.members import queries, services
from skyddsnat.hub.members.actor import HUB
from skyddsnat.policy.vocabulary import Marking
from tests.cast import OPERATORS, Cast


def names(audience: queries.Audience) -> set[str]:
    return {member.pk for member in audience.members}


def test_amber_reaches_the_circle_and_says_whether_police_are_in_it(cast: Cast) -> None:
    blocking = queries.will_be_seen_by(cast.circle, Marking.AMBER_STRICT)
    assert names(blocking) == {*OPERATORS, "solros", "vakten"}
    assert blocking.police
    leads = queries.will_be_seen_by(cast.leads, Marking.AMBER)
    assert names(leads) == {*OPERATORS, "solros"}
    assert not leads.police


def test_green_reaches_every_member_police_included(cast: Cast) -> None:
    audience = queries.will_be_seen_by(cast.leads, "GREEN")
    assert {"omega", "zonen", "vakten"} <= names(audience)
    assert audience.police
    assert not audience.public


def test_clear_reaches_anyone_at_all(cast: Cast) -> None:
    assert queries.will_be_seen_by(cast.leads, Marking.CLEAR).public


def test_red_reaches_the_named_who_can_read_and_nobody_else(cast: Cast) -> None:
    analyst, outsider = cast.person("alfa", "analyst"), cast.person("vakten", "analyst")
    coordinator = cast.person("solros", "coordinator")
    audience = queries.will_be_seen_by(cast.leads, Marking.RED, [analyst, outsider, coordinator])
    assert audience.people == (analyst,)
    assert names(audience) == {"alfa"}
    assert not audience.police


def test_a_closed_circle_and_a_member_that_has_left_reach_nobody(cast: Cast) -> None:
    services.leave_coalition(HUB, cast.beta)
    assert "beta" not in names(queries.will_be_seen_by(cast.leads, Marking.AMBER))
    services.close_circle(HUB, cast.leads)
    assert not names(queries.will_be_seen_by(cast.leads, Marking.AMBER))


def test_the_page_can_say_who_judges_before_it_is_published(cast: Cast) -> None:
    assert {member.pk for member in queries.reviewers_in(cast.circle)} == {"solros", "vakten"}
    assert {member.pk for member in queries.reviewers_in(cast.leads)} == {"solros"}
