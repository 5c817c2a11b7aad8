"""Daily work in a browser: by keyboard alone, by mouse with Shift, with shortcuts off, and on paper."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.figures import figure
from tests.journeys.arriving import arriving
from tests.journeys.axe import examine
from tests.journeys.coalition import RunningDemo
from tests.journeys.conftest import come_in, let_in
from tests.journeys.paper import pages_of

pytestmark = [pytest.mark.servers, pytest.mark.browser]

Visit = Callable[..., Page]
QUEUE = "/signals/review/?f=all"


def chosen(page: Page) -> int:
    return page.locator("input[name=row]:checked").count()


def test_a_reviewer_clears_the_queue_by_keyboard_alone(demo: RunningDemo, visitor: Visit) -> None:
    """Open the queue, choose rows, act on them, undo, go on to the next signal."""
    page = visitor()
    come_in(page, demo, "helen")
    choose_the_longest_hold(page)  # on a busy machine a page can take as long as the shortest
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/signals/review/**")
    for key in ("j", "j", "x", "j", "x"):
        page.keyboard.press(key)
    assert chosen(page) == 2
    expect(page.locator("[data-count]")).to_have_text("2 chosen")
    ids = [box.get_attribute("value") for box in page.locator("input[name=row]:checked").all()]
    before = states(demo, ids)
    page.keyboard.press("r")  # reject: a sheet asks for the reason
    expect(page.locator("#bulk-reject select")).to_be_focused()
    assert examine(page, language="en") == []
    page.keyboard.press("ArrowDown")  # nothing is chosen beforehand
    page.keyboard.press("Tab")
    with arriving(page):
        page.keyboard.press("Enter")
    expect(page.locator(".told")).to_contain_text("2 signals wait. Nothing has happened yet.")
    with arriving(page):
        page.keyboard.press("z")  # undo
    expect(page.locator(".told")).to_contain_text("Undone.")
    assert states(demo, ids) == before
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/review/?in=queue**")
    first = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url != first)
    assert "in=queue" in page.url


COVERED = """() => {
  const one = document.activeElement;
  const row = one.closest("tr.row-link");
  if (!row) return null;
  const { left, top, width, height } = one.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return row.contains(there) ? "" : there?.className ?? "outside";
}"""
"""What lies over the middle of the control that has the focus, if it stands in a row: nothing but the row itself."""


def test_no_row_has_the_focus_behind_the_bar_of_acts(demo: RunningDemo, visitor: Visit) -> None:
    """WCAG 2.2, 2.4.11: the bar stands at the window's edge as soon as a row is chosen."""
    page = visitor(viewport={"width": 1280, "height": 700})
    let_in(page, demo.one_click("helen"))
    page.goto(QUEUE)
    page.locator("input[name=row]").first.check()
    page.locator("input[name=row]").first.focus()
    found = []
    for _ in range(24):
        page.keyboard.press("Tab")
        found.append(page.evaluate(COVERED))
    assert set(found) == {""}, found


def choose_the_longest_hold(page: Page) -> None:
    page.goto("/settings/")
    page.locator("[name=hold][value='300']").check()
    with arriving(page):
        page.locator("form:has([name=hold]) .btn-primary").click()


def states(demo: RunningDemo, ids: list[str | None]) -> list[object]:
    return [
        demo.ask("SELECT state, changed_at FROM signals_signal WHERE id = ?", str(one).replace("-", "")) for one in ids
    ]


def test_a_held_act_is_done_by_the_open_page_when_its_time_has_come(demo: RunningDemo, visitor: Visit) -> None:
    analyst, name = visitor(), f"skrivbord-{secrets.token_hex(4)}.test"
    let_in(analyst, demo.one_click("grace"))
    analyst.goto("/signals/new/")
    analyst.locator("[name=value]").fill(name)
    analyst.locator("select[name=circle]").select_option(demo.circle_id("Nationell blockering"))
    with arriving(analyst):
        analyst.locator("main form .btn-primary").click()
    signal = re.search(r"[0-9a-f-]{36}", analyst.url)
    assert signal
    analyst.goto("/signals/?own=on")
    analyst.locator(f"input[name=row][value='{signal[0]}']").check()
    analyst.locator("[data-needs][popovertarget=bulk-retract]").click()
    analyst.locator("#bulk-retract select").select_option("mistake")
    analyst.locator("#bulk-retract .btn-danger").click()
    expect(analyst.locator("[data-countdown]")).to_contain_text(re.compile(r"Happens in \d+ s"))
    assert examine(analyst, language="en") == []
    expect(analyst.locator(".told")).to_contain_text("1 done")
    assert demo.ask("SELECT state FROM signals_signal WHERE id = ?", signal[0].replace("-", "")) == [("withdrawn",)]


def test_shift_and_a_click_choose_all_between_and_a_row_opens_beside(demo: RunningDemo, visitor: Visit) -> None:
    page = visitor()
    let_in(page, demo.one_click("emma"))
    page.goto("/signals/?f=all")
    boxes = page.locator("input[name=row]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    assert chosen(page) == 4
    page.locator("[data-choose-all] input").click()
    expect(page.locator("[data-whole]")).to_be_visible()
    page.locator("[data-whole] input").check()
    expect(page.locator("[data-count]")).to_contain_text("in this filter")
    with page.context.expect_page() as opened:
        page.locator("tr.row-link").nth(3).click(modifiers=["Control"])
    beside = opened.value
    beside.wait_for_url(re.compile("in=list"))  # it begins as an empty one
    assert "/signals/?f=all" in page.url
    beside.locator(".crumbs a").click()
    beside.wait_for_url("**/signals/?f=all#s-*")


def test_no_letter_does_anything_once_shortcuts_are_off(demo: RunningDemo, visitor: Visit) -> None:
    page = visitor()
    let_in(page, demo.one_click("nora"))
    page.goto("/settings/")
    page.locator("[name=shortcuts]").uncheck()
    with arriving(page):
        page.locator("form.card .btn-primary").first.click()
    page.goto("/signals/?f=all")
    for key in ("j", "x", "X", "n", "?", "e"):
        page.keyboard.press(key)
    assert chosen(page) == 0
    expect(page.locator("dialog#shortcuts")).to_be_hidden()
    assert page.url.endswith("/signals/?f=all")
    page.goto("/settings/")
    page.locator("[name=shortcuts]").check()
    with arriving(page):
        page.locator("form.card .btn-primary").first.click()
    page.goto("/signals/?f=all")
    page.locator("#id_type").focus()
    page.keyboard.press("x")  # in a field it is a letter
    assert chosen(page) == 0
    page.locator("#id_type").blur()
    page.keyboard.press("?")
    expect(page.locator("dialog#shortcuts")).to_contain_text("Choose all on the page, or none")


@pytest.mark.parametrize("path", ["/signals/?f=all", "/signals/filters/", QUEUE, "/settings/"])
def test_the_desk_is_sound_narrow_and_wide(demo: RunningDemo, visitor: Visit, path: str) -> None:
    page = visitor()
    let_in(page, demo.one_click("sofia"))
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        if page.locator("input[name=row]").count():
            page.locator("input[name=row]").first.check()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # The page is looked at whole: where it is scrolled to, what lies half under a bar that stays looks too small.
        page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
        assert examine(page, language="sv") == []


def test_on_paper_each_page_has_marking_and_name_and_no_controls(demo: RunningDemo, visitor: Visit) -> None:
    page = visitor()
    let_in(page, demo.one_click("helen"))
    page.goto("/signals/?f=all")
    page.emulate_media(media="print")
    for place, repeats in ((".print-top", "table-header-group"), (".print-foot", "table-footer-group")):
        part = page.locator(place)
        expect(part).to_be_visible()
        expect(part).to_contain_text("TLP:")
        expect(part).to_contain_text("printed by Helen")
        assert part.evaluate("e => getComputedStyle(e).display") == repeats
    printed = pages_of(page.pdf(format="A4"))
    assert len(printed) > 2
    for sheet in printed:
        assert sheet.count("TLP:AMBER") + sheet.count("TLP:RED") == 2, sheet
        assert sheet.count("printedbyHelen") == 2
    figure("daily.paper", sheets=len(printed), marked_above_and_below=len(printed))
    page.emulate_media(media="print")
    for gone in (".bulk", ".choose", ".tab-row", ".filters", ".bar", ".side"):
        expect(page.locator(gone).first).to_be_hidden()
