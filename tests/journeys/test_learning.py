"""From a result to action, by keyboard alone and in both languages: a plan, those ahead asked until names open, a practice."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import examine
from tests.journeys.coalition import RunningDemo
from tests.journeys.leads import Visit, come_in_and_choose, in_language, open_round, tab_to, unlock

pytestmark = [pytest.mark.servers, pytest.mark.browser]

NAMES = {"alfa": "Alfa", "epsilon": "Epsilon"}
BOTH = [("sv", ("ylva", "alfa"), ("lena", "epsilon")), ("en", ("lena", "epsilon"), ("ylva", "alfa"))]
SAID = {
    "sv": {"kept": "Sparad", "a member": "en medlem i gruppen", "answer": "Besvara en medlems fråga"},
    "en": {"kept": "Kept, sealed", "a member": "a member of the group", "answer": "Answer a member's question"},
}


def write(page: Page, selector: str, words: str) -> None:
    tab_to(page, selector)
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def a_day(page: Page, selector: str) -> None:
    """Some day, whatever the order of day, month and year in this browser."""
    tab_to(page, selector)
    for _ in range(3):
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowRight")
    expect(page.locator(selector)).to_have_value(re.compile(r"^\d{4}-\d\d-\d\d$"))


def result_of(demo: RunningDemo) -> str:
    """The newest result of the operators, once the rounds before the open one have been played."""
    open_round(demo)
    rows = demo.ask(
        "SELECT id FROM benchmark_round WHERE release <> '' AND group_id = 'operatorer' ORDER BY deadline DESC"
    )
    return str(rows[0][0])


@pytest.mark.parametrize(("language", "lead", "_other"), BOTH)
def test_a_plan_is_made_and_changed(
    demo: RunningDemo, visitor: Visit, language: str, lead: tuple[str, str], _other: tuple[str, str]
) -> None:
    page = come_in_and_choose(visitor, demo, lead[0], language)
    page.goto("/learning/plan/")
    assert examine(page, language=language) == []
    unlock(page, demo, lead[1])
    expect(page.locator("[data-plan]")).to_be_visible()
    write(page, "#plan-what", "Listan läses in varje timme")
    write(page, "#plan-owner", "Driften")
    a_day(page, "#plan-due")
    tab_to(page, "#plan-target")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[data-plan-form] button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-plan-state]")).to_contain_text(SAID[language]["kept"])
    line = page.locator("[data-plan-lines] > li")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("Driften")
    page.reload()
    expect(line).to_contain_text("Listan läses in varje timme")
    tab_to(page, "[data-plan-lines] button")
    page.keyboard.press("Enter")
    write(page, "#plan-what", "Listan läses in varje kvart")
    tab_to(page, "#plan-status")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[data-plan-form] button[type=submit]")
    page.keyboard.press("Enter")
    expect(line).to_contain_text("varje kvart")
    expect(line).to_have_count(1)
    assert examine(page, language=language) == []
    held = str(demo.ask("SELECT sealed FROM learning_planline"))
    assert "kvart" not in held
    assert "Driften" not in held


@pytest.mark.parametrize(("language", "ahead", "asker"), BOTH)
def test_those_ahead_are_asked_and_names_open_when_both_have_said_yes(
    demo: RunningDemo, visitor: Visit, language: str, ahead: tuple[str, str], asker: tuple[str, str]
) -> None:
    round_, question = result_of(demo), f"Hur ofta ser ni efter? ({language})"
    theirs = in_language(visitor, demo, ahead[0], language)
    theirs.goto(f"/benchmark/rounds/{round_}/result/")
    unlock(theirs, demo, ahead[1])
    offered = theirs.locator(".result-item:has([data-willing]:not([hidden]))").first
    expect(offered).to_be_visible()  # the key takes a second of work to open
    item = str(offered.get_attribute("data-item"))
    tab_to(theirs, f"#{item} [data-willing] button", most=600)
    theirs.keyboard.press("Enter")
    theirs.wait_for_url("**/learning/questions/")
    assert examine(theirs, language=language) == []

    mine = in_language(visitor, demo, asker[0], language)
    mine.goto(f"/learning/rounds/{round_}/ask/?item={item}")
    assert examine(mine, language=language) == []
    write(mine, "#id_note", question)
    mine.keyboard.press("Tab")
    mine.keyboard.press("Enter")
    mine.wait_for_url("**/learning/questions/")
    asked = mine.locator("section[aria-labelledby=by-you] li", has_text=question)
    expect(asked).to_contain_text(SAID[language]["a member"])
    assert NAMES[ahead[1]] not in asked.inner_text()

    theirs.goto("/")
    reminder = theirs.locator("section[aria-labelledby=waiting] a[href='/learning/questions/']").first
    expect(reminder).to_have_text(SAID[language]["answer"])
    tab_to(theirs, "section[aria-labelledby=waiting] a[href='/learning/questions/']")
    theirs.keyboard.press("Enter")
    theirs.wait_for_url("**/learning/questions/")
    waits = theirs.locator("section[aria-labelledby=of-you] li", has_text=question)
    assert NAMES[asker[1]] not in waits.inner_text()
    tab_to(theirs, "section[aria-labelledby=of-you] button[value=yes]")
    theirs.keyboard.press("Enter")
    expect(theirs.locator("section[aria-labelledby=of-you] li", has_text=question)).to_contain_text(NAMES[asker[1]])
    mine.reload()
    expect(mine.locator("section[aria-labelledby=by-you] li", has_text=question)).to_contain_text(NAMES[ahead[1]])


@pytest.mark.parametrize(("language", "lead", "other"), BOTH)
def test_a_practice_is_shared_after_a_look_at_who_will_read_it(
    demo: RunningDemo, visitor: Visit, language: str, lead: tuple[str, str], other: tuple[str, str]
) -> None:
    page, title = in_language(visitor, demo, lead[0], language), f"Så läser vi in listan ({language})"
    page.goto("/bulletins/practices/new/?measure=SKM-NET-01")
    assert examine(page, language=language) == []
    write(page, "#id_title", title)
    write(page, "#id_text", "Två personer ser till att den är läst, var sin dag.")
    tab_to(page, "#id_marking")
    page.keyboard.press("End")
    tab_to(page, "main button[name=look]")
    page.keyboard.press("Enter")
    expect(page.locator(".audience")).to_contain_text(NAMES[other[1]])
    assert examine(page, language=language) == []
    tab_to(page, "main button[name=share]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(title)
    assert examine(page, language=language) == []
    reader = in_language(visitor, demo, other[0], language)
    reader.goto("/knowledge/measures/SKM-NET-01/")
    expect(reader.get_by_role("link", name=title)).to_be_visible()
    reader.goto("/bulletins/practices/")
    assert examine(reader, language=language) == []
