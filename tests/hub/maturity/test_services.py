"""A year is opened and finished by the lead, answered by colleagues, and no answer can be read by the hub."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.maturity import services
from skyddsnat.hub.maturity.models import Assessment, SealedAnswer
from skyddsnat.policy.errors import PolicyRefusal
from tests.cast import Cast
from tests.hub.benchmark.conftest import Bench
from tests.hub.maturity.conftest import sealed_answer

pytestmark = pytest.mark.django_db


def refused(act: Any) -> str:
    with pytest.raises(PolicyRefusal) as caught:
        act()
    return caught.value.code


def test_only_the_lead_begins_a_year_and_once(bench: Bench, assessment: Assessment) -> None:
    lead, year = bench.leads["alfa"], assessment.year
    assert refused(lambda: services.open_year(lead, year, now=bench.now)) == "year_opened"
    assert refused(lambda: services.open_year(lead, year + 1, now=bench.now)) == "bad_year"
    assert refused(lambda: services.open_year(lead, year - 2, now=bench.now)) == "bad_year"
    analyst = bench.cast.person("alfa", "analyst")
    assert refused(lambda: services.open_year(analyst, year - 1, now=bench.now)) == "not_own_lead"
    assert services.open_year(lead, year - 1, now=bench.now).year == year - 1


def test_the_year_turns_when_the_members_calendar_does(bench: Bench) -> None:
    """Midnight in Stockholm: the page offers the new year, while UTC has an hour of the old one left."""
    lead, night = bench.leads["alfa"], datetime(2027, 12, 31, 23, 30, tzinfo=UTC)
    assert refused(lambda: services.open_year(lead, 2026, now=night)) == "bad_year"
    assert services.open_year(lead, 2028, now=night).year == 2028


def test_colleagues_answer_and_none_overwrites_another_unseen(bench: Bench, assessment: Assessment) -> None:
    anna, erik = bench.cast.person("alfa", "analyst"), bench.cast.person("alfa", "engineer")

    def write(person: Any, version: int) -> SealedAnswer:
        return services.answer(person, assessment.pk, "MQ-A1", sealed=sealed_answer(), version=version, now=bench.now)

    first = write(anna, 0)
    with pytest.raises(services.AnswerChanged) as caught:
        write(erik, 0)
    assert caught.value.answer.sealed == first.sealed
    assert write(erik, 1).version == 2
    assert SealedAnswer.objects.get().written_by == erik


def test_another_members_assessment_is_not_there(bench: Bench, assessment: Assessment) -> None:
    stranger = bench.cast.person("beta", "analyst")
    with pytest.raises(Assessment.DoesNotExist):
        services.answer(stranger, assessment.pk, "MQ-A1", sealed=sealed_answer(), version=0, now=bench.now)
    with pytest.raises(Assessment.DoesNotExist):
        services.finish(bench.leads["beta"], assessment.pk, done=True, now=bench.now)


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "2",
        '{"level": 2}',
        "QUJD.QUJD",
        sealed_answer()[:-4],
        sealed_answer() + "=",
        sealed_answer(18),
        sealed_answer().replace(".", ""),
    ],
)
def test_what_is_not_sealed_is_not_kept(bench: Bench, assessment: Assessment, odd: str) -> None:
    anna = bench.cast.person("alfa", "analyst")
    act = lambda: services.answer(anna, assessment.pk, "MQ-A1", sealed=odd, version=0, now=bench.now)  # noqa: E731
    assert refused(act) == "not_sealed"
    assert not SealedAnswer.objects.exists()


def test_a_finished_year_takes_no_answer_until_it_is_opened_again(bench: Bench, assessment: Assessment) -> None:
    lead = bench.leads["alfa"]

    def write() -> SealedAnswer:
        return services.answer(lead, assessment.pk, "MQ-A2", sealed=sealed_answer(), version=0, now=bench.now)

    services.finish(lead, assessment.pk, done=True, now=bench.now)
    assert refused(write) == "finished"
    assert refused(lambda: services.finish(lead, assessment.pk, done=True, now=bench.now)) == "decided"
    services.finish(lead, assessment.pk, done=False, now=bench.now)
    assert write().version == 1


def test_a_form_that_says_nothing_opens_no_finished_year(bench: Bench, assessment: Assessment, client: Client) -> None:
    lead = bench.leads["alfa"]
    services.finish(lead, assessment.pk, done=True, now=bench.now)
    bench.cast.sign_in(client, lead)
    path = reverse("maturity:finish", args=[assessment.pk])
    assert client.post(path, {}).status_code == 404
    assert Assessment.objects.get(pk=assessment.pk).finished_at is not None
    client.post(path, {"done": "0"})
    assert Assessment.objects.get(pk=assessment.pk).finished_at is None


def test_the_log_tells_that_a_question_was_answered_and_not_how(bench: Bench, assessment: Assessment) -> None:
    sealed = sealed_answer()
    services.answer(bench.leads["alfa"], assessment.pk, "MQ-A1", sealed=sealed, version=0, now=bench.now)
    entry = Entry.objects.filter(action="maturity.answered").get()
    assert entry.facts["question"] == "MQ-A1"
    assert sealed not in json.dumps(list(Entry.objects.values("facts")))


def test_the_page_tells_a_colleagues_answer_when_two_write_at_once(
    cast: Cast, client: Client, bench: Bench, assessment: Assessment
) -> None:
    client = cast.sign_in(client, cast.person("alfa", "analyst"))
    url = reverse("maturity:answer", args=[assessment.pk])

    def post(**body: Any) -> Any:
        return client.post(url, json.dumps({"question": "MQ-A1", **body}), content_type="application/json")

    mine = sealed_answer()
    assert post(sealed=mine, version=0).json() == {"version": 1}
    late = post(sealed=sealed_answer(), version=0)
    assert (late.status_code, late.json()["sealed"], late.json()["version"]) == (409, mine, 1)
    assert post(sealed=sealed_answer(), version=True).status_code == 422
    assert post(sealed="level 2", version=1).json()["code"] == "not_sealed"
    assert client.post(url, b"x" * 50_000, content_type="application/json").status_code == 422
    kept = client.get(reverse("maturity:answers", args=[assessment.pk])).json()
    assert [(row["question"], row["sealed"]) for row in kept["answers"]] == [("MQ-A1", mine)]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_holds_every_question_and_no_answer(
    cast: Cast, client: Client, bench: Bench, assessment: Assessment, language: str
) -> None:
    sealed = sealed_answer()
    services.answer(bench.leads["alfa"], assessment.pk, "MQ-A1", sealed=sealed, version=0, now=bench.now)
    client.cookies["language"] = language
    client = cast.sign_in(client, bench.leads["alfa"])
    page = client.get(reverse("maturity:assessment", args=[assessment.pk])).content.decode()
    assert page.count("data-question=") == 30
    assert sealed not in page
    assert "checked>" not in page
    assert client.get(reverse("maturity:index")).status_code == 200
    assert client.get(reverse("maturity:assessment", args=["00000000-0000-4000-8000-000000000000"])).status_code == 404
