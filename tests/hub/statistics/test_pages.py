"""The pages: each member sees its own figures and the joint one, and nobody else's; the calendar reminds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone, translation

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.statistics import charts, services
from skyddsnat.hub.statistics.charts import Mark, Point, SeriesChart
from skyddsnat.hub.statistics.context import as_json, from_json, joint
from skyddsnat.hub.statistics.lines import context_lines
from skyddsnat.hub.statistics.models import Agreement, Figure
from skyddsnat.hub.statistics.queries.calendar import calendar_of
from skyddsnat.hub.statistics.queries.reminders import reminders
from skyddsnat.hub.statistics.refusals import WORDS
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.sight import may_see_figure
from tests.hub.statistics.conftest import CANARIES, LOOKUPS, VALUES, Stats, figure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english_and_now(stats: Stats, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: stats.now)
    with translation.override("en"):
        yield


def page(stats: Stats, person: Person, path: str) -> str:
    browser = stats.cast.sign_in(Client(), person)
    browser.cookies["language"] = "en"
    answer = browser.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def said(number: int) -> str:
    return f"{number:,}"


def test_a_member_sees_its_own_figures_and_the_joint_one_and_nobody_elses(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    stats.release(series, "2026-01")
    seen = page(stats, stats.lead("alfa"), f"/statistics/{LOOKUPS}/")
    assert said(VALUES["alfa"]) in seen
    assert said(sum(VALUES.values())) in seen
    for other in ("beta", "gamma", "delta", "epsilon"):
        assert said(VALUES[other]) not in seen
    assert "Entries on the list, on average" in seen


@pytest.mark.parametrize("path", ["", "manage/"])
def test_a_coordinator_sees_that_figures_came_and_not_what_they_say(stats: Stats, path: str) -> None:
    stats.ready()
    stats.all_in("2026-01")
    seen = page(stats, stats.coordinator, f"/statistics/{LOOKUPS}/{path}")
    assert not [member for member, value in VALUES.items() if said(value) in seen or str(value) in seen]
    assert said(sum(VALUES.values())) not in seen  # not even what a release would show


def test_counsel_approves_and_learns_neither_whose_figures_came_nor_what_was_written_to_coordinators(
    stats: Stats,
) -> None:
    """Each operator has an auditor: what is open to all of them is open to all competitors."""
    stats.ready()
    stats.take("alfa", figure())
    said_so = "We changed the list in March."
    about = Figure.objects.get()
    services.comment(stats.lead("alfa"), about, text=said_so, for_coordinator=True, now=stats.now)
    path = f"/statistics/{LOOKUPS}/manage/"
    for_coordinator, for_counsel = (page(stats, person, path) for person in (stats.coordinator, stats.counsel))
    assert said_so in for_coordinator
    assert "Waits for" in for_coordinator
    assert said_so not in for_counsel
    assert "Waits for" not in for_counsel
    assert "Who takes part" in for_counsel


def test_the_rule_and_its_query_agree(stats: Stats) -> None:
    stats.opened()
    for member in ("alfa", "solros"):
        stats.take(member, figure())
    stats.lead("alfa")
    for person in stats.cast.people.values():
        seen = set(Figure.objects.visible_to(person).values_list("member_id", flat=True))
        assert seen == {member for member in ("alfa", "solros") if may_see_figure(reader_of(person), member)}


def test_until_enough_take_part_the_page_says_what_is_missing(stats: Stats) -> None:
    series = stats.opened()
    stats.agreed(series, "alfa", "beta")
    seen = page(stats, stats.cast.person("gamma", "analyst"), f"/statistics/{LOOKUPS}/")
    assert "5 owners agree; 2 have." in seen
    assert "Until then each member sees its own figures" in seen


def test_a_form_that_says_nothing_agrees_to_nothing(stats: Stats) -> None:
    stats.opened()
    lead = stats.cast.sign_in(Client(), stats.lead("alfa"))
    for sent in ({}, {"act": ""}, {"act": "yes"}):
        assert lead.post(f"/statistics/{LOOKUPS}/agree/", sent).status_code == 404
    assert not Agreement.objects.exists()
    lead.post(f"/statistics/{LOOKUPS}/agree/", {"act": "agree"})
    assert Agreement.objects.filter(ended_at=None).count() == 1


def test_a_share_is_followed_by_its_own_member_alone(stats: Stats) -> None:
    stats.opened(CANARIES)
    stats.take("alfa", figure(CANARIES, value=9_998))
    seen = page(stats, stats.lead("alfa"), f"/statistics/{CANARIES}/")
    assert "99.98" in seen
    assert "There is no joint figure of this metric" in seen
    assert "99.98" not in page(stats, stats.lead("beta"), f"/statistics/{CANARIES}/")


def test_a_figure_is_handed_in_by_hand_and_corrected(stats: Stats) -> None:
    stats.opened(first="2026-10")
    lead = stats.lead("alfa")
    browser, path = stats.cast.sign_in(Client(), lead), f"/statistics/{LOOKUPS}/hand-in/?period=2026-10"
    form = browser.get(path).context["form"]
    about = {"version": "9f86d0", "versions": "31", "entries_mean": "11820", "block_ttl": "60", "resolvers": "all"}
    about["observed"] = "some"
    sent = about | {name: form[name].value() for name in ("key", "period", "corrects", "method")}
    sent |= {"value": "91000", "subscriptions_from": "300000"}
    assert browser.post(path, sent).status_code == 302
    assert browser.post(path, sent).status_code == 302  # a second click
    shown = browser.get(f"/statistics/figures/{Figure.objects.get().pk}/").content.decode()
    assert "En del av perioden, i övrigt observerade listan bara" in shown
    again = browser.get(path).context["form"]
    assert (again["corrects"].value(), again["value"].value()) == (1, 91_000)
    mended = sent | {"key": again["key"].value(), "corrects": "1", "value": "92000", "reason": "counted_wrong"}
    assert browser.post(path, mended).status_code == 302
    assert [one.said.value for one in Figure.objects.get().revisions.all()] == [91_000, 92_000]


@pytest.mark.parametrize(("name", "written"), [("version", "9f86d0 och senare"), ("version", "v 1"), ("method", "1 b")])
def test_what_only_begins_as_it_must_is_refused(stats: Stats, name: str, written: str) -> None:
    """It was kept once; the figure could not be read again, and every page of statistics answered with an error, for everyone."""
    stats.opened(first="2026-10")
    browser, path = stats.cast.sign_in(Client(), stats.lead("alfa")), f"/statistics/{LOOKUPS}/hand-in/?period=2026-10"
    form = browser.get(path).context["form"]
    about = {"version": "9f86d0", "versions": "31", "entries_mean": "11820", "block_ttl": "60", "resolvers": "all"}
    sent = about | {each: form[each].value() for each in ("key", "period", "corrects", "method")}
    sent |= {"value": "91000", "subscriptions_from": "300000", "observed": "some", name: written}
    refused = browser.post(path, sent)
    assert list(refused.context["form"].errors) == [name]
    assert not Figure.objects.exists()


@pytest.mark.parametrize("written", ["91000.7", "1E+999999", "1E+99999999", "0.00000001", "NaN", "2000000000000"])
def test_a_figure_that_is_none_is_refused_and_never_cut_to_one(stats: Stats, written: str) -> None:
    stats.ready()
    browser, path = stats.cast.sign_in(Client(), stats.lead("alfa")), f"/statistics/{LOOKUPS}/hand-in/?period=2026-10"
    form = browser.get(path).context["form"]
    sent = {name: form[name].value() for name in ("key", "period", "corrects", "method")}
    page = browser.post(path, sent | {"value": written})
    assert page.status_code == 200
    assert page.context["form"].errors["value"]
    assert not Figure.objects.exists()


def test_the_calendar_reminds_each_of_what_is_theirs(stats: Stats) -> None:
    series = stats.opened(first="2026-10")
    stats.agreed(series)
    whats = {str(one.what) for one in reminders(stats.lead("alfa"), now=stats.now)}
    assert whats == {"Hand in a period's figure"}
    assert {str(one.what) for one in reminders(stats.lead("omega"), now=stats.now)} == {
        "Say whether your figures may be in the joint one"
    }
    assert {str(one.what) for one in reminders(stats.counsel, now=stats.now)} == {
        "Approve a series as counsel, or say no"
    }
    services.approve(stats.counsel, series, now=stats.now)
    stats.panel(series, "2026-10")
    stats.all_in("2026-10")
    assert reminders(stats.lead("alfa"), now=stats.now) == []
    assert {str(one.what) for one in reminders(stats.coordinator, now=stats.now)} == {"Release a joint figure"}
    assert reminders(stats.cast.person("alfa", "analyst"), now=stats.now) == []


def test_the_calendar_has_what_is_missing_and_what_is_under_way(stats: Stats) -> None:
    stats.agreed(stats.opened(first="2026-09"))
    stats.take("alfa", figure(period="2026-09"))
    found = calendar_of("alfa", now=stats.now)
    assert [(str(one.period), one.due.isoformat()) for one in found] == [
        ("2026-10", "2026-11-14"),
        ("2026-11", "2026-12-14"),
    ]
    assert calendar_of("omega", now=stats.now) == []
    seen = page(stats, stats.lead("alfa"), "/statistics/")
    assert "?period=2026-10" in seen
    assert "?period=2026-11" not in seen


def test_a_late_figure_is_urgent(stats: Stats) -> None:
    stats.agreed(stats.opened(first="2026-10"))
    (one,) = reminders(stats.lead("alfa"), now=stats.now)
    assert one.soon  # it was due on 14 November
    assert one.by is not None
    assert timezone.localtime(one.by).date().isoformat() == "2026-11-14"


def test_every_refusal_has_its_words(stats: Stats) -> None:
    series = stats.opened()
    with pytest.raises(PolicyRefusal) as refused:
        stats.panel(series, "2026-01")
    assert refused.value.code in WORDS


def test_a_context_is_kept_as_it_was_said() -> None:
    context = joint([figure(), figure(value=5)])
    assert from_json(as_json(context)) == context
    before = as_json(context)
    del before["list"]["observed"]
    assert from_json(before) == context, "kept by the release before"
    assert [line.label for line in context_lines(context)][-1] == "Known gaps"


def test_the_chart_has_its_words_its_gaps_and_its_marks() -> None:
    points = (Point("Jan", 10, "10"), Point("Feb", None, ""), Point("<Mar>", 30, "30"))
    drawn = charts.draw(
        SeriesChart(
            "k", "Title", "Summary", points, ((0, "0"), (20, "20"), (40, "40")), bars=True, marks=(Mark(0.5, 1),)
        )
    )
    assert 'role="img"' in drawn
    assert "<title>Jan: 10</title>" in drawn
    assert drawn.count('class="series-bar"') == 2
    assert drawn.count('class="series-gap"') == 1
    assert 'cx="50%"' in drawn
    assert "<Mar>" not in drawn
    assert "style=" not in drawn


@pytest.mark.parametrize("values", [[0], [5], [1, 2, 3], [99_90, 99_99], [10**9, 3]])
@pytest.mark.parametrize("from_zero", [True, False])
def test_ticks_hold_every_value(values: list[int], *, from_zero: bool) -> None:
    ticks = charts.ticks(values, from_zero=from_zero)
    assert ticks[0] <= min(values)
    assert ticks[-1] >= max(values)
    assert 2 <= len(ticks) <= 6


def test_neutral_metrics_have_no_order_of_merit_on_the_page(stats: Stats) -> None:
    assert load_catalogue().metrics[LOOKUPS].is_neutral
    stats.opened()
    assert "nobody is ranked" in page(stats, stats.lead("alfa"), f"/statistics/{LOOKUPS}/")


def test_what_cannot_be_undone_is_done_only_after_a_page_has_said_so(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    made = stats.release(series, "2026-01")
    manage, withdraw, close = (
        f"/statistics/{LOOKUPS}/manage/",
        f"/statistics/releases/{made.pk}/withdraw/",
        f"/statistics/{LOOKUPS}/close/",
    )
    shown = page(stats, stats.coordinator, manage)
    assert f'href="{withdraw}"' in shown
    assert f'href="{close}"' in shown
    assert "It cannot be undone." in page(stats, stats.coordinator, withdraw)
    assert "cannot be opened again" in page(stats, stats.coordinator, close)
    for row in (made, series):
        row.refresh_from_db()
    assert (made.withdrawn_at, series.closed_at) == (None, None)
    browser = stats.cast.sign_in(Client(), stats.coordinator)
    for path in (withdraw, close):
        assert browser.post(path).status_code == 302
    for row in (made, series):
        row.refresh_from_db()
    assert None not in (made.withdrawn_at, series.closed_at)
