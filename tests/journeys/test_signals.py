"""What people do with signals all day: hand in one, hand in many, look at an address, judge by keyboard alone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from skyddsnat.policy.normal_form import defang
from tests.journeys.arriving import arriving
from tests.journeys.axe import examine
from tests.journeys.coalition import RunningDemo
from tests.journeys.conftest import come_in, let_in

pytestmark = [pytest.mark.servers, pytest.mark.browser]

Visit = Callable[..., Page]
A_SIGNAL = re.compile(r"/signals/([0-9a-f-]{36})/\?reported$")


def fresh_name() -> str:
    """A name that no other test uses."""
    return f"resa-{secrets.token_hex(4)}.test"


def hand_in(page: Page, demo: RunningDemo, name: str) -> str:
    """Report a whole domain by the form; gives the signal's id."""
    page.goto("/signals/new/")
    page.locator("select[name=type], input[name=type][value=domain]").first.wait_for()
    choose(page, "type", "domain")
    page.locator("[name=value]").fill(name)
    choose(page, "scope", "subdomains")
    choose(page, "circle", demo.circle_id("Nationell blockering"))
    page.locator("main form .btn-primary").click()
    page.wait_for_url(A_SIGNAL)
    return A_SIGNAL.findall(page.url)[0]


def choose(page: Page, field: str, value: str) -> None:
    """Pick from a list or from radio buttons."""
    if page.locator(f"select[name={field}]").count():
        page.locator(f"select[name={field}]").select_option(value)
    else:
        page.locator(f"input[name={field}][value='{value}']").check()


def test_an_analyst_hands_in_one_signal_and_sees_who_will_see_it(demo: RunningDemo, visitor: Visit) -> None:
    page, name = visitor(), fresh_name()
    let_in(page, demo.one_click("grace"))
    page.goto("/signals/new/")
    for member in ("Alfa Telekom", "Epsilon Kabel", "Solros", "Vakten"):
        expect(page.locator("main")).to_contain_text(member)
    expect(page.locator("main")).to_contain_text(re.compile("police", re.IGNORECASE))
    hand_in(page, demo, name)
    assert name not in page.content()
    assert name not in page.title()
    assert [state for _, state in demo.signals_with(name)] == ["submitted"]


def test_many_pasted_lines_are_previewed_and_then_taken_in(demo: RunningDemo, visitor: Visit) -> None:
    page, good = visitor(), [fresh_name(), fresh_name()]
    let_in(page, demo.one_click("james"))
    page.goto("/signals/paste/")
    page.locator("textarea[name=lines]").fill("\n".join([*good, "192.0.2.7", "epsilon.test"]))
    choose(page, "circle", demo.circle_id("Nationell blockering"))
    page.locator("main form .btn-primary").click()
    expect(page.locator("main .badge-danger")).to_have_count(
        2
    )  # an address is no domain; a member's own name is protected
    assert examine(page) == []
    assert not any(name in page.content() for name in good)
    assert [len(demo.signals_with(name)) for name in good] == [0, 0]
    page.locator("form[action='/signals/confirm/'] .btn-primary").click()
    expect(page.locator("main .badge-ok")).to_have_count(2)
    assert examine(page) == []
    assert [len(demo.signals_with(name)) for name in good] == [1, 1]


def test_a_reveal_needs_a_reason_and_shows_to_colleagues(demo: RunningDemo, visitor: Visit) -> None:
    analyst, name = visitor(), fresh_name()
    let_in(analyst, demo.one_click("grace"))
    signal = hand_in(analyst, demo, name)
    form = analyst.locator(f"form[action='/signals/{signal}/reveal/']")
    form.locator("select[name=reason]").select_option("case")
    form.locator("input[name=note]").fill("Checking our own report")
    form.locator(".btn").click()
    expect(analyst.locator("#revealed")).to_have_text(defang(name))
    assert examine(analyst) == []

    colleague = visitor()
    let_in(colleague, demo.one_click("henrik"))
    colleague.goto("/signals/reveals/")
    expect(colleague.locator("main")).to_contain_text("Grace Hill")
    expect(colleague.locator("main")).to_contain_text("Checking our own report")
    assert name not in colleague.content()


def test_a_reviewer_judges_by_keyboard_alone(demo: RunningDemo, visitor: Visit) -> None:
    analyst = visitor()
    let_in(analyst, demo.one_click("grace"))
    signal = hand_in(analyst, demo, fresh_name())

    reviewer = visitor()
    let_in(reviewer, demo.one_click("helen"))
    reviewer.goto(f"/signals/{signal}/review/")
    with arriving(reviewer):
        reviewer.keyboard.press("c")  # take it up
    expect(reviewer.locator(f"form[action='/signals/{signal}/release/']")).to_be_visible()
    tick_all_by_keyboard(reviewer, signal)
    reviewer.keyboard.press("a")  # approve
    reviewer.wait_for_url(lambda url: signal not in url)
    assert demo.ask("SELECT state, stage FROM signals_signal WHERE id = ?", signal.replace("-", "")) == [
        ("in_review", "second")
    ]


def test_the_list_of_shortcuts_opens_by_its_key_and_closes_by_escape(demo: RunningDemo, visitor: Visit) -> None:
    page = visitor()
    come_in(page, demo, "emma")
    page.keyboard.press("?")
    expect(page.locator("dialog#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#shortcuts")).to_be_hidden()


def tick_all_by_keyboard(page: Page, signal: str) -> None:
    """Go by Tab from field to field of the judgement; Space ticks a box, an arrow picks the first basis."""
    inside = f"form[action='/signals/{signal}/approve/']"
    ticked = 0
    for _ in range(120):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "form => { const e = document.activeElement;"
            " return e.closest(form) ? `${e.type}:${e.checked ?? ''}` : '' }",
            inside,
        )
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none" or not at
        if at == "checkbox:false":
            page.keyboard.press("Space")
            ticked += 1
        elif at == "radio:false":
            page.keyboard.press("Space")
        elif at == "select-one:":
            page.keyboard.press("ArrowDown")
        elif at.startswith("submit"):
            break
    assert ticked >= 3
