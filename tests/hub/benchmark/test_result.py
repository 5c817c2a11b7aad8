"""What a round has shown: bands and counts on the result page, and the leakage statement made from the rules that applied."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from skyddsnat.hub.benchmark.models import Round, RoundMember
from skyddsnat.hub.benchmark.queries import leakage, result
from skyddsnat.hub.benchmark.queries.result import Figure, Standing
from tests.cast import OPERATORS
from tests.hub.benchmark.conftest import Bench
from tests.hub.benchmark.results import release
from tests.rounds import Values

pytestmark = pytest.mark.django_db

METRICS = ["MET-BLK-01", "MET-BLK-05", "MET-LST-03", "MET-NTC-01"]


def values_of(round_: Round, *, missing: Iterable[tuple[str, str]] = (), shift: int = 0) -> Values:
    """Codes that rise from member to member; some have none."""
    gone = set(missing)
    return {
        member: {
            item.id: None if (member, item.id) in gone else min(item.max, 2 * at + shift)
            for item in round_.specification.items
        }
        for at, member in enumerate(sorted(OPERATORS))
    }


@pytest.fixture
def rounds(bench: Bench) -> tuple[Round, Round]:
    """Two released rounds of the group; in the later one two members lack a metric."""
    early = {"first_day": bench.now.date() - timedelta(days=290), "last_day": bench.now.date() - timedelta(days=200)}
    first = bench.opened("2026-q2", metrics=METRICS, **early)
    first, _ = release(bench, first, values_of(first))
    second = bench.opened("2026-q3", metrics=METRICS)
    gone = [("delta", "MET-NTC-01"), ("gamma", "MET-NTC-01")]
    measured = {"alfa": ("MET-BLK-05",), "beta": ("MET-BLK-05",)}
    second, _ = release(bench, second, values_of(second, missing=gone, shift=1), measured=measured)
    return first, second


def figures(round_: Round, before: Round | None = None) -> dict[str, Figure]:
    found = result.released(round_)
    assert found is not None
    return {f.item.id: f for group in result.groups_of(round_, found, before) for f in group.figures}


def test_a_member_that_has_joined_sees_nothing_of_the_round_before_it(
    rounds: tuple[Round, Round], bench: Bench
) -> None:
    RoundMember.objects.filter(round=rounds[0], member_id="alfa").delete()
    for member, before in (("alfa", None), ("beta", rounds[0])):
        client = bench.cast.sign_in(Client(), bench.leads[member])
        page = client.get(reverse("benchmark:result", args=["2026-q3"]))
        assert page.context["before"] == before
        assert (b"2026-q2" in page.content) == (before is not None)
        changes = [figure.change for group in page.context["groups"] for figure in group.figures]
        assert any(changes) == (before is not None)


def test_a_result_says_bands_and_counts_and_its_charts_draw_the_same(rounds: tuple[Round, Round], bench: Bench) -> None:
    first, second = rounds
    assert result.previous_of(second, bench.leads["alfa"]) == first
    assert result.previous_of(first, bench.leads["alfa"]) is None
    with translation.override("en"):
        found = figures(second, first)
    covered = found["MET-BLK-05"]
    assert (covered.median_said, covered.members, covered.measured, covered.self_reported) == ("25–30", 5, 2, 3)
    assert covered.change is not None
    assert (covered.change.before, covered.change.step) == ("20–25", 1)
    assert covered.quartiles is None, "five owners: the median alone"
    few = found["MET-NTC-01"]
    assert (few.standing, few.median, few.chart) == (Standing.FEW, None, None)
    check_statement(second)
    with translation.override("sv"):
        shown = [figure for figure in figures(second).values() if figure.chart]
        assert len(shown) == 3
        for figure in shown:
            check_chart(figure)


def check_chart(figure: Figure) -> None:
    """The bar lies where the table's band is, and the words for screen readers are the table's."""
    assert figure.chart is not None
    assert figure.median is not None
    (drawn,) = re.findall(r'class="chart-median" x="([\d.]+)%" y="\d+" width="([\d.]+)%"', figure.chart)
    start, width = (float(text) / 100 * len(figure.labels) for text in drawn)
    assert (round(start, 2), round(start + width, 2)) == (figure.median.low, figure.median.high + 1)
    assert f"Median: {figure.median_said}." in figure.chart
    assert 'role="img"' in figure.chart
    assert f'<title id="chart-{figure.item.id}-title">{figure.name.sv}</title>' in figure.chart
    assert "style=" not in figure.chart


def check_statement(round_: Round) -> None:
    """Who, what was opened of each metric, and to whom."""
    found = leakage.statement_of(round_)
    assert found is not None
    assert (found.shown, found.few, found.held, found.changed, found.totals) == (3, 1, 0, False, False)
    lines = {line.id: line for line in found.lines}
    assert lines["MET-BLK-05"].opened == (leakage.OPENED["median"], leakage.OPENED["measured"])
    assert lines["MET-BLK-01"].private == (leakage.PRIVATE["third"],), "no rank of a neutral metric"
    assert lines["MET-NTC-01"].opened == lines["MET-NTC-01"].private == ()
    assert (lines["MET-NTC-01"].members, lines["MET-NTC-01"].owners) == (3, 3)
    assert found.took_part == ("Alfa", "Beta", "Delta", "Epsilon", "Gamma")
    assert found.hub_destroyed_at is not None
    assert {party.destroyed_at for party in found.parties} == {None}


WORDS = {
    "sv": ("färre än fem ägare", "neutralt, rangordnas aldrig", ", bättre", "ingenting: färre än 5 ägare"),
    "en": ("fewer than five owners", "neutral, never ranked", ", better", "nothing: fewer than 5 owners"),
}


def test_the_pages_show_what_is_held_back_as_such_and_rank_nothing_neutral(
    rounds: tuple[Round, Round], bench: Bench
) -> None:
    for language, (few, neutral, better, nothing) in WORDS.items():
        client = bench.cast.sign_in(Client(headers={"accept-language": language}), bench.leads["alfa"])
        page = client.get(reverse("benchmark:result", args=["2026-q3"])).content.decode()
        items = dict(re.findall(r'<article class="result-item" id="(.*?)"(.*?)</article>', page, re.DOTALL))
        assert few in items["MET-NTC-01"]
        assert 'class="chart"' not in items["MET-NTC-01"]
        assert neutral in items["MET-BLK-01"]
        assert better not in items["MET-BLK-01"], "a neutral metric has no better"
        assert better in items["MET-BLK-05"]
        assert "MET-BLK-05" in page.partition('id="result-settings"')[2], "the lead's browser puts in the own place"
        assert nothing in client.get(reverse("benchmark:leakage", args=["2026-q3"])).content.decode()
    outsider = bench.cast.sign_in(Client(), bench.cast.person("solros", "coordinator"))
    seen = outsider.get(reverse("benchmark:result", args=["2026-q3"]))
    assert seen.status_code == 200
    assert "result-settings" not in seen.content.decode(), "who takes no part has no own place"


def test_after_a_change_of_members_the_statement_says_so_and_nothing_was_private(bench: Bench) -> None:
    early = {"first_day": bench.now.date() - timedelta(days=290), "last_day": bench.now.date() - timedelta(days=200)}
    first = bench.opened("2026-q2", metrics=["MET-LST-01"], **early)
    release(bench, first, values_of(first))
    second = bench.opened("2026-q3", metrics=["MET-LST-01"])
    values = values_of(second) | {"gamma": {}}
    second, _ = release(bench, second, {member: row for member, row in values.items() if row})
    found = leakage.statement_of(second)
    assert found is not None
    assert (found.changed, found.absent) == (True, ("Gamma",))
    assert {line.standing for line in found.lines} == {Standing.FEW}
    assert {line.private for line in found.lines} == {()}


def test_a_round_that_was_stopped_has_opened_nothing(bench: Bench) -> None:
    round_ = bench.closed("2026-q3", members=["alfa", "beta"])
    assert round_.abort == Round.AbortCode.TOO_FEW
    found = leakage.statement_of(round_)
    assert found is not None
    assert (found.lines, found.took_part) == ((), ())
    client = bench.cast.sign_in(Client(), bench.leads["alfa"])
    page = client.get(reverse("benchmark:leakage", args=["2026-q3"]))
    assert page.status_code == 200
    assert client.get(reverse("benchmark:result", args=["2026-q3"])).status_code == 404
