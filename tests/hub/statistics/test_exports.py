"""What leaves: released figures and nothing else, in every form, for everyone who may have them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date

import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.utils import timezone

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.statistics import services
from skyddsnat.hub.statistics.exports import FORMS, table
from skyddsnat.hub.statistics.models import Event
from skyddsnat.policy.statistics.words import Correction, EventKind, Gap
from skyddsnat.protocols.series import Figure, Status
from skyddsnat.protocols.statistics import Corrects
from tests.hub.statistics.conftest import VALUES, Stats, figure

QUERIES = "MET-BLK-10"
HELD = {"alfa": 987_650, "beta": 82_010, "gamma": 73_020, "delta": 66_040, "epsilon": 58_050}
"""One has more than half: the rules hold the total back."""
KEPT = {"alfa": 712_340, "beta": 623_450, "gamma": 534_560, "delta": 545_670, "epsilon": 556_780}
"""Of a series that may not be published."""
OPEN_FILES = [f"/open/{language}/series{form.suffix}" for language in ("sv", "en") for form in FORMS.values()]
OPEN_PAGES = ["/open/sv/", "/open/en/", "/open/sv/report/", "/open/en/report/?year=2026"]
OPEN_REST = ["/open/structure.xml", "/open/structure.json", "/open/sv/columns.csv"]


@pytest.fixture
def played(stats: Stats) -> Stats:
    """Two shown months, one held, one withdrawn, one corrected after its release; a series that stays in the coalition."""
    shown, inside = stats.ready(is_public=True), stats.ready(metric=QUERIES)
    for period, values in (("2026-01", VALUES), ("2026-02", HELD), ("2026-03", {m: v + 10 for m, v in VALUES.items()})):
        stats.all_in(period, values)
        stats.release(shown, period)
    stats.all_in("2026-04", {m: v + 20_010 for m, v in VALUES.items()})
    services.withdraw(stats.coordinator, stats.release(shown, "2026-04"), now=stats.now)
    corrected = figure(
        period="2026-03", value=444_440, corrects=Corrects(1, Correction.LATE_DATA), gaps=frozenset({Gap.OTHER})
    )
    stats.take("alfa", corrected)
    for member, value in KEPT.items():
        stats.take(member, figure(metric=QUERIES, period="2026-01", value=value))
    stats.release(inside, "2026-01")
    stats.all_in("2026-05", {m: v + 30_030 for m, v in VALUES.items()})  # handed in and not released
    for series, words in ((shown, "öppen händelse"), (inside, "inre händelse")):
        Event.objects.create(
            series=series,
            day=date(2026, 3, 3),
            kind=EventKind.OUTAGE,
            note_sv=words,
            note_en=words,
            made_by=stats.coordinator,
            made_at=timezone.now(),
        )
    return stats


def members_own() -> set[str]:
    """Every number that a member handed in, whichever became part of a released sum."""
    handed_in = [*HELD.values(), *KEPT.values(), 444_440]
    for more in (0, 10, 20_010, 30_030):
        handed_in += [value + more for value in VALUES.values()]
    return {str(number) for number in handed_in}


def withheld() -> set[str]:
    """Sums that were held back, withdrawn or never decided."""
    sums = [sum(HELD.values()), *(sum(VALUES.values()) + 5 * more for more in (20_010, 30_030))]
    return {str(number) for number in sums}


def numbers_in(body: bytes) -> set[str]:
    """Whatever could be read out of an answer as a number, with its grouping taken away; files are opened first."""
    return set(re.findall(r"\d+", re.sub(r"(?<=\d)[\u00a0\u202f, ](?=\d{3}\b)", "", text_of(body))))


def text_of(body: bytes) -> str:
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return " ".join(book.read(name).decode() for name in book.namelist())
    if body.startswith(b"PAR1"):
        rows = pq.read_table(io.BytesIO(body)).to_pylist()
        return " ".join(str(int(cell) if isinstance(cell, float) else cell) for row in rows for cell in row.values())
    return body.decode("utf-8-sig")


def everything(client: Client, person: Person, stats: Stats) -> Iterator[tuple[str, bytes]]:
    """Every page and file for anyone, and every file that another member can take."""
    for path in (*OPEN_PAGES, *OPEN_FILES, *OPEN_REST):
        answer = Client().get(path)
        assert answer.status_code == 200, path
        yield path, answer.content
    stats.cast.sign_in(client, person)
    for form in FORMS:
        yield form, client.post("/statistics/exports/", {"form": form}).content
    for form in ("csv", "xlsx"):
        yield f"month {form}", client.post("/statistics/reports/month/", {"form": form, "period": "2026-01"}).content


def test_nothing_that_was_not_released_leaves_in_any_form(played: Stats, client: Client) -> None:
    of_the_reader = {str(KEPT["gamma"]), str(VALUES["gamma"])}  # its own month, in its own report
    kept = {str(sum(KEPT.values())), "inre"}
    checked = 0
    for name, body in everything(client, played.lead("gamma"), played):
        found = numbers_in(body)
        own = of_the_reader if name.startswith("month") else set()
        assert not found & (members_own() - own), name
        assert not found & withheld(), name
        if name.startswith("/open/"):
            assert not found & kept, name
            assert "inre händelse" not in text_of(body), name
        checked += 1
    assert checked == len(OPEN_PAGES + OPEN_FILES + OPEN_REST) + len(FORMS) + 2
    assert str(sum(VALUES.values())) in numbers_in(Client().get("/open/sv/series.csv").content), (
        "the search finds what is there"
    )
    assert str(VALUES["gamma"]) in numbers_in(
        client.post("/statistics/reports/month/", {"form": "csv", "period": "2026-01"}).content
    )


def test_each_figure_says_what_became_of_it_and_who_may_see_it(played: Stats, client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(Client().get("/open/en/series.csv").content.decode("utf-8-sig"))))
    months = {row["TIME_PERIOD"]: row for row in rows if row["FREQ"] == "M" and row["FIGURE"] == "TOTAL"}
    assert {period: row["OBS_STATUS"] for period, row in months.items()} == {
        "2026-01": "A",
        "2026-02": "Q",
        "2026-03": "A",
        "2026-04": "O",
    }
    assert {row["CONF_STATUS"] for row in rows} == {"F"}
    assert months["2026-01"]["OWNERS"] == "5"
    assert (months["2026-01"]["SUBSCRIPTIONS_FROM"], months["2026-01"]["SUBSCRIPTIONS_TO"]) == ("1000000", "")
    assert "öppen händelse" in months["2026-03"]["EVENTS"]
    inside = [one for one in table("sv", public=False).series if one.metric == QUERIES]
    assert inside
    assert {one.public for one in inside} == {False}
    played.cast.sign_in(client, played.lead("gamma"))
    taken = client.post("/statistics/exports/", {"form": next(iter(FORMS))}).content.decode("utf-8-sig")
    may_see = {(row["METRIC"] == QUERIES, row["CONF_STATUS"]) for row in csv.DictReader(io.StringIO(taken))}
    assert may_see == {(True, "N"), (False, "F")}, "what stays in the coalition says so in a file that is taken along"
    quarter = next(row for row in rows if row["TIME_PERIOD"] == "2026-Q1")
    assert (quarter["OBS_VALUE"], quarter["OBS_STATUS"]) == ("", "Q"), "a part of it was held back"


def test_a_new_panel_breaks_the_series_and_an_index_takes_over(stats: Stats) -> None:
    series = stats.ready(is_public=True)
    stats.all_in("2026-01")
    stats.release(series, "2026-01")
    stats.agreed(series, "omega")
    stats.panel(series, "2026-02")
    for period, more in (("2026-02", {"alfa": 987_650}), ("2026-03", {})):
        stats.all_in(period, VALUES | {"omega": 61_000} | more)
        stats.release(series, period)
    made = {one.figure: one for one in table("sv", public=True).series if one.frequency == "M"}
    assert [each.period for each in made[Figure.TOTAL].observations if each.status.has_value] == ["2026-01"]
    after = [each for each in made[Figure.INDEX].observations if each.period > "2026-01"]
    assert after
    assert after[0].status is Status.BREAK, "also where the first period of the new panel was held back"


def test_what_a_member_takes_is_logged_and_a_form_that_there_is_not_is_404(played: Stats, client: Client) -> None:
    played.cast.sign_in(client, played.cast.person("beta", "analyst"))
    assert client.get("/statistics/exports/").status_code == 200
    assert client.post("/statistics/exports/", {"form": "pdf"}).status_code == 404
    assert not Entry.objects.filter(action="statistics.taken_out").exists()
    answer = client.post("/statistics/exports/", {"form": "xlsx"})
    assert answer["Cache-Control"] == "no-store"
    entry = Entry.objects.get(action="statistics.taken_out")
    assert (entry.member_id, entry.object_id, entry.facts["form"]) == ("beta", "series", "xlsx")


# ---- for anyone


def test_the_public_pages_know_nobody_and_can_be_kept(played: Stats, client: Client) -> None:
    anyone = Client().get("/open/sv/")
    played.cast.sign_in(client, played.lead("alfa"))
    client.cookies["language"] = "en"
    known = client.get("/open/sv/", headers={"accept-language": "en"})
    assert known.content == anyone.content, "the same bytes for all"
    for answer in (anyone, known, Client().get("/open/sv/series.csv")):
        assert answer.cookies == {}
        assert "Cookie" not in answer.get("Vary", "")
        assert answer["Cache-Control"] == "public, max-age=600"
    again = Client().get("/open/sv/", headers={"if-none-match": anyone["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (known["Content-Language"], Client().get("/open/en/")["Content-Language"]) == ("sv", "en")
    assert client.get("/statistics/").status_code == 200, "and is still signed in elsewhere"


def test_the_public_page_is_in_the_language_that_the_browser_asks_for(stats: Stats) -> None:
    for asked, got in (("sv-SE,sv;q=0.9", "/open/sv/"), ("en-GB", "/open/en/"), ("fi", "/open/sv/")):
        answer = Client().get("/open/", headers={"accept-language": asked})
        assert (answer.status_code, answer["Location"], answer["Vary"]) == (302, got, "Accept-Language")


def test_a_year_without_a_figure_has_no_report(played: Stats) -> None:
    for year in ("2025", "1", "x", "2026x"):
        assert Client().get(f"/open/sv/report/?year={year}").status_code == 404
    page = Client().get("/open/sv/report/?year=2026").content.decode()
    assert "Årsrapport 2026" in page
    assert page.count('<svg class="series-chart"') == 1


def test_before_anything_is_released_the_page_says_so(stats: Stats) -> None:
    stats.ready(is_public=True)
    page = Client().get("/open/sv/").content.decode()
    assert "Inget gemensamt tal har getts ut än" in page
    assert "minst 5 ägare" in page
    assert Client().get("/open/sv/report/").status_code == 404
    for path in OPEN_FILES:
        assert Client().get(path).status_code == 200, path
