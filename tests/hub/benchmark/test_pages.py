"""The pages of rounds: what they show, to whom, in both languages, and what waits on My work."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import Round
from skyddsnat.hub.benchmark.queries.reminders import reminders
from skyddsnat.hub.benchmark.refusals import WORDS
from skyddsnat.protocols.benchmark.statement import Kind
from tests.hub.benchmark.conftest import Bench, plan_form
from tests.hub.benchmark.test_planning import AMBER, RED


def browser(bench: Bench, member: str, role: str, language: str = "en") -> Client:
    client = Client()
    client.cookies["language"] = language
    return bench.cast.sign_in(client, bench.cast.person(member, role))


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("The way of the round", "not yet", "Competition notice", "Minutes", "hands in, number 1")),
        ("sv", ("Omgångens väg", "inte än", "Konkurrensmeddelande", "Protokoll", "lämnar in, nummer 1")),
    ],
)
def test_every_page_of_a_round_in_both_languages(bench: Bench, language: str, words: tuple[str, ...]) -> None:
    round_ = bench.opened()
    bench.hand_in(round_, "beta")
    client, here = browser(bench, "alfa", "benchmark_lead", language), f"/benchmark/rounds/{round_.pk}/"
    page = shown(client, here)
    assert words[0] in page
    assert words[1] in page
    assert round_.spec_sha256 in page
    assert words[2] in shown(client, f"{here}notice/")
    assert "MET-LST-01" in shown(client, f"{here}agenda/")
    assert words[3] in shown(client, f"{here}minutes/")
    assert words[4] not in shown(client, f"{here}transcript/")
    assert words[4] in shown(browser(bench, "solros", "coordinator", language), f"{here}transcript/")
    assert round_.title_sv in shown(client, "/benchmark/") or round_.title_en in shown(client, "/benchmark/")
    for path in ("/benchmark/groups/", "/benchmark/keys/", f"/benchmark/groups/{bench.group.pk}/choices/"):
        shown(client, path)


def test_the_planner_shows_why_a_metric_needs_counsel_or_is_barred(bench: Bench) -> None:
    client = browser(bench, "solros", "coordinator")
    page = client.get("/benchmark/plan/").content.decode()
    assert f'value="{RED}" id="metric-{RED}" disabled' in page
    assert page.count("needs counsel") >= 3
    assert page.count("neutral, never ranked") >= 3
    assert f'value="{AMBER}"' in page


def test_a_coordinator_plans_fixes_and_opens_in_the_browser(bench: Bench) -> None:
    client = browser(bench, "solros", "coordinator")
    answer = client.post("/benchmark/plan/", plan_form(bench) | {"id": "2027-q1", "metrics": ["MET-LST-01", AMBER]})
    assert answer.headers["Location"] == "/benchmark/rounds/2027-q1/"
    here = "/benchmark/rounds/2027-q1/"
    assert 'value="freeze"' not in shown(client, here), "counsel comes first"
    counsel = browser(bench, "solros", "auditor")
    assert "Needs counsel" in shown(counsel, here)
    counsel.post(f"{here}sign-off/", {"metric": AMBER, "note": "Andelen är äldre än ett kvartal."})
    assert 'value="freeze"' in shown(client, here)
    client.post(f"{here}act/", {"act": "freeze"})
    round_ = Round.objects.get(pk="2027-q1")
    assert round_.is_frozen
    assert client.post(f"{here}act/", {"act": "open"}, follow=True).context["messages"], "the parties come first"
    assert Round.objects.get(pk="2027-q1").state == "draft"
    assert client.post(f"{here}act/", {"act": "destroy"}).status_code == 404


def test_a_refusal_is_said_in_words(bench: Bench) -> None:
    client = browser(bench, "solros", "coordinator")
    young = {"id": "ung", "last_day": (bench.now.date() - timedelta(days=10)).isoformat()}
    page = client.post("/benchmark/plan/", plan_form(bench) | young).content.decode()
    with translation.override("en"):
        assert str(WORDS["period_too_young"]) in page
    assert not Round.objects.exists()


def test_what_waits_for_whom(bench: Bench) -> None:
    def waits(member: str, role: str) -> list[str]:
        with translation.override("en"):
            return [str(one.what) for one in reminders(bench.cast.person(member, role), now=bench.now)]

    planned = bench.planned("plan", metrics=[AMBER])
    assert waits("solros", "auditor") == ["Sign off the metrics that need counsel, or say no"]
    assert waits("solros", "coordinator") == ["Wait for counsel's sign-off"]
    services.discard_round(bench.coordinator, planned.pk)
    round_ = bench.frozen()
    assert len(waits("zonen", "engineer")) == 1
    assert waits("alfa", "benchmark_lead") == []
    for index in range(3):
        bench.say(round_, index, Kind.APPROVAL)
    assert waits("solros", "coordinator") == ["Open the round"]
    services.open_round(bench.coordinator, round_.pk, now=bench.now)
    assert waits("alfa", "benchmark_lead") == ["Hand in your figures"]
    assert "Hand in your figures" in shown(browser(bench, "alfa", "benchmark_lead"), "/")
    bench.hand_in(round_, "alfa")
    assert waits("alfa", "benchmark_lead") == waits("alfa", "analyst") == waits("vakten", "auditor") == []
    bench.waiting_key("alfa")
    assert waits("alfa", "engineer") == ["Compare and confirm a colleague's benchmark key"]


def test_a_stopped_round_says_why_and_a_released_one_has_its_evidence(bench: Bench) -> None:
    done = bench.released()
    page = shown(browser(bench, "beta", "benchmark_lead"), f"/benchmark/rounds/{done.pk}/")
    assert "Root of the list" in page
    stopped: Any = bench.opened("stopp", metrics=["MET-LEA-01"], deadline=bench.now + timedelta(days=14))
    services.call_off(bench.coordinator, stopped.pk, now=bench.now)
    page = shown(browser(bench, "beta", "benchmark_lead", "sv"), f"/benchmark/rounds/{stopped.pk}/")
    assert "Samordnaren ställde in den" in page


def test_every_refusal_of_the_services_has_its_words() -> None:
    modules = ("keys", "groups", "planning", "freezing", "steps")
    sources = [inspect.getsource(import_module(f"skyddsnat.hub.benchmark.services.{name}")) for name in modules]
    rules = ("planning", "sight", "states")
    sources += [inspect.getsource(import_module(f"skyddsnat.policy.benchmark.{name}")) for name in rules]
    codes = {code for source in sources for code in re.findall(r'PolicyRefusal\(\s*"(\w+)"', source)}
    assert codes - WORDS.keys() == set()
