"""What a visitor is shown, and what is never done to one."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from skyddsnat.policy.complaints import CONTACT_KEPT, CONTACT_KEPT_AFTER_REPLY
from skyddsnat.site.hourly import hour_of, month_totals
from skyddsnat.stop_page import texts
from skyddsnat.stop_page.help_lines import LINES, Kind
from tests.stop_page.conftest import BROWSER, Page

EVERY_PAGE = ("/", "/any/where?x=1", "/_stop/sv", "/_stop/en", "/_stop/sv/complaint", "/_stop/en/complaint")
THREATS = re.compile(r"\b(you (are|were) (logged|traced|reported)|police will|spårad|anmäld|registrer)", re.IGNORECASE)


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_sets_nothing_runs_nothing_and_fetches_nothing(page: Page, path: str) -> None:
    answer = page.client.get(path, headers=BROWSER)
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    csp = answer.headers["content-security-policy"]
    assert csp.startswith(
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; style-src 'sha256-"
    )
    assert "unsafe" not in csp
    for tag, attrs in Tags(answer.text).found:
        assert tag not in {"script", "img", "iframe", "link", "object", "embed", "video", "audio"}
        assert not any(name.startswith("on") or name in {"style", "src"} for name in attrs), (tag, attrs)


def test_the_stop_page_is_in_the_browsers_language_and_offers_the_other(page: Page) -> None:
    swedish = page.client.get("/", headers={**BROWSER, "Accept-Language": "sv-SE,sv;q=0.9,en;q=0.5"})
    english = page.client.get("/", headers=BROWSER)
    other = page.client.get("/", headers={**BROWSER, "Accept-Language": "de"})
    assert texts.TITLE.sv in swedish.text
    assert 'lang="sv"' in swedish.text
    assert 'href="/_stop/en"' in swedish.text
    assert texts.TITLE.en in english.text
    assert texts.TITLE.sv in other.text


@pytest.mark.parametrize("language", ["sv", "en"])
def test_it_names_the_operator_and_offers_help_support_and_a_way_to_complain(page: Page, language: str) -> None:
    text = page.client.get(f"/_stop/{language}").text
    assert "Alfa" in text
    assert f'href="/_stop/{language}/complaint"' in text
    for line in LINES:
        assert line.name in text
        assert f'href="/_stop/go/{line.id}"' in text
        assert line.phone in text
    assert {line.kind for line in LINES} == set(Kind)
    assert not THREATS.search(text)


@pytest.mark.parametrize("path", ["/", "/_stop/en", "/_stop/en/complaint"])
def test_the_name_that_was_blocked_is_never_said_back(page: Page, path: str) -> None:
    headers = BROWSER | {"Host": "echo-me.test", "Referer": "http://echo-me.test/", "X-Forwarded-Host": "echo-me.test"}
    answer = page.client.get(f"{path}?q=echo-me.test", headers=headers)
    assert "echo-me" not in answer.text
    assert "echo-me" not in str(answer.headers)
    for strange in ("/_stop/en/", "//_stop/en", "/_stop/xx", "/echo-me.test/"):
        answer = page.client.get(strange, headers=headers)
        assert "echo-me" not in answer.text + str(answer.headers)


def test_what_is_no_page_gets_no_page_and_is_not_counted(page: Page) -> None:
    picture = page.client.get("/banner.jpg", headers={"Accept": "image/avif,image/webp,*/*"})
    assert (picture.status_code, picture.text) == (403, "blocked\n")
    assert page.client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert page.client.post("/", headers=BROWSER).status_code == 405
    page.counter.flush()
    assert not list(page.config.counts.iterdir())


def test_a_visit_counts_once_in_its_hour_and_help_by_its_kind(page: Page) -> None:

    for _ in range(3):
        page.client.get("/", headers=BROWSER)
    gone = page.client.get("/_stop/go/preventell")
    assert (gone.status_code, gone.headers["location"]) == (303, "https://preventell.se/")
    page.client.get("/_stop/go/bris")
    page.client.get("/_stop/go/bris")
    assert page.client.get("/_stop/go/https://elsewhere.test").status_code == 403
    assert page.client.get("/_stop/go/elsewhere").status_code == 404
    page.counter.flush()
    hour = hour_of(page.clock())
    assert month_totals(page.config.counts, hour[:7]) == {"views": 3, "help": 1, "support": 2, "complaints": 0}
    (file,) = page.config.counts.iterdir()
    assert file.stat().st_mode & 0o777 == 0o640
    assert [re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d", key) is None for key in json.loads(file.read_text())] == [False], (
        "by the hour, and no finer: who knows the minute of a visit could find it"
    )
    page.client.get("/", headers=BROWSER)
    page.counter.flush()
    assert month_totals(page.config.counts, hour[:7])["views"] == 4


def test_the_form_promises_the_days_that_the_policy_keeps() -> None:
    for text in (texts.CONTACT_HINT.sv, texts.CONTACT_HINT.en):
        assert re.findall(r"\d+", text) == [str(CONTACT_KEPT.days), str(CONTACT_KEPT_AFTER_REPLY.days)], text


def test_what_help_lines_say_tells_where_it_was_read() -> None:
    assert all(line.source and line.url.startswith("https://") for line in LINES)
    assert all(line.about.sv != line.about.en for line in LINES)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_no_end_of_a_line_tears_the_telephone_number_apart(page: Page, path: str) -> None:
    text = page.client.get(path, headers=BROWSER).text
    title = text.split("</title>")[0]
    assert "<span" not in title
    assert re.search(r"<footer>.*<span class=number>020-000 00 00</span></footer>", text)
