"""What reviewers, analysts and the curious do on the pages of a signal."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Event, ProtectOverride, Reveal, Signal
from skyddsnat.hub.signals.services import SignalDraft
from skyddsnat.policy.vocabulary import Marking, Scope, SignalType
from tests.cast import Cast

pytestmark = pytest.mark.django_db

VALUE = "mycket-egen-plats.test"


def reported(cast: Cast, value: str = VALUE, member: str = "alfa") -> Signal:
    [outcome] = services.submit(
        Actor.of(cast.person(member, "analyst")),
        [SignalDraft(SignalType.DOMAIN, value, scope=Scope.SUBDOMAINS)],
        circle=cast.circle,
        marking=Marking.AMBER_STRICT,
        channel="form",
        now=timezone.now(),
    )
    found: Signal = Signal.objects.get(pk=outcome.signal_id)
    return found


def signed_in(cast: Cast, member: str, role: str = "reviewer") -> Client:
    client = cast.sign_in(Client(), cast.person(member, role))
    client.cookies["language"] = "en"
    return client


def approve(client: Client, signal: Signal, *, ticks: int = 99) -> Any:
    """Approve as a person would: everything that the page offers is ticked, or only some of it."""
    page = client.get(f"/signals/{signal.pk}/review/").content.decode()
    checks = re.findall(r'name="checklist" value="([^"]+)"', page)
    bases = re.findall(r'name="basis" value="([^"]+)"', page)
    seal = re.search(r'name="seal" value="([^"]+)"', page)
    fields = {"checklist": checks[:ticks], "seal": seal[1] if seal else "", **({"basis": bases[0]} if bases else {})}
    return client.post(f"/signals/{signal.pk}/approve/", fields, follow=True)


def test_police_and_hotline_verify_and_then_the_police_withdraw(cast: Cast) -> None:
    signal = reported(cast)
    jonas, sofia = signed_in(cast, "vakten"), signed_in(cast, "solros")
    assert str(signal.pk) in sofia.get("/signals/review/").content.decode()
    assert "One approval of two" in approve(sofia, signal).content.decode()
    signal.refresh_from_db()
    assert (signal.state, signal.ceiling) == ("in_review", "none")
    assert "Agents get it within seconds" in approve(jonas, signal).content.decode()
    signal.refresh_from_db()
    assert (signal.state, signal.ceiling, signal.origins) == ("verified", "block", ["police", "hotline"])
    for member in ("alfa", "beta"):
        assert signed_in(cast, member, "analyst").get(f"/signals/{signal.pk}/").status_code == 200
    page = jonas.post(f"/signals/{signal.pk}/withdraw/", {"reason": "mistake"}, follow=True).content.decode()
    assert "Your verdict is withdrawn. Another one stands, and the ceiling is now: observe." in page
    signal.refresh_from_db()
    assert signal.ceiling != "block"
    page = sofia.post(f"/signals/{signal.pk}/withdraw/", {"reason": "mistake"}, follow=True).content.decode()
    assert "Withdrawn. Agents lift it within seconds." in page


def test_a_reason_is_chosen_and_never_stands_there_by_itself(cast: Cast) -> None:
    signal, jonas = reported(cast), signed_in(cast, "vakten")
    page = jonas.get(f"/signals/{signal.pk}/review/").content.decode()
    assert re.search(
        r'<select name="reason" required[^>]*id="id_reject_reason"[^>]*>\s*<option value="" selected>', page
    )
    page = jonas.post(f"/signals/{signal.pk}/reject/", {"reason": ""}, follow=True).content.decode()
    assert "Choose a reason from the list." in page
    signal.refresh_from_db()
    assert signal.state == "submitted"


def test_an_approval_without_every_tick_does_nothing_and_says_so(cast: Cast) -> None:
    signal, sofia = reported(cast), signed_in(cast, "solros")
    answer = approve(sofia, signal, ticks=1)
    assert "Every line of the checklist" in answer.content.decode()
    signal.refresh_from_db()
    assert signal.state == "submitted"


def test_an_operator_sees_a_report_of_another_only_as_the_second_pair_of_eyes(cast: Cast) -> None:
    signal, beta = reported(cast), signed_in(cast, "beta")
    assert beta.get(f"/signals/{signal.pk}/review/").status_code == 404
    approve(signed_in(cast, "vakten"), signal)
    page = beta.get(f"/signals/{signal.pk}/review/").content.decode()
    assert "Members do not judge content" in page
    assert "Alfa" not in re.sub(r'<div class="audience".*?</div>', "", page, flags=re.DOTALL)
    approve(beta, signal)
    signal.refresh_from_db()
    assert (signal.state, signal.ceiling) == ("verified", "block")


def test_nobody_reviews_what_their_own_member_reported(cast: Cast) -> None:
    signal = reported(cast, member="solros")
    sofia = signed_in(cast, "solros")
    assert "others review it" in sofia.get(f"/signals/{signal.pk}/review/").content.decode()
    sofia.post(f"/signals/{signal.pk}/approve/", {"checklist": ["assessed"], "basis": "hotline_assessment"})
    assert not signal.reviews.exists()


def test_reject_with_a_reason_that_the_reporter_reads(cast: Cast) -> None:
    signal = reported(cast)
    signed_in(cast, "vakten").post(f"/signals/{signal.pk}/reject/", {"reason": "gone"})
    page = signed_in(cast, "alfa", "analyst").get(f"/signals/{signal.pk}/").content.decode()
    assert "Rejected: no longer there." in page


def bare(answer: Any) -> str:
    """A page without its one-time form tokens, its incident id and the address that was asked for."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    text = re.sub(r"<code>[0-9a-f]{8}</code>", "", text)
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", text)


def test_unknown_and_forbidden_are_the_same_page(cast: Cast) -> None:
    signal = reported(cast)
    curious = signed_in(cast, "beta", "analyst")
    for path in ("", "review/"):
        forbidden = curious.get(f"/signals/{signal.pk}/{path}")
        unknown = curious.get(f"/signals/{uuid4()}/{path}")
        assert forbidden.status_code == unknown.status_code
        assert bare(forbidden) == bare(unknown)
    for act in ("reveal", "withdraw", "feedback", "dispute"):
        for pk in (signal.pk, uuid4()):
            assert curious.post(f"/signals/{pk}/{act}/", {"reason": "gone", "note": "undrar bara"}).status_code == 404
    assert signal.reference not in curious.get("/signals/").content.decode()


def test_a_value_is_revealed_once_logged_before_and_stands_nowhere_else(cast: Cast) -> None:
    signal, sofia = reported(cast), signed_in(cast, "solros")
    for page in ("/signals/review/", f"/signals/{signal.pk}/", f"/signals/{signal.pk}/review/", "/signals/"):
        assert VALUE not in sofia.get(page).content.decode()
    answer = sofia.post(f"/signals/{signal.pk}/reveal/", {"reason": "review", "note": "jämför stavningen"})
    shown = answer.content.decode()
    assert "mycket-egen-plats[.]test" in shown
    assert "no-store" in answer.headers["Cache-Control"]
    title = re.search(r"<title>(.*?)</title>", shown, re.DOTALL)
    assert title is not None
    assert "egen" not in title[1]
    assert Reveal.objects.get().note == "jämför stavningen"
    assert Entry.objects.filter(action="signal.revealed").count() == 1
    colleague = (
        cast.person("solros", "analyst") if ("solros", "analyst") in cast.people else cast.person("solros", "reviewer")
    )
    page = cast.sign_in(Client(), colleague).get("/signals/reveals/").content.decode()
    assert "jämför stavningen" in page
    assert VALUE not in page
    facts = [*Entry.objects.values_list("facts", flat=True), *Event.objects.values_list("facts", flat=True)]
    assert VALUE not in str(facts)


@pytest.mark.parametrize("fields", [{}, {"reason": "review"}, {"note": "jämför"}, {"reason": "lust", "note": "jämför"}])
def test_no_reveal_without_a_reason_and_a_few_words(cast: Cast, fields: dict[str, str]) -> None:
    signal = reported(cast)
    answer = signed_in(cast, "solros").post(f"/signals/{signal.pk}/reveal/", fields)
    assert "[.]" not in re.sub(r"“\[\.\]”", "", answer.content.decode())
    assert not Reveal.objects.exists()


def test_a_reason_for_revealing_stands_already_only_where_one_reviews(cast: Cast) -> None:
    signal, sofia = reported(cast), signed_in(cast, "solros")
    beside = {path: sofia.get(f"/signals/{signal.pk}/{path}").context["reveal_form"] for path in ("", "review/")}
    assert {path: form["reason"].value() for path, form in beside.items()} == {"": None, "review/": "review"}
    assert next(iter(beside[""].fields["reason"].choices))[0] == ""


def test_a_confirmed_false_positive_is_suspended_at_once(cast: Cast) -> None:
    signal = reported(cast)
    approve(signed_in(cast, "solros"), signal)
    approve(signed_in(cast, "vakten"), signal)
    signed_in(cast, "beta", "analyst").post(f"/signals/{signal.pk}/feedback/", {"reason": "wrong_scope"})
    signal.refresh_from_db()
    assert (signal.state, signal.ceiling) == ("disputed", "block")
    jonas = signed_in(cast, "vakten")
    given = signal.feedback.get()
    assert "a member" not in jonas.get("/signals/feedback/").content.decode()
    jonas.post(f"/signals/feedback/{given.pk}/", {"right": "yes"})
    signal.refresh_from_db()
    assert (signal.lifted, signal.ceiling) == (True, "none")


def test_a_dispute_can_be_upheld(cast: Cast) -> None:
    signal = reported(cast)
    approve(signed_in(cast, "solros"), signal)
    approve(signed_in(cast, "vakten"), signal)
    signed_in(cast, "gamma", "analyst").post(f"/signals/{signal.pk}/dispute/", {"reason": "not_illegal"})
    signed_in(cast, "vakten").post(f"/signals/{signal.pk}/uphold/")
    signal.refresh_from_db()
    assert (signal.state, signal.ceiling) == ("verified", "block")


def test_a_claim_keeps_others_away(cast: Cast) -> None:
    signal = reported(cast)
    signed_in(cast, "solros").post(f"/signals/{signal.pk}/claim/")
    page = signed_in(cast, "vakten").get(f"/signals/{signal.pk}/review/").content.decode()
    assert "has taken it up" in page
    signed_in(cast, "solros").post(f"/signals/{signal.pk}/release/")
    page = signed_in(cast, "vakten").get(f"/signals/{signal.pk}/review/").content.decode()
    assert "has taken it up" not in page


def test_a_protected_name_is_let_through_by_two_organisations(cast: Cast) -> None:
    sofia, jonas = signed_in(cast, "solros"), signed_in(cast, "vakten")
    why = "En hel plattform som bara används till detta, enligt beslut."
    sofia.post("/signals/protected-names/", {"type": "domain", "value": "google.com", "scope": "exact", "reason": why})
    page = jonas.get("/signals/protected-names/").content.decode()
    assert "google.com" not in page
    action = re.search(r'action="(/signals/protected-names/[0-9a-f-]+/)"', page)
    assert action is not None
    sofia.post(action[1], {"act": "confirm"})
    fields = {"circle": str(cast.circle.pk), "marking": "AMBER+STRICT", "basis": "own_observation", "scope": "exact"}
    anna = signed_in(cast, "alfa", "analyst")
    anna.post("/signals/new/", {**fields, "type": "domain", "value": "google.com"})
    assert not Signal.objects.exists()
    jonas.post(action[1], {"act": "confirm"})
    anna.post("/signals/new/", {**fields, "type": "domain", "value": "google.com"})
    assert Signal.objects.exists()


def test_an_analyst_may_propose_a_protected_name_and_sees_the_own_organisations_proposals(cast: Cast) -> None:
    anna, address = signed_in(cast, "alfa", "analyst"), "/signals/protected-names/"
    why = "Vår egen server är kapad, och den ska kunna lämnas in."
    assert "Protected names" in anna.get("/signals/").content.decode()
    anna.post(address, {"type": "domain", "value": "google.com", "scope": "exact", "reason": why})
    page = anna.get(address).content.decode()
    assert why in page
    assert offered(page) == ["end"]
    assert offered(signed_in(cast, "vakten").get(address).content.decode()) == ["confirm", "end"]
    beta = signed_in(cast, "beta", "analyst")
    assert why not in beta.get(address).content.decode()
    pk = ProtectOverride.objects.get().pk
    assert beta.post(f"{address}{pk}/", {"act": "end"}).status_code == 404
    anna.post(f"{address}{pk}/", {"act": "end"})
    assert ProtectOverride.objects.get().ended_at is not None


def test_a_coordinator_reads_about_protected_names_and_is_offered_nothing_that_would_be_refused(cast: Cast) -> None:
    why = "En hel plattform som bara används till detta, enligt beslut."
    fields = {"type": "domain", "value": "google.com", "scope": "exact", "reason": why}
    signed_in(cast, "vakten").post("/signals/protected-names/", fields)
    page = signed_in(cast, "solros", "coordinator").get("/signals/protected-names/").content.decode()
    assert why in page
    assert offered(page) == []
    assert "Propose to let a name through" not in page


def offered(page: str) -> list[str]:
    """What the buttons of a page's table would do."""
    return re.findall(r'name="act" value="(\w+)"', page)


def test_a_block_rule_needs_two_organisations(cast: Cast) -> None:
    signal = reported(cast)
    approve(signed_in(cast, "solros"), signal)
    approve(signed_in(cast, "beta"), signal)
    signal.refresh_from_db()
    assert (signal.state, signal.ceiling) == ("verified", "observe")
    coordinator, jonas = signed_in(cast, "solros", "coordinator"), signed_in(cast, "vakten")
    coordinator.post("/signals/block-rules/", {"type": "domain", "reason": "Beslutat av koalitionen i november."})
    action = re.search(r'action="(/signals/block-rules/\d+/)"', jonas.get("/signals/block-rules/").content.decode())
    assert action is not None
    jonas.post(action[1], {"act": "confirm"})
    signal.refresh_from_db()
    assert signal.ceiling == "block"


def test_a_question_tells_only_what_the_person_may_see(cast: Cast) -> None:
    reported(cast)
    ask = {"type": "domain", "value": VALUE}
    assert (
        "Yes. You may see it here" in signed_in(cast, "alfa", "analyst").post("/signals/known/", ask).content.decode()
    )
    assert (
        "Not among what you may see" in signed_in(cast, "beta", "analyst").post("/signals/known/", ask).content.decode()
    )


@pytest.mark.parametrize("path", ["/signals/", "/signals/review/"])
def test_a_longer_list_takes_no_more_queries(cast: Cast, path: str) -> None:
    sofia = signed_in(cast, "solros")
    reported(cast, "ett.test")
    counts = []
    for number in range(2):
        sofia.get(path)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            sofia.get(path)
        counts.append(len(seen))
        for extra in range(12):
            reported(cast, f"fler-{number}-{extra}.test")
    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_opens_in_both_languages(cast: Cast, language: str) -> None:
    signal = reported(cast)
    sofia = signed_in(cast, "solros")
    sofia.cookies["language"] = language
    paths = ["", "new/", "paste/", "review/", "feedback/", "reveals/", "protected-names/", "block-rules/"]
    for path in [*paths, f"{signal.pk}/", f"{signal.pk}/review/"]:
        page = sofia.get(f"/signals/{path}")
        assert page.status_code == 200, path
        assert f'lang="{language}"' in page.content.decode()
