"""The public page and the yearly report as people meet them: both languages, light and dark, narrow, and on paper."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from skyddsnat.demo.story.chromium import launched
from skyddsnat.hub import statistics
from skyddsnat.hub.statistics.charts import Point, SeriesChart, draw
from tests.hub.statistics.conftest import VALUES, Stats
from tests.journeys.axe import examine
from tests.journeys.paper import pages_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STYLES = Path(statistics.__path__[0]) / "static" / "statistics" / "chart.css"
LABELS = """() => [...document.querySelectorAll(".series-label")].map((one) => one.getBoundingClientRect())
    .filter((box) => box.width).map(({left, right}) => [left, right])"""


@pytest.fixture
def released(stats: Stats, monkeypatch: pytest.MonkeyPatch) -> Stats:
    """Three months of a public series, one of them held back."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    series = stats.ready(is_public=True)
    for period, values in (("2026-01", VALUES), ("2026-02", VALUES | {"alfa": 987_650}), ("2026-03", VALUES)):
        stats.all_in(period, values)
        stats.release(series, period)
    return stats


def opened(browser: Browser, address: str, language: str) -> tuple[Page, list[str]]:
    page = browser.new_context(locale="sv-SE" if language == "sv" else "en-GB").new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(address)
    return page, problems


def test_the_public_pages_are_sound_in_both_languages_and_on_paper(released: Stats, live_server: LiveServer) -> None:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for language in ("sv", "en"):
            for path in (f"/open/{language}/", f"/open/{language}/report/?year=2026"):
                page, problems = opened(browser, live_server.url + path, language)
                assert examine(page, language=language) == [], path
                assert problems == []
                assert page.context.cookies() == []
        page.emulate_media(media="print")
        assert page.locator("table").filter(has_text="January 2026").is_visible(), (
            "the figures stand on paper as a table"
        )
        assert not page.locator("header.bar").is_visible()
        assert not page.get_by_role("button").first.is_visible()
        assert page.locator("svg.series-chart").is_visible()
        paper = page.pdf(format="A4", prefer_css_page_size=True)
        sheets = pages_of(paper)
        assert "Yearlyreport2026" in sheets[0], "the report begins on the first sheet"
        assert sheets[-1].partition("TLP:CLEAR")[0], "its last line stands under the rest, not on a sheet of its own"
        page, _ = opened(browser, f"{live_server.url}/open/sv/report/?year=2026", "sv")
        page.get_by_role("link", name="English").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Yearly report 2026", "the year is kept"
        page.get_by_role("link", name="All figures").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="XLSX").click()
        assert download.value.suggested_filename == "series-en.xlsx"
        browser.close()


@pytest.mark.parametrize(("width", "seen"), [(320, 3), (390, 3), (900, 5)])
def test_no_month_is_written_over_the_next_one(width: int, seen: int) -> None:
    points = tuple(Point(f"Aug {2000 + number}", number, str(number)) for number in range(14))
    chart = SeriesChart("a", "Title", "Summary", points, ((0, "0"), (20, "400,000")), bars=True)
    with sync_playwright() as playwright:
        page = launched(playwright).new_page(viewport={"width": width, "height": 400})
        page.set_content(
            f"<style>{STYLES.read_text()}</style><body style='font-family: sans-serif; margin: 36px'>"
            f"<figure class='series-figure'>{draw(chart)}</figure>"
        )
        boxes = page.evaluate(LABELS)
    assert len(boxes) == seen
    assert all(right + 4 < left for (_, right), (left, _) in pairwise(boxes))
