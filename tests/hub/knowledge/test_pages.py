"""The catalogue's pages: all of it, in both languages, linked, for members only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import translation

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.text import Text
from skyddsnat.hub.knowledge.search import find
from tests.cast import Cast

CATALOGUE = load_catalogue()
COERCION = CATALOGUE.techniques["TEC-COE-02"]
LANGUAGES = ("sv", "en")

LISTS = ("index", "techniques", "measures", "metrics", "maturity", "entries", "signals", "formats", "sources", "search")
ONES = (
    *(("technique", each) for each in CATALOGUE.techniques),
    *(("measure", each) for each in CATALOGUE.measures),
    *(("metric", each) for each in CATALOGUE.metrics),
    *(("area", each) for each in CATALOGUE.maturity.areas),
    *(("source", each) for each in CATALOGUE.sources),
)


@pytest.fixture
def reader(cast: Cast, client: Client) -> Client:
    """An analyst of an operator, signed in."""
    return cast.sign_in(client, cast.person("alfa", "analyst"))


def addresses() -> Iterator[str]:
    """Every page of the catalogue."""
    yield from (reverse(f"knowledge:{name}") for name in LISTS)
    yield from (reverse(f"knowledge:{name}", args=[each]) for name, each in ONES)


def page(reader: Client, address: str, language: str) -> str:
    """The page's HTML with entities resolved, after seeing that it is there."""
    reader.cookies["language"] = language
    response = reader.get(address)
    assert response.status_code == 200, address
    return unescape(response.content.decode())


type Kept = dict[tuple[str, str], str]


@pytest.fixture(scope="module")
def kept() -> Kept:
    """Pages that an earlier test has got, by address and language: the catalogue is the same for all of them."""
    return {}


def kept_page(reader: Client, kept: Kept, address: str, language: str) -> str:
    """The page's HTML, as an earlier test got it."""
    if (address, language) not in kept:
        kept[address, language] = page(reader, address, language)
    return kept[address, language]


def every_page(reader: Client, kept: Kept, language: str) -> Iterator[tuple[str, str]]:
    """Address and HTML of each page of the catalogue."""
    for address in addresses():
        yield address, kept_page(reader, kept, address, language)


class Links(HTMLParser):
    """Collects addresses, their words and the ids of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.words: dict[str, str] = {}
        self.ids: list[str] = []
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(found["id"] or "")
        if tag == "a" and found.get("href"):
            self._open = found["href"] or ""
            self.hrefs.append(self._open)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.words[self._open] = self.words.get(self._open, "") + data


links = cache(Links)
"""A page's links and ids, read once."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_both_languages_without_a_loose_end(reader: Client, kept: Kept, language: str) -> None:
    for address, html in every_page(reader, kept, language):
        assert f'<html lang="{language}"' in html
        assert re.search(r"<h1>\s*\S", html), address
        said = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
        assert not re.search(r">\s*None\s*<|\bText\(|\{[{%]|&(lt|gt|amp|quot|#x27);", said), address


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "each", "texts"),
    [
        ("technique", "TEC-COE-02", [COERCION.description, COERCION.operator_view]),
        ("technique", "TEC-COE-02", [CATALOGUE.measures[m].name for m in COERCION.measures]),
        ("measure", "SKM-NET-03", [*CATALOGUE.measures["SKM-NET-03"].good.values(), CATALOGUE.measures["SKM-NET-03"].rights]),
        ("measure", "SKM-NET-03", [CATALOGUE.metrics[m].name for m in CATALOGUE.measures["SKM-NET-03"].metrics]),
        ("metric", "MET-LST-01", [CATALOGUE.metrics["MET-LST-01"].definition, CATALOGUE.metrics["MET-LST-01"].pitfalls]),
        ("area", "B", [question.question for question in CATALOGUE.questions.values() if question.area == "B"]),
        ("entries", "", [entry.text for entry in CATALOGUE.entries.values()]),
        ("signals", "", [state.name for state in CATALOGUE.exchange.states.values()]),
        ("signals", "", [ceiling.meaning for ceiling in CATALOGUE.exchange.ceilings.values()]),
        ("signals", "", [kind.name for kind in CATALOGUE.exchange.signal_types.values()]),
        ("formats", "", [network.rule for network in CATALOGUE.exchange.networks.values()]),
        ("techniques", "", [technique.name for technique in CATALOGUE.techniques.values()]),
        ("measures", "", [measure.name for measure in CATALOGUE.measures.values()]),
        ("metrics", "", [metric.name for metric in CATALOGUE.metrics.values()]),
    ],
)  # fmt: skip
def test_a_page_says_what_the_catalogue_says(
    reader: Client, kept: Kept, language: str, name: str, each: str, texts: list[Text]
) -> None:
    html = kept_page(reader, kept, reverse(f"knowledge:{name}", args=[each] if each else []), language)
    other = "en" if language == "sv" else "sv"
    for text in texts:
        assert text.get(language) in html
        if len(text.get(other).split()) > 3:
            assert text.get(other) not in html


def test_every_page_is_marked_in_the_side_navigation(reader: Client, kept: Kept) -> None:
    for address, html in every_page(reader, kept, "sv"):
        assert f'<a class="side-link" href="{reverse("knowledge:index")}" aria-current="page"' in html, address


def test_every_link_within_the_catalogue_leads_somewhere_by_name(reader: Client, kept: Kept) -> None:
    """The target is a route of the catalogue with a known id, its anchor is on the target's page, and no link is a bare id."""
    anchors: dict[str, set[str]] = {}
    seen: dict[str, Links] = {}
    for address, html in every_page(reader, kept, "sv"):
        seen[address] = links(html)
        anchors[address] = set(seen[address].ids)
    checked = 0
    for address, found in seen.items():
        for href in found.hrefs:
            target, _, anchor = href.partition("#")
            target = target or address
            if not target.startswith(reverse("knowledge:index")):
                continue
            assert target in seen, (address, href)
            assert not anchor or anchor in anchors[target] | {"main"}, (address, href)
            assert found.words.get(href, "").strip(), (address, href)
            assert not re.fullmatch(r"(TEC|SKM|MET|MQ|KB|SRC)-\S+", found.words[href].strip()), (address, href)
            checked += 1
    assert checked > 2000


def test_no_id_stands_twice_on_a_page(reader: Client, kept: Kept) -> None:
    for address, html in every_page(reader, kept, "sv"):
        ids = links(html).ids
        assert len(ids) == len(set(ids)), (address, sorted({each for each in ids if ids.count(each) > 1}))


def test_every_hit_of_a_search_leads_to_the_place_where_it_can_be_read(reader: Client, kept: Kept) -> None:
    shown: dict[str, str] = {}
    for hit in find("e"):
        address, _, anchor = hit.href.partition("#")
        shown[address] = kept_page(reader, kept, address, "en")
        assert not anchor or f'id="{anchor}"' in shown[address], hit.href
    assert len(shown) > 150


@pytest.mark.parametrize(
    ("name", "each"),
    [
        ("technique", "TEC-XXX-01"),
        ("measure", "TEC-CON-01"),
        ("metric", "MET-GOV-02"),
        ("area", "Z"),
        ("source", "SRC-NOTHING"),
    ],
)
def test_an_unknown_id_is_not_found(reader: Client, name: str, each: str) -> None:
    assert reader.get(reverse(f"knowledge:{name}", args=[each])).status_code == 404


def test_whoever_is_not_signed_in_sees_no_page(client: Client, db: None) -> None:
    for address in addresses():
        response = client.get(address)
        assert response.status_code == 302, address
        assert b"TEC-" not in response.content


@pytest.mark.parametrize(
    ("member", "role"), [("omega", "engineer"), ("vakten", "reviewer"), ("solros", "coordinator"), ("zonen", "analyst")]
)
def test_every_signed_in_member_may_read_what_is_for_members(
    cast: Cast, client: Client, member: str, role: str
) -> None:
    html = page(cast.sign_in(client, cast.person(member, role)), reverse("knowledge:entries"), "en")
    assert CATALOGUE.entries["KB-012"].text.en in html


def test_pages_can_only_be_read(reader: Client) -> None:
    for address in addresses():
        expected = 200 if resolve(address).view_name == "knowledge:search" else 405
        assert reader.post(address, {"words": "dns"}).status_code == expected


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("sv", "17 av 29 kryphål har ingen åtgärd i själva nätet"),
        ("en", "17 of 29 techniques have no measure in the network itself"),
    ],
)
def test_the_overview_says_how_much_the_network_does_not_reach(reader: Client, language: str, said: str) -> None:
    assert said in page(reader, reverse("knowledge:index"), language)


def test_the_heat_map_is_a_table_with_a_head_for_each_row_and_column(reader: Client) -> None:
    html = page(reader, reverse("knowledge:index"), "sv")
    table = html[html.index("<table") : html.index("</table>")]
    assert table.count('scope="col"') == 1 + len(CATALOGUE.measure_groups)
    assert table.count('scope="row"') == len(CATALOGUE.techniques)
    assert table.count('scope="rowgroup"') == len(CATALOGUE.phases)
    assert table.count("<td") == len(CATALOGUE.techniques) * len(CATALOGUE.measure_groups)


def test_the_heat_map_counts_measures_and_leaves_nothing_unsaid(reader: Client) -> None:
    html = page(reader, reverse("knowledge:index"), "en")
    row = html[html.index("Websites dedicated to abuse material") :]
    cells = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td.*?</td>", row[: row.index("</tr>")])]
    assert cells[:2] == ["3", "1"]
    assert set(cells[2:]) == {"0"}


GRADES = re.compile(
    r"badge-(ok|warn|danger|accent|verified|block)|notice-(ok|warn|danger)|tile-(warn|danger)|rank|ranking|placering",
    re.IGNORECASE,
)


def main_part(html: str) -> str:
    """What the page itself says, without the frame around it."""
    return html[html.index('<div class="page-head">') : html.index("</main>")]


@pytest.mark.parametrize("metric", [each for each, metric in CATALOGUE.metrics.items() if metric.is_neutral])
def test_a_neutral_metric_has_no_rank_and_no_colour(reader: Client, metric: str) -> None:
    html = main_part(page(reader, reverse("knowledge:metric", args=[metric]), "sv"))
    assert "Neutralt: varken högre eller lägre är bättre, så måttet rangordnas och färgas aldrig" in html
    said = html.replace("rangordna", "")  # the pitfalls may say "never rank"
    assert not GRADES.search(said), GRADES.search(said)
    assert "Ett högre tal är bättre" not in html
    assert "Ett lägre tal är bättre" not in html


def test_a_metric_with_a_direction_says_which_way_is_better_and_lets_the_owner_know_its_place(reader: Client) -> None:
    html = page(reader, reverse("knowledge:metric", args=["MET-LST-01"]), "en")
    assert "A lower figure is better" in html
    assert "Own rank, for those who opt in" in html


def test_metrics_are_listed_in_the_order_of_the_file(reader: Client) -> None:
    links = Links(main_part(page(reader, reverse("knowledge:metrics"), "en"))).hrefs
    shown = [href for href in links if href.startswith(reverse("knowledge:metrics") + "MET-")]
    assert shown == [reverse("knowledge:metric", args=[metric]) for metric in CATALOGUE.metrics]


def test_a_metric_barred_from_rounds_shows_no_release(reader: Client) -> None:
    html = page(reader, reverse("knowledge:metric", args=["MET-EDU-02"]), "en")
    assert "May not be part of a round" in html
    assert "What a round opens" not in html


def test_a_source_that_was_not_checked_says_so(reader: Client) -> None:
    html = page(reader, reverse("knowledge:source", args=["SRC-TLP2"]), "en")
    assert "From general knowledge" in html
    assert "No address is known" in html
    assert "TLP 2.0" in html


def test_an_address_out_of_the_hub_tells_the_other_side_nothing(reader: Client) -> None:
    html = page(reader, reverse("knowledge:source", args=["SRC-IWOL"]), "en")
    assert 'rel="external noopener noreferrer">https://www.interpol.int/' in html


def test_the_words_of_the_page_follow_the_language_of_the_person_and_not_of_the_process(reader: Client) -> None:
    with translation.override("en"):
        assert "Så rör sig en signal" in page(reader, reverse("knowledge:signals"), "sv")
