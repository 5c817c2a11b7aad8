"""The pages: the queue, a case as each may see it, and what is done there."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from skyddsnat.hub.complaints.models import Case, Complaint
from skyddsnat.policy.complaints import Outcome
from skyddsnat.policy.vocabulary import Scope
from tests.hub.complaints.conftest import Desk, Stage


class Asked:
    """One person's browser."""

    def __init__(self, stage: Stage, member: str, role: str, *, language: str = "en") -> None:
        self.client = stage.cast.sign_in(Client(), stage.cast.person(member, role))
        self.client.cookies["language"] = language

    def page(self, name: str, *args: object) -> str:
        answer = self.client.get(reverse(name, args=args))
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def status(self, name: str, *args: object) -> int:
        return self.client.get(reverse(name, args=args)).status_code

    def send(self, name: str, *args: object, **fields: object) -> str:
        return self.client.post(reverse(name, args=args), fields, follow=True).content.decode()


@pytest.fixture
def complaint(desk: Desk, stage: Stage) -> Complaint:
    """Alfa's, about a whole domain that police and hotline have verified."""
    stage.verified("hemligt-fel.test", scope=Scope.SUBDOMAINS)
    return desk.complain("www.hemligt-fel.test", contact="klagande@post.test")


@pytest.mark.parametrize(
    ("member", "role", "status"),
    [
        ("alfa", "analyst", 200), ("alfa", "engineer", 200), ("vakten", "reviewer", 200), ("solros", "reviewer", 200),
        ("beta", "analyst", 404), ("vakten", "analyst", 404), ("solros", "coordinator", 404), ("omega", "reviewer", 404),
    ],
)  # fmt: skip
def test_a_case_is_there_for_who_took_it_in_and_who_judges(
    stage: Stage, complaint: Complaint, member: str, role: str, status: int
) -> None:
    assert Asked(stage, member, role).status("complaints:case", complaint.case_id) == status


def test_neither_name_nor_contact_stands_on_any_page_before_it_is_asked_for(stage: Stage, complaint: Complaint) -> None:
    for member, role in (("alfa", "analyst"), ("vakten", "reviewer")):
        asked = Asked(stage, member, role)
        for page in (
            asked.page("complaints:list"),
            asked.page("complaints:case", complaint.case_id),
            asked.page("pages:work"),
        ):
            assert "hemligt-fel" not in page
            assert "klagande@" not in page


def test_a_judge_suspends_and_decides_and_the_desk_replies(desk: Desk, stage: Stage, complaint: Complaint) -> None:
    police, analyst = Asked(stage, "vakten", "reviewer"), Asked(stage, "alfa", "analyst")
    block = desk.block(complaint).pk
    assert "Suspend everywhere" in police.page("complaints:case", complaint.case_id)
    assert "Complaints to decide" in police.page("pages:work")
    assert "Suspended everywhere until" in police.send(
        "complaints:judge", complaint.case_id, act="suspend", block=block
    )
    decided = Asked(stage, "solros", "reviewer").send("complaints:judge", complaint.case_id, act="lifted", block=block)
    assert "Lifted for good" in decided
    assert "Complainants to reply to" in analyst.page("pages:work")
    shown = analyst.client.post(reverse("complaints:contact", args=[complaint.pk]))
    assert "klagande@post.test" in shown.content.decode()
    assert shown["Cache-Control"] == "private, no-store"
    assert "klagande@" not in analyst.page("complaints:case", complaint.case_id)
    page = analyst.page("complaints:case", complaint.case_id)
    assert "You were right" in page
    assert "Du hade rätt" in page
    assert "Noted" in analyst.send("complaints:replied", complaint.pk)
    assert "Complainants to reply to" not in analyst.page("pages:work")


def test_a_judge_never_sees_who_complained_nor_a_reply(stage: Stage, desk: Desk, complaint: Complaint) -> None:
    desk.decide(complaint, Outcome.UPHELD)
    page = Asked(stage, "vakten", "reviewer").page("complaints:case", complaint.case_id)
    assert complaint.receipt not in page
    assert "looked at it again" not in page
    assert "1 complaint in all" in page


def test_a_judge_learns_what_is_said_to_be_wrong_and_a_member_only_its_own(stage: Stage, complaint: Complaint) -> None:
    Complaint.objects.filter(pk=complaint.pk).update(reason=Complaint.Reason.WRONG_SCOPE)
    told = '<span>More is blocked than should be</span> <span class="push">1</span>'
    assert told in Asked(stage, "vakten", "reviewer").page("complaints:case", complaint.case_id)
    assert "What complainants say" not in Asked(stage, "alfa", "analyst").page("complaints:case", complaint.case_id)


def test_what_a_judge_may_not_do_is_not_offered_and_not_done(stage: Stage, desk: Desk, complaint: Complaint) -> None:
    first = Asked(stage, "vakten", "reviewer")
    page = first.page("complaints:case", complaint.case_id)
    assert 'value="lifted"' in page
    assert 'value="upheld"' not in page
    said = first.send("complaints:judge", complaint.case_id, act="upheld", block=desk.block(complaint).pk)
    assert "another reviewer must look" in said
    for act, block in (("other", "x"), ("lifted", "1" * 5_000), ("lifted", "")):
        assert "Choose one of the decisions" in first.send("complaints:judge", complaint.case_id, act=act, block=block)
    assert "You no longer see it" in first.send("complaints:judge", complaint.case_id, act="lifted", block=999_999)


def test_an_operator_is_told_the_command_and_puts_its_lift_on_record(stage: Stage, complaint: Complaint) -> None:
    alfa = Asked(stage, "alfa", "engineer")
    assert "skyddsnat agent unblock" in alfa.page("complaints:case", complaint.case_id)
    assert "On record" in alfa.send("complaints:own_lift", complaint.case_id, reason="lawful")
    police = Asked(stage, "vakten", "reviewer").page("complaints:case", complaint.case_id)
    assert "Alfa has lifted it at its own resolvers" in police
    assert "skyddsnat agent unblock" not in police


def test_a_name_that_nothing_blocks_is_shown_when_it_is_asked_for(stage: Stage, desk: Desk) -> None:
    made = desk.complain("olistad.test")
    alfa = Asked(stage, "alfa", "analyst")
    assert "olistad.test" not in alfa.page("complaints:case", made.case_id)
    assert "olistad.test" in alfa.send("complaints:name", made.case_id)
    assert Case.objects.get().outcome == "not_listed"


def test_the_signals_page_leads_a_judge_to_the_complaints(stage: Stage, desk: Desk, complaint: Complaint) -> None:
    signal = desk.block(complaint).signal
    assert "A complaint from outside" in Asked(stage, "solros", "reviewer").page("signals:detail", signal.pk)


class Texts(HTMLParser):
    """The visible words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


def test_the_pages_speak_swedish_too(stage: Stage, complaint: Complaint) -> None:
    asked = Asked(stage, "vakten", "reviewer", language="sv")
    words = Texts(asked.page("complaints:case", complaint.case_id)).words
    assert "Häv överallt tills vidare" in words
