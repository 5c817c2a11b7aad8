"""A lift arrives at agents; the complainant is replied to; contacts are erased; every step is measured."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.complaints import queries, services
from skyddsnat.hub.complaints.models import Case, Complaint
from skyddsnat.hub.complaints.words import replies
from skyddsnat.hub.signals import services as signals
from skyddsnat.policy.agent_guards import Reason
from skyddsnat.policy.complaints import CONTACT_KEPT, CONTACT_KEPT_AFTER_REPLY, NAME_KEPT, Outcome
from tests.hub.complaints.conftest import Desk, Stage, refused

HOUR = timedelta(hours=1)


def test_the_time_to_each_step_is_measured(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test")
    for member in ("alfa", "beta"):
        desk.agent_tells(member, desk.head())
    complaint = desk.complain("fel.test", contact="a@post.test")
    stage.later(hours=1)
    desk.suspend(complaint)
    stage.later(hours=1)
    desk.agent_tells("alfa", desk.head())
    complaint.refresh_from_db()
    assert complaint.lifted_here_at == stage.now, "the member that took it in has it"
    assert desk.block(complaint).reached_at is None, "beta's agent has not"
    stage.later(hours=1)
    desk.agent_tells("beta", desk.head(), ok=False)
    assert desk.block(complaint).reached_at is None, "a resolver that does not answer as it should"
    desk.agent_tells("beta", desk.head())
    assert desk.block(complaint).reached_at == stage.now
    stage.later(hours=1)
    desk.decide(complaint, Outcome.LIFTED)
    stage.later(hours=1)
    services.replied(stage.cast.person("alfa", "analyst"), complaint.pk, now=stage.now)
    found = queries.steps(stage.cast.person("alfa", "analyst"))
    assert (found.lifted, found.everywhere, found.decided, found.replied) == (HOUR, 3 * HOUR, 4 * HOUR, 5 * HOUR)
    assert Entry.objects.get(action="complaint.lifted_everywhere").facts == {"count": 2}


def test_an_agent_that_holds_a_list_has_the_lift_unless_it_is_lifts_that_it_holds(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test")
    desk.agent_tells("alfa", desk.head())
    complaint = desk.complain("fel.test")
    desk.suspend(complaint)
    desk.agent_tells("alfa", desk.head(), held=Reason.TOO_MANY_REMOVALS)
    assert desk.block(complaint).reached_at is None, "the block stands there until two people have decided"
    desk.agent_tells("alfa", desk.head(), held=Reason.TOO_MANY_ADDITIONS)
    assert desk.block(complaint).reached_at == stage.now


def test_an_agent_that_comes_late_counts_from_where_it_says_it_is(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test")
    desk.agent_tells("alfa", desk.head())
    complaint = desk.complain("fel.test")
    held_at = desk.head()
    desk.decide(complaint, Outcome.LIFTED)
    desk.agent_tells("alfa", held_at)
    assert desk.block(complaint).reached_at is None
    desk.agent_tells("alfa", desk.head())
    assert desk.block(complaint).reached_at == stage.now


def test_figures_for_the_catalogues_metrics_come_from_the_record(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test")
    stage.verified("ratt.test")
    desk.agent_tells("alfa", desk.head())
    wrong, right = desk.complain("fel.test"), desk.complain("ratt.test")
    desk.complain("fel.test", member="beta")
    stage.later(hours=2)
    desk.decide(wrong, Outcome.LIFTED)
    desk.decide(right, Outcome.UPHELD)
    desk.agent_tells("alfa", desk.head())
    first, last = stage.now - timedelta(days=1), stage.now + timedelta(days=1)
    assert queries.confirmed_in_year(2026) == (1, 1)
    assert queries.confirmed_in_year(2025) == (0, 0)
    assert queries.corrections("alfa", first=first, last=last) == (1, 2 * HOUR)
    assert queries.received_by("alfa", first=first, last=last).count() == 2
    here = queries.measured(stage.cast.person("alfa", "analyst"), now=stage.now)
    assert (here.year, here.confirmed, here.blocks, here.received, here.lifted) == (2026, 1, 1, 2, 1)
    assert here.median == 2 * HOUR
    elsewhere = queries.measured(stage.cast.person("gamma", "analyst"), now=stage.now)
    assert (elsewhere.confirmed, elsewhere.received, elsewhere.lifted, elsewhere.median) == (1, 0, 0, None)


def test_a_block_that_runs_out_undecided_is_no_confirmed_error_and_nobody_is_told_so(desk: Desk, stage: Stage) -> None:
    """MET-OVB-01 counts what the publisher confirmed, and is public; the reply goes to whoever complained."""
    stage.verified("fel.test")
    complaint = desk.complain("fel.test")
    stage.later(days=91)
    signals.sweep(stage.now)
    assert services.tend(stage.now).ended == 1
    assert (desk.case(complaint).outcome, desk.block(complaint).outcome) == ("ended", "ended")
    assert queries.confirmed_in_year(stage.now.year) == (0, 0)
    told = replies("ended", receipt="1A2B-3C4D", operator="Alfa", language="en")[0].text
    assert "run out" in told
    assert "wrong" not in told


def test_the_abuse_desk_of_the_member_alone_reaches_the_complainant(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test")
    complaint = desk.complain("fel.test", contact="+46 70 000 00 00")
    shown = services.show_contact(stage.cast.person("alfa", "analyst"), complaint.pk, now=stage.now)
    assert shown.contact == "+46 70 000 00 00"
    assert Entry.objects.filter(action="complaint.contact_shown", member_id="alfa").count() == 1
    desk.complain("fel.test", member="beta")  # beta's people see the case, and still not who complained at alfa's page
    for member, role in (("alfa", "engineer"), ("beta", "analyst"), ("vakten", "reviewer"), ("solros", "coordinator")):
        with pytest.raises(Complaint.DoesNotExist):
            services.show_contact(stage.cast.person(member, role), complaint.pk, now=stage.now)


def test_a_reply_waits_for_the_decision_and_goes_out_once(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test")
    complaint = desk.complain("fel.test", contact="a@post.test")
    analyst = stage.cast.person("alfa", "analyst")
    with refused("not_decided"):
        services.replied(analyst, complaint.pk, now=stage.now)
    assert list(queries.to_answer(analyst)) == []
    desk.decide(complaint, Outcome.LIFTED)
    assert list(queries.to_answer(analyst)) == [complaint]
    assert list(queries.to_answer(stage.cast.person("beta", "analyst"))) == []
    services.replied(analyst, complaint.pk, now=stage.now)
    with refused("decided"):
        services.replied(analyst, complaint.pk, now=stage.now)


@pytest.mark.parametrize(("answered", "kept"), [(True, CONTACT_KEPT_AFTER_REPLY), (False, CONTACT_KEPT)])
def test_a_contact_is_erased_at_its_end_date(desk: Desk, stage: Stage, *, answered: bool, kept: timedelta) -> None:
    complaint = desk.complain("fel.test", contact="a@post.test")
    if answered:
        services.replied(stage.cast.person("alfa", "analyst"), complaint.pk, now=stage.now)
    stage.now += kept - timedelta(minutes=1)
    assert services.tend(stage.now).erased == 0
    stage.later(minutes=1)
    assert services.tend(stage.now).erased == 1
    assert Entry.objects.get(action="complaint.contacts_erased").facts == {"of": "alfa", "count": 1}
    complaint.refresh_from_db()
    assert (complaint.contact, complaint.contact_until, complaint.has_contact) == ("", None, True)
    assert services.tend(stage.now).erased == 0
    with refused("no_contact"):
        services.show_contact(stage.cast.person("alfa", "analyst"), complaint.pk, now=stage.now)


def test_a_contact_is_not_shown_after_its_end_date_even_before_the_clock_has_erased_it(
    desk: Desk, stage: Stage
) -> None:
    complaint = desk.complain("fel.test", contact="a@post.test")
    stage.now += CONTACT_KEPT
    with refused("no_contact"):
        services.show_contact(stage.cast.person("alfa", "analyst"), complaint.pk, now=stage.now)


def test_cases_whose_names_are_erased_are_not_told_as_cases_of_one_name(desk: Desk, stage: Stage) -> None:
    analyst = stage.cast.person("alfa", "analyst")
    one = desk.complain("ett.test")
    desk.complain("annat.test")
    stage.now += NAME_KEPT
    services.tend(stage.now)
    assert queries.page_of(analyst, desk.case(one)).earlier == []


def test_a_name_that_nothing_blocks_is_erased_after_half_a_year_and_a_listed_one_is_not(
    desk: Desk, stage: Stage
) -> None:
    stage.verified("listad.test")
    unlisted, listed = desk.complain("olistad.test"), desk.complain("listad.test")
    desk.decide(listed, Outcome.UPHELD)
    stage.now += NAME_KEPT - timedelta(minutes=1)
    assert services.tend(stage.now).names == 0
    stage.later(minutes=1)
    assert services.tend(stage.now).names == 1
    assert (desk.case(unlisted).value, desk.case(unlisted).masked) == ("", "–")
    assert desk.case(listed).value == "listad.test"
    assert services.tend(stage.now).names == 0
    with refused("no_name"):
        services.show_name(stage.cast.person("alfa", "analyst"), unlisted.case, now=stage.now)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_reply_tells_the_outcome_in_both_languages_and_nothing_of_the_list(outcome: Outcome) -> None:
    first, second = replies(outcome.value, receipt="1A2B-3C4D", operator="Alfa", language="en")
    assert (first.language, second.language) == ("en", "sv")
    assert first.asked_in
    assert not second.asked_in
    assert first.text != second.text
    for reply in (first, second):
        assert "1A2B-3C4D" in reply.text
        assert "Alfa" in reply.text
        assert not any(word in reply.text.lower() for word in ("interpol", "police list", "polisens lista", "vakten"))


def test_the_name_that_nothing_blocks_is_shown_to_who_took_it_in_and_logged(desk: Desk, stage: Stage) -> None:
    complaint = desk.complain("olistad.test")
    assert services.show_name(stage.cast.person("alfa", "analyst"), complaint.case, now=stage.now) == "olistad.test"
    assert Entry.objects.filter(action="complaint.name_shown").count() == 1
    stage.verified("listad.test")
    listed = desk.complain("listad.test")
    with pytest.raises(Case.DoesNotExist):
        services.show_name(stage.cast.person("beta", "analyst"), complaint.case, now=stage.now)
    with refused("listed"):
        services.show_name(stage.cast.person("alfa", "analyst"), listed.case, now=stage.now)
