"""Names open when both have said yes, and not before: on no page, in no entry of the log that a member reads."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.benchmark.models import Round
from skyddsnat.hub.learning import queries, services
from skyddsnat.hub.learning.models import PlanLine, Question
from skyddsnat.hub.members.models import Member
from skyddsnat.policy.errors import PolicyRefusal
from tests.hub.benchmark.conftest import Bench
from tests.hub.maturity.conftest import sealed_answer

pytestmark = pytest.mark.django_db

ITEM, NEUTRAL = "MET-LST-01", "MET-BLK-01"
NOTE = "Hur ofta läses listan in, och vem ser till det?"


@pytest.fixture
def done(bench: Bench) -> Round:
    return bench.released(metrics=[ITEM, NEUTRAL])


def refused(act: Any) -> str:
    with pytest.raises(PolicyRefusal) as caught:
        act()
    return caught.value.code


def page_of(bench: Bench, member: str) -> str:
    client = bench.cast.sign_in(Client(headers={"accept-language": "en"}), bench.leads[member])
    return client.get(reverse("learning:asking")).content.decode()


def test_names_open_when_both_have_said_yes(bench: Bench, done: Round) -> None:
    alfa, beta, gamma = (bench.leads[name] for name in ("alfa", "beta", "gamma"))
    assert refused(lambda: services.ask(alfa, done, ITEM, note=NOTE, now=bench.now)) == "nobody_willing"
    for lead in (beta, gamma):
        services.agree(lead, done, ITEM, now=bench.now)
    before = Entry.objects.count()
    asked = services.ask(alfa, done, ITEM, note=NOTE, now=bench.now)
    assert len(asked) == 2
    assert refused(lambda: services.ask(alfa, done, ITEM, note=NOTE, now=bench.now)) == "asked_already"
    told = [str(entry.facts) for entry in Entry.objects.order_by("pk")[before:]]
    assert all("beta" not in facts and "gamma" not in facts and NOTE not in facts for facts in told)
    assert {one.other for one in queries.asked_by(alfa)} == {one.other for one in queries.asked_of(beta)} - {"Alfa"}
    for member, other in (("beta", "Alfa"), ("alfa", "Beta")):
        assert f"· {other} ·" not in page_of(bench, member)
    mine = next(row for row in asked if row.willing.member_id == "beta")
    services.answer(beta, mine.pk, yes=True, now=bench.now)
    theirs = next(row for row in asked if row.willing.member_id == "gamma")
    services.answer(gamma, theirs.pk, yes=False, now=bench.now)
    assert "· Alfa ·" in page_of(bench, "beta")
    assert "· Alfa ·" not in page_of(bench, "gamma"), "who says no learns no name"
    assert sorted(one.other for one in queries.asked_by(alfa))[0] == "Beta"
    assert "Gamma" not in {one.other for one in queries.asked_by(alfa)}
    assert refused(lambda: services.answer(beta, mine.pk, yes=False, now=bench.now)) == "decided"


def test_who_said_yes_and_who_asked_are_told_whom_to_write_to(bench: Bench, done: Round) -> None:
    alfa, beta, gamma = (bench.leads[name] for name in ("alfa", "beta", "gamma"))
    for lead in (beta, gamma):
        services.agree(lead, done, ITEM, now=bench.now)
    asked = services.ask(alfa, done, ITEM, note=NOTE, now=bench.now)
    assert all(alfa.email not in page_of(bench, member) for member in ("beta", "gamma"))
    by = {row.willing.member_id: row for row in asked}
    services.answer(beta, by["beta"].pk, yes=True, now=bench.now)
    services.answer(gamma, by["gamma"].pk, yes=False, now=bench.now)
    assert f"mailto:{alfa.email}" in page_of(bench, "beta")
    assert alfa.email not in page_of(bench, "gamma")
    mine = page_of(bench, "alfa")
    assert f"mailto:{beta.email}" in mine
    assert gamma.email not in mine
    beta.is_active = False
    beta.save()
    assert beta.email not in page_of(bench, "alfa"), "nobody is sent to someone who is not there any more"
    Member.objects.filter(pk="alfa").update(left_at=bench.now)
    assert alfa.email not in page_of(bench, "beta"), "whose member has left can sign in no more, either"


def test_whoever_asks_never_learns_how_many_may_be_asked(bench: Bench, done: Round) -> None:
    alfa, *others = (bench.leads[name] for name in ("alfa", "beta", "gamma", "delta"))
    for lead in others:
        services.agree(lead, done, ITEM, now=bench.now)
    asked = services.ask(alfa, done, ITEM, note=NOTE, now=bench.now)
    assert len(asked) == 3
    assert page_of(bench, "alfa").count(NOTE) == 1
    by = {row.willing.member_id: row for row in asked}
    services.answer(others[0], by["beta"].pk, yes=False, now=bench.now)
    assert [one.waits for one in queries.asked_by(alfa)] == [True], "a no is no news while others may answer"
    services.answer(others[1], by["gamma"].pk, yes=True, now=bench.now)
    assert sorted(one.waits for one in queries.asked_by(alfa)) == [False, True]
    before = Entry.objects.count()
    (waiting,) = (one for one in queries.asked_by(alfa) if one.waits)
    services.withdraw(alfa, waiting.id, now=bench.now)
    assert Entry.objects.count() == before + 1
    assert [
        row.state for row in Question.objects.filter(pk__in=[one.pk for one in asked]).order_by("willing__member")
    ] == [
        Question.State.DECLINED,
        Question.State.WITHDRAWN,
        Question.State.ACCEPTED,
    ]


def test_a_question_is_withdrawn_from_all_who_have_not_answered(bench: Bench, done: Round) -> None:
    alfa, beta, gamma = (bench.leads[name] for name in ("alfa", "beta", "gamma"))
    for lead in (beta, gamma):
        services.agree(lead, done, ITEM, now=bench.now)
    services.ask(alfa, done, ITEM, note=NOTE, now=bench.now)
    (line,) = queries.asked_by(alfa)
    services.withdraw(alfa, line.id, now=bench.now)
    assert set(Question.objects.values_list("state", flat=True)) == {Question.State.WITHDRAWN}
    assert queries.asked_of(gamma) == []


def test_a_form_that_says_nothing_agrees_to_nothing(bench: Bench, done: Round) -> None:
    lead = bench.cast.sign_in(Client(), bench.leads["beta"])
    path = reverse("learning:willing", args=[done.pk])
    assert lead.post(path, {"item": ITEM}).status_code == 404
    assert not queries.agreed(bench.leads["beta"])
    lead.post(path, {"item": ITEM, "act": "agree"})
    assert len(queries.agreed(bench.leads["beta"])) == 1


def test_nobody_asks_a_member_that_has_left(bench: Bench, done: Round) -> None:
    alfa, beta = bench.leads["alfa"], bench.leads["beta"]
    services.agree(beta, done, ITEM, now=bench.now)
    assert queries.somebody_willing(alfa, done, ITEM)
    Member.objects.filter(pk="beta").update(left_at=bench.now)
    assert not queries.somebody_willing(alfa, done, ITEM)
    assert refused(lambda: services.ask(alfa, done, ITEM, note=NOTE, now=bench.now)) == "nobody_willing"


def test_who_may_ask_about_what(bench: Bench, done: Round) -> None:
    alfa, beta, delta = (bench.leads[name] for name in ("alfa", "beta", "delta"))
    assert refused(lambda: services.agree(alfa, done, NEUTRAL, now=bench.now)) == "not_askable"
    assert refused(lambda: services.agree(alfa, done, "MET-BLK-05", now=bench.now)) == "not_askable"
    engineer = bench.cast.person("alfa", "engineer")
    assert refused(lambda: services.agree(engineer, done, ITEM, now=bench.now)) == "not_own_lead"
    services.agree(beta, done, ITEM, now=bench.now)
    for note, code in (("", "no_note"), ("x" * 601, "no_note"), ("Ring 0701-740605 i kväll", "personal_data")):
        assert refused(lambda note=note: services.ask(alfa, done, ITEM, note=note, now=bench.now)) == code
    (row,) = services.ask(alfa, done, ITEM, note=NOTE, now=bench.now)
    with pytest.raises(Question.DoesNotExist):
        services.answer(delta, row.pk, yes=True, now=bench.now)
    assert refused(lambda: services.answer(alfa, row.pk, yes=True, now=bench.now)) == "not_own_lead"
    services.end_agreement(beta, done, ITEM, now=bench.now)
    assert Question.objects.get(pk=row.pk).state == Question.State.DECLINED
    assert not queries.somebody_willing(alfa, done, ITEM)


def test_a_plan_is_its_members_own_and_never_comes_unsealed(bench: Bench) -> None:
    alfa, beta, pk = bench.leads["alfa"], bench.leads["beta"], uuid4()
    write = services.write_line
    assert refused(lambda: write(alfa, pk, sealed='{"item": "MET-LST-01"}', version=0, now=bench.now)) == "not_sealed"
    write(alfa, pk, sealed=sealed_answer(), version=0, now=bench.now)
    assert [row["id"] for row in queries.sealed_lines(alfa)] == [str(pk)]
    assert queries.sealed_lines(beta) == []
    with pytest.raises(PlanLine.DoesNotExist):
        write(beta, pk, sealed=sealed_answer(), version=1, now=bench.now)
    with pytest.raises(services.LineChanged):
        write(alfa, pk, sealed=sealed_answer(), version=0, now=bench.now)
    assert write(alfa, pk, sealed=sealed_answer(), version=1, now=bench.now).version == 2
    counsel = bench.cast.person("solros", "auditor")
    assert refused(lambda: write(counsel, UUID(int=1), sealed=sealed_answer(), version=0, now=bench.now)) == "no_part"
