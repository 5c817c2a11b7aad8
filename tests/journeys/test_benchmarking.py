"""A benchmark lead's journey and a self-assessment's, by keyboard alone and in both languages, on the running demo."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.axe import examine
from tests.journeys.coalition import RunningDemo
from tests.journeys.leads import Visit, in_language, open_round, tab_to, unlock

pytestmark = [pytest.mark.servers, pytest.mark.browser]

SAID = {
    "en": {"handed": "Handed in.", "receipt": "Receipt number", "saved": "Saved, sealed", "band": "Band"},
    "sv": {"handed": "Inlämnat.", "receipt": "Kvitto nummer", "saved": "Sparat, förseglat", "band": "Band"},
}


@pytest.mark.parametrize(("language", "person", "member"), [("sv", "ylva", "alfa"), ("en", "lena", "epsilon")])
def test_a_benchmark_lead_hands_in_by_keyboard_alone(
    demo: RunningDemo, visitor: Visit, language: str, person: str, member: str
) -> None:
    page = in_language(visitor, demo, person, language)
    page.goto(f"/benchmark/rounds/{open_round(demo)}/hand-in/")
    unlock(page, demo, member)
    first = page.locator("[data-value]").first
    expect(first).to_be_visible()
    tab_to(page, "[data-value]")
    page.keyboard.type("12x")
    expect(page.locator(".field-wrong [data-note]").first).not_to_be_empty()
    page.keyboard.press("Control+a")
    page.keyboard.type("1")
    expect(page.locator(".field-wrong")).to_have_count(0)
    expect(page.locator("[data-note]").first).to_contain_text(SAID[language]["band"])
    assert examine(page, language=language) == []
    tab_to(page, "[data-parties] input", most=400)  # the parties' fingerprints were compared: asked once a device
    page.keyboard.press("Space")
    tab_to(page, "[data-send]", most=20)
    page.keyboard.press("Enter")
    expect(page.locator("[data-state]")).to_contain_text(SAID[language]["handed"])
    expect(page.locator("[data-receipt-text]")).to_contain_text(SAID[language]["receipt"])
    expect(page.locator("[data-leaves] tbody tr")).to_have_count(3)
    assert page.evaluate("document.activeElement.matches('[data-state]')"), "what came of it is read out"
    page.reload()
    expect(page.locator("[data-value]").first).to_have_value(
        "1"
    )  # the draft, locked on this device, within half an hour


@pytest.mark.parametrize(("language", "person", "member"), [("sv", "lena", "epsilon"), ("en", "lena", "epsilon")])
def test_colleagues_answer_the_self_assessment_by_keyboard_alone(
    demo: RunningDemo, visitor: Visit, language: str, person: str, member: str
) -> None:
    page = in_language(visitor, demo, person, language)
    page.goto("/maturity/")
    page.locator("main tbody a").first.click()
    unlock(page, demo, member)
    colleague = in_language(visitor, demo, person, language)
    colleague.goto(page.url)
    unlock(colleague, demo, member)
    last = "MQ-F4"
    expect(page.locator(f"[data-question='{last}']")).to_be_visible()
    point = {"sv": ",", "en": "[.]"}[language]
    expect(page.locator("[data-total]")).to_have_text(re.compile(f"^[0-3]{point}[0-9]{{2}}$"))
    tab_to(page, f"input[name='{last}']", most=400)
    page.keyboard.press("Space")
    for _ in range({"sv": 1, "en": 2}[language]):
        page.keyboard.press("ArrowDown")
    field = page.locator(f"[data-question='{last}']")
    expect(field.locator("[data-question-state]")).to_have_text(SAID[language]["saved"])
    chosen = page.locator(f"input[name='{last}']:checked").get_attribute("value")
    expect(colleague.locator(f"input[name='{last}']:checked")).to_have_attribute("value", str(chosen))
    expect(page.locator(f"[data-question='{last}'] [data-earlier] li")).to_have_count(1)
    assert examine(page, language=language) == []
