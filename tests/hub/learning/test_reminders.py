"""My work says when a question waits for one's answer and when the plan's day has come, and nobody else is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skyddsnat.hub.benchmark.models import Round
from skyddsnat.hub.benchmark.queries.reminders import reminders
from skyddsnat.hub.learning import services
from skyddsnat.hub.learning.models import FollowUp
from skyddsnat.hub.members.models import Person
from skyddsnat.policy.errors import PolicyRefusal
from tests.hub.benchmark.conftest import Bench

pytestmark = pytest.mark.django_db

ITEM = "MET-LST-01"
QUESTION, PLAN = "/learning/questions/", "/learning/plan/"


@pytest.fixture
def done(bench: Bench) -> Round:
    return bench.released(metrics=[ITEM])


def hrefs(person: Person) -> list[str]:
    return [one.href for one in reminders(person, now=timezone.now())]


def test_a_question_waits_for_the_one_who_is_asked_until_it_is_answered(bench: Bench, done: Round) -> None:
    alfa, beta, gamma = (bench.leads[name] for name in ("alfa", "beta", "gamma"))
    for lead in (beta, gamma):
        services.agree(lead, done, ITEM, now=bench.now)
    asked = services.ask(alfa, done, ITEM, note="Hur ofta läses listan in?", now=bench.now)
    assert hrefs(beta) == hrefs(gamma) == [QUESTION]
    assert hrefs(alfa) == hrefs(bench.cast.person("beta", "engineer")) == []
    client = bench.cast.sign_in(Client(headers={"accept-language": "en"}), beta)
    work = client.get("/").content.decode()
    assert "Answer a member&#x27;s question" in work
    assert "Alfa" not in work.partition("Answer a member&#x27;s question")[2].partition("</section>")[0]
    assert "Answer a member&#x27;s question" in client.get(reverse("benchmark:index")).content.decode()
    mine = next(row for row in asked if row.willing.member_id == "beta")
    services.answer(beta, mine.pk, yes=True, now=bench.now)
    assert hrefs(beta) == []
    theirs = next(row for row in asked if row.willing.member_id == "gamma")
    services.withdraw(alfa, theirs.pk, now=bench.now)
    assert hrefs(gamma) == []


def test_the_asker_is_told_of_a_yes_for_two_weeks_and_of_a_no_not_at_all(bench: Bench, done: Round) -> None:
    alfa, beta, gamma = (bench.leads[name] for name in ("alfa", "beta", "gamma"))
    for lead in (beta, gamma):
        services.agree(lead, done, ITEM, now=bench.now)
    by = {
        row.willing.member_id: row
        for row in services.ask(alfa, done, ITEM, note="Hur ofta läses listan in?", now=bench.now)
    }
    services.answer(gamma, by["gamma"].pk, yes=False, now=bench.now)
    assert reminders(alfa, now=bench.now) == []
    services.answer(beta, by["beta"].pk, yes=True, now=bench.now)
    assert [one.href for one in reminders(alfa, now=bench.now)] == [QUESTION]
    assert reminders(beta, now=bench.now) == reminders(gamma, now=bench.now) == []
    assert reminders(alfa, now=bench.now + timedelta(days=14)) == []


def test_the_plan_is_followed_up_from_the_day_that_the_member_chose(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: bench.now)
    alfa, today = bench.leads["alfa"], timezone.localdate()
    for day in (today - timedelta(days=1), today + timedelta(days=800)):
        with pytest.raises(PolicyRefusal, match="bad_day"):
            services.follow_up_on(alfa, day, today=today)
    services.follow_up_on(alfa, today + timedelta(days=1), today=today)
    assert hrefs(alfa) == []
    FollowUp.objects.update(day=today)
    assert hrefs(alfa) == [PLAN]
    assert hrefs(bench.leads["beta"]) == []
    client = bench.cast.sign_in(Client(), alfa)
    assert f'value="{today.isoformat()}"' in client.get(PLAN).content.decode()
    assert client.post("/learning/plan/follow-up/", {"day": ""}).status_code == 302
    assert hrefs(alfa) == []
    client.post("/learning/plan/follow-up/", {"day": "inte en dag"})
    assert not FollowUp.objects.exists()
    with pytest.raises(PolicyRefusal, match="no_part"):
        services.follow_up_on(bench.cast.person("solros", "auditor"), today, today=today)
