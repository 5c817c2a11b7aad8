"""My work: each role sees what waits for it, and an empty section says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.pages.work import work_of
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.services import SignalDraft
from skyddsnat.policy.review import checklist
from skyddsnat.policy.vocabulary import Basis, Marking, Scope, SignalType
from tests.cast import Cast
from tests.hub.pages.conftest import Open

NAME = "olaglig-adress.test"


def report(cast: Cast, member: str = "alfa", text: str = NAME) -> Signal:
    outcome = services.submit(
        Actor.of(cast.person(member, "analyst")),
        [SignalDraft(SignalType.DOMAIN, text)],
        circle=cast.circle,
        marking=Marking.AMBER_STRICT,
        channel="form",
        now=timezone.now(),
    )[0]
    return Signal.objects.get(pk=outcome.signal_id)


def approve(person: Person, signal: Signal, basis: Basis | None) -> None:
    mandate = person.member.mandate or None
    ticked = checklist(SignalType.DOMAIN, Scope(signal.scope), mandate)  # type: ignore[arg-type]
    services.approve(Actor.of(person), signal.pk, basis=basis, checklist=ticked, now=timezone.now())


def verify(cast: Cast, signal: Signal) -> None:
    approve(cast.person("vakten", "reviewer"), signal, Basis.POLICE_LIST)
    approve(cast.person("solros", "reviewer"), signal, Basis.HOTLINE_ASSESSMENT)


def sections(person: Person) -> set[str]:
    work = work_of(person, now=timezone.now())
    names = ("reviews", "disputes", "feedback", "fates", "expiring", "agents", "coordination", "reveals_this_week")
    return {name for name in names if getattr(work, name) is not None}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (("alfa", "analyst"), {"fates", "feedback"}),
        (("alfa", "reviewer"), {"fates", "feedback", "reviews"}),
        (("alfa", "engineer"), {"fates", "feedback", "agents"}),
        (("solros", "reviewer"), {"fates", "reviews", "disputes", "expiring"}),
        (("solros", "coordinator"), {"agents", "coordination"}),
        (("solros", "auditor"), {"reveals_this_week"}),
        (("vakten", "analyst"), {"fates", "feedback", "agents"}),
    ],
)
def test_a_role_has_its_sections(cast: Cast, who: tuple[str, str], expected: set[str]) -> None:
    assert sections(cast.person(*who)) == expected


def test_a_role_without_a_queue_is_told_so(cast: Cast, open_as: Open) -> None:
    person = cast.person("alfa", "analyst")
    person.roles = ["benchmark_lead"]
    person.save()
    assert sections(person) == set()
    assert "Nothing waits for you today" in open_as(person, "/")


def test_a_report_waits_for_those_who_judge_and_for_nobody_else(cast: Cast, open_as: Open) -> None:
    signal = report(cast)
    link = reverse("signals:review", args=[signal.pk])
    for who in (("solros", "reviewer"), ("vakten", "reviewer")):
        text = open_as(who, "/")
        assert link in text
        assert '<span class="count">1<span class="visually-hidden"> waiting' in text
    for who in (("alfa", "reviewer"), ("beta", "reviewer"), ("omega", "reviewer")):
        text = open_as(who, "/")
        assert str(signal.pk) not in text or who[0] == "alfa"
        assert '<span class="visually-hidden"> waiting' not in text
        assert ('<span class="count">' in text) == (who[0] == "alfa")  # its own report, which it has not opened
        assert "Nothing waits for you." in text


def test_no_page_shows_the_value(cast: Cast, open_as: Open) -> None:
    signal = report(cast)
    for who in (("solros", "reviewer"), ("alfa", "analyst")):
        text = open_as(who, "/")
        assert NAME not in text
        assert "olaglig" not in text
        assert signal.masked in text


def test_the_member_sees_the_fate_of_its_own_reports(cast: Cast, open_as: Open) -> None:
    signal = report(cast)
    assert "badge-submitted" in open_as(("alfa", "analyst"), "/")
    verify(cast, signal)
    text = open_as(("alfa", "engineer"), "/")
    assert "badge-verified" in text
    assert "ceiling-block" in text
    assert str(signal.pk) not in open_as(("beta", "analyst"), "/"), "others read it in the list, not among their own"


def test_a_report_that_was_taken_back_says_so(cast: Cast) -> None:
    signal = report(cast)
    analyst = cast.person("alfa", "analyst")
    services.withdraw(Actor.of(analyst), signal.pk, reason="mistake", now=timezone.now())
    fates = work_of(analyst, now=timezone.now()).fates
    assert fates is not None
    assert [fate.state for fate in fates.rows] in ([], ["withdrawn"])


def test_an_objection_waits_for_a_mandate(cast: Cast, open_as: Open) -> None:
    signal = report(cast)
    verify(cast, signal)
    services.give_feedback(
        Actor.of(cast.person("beta", "analyst")), signal.pk, reason="not_illegal", now=timezone.now()
    )
    signal.refresh_from_db()
    assert signal.state == "disputed"
    for who in (("solros", "reviewer"), ("vakten", "reviewer")):
        work = work_of(cast.person(*who), now=timezone.now())
        assert work.disputes is not None
        assert [row.pk for row in work.disputes.rows] == [signal.pk]
    assert "Objections to decide" in open_as(("vakten", "reviewer"), "/")
    assert "Feedback that waits for an answer" in open_as(("beta", "analyst"), "/")


def test_what_ends_soon_is_told_to_those_who_can_renew(cast: Cast) -> None:
    signal = report(cast)
    verify(cast, signal)
    police = cast.person("vakten", "reviewer")
    now = timezone.now()
    soon = Signal.objects.get(pk=signal.pk).valid_until - timedelta(days=3)
    for moment, rows in ((now, []), (soon, [signal.pk])):
        expiring = work_of(police, now=moment).expiring
        assert expiring is not None
        assert [row.pk for row in expiring.rows] == rows


def test_long_sections_show_the_first_lines_and_how_many_more(cast: Cast, open_as: Open) -> None:
    for number in range(8):
        report(cast, text=f"adress-{number}.test")
    work = work_of(cast.person("solros", "reviewer"), now=timezone.now())
    assert work.reviews is not None
    assert (len(work.reviews.rows), work.reviews.total, work.reviews.more) == (6, 8, 2)
    assert "and 2 more" in open_as(("solros", "reviewer"), "/")


def test_set_up_steps_go_away_as_they_are_done(cast: Cast, open_as: Open) -> None:
    before = open_as(("alfa", "engineer"), "/")
    assert "Make the agent" in before
    assert "Start your agent" in before
    cast.token("alfa", "taxii")
    assert ApiToken.objects.filter(member_id="alfa").exists()
    after = open_as(("alfa", "engineer"), "/")
    assert "Make the agent" not in after
    assert "Start your agent" in after
    assert "Start your agent" not in open_as(("alfa", "analyst"), "/")
    assert "Start your agent" not in open_as(("solros", "engineer"), "/"), "a hotline runs no resolvers"


def test_a_coordinator_sees_who_cannot_sign_in_yet(cast: Cast, open_as: Open) -> None:
    Person.objects.create_user("ny@alfa.test", name="Ny Person", member=cast.alfa, roles=["analyst"])
    work = work_of(cast.person("solros", "coordinator"), now=timezone.now())
    assert work.coordination is not None
    assert work.coordination.not_enrolled == 1
    assert "people who cannot sign in yet" in open_as(("solros", "coordinator"), "/")


def test_the_start_page_costs_few_questions_to_the_database(
    cast: Cast, english: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(8):
        report(cast, text=f"adress-{number}.test")
    cast.sign_in(english, cast.person("solros", "reviewer"))
    english.get("/")
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        assert english.get("/").status_code == 200
