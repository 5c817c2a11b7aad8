"""Reports in others' formats: filled as far as the data goes, with a reason for the rest, and each member's own alone."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import openpyxl
import pytest
from django.test import Client

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.statistics.models import Series
from skyddsnat.hub.statistics.reports import hotline, month, transparency
from skyddsnat.hub.statistics.reports.shape import STATES, State
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import Observed
from tests.hub.statistics.conftest import LISTED, VALUES, Stats, figure

FORMATS = load_catalogue().exchange.statistics_formats
MONTH, HOTLINE, YEAR = (f"/statistics/reports/{name}/" for name in ("month", "hotline", "transparency"))


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_each_format_has_the_fields_and_parts_that_the_catalogue_lists() -> None:
    assert tuple(month.LABELS) == FORMATS["coalition_monthly"].fields
    assert tuple(hotline.LABELS) == FORMATS["hotline_quarterly"].fields
    assert tuple(transparency.SECTIONS) == FORMATS["dsa_transparency"].sections
    assert set(month.COUNTED.values()) <= load_catalogue().metrics.keys()


@pytest.fixture
def january(stats: Stats) -> Stats:
    """One released month."""
    series = stats.ready()
    stats.all_in("2026-01")
    stats.release(series, "2026-01")
    return stats


def test_the_month_has_the_own_row_and_the_joint_one_and_nobody_elses(january: Stats, client: Client) -> None:
    january.cast.sign_in(client, january.lead("beta"))
    own, joint = rows_of(client.post(MONTH, {"period": "2026-01", "form": "csv"}).content)
    assert list(own) == [*FORMATS["coalition_monthly"].fields, "notes"]
    assert (own["member"], own["dedup_attempts"]) == ("Beta", str(VALUES["beta"]))
    assert joint["dedup_attempts"] == str(sum(VALUES.values()))
    assert (own["blocked_queries"], joint["blocked_queries"]) == ("", "")
    assert "resolvers_total: " in own["notes"], "what is missing is said, with why"
    assert not {str(value) for member, value in VALUES.items() if member != "beta"} & {*own.values(), *joint.values()}
    page = client.get(MONTH, {"period": "2026-01"})
    assert page.context["report"].filled < page.context["report"].count
    entry = Entry.objects.get(action="statistics.taken_out")
    assert (entry.object_id, entry.facts["form"]) == ("coalition_monthly", "csv")
    book = openpyxl.load_workbook(io.BytesIO(client.post(MONTH, {"period": "2026-01", "form": "xlsx"}).content))
    head, first, _ = book.worksheets[0].iter_rows(values_only=True)
    assert dict(zip(head, first, strict=True))["dedup_attempts"] == VALUES["beta"], "a number"


def test_after_a_change_of_members_the_month_says_that_the_joint_context_is_not_shown(
    january: Stats, client: Client
) -> None:
    series = Series.objects.get()
    january.agreed(series, "omega")
    january.panel(series, "2026-02")
    january.all_in("2026-02", VALUES | {"omega": 70_000})
    january.release(series, "2026-02")
    january.cast.sign_in(client, january.lead("beta"))
    own, joint = rows_of(client.post(MONTH, {"period": "2026-02", "form": "csv"}).content)
    assert (own["list_version_count"], joint["list_version_count"]) == ("31", "")
    assert f"subscriptions: {STATES[State.HELD]}" in joint["notes"]


def test_the_month_says_where_a_list_only_observed_for_a_while(stats: Stats, client: Client) -> None:
    series = stats.ready()
    for member, value in VALUES.items():
        word = Observed.SOME if member == "beta" else Observed.NONE
        stats.take(member, figure(value=value, listed=replace(LISTED, observed=word)))
    stats.release(series, "2026-01")
    stats.cast.sign_in(client, stats.lead("beta"))
    own, joint = rows_of(client.post(MONTH, {"period": "2026-01", "form": "csv"}).content)
    assert own["known_gaps"] == joint["known_gaps"]
    assert "observerade listan bara" in own["known_gaps"]


def test_whoever_sees_no_own_figures_makes_no_report_and_a_wrong_period_is_404(january: Stats, client: Client) -> None:
    january.cast.sign_in(client, january.cast.person("beta", "analyst"))
    assert [client.get(path).status_code for path in (MONTH, HOTLINE, YEAR, "/statistics/reports/")] == [403] * 4
    january.cast.sign_in(client, january.lead("beta"))
    for period in ("2026-Q1", "2031-01", "1999-01", "x", "2026-13"):
        assert client.get(MONTH, {"period": period}).status_code == 404, period
    assert client.post(MONTH, {"period": "2026-01", "form": "pdf"}).status_code == 404
    assert client.post(MONTH, {"period": "2026-01", "form": "own"}).status_code == 404


def test_the_hotline_fills_in_what_is_kept_nowhere(january: Stats, client: Client) -> None:
    january.cast.sign_in(client, january.coordinator)
    empty = client.get(HOTLINE).context["report"]
    assert {line.state for line in empty.parts[0].lines} == {State.NOT_COLLECTED}
    told = {"period": "2026-Q1", "tips_public": "1893", "tips_inhope": "", "arachnid_assessments": "-1"}
    assert client.get(HOTLINE, told).context["form"].errors
    (row,) = rows_of(client.post(HOTLINE, told | {"arachnid_assessments": "12", "form": "csv"}).content)
    assert (row["tips_public"], row["tips_inhope"], row["arachnid_assessments"]) == ("1893", "", "12")
    assert "1893" not in str(Entry.objects.get(action="statistics.taken_out").facts)


def test_the_transparency_report_has_ten_parts_and_a_reason_for_each_empty_line(january: Stats) -> None:
    made = transparency.yearly(january.lead("beta"), Period.read("2026"))
    assert [part.name for part in made.parts] == list(FORMATS["dsa_transparency"].sections)
    lines = [line for part in made.parts for line in part.lines]
    assert [line for line in lines if line.state in {State.NOT_COLLECTED, State.NOT_APPLICABLE} and not line.note] == []
    blocked = {line.label: line.value for part in made.parts for line in part.lines if line.name == "MET-BLK-09"}
    assert list(blocked.values()) == [VALUES["beta"]]
    secret = {metric.id for metric in load_catalogue().metrics.values() if metric.sharing == "secret"}
    assert {line.state for line in lines if line.name in secret} == {State.NOT_COLLECTED}


def test_the_template_is_ten_files_or_ten_sheets(january: Stats, client: Client) -> None:
    january.cast.sign_in(client, january.lead("beta"))
    names = FORMATS["dsa_transparency"].sections
    files = [client.post(YEAR, {"form": name}) for name in names]
    assert [file["Content-Disposition"].endswith(f'{name}.csv"') for file, name in zip(files, names, strict=True)] == [
        True
    ] * 10
    book = openpyxl.load_workbook(io.BytesIO(client.post(YEAR, {"form": "xlsx"}).content))
    assert len(book.sheetnames) == len(set(book.sheetnames)) == 10
    whole = client.post(YEAR, {"form": "csv"}).content
    assert {next(iter(row.values())) for row in rows_of(whole)} == set(names)
