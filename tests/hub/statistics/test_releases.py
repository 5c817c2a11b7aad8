"""A period is decided once, by the rules, from a fixed panel; and what is released says nothing of one member."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from django.utils import translation

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members.models import Member
from skyddsnat.hub.statistics import services
from skyddsnat.hub.statistics.context import ListLines
from skyddsnat.hub.statistics.exports import FORMS, table
from skyddsnat.hub.statistics.lines import context_lines
from skyddsnat.hub.statistics.models import Release, Series
from skyddsnat.hub.statistics.queries.released import released, released_all
from skyddsnat.hub.statistics.queries.reminders import reminders
from skyddsnat.hub.statistics.queries.standing import may_be_ready, ready_of
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import Correction, EventKind, Gap, Observed, Share
from skyddsnat.protocols.statistics import Corrects
from tests.hub.statistics.conftest import CANARIES, LISTED, LOOKUPS, VALUES, Stats, figure, refused

pytestmark = pytest.mark.django_db
TOTAL = sum(VALUES.values())


def test_a_total_of_five_is_released_with_its_context(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    stats.release(series, "2026-01")
    found = released(LOOKUPS)
    assert found is not None
    (row,) = found.rows
    assert (row.shown, row.total, row.index, row.owners, row.panel) == ("total", TOTAL, 1000, 5, 1)
    assert row.context is not None
    assert row.context.listed is not None
    assert row.context.listed.subscriptions == (1_000_000, None)
    assert Entry.objects.get(action="statistics.released").facts["owners"] == 5


def test_the_context_is_of_all_and_says_nothing_of_one(stats: Stats) -> None:
    series = stats.ready()
    for member, value in VALUES.items():
        of_it = replace(LISTED, resolvers=Share.SOME, entries_mean=9_000) if member == "beta" else LISTED
        gaps = frozenset({Gap.DAYS_MISSING}) if member == "gamma" else frozenset()
        stats.take(member, figure(value=value, listed=of_it, gaps=gaps))
    stats.release(series, "2026-01")
    found = released(LOOKUPS)
    assert found is not None
    context = found.rows[0].context
    assert context is not None
    assert context.listed is not None
    assert (context.listed.resolvers, context.listed.entries) == (Share.SOME, (9_000, 11_820))
    assert context.gaps == (Gap.DAYS_MISSING,)


def test_nothing_is_released_without_counsel_panel_and_everyones_figure(stats: Stats) -> None:
    series = stats.opened()
    stats.all_in("2026-01")
    with refused("not_approved"):
        stats.release(series, "2026-01")
    services.approve(stats.counsel, series, now=stats.now)
    with refused("no_panel"):
        stats.release(series, "2026-01")
    stats.agreed(series)
    stats.panel(series, "2026-01")
    with refused("waits"):
        stats.release(series, "2026-02")
    assert stats.release(series, "2026-01").total == TOTAL


def test_a_figure_of_a_member_outside_the_panel_is_in_no_total(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01", VALUES | {"omega": 70_000})
    assert stats.release(series, "2026-01").total == TOTAL


def test_whoever_agrees_no_more_is_in_no_later_figure(stats: Stats) -> None:
    series = stats.ready()
    stats.agreed(series, "omega")
    stats.all_in("2026-01", VALUES | {"omega": 70_000})
    services.end_agreement(stats.lead("beta"), series, now=stats.now)
    with refused("not_agreed"):
        stats.release(series, "2026-01")
    stats.panel(series, "2026-01")
    assert stats.release(series, "2026-01").total == TOTAL - VALUES["beta"] + 70_000


def test_whoever_has_left_the_coalition_agrees_no_more(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    Member.objects.filter(pk="beta").update(left_at=stats.now)
    assert not ready_of(series, now=stats.now)
    with refused("not_agreed"):
        stats.release(series, "2026-01")


def test_members_that_merge_after_their_panel_was_made_are_one_contributor(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    Member.objects.filter(pk__in=["alfa", "beta"]).update(control_group="alfa")
    release = stats.release(series, "2026-01")
    assert (release.shown, release.owners) == (Release.Shown.HELD, 4)


def test_a_ratio_has_no_joint_figure(stats: Stats) -> None:
    series = stats.ready(metric=CANARIES)
    with refused("not_additive"):
        stats.release(series, "2026-01")


def test_what_breaks_the_rules_is_held_back_and_decided_for_good(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01", VALUES | {"alfa": 900_000})
    made = stats.release(series, "2026-01")
    assert (made.shown, made.total, made.index) == (Release.Shown.HELD, None, None)
    stats.take("alfa", figure(value=90_000, corrects=Corrects(1, Correction.COUNTED_WRONG)))
    with refused("decided"):
        stats.release(series, "2026-01")


def test_a_correction_after_the_release_changes_nothing_that_was_shown(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    stats.release(series, "2026-01")
    stats.take("alfa", figure(value=50_000, corrects=Corrects(1, Correction.COUNTED_WRONG)))
    found = released(LOOKUPS)
    assert found is not None
    assert found.rows[0].total == TOTAL
    with refused("decided"):
        stats.release(series, "2026-01")
    stats.all_in("2026-02")
    assert stats.release(series, "2026-02").index == 1000  # beside what January was made from, not what it is now


def test_a_withdrawn_figure_is_shown_no_more_and_never_again(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    services.withdraw(stats.coordinator, stats.release(series, "2026-01"), now=stats.now)
    found = released(LOOKUPS)
    assert found is not None
    assert (found.rows[0].shown, found.rows[0].total, found.rows[0].context) == ("withdrawn", None, None)
    with refused("decided"):
        stats.release(series, "2026-01")


def test_members_under_one_owner_are_one_contributor(stats: Stats) -> None:
    Member.objects.filter(pk="beta").update(control_group="alfa")
    series = stats.opened()
    services.approve(stats.counsel, series, now=stats.now)
    stats.agreed(series)
    with refused("too_few_owners"):
        stats.panel(series, "2026-01")


def test_whoever_joins_makes_a_new_panel_and_an_index_takes_over(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    stats.release(series, "2026-01")
    stats.agreed(series, "omega")
    stats.panel(series, "2026-02")
    stats.all_in("2026-02", {name: value * 11 // 10 for name, value in VALUES.items()} | {"omega": 70_000})
    made = stats.release(series, "2026-02")
    assert (made.shown, made.total, made.index, made.owners) == ("index", None, 1100, 6)


def test_beside_the_first_panels_nothing_tells_what_a_newcomer_has(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    stats.release(series, "2026-01")
    stats.agreed(series, "omega")
    stats.panel(series, "2026-02")
    stats.all_in("2026-02")
    of_it = replace(
        LISTED, resolvers=Share.SOME, subscriptions_from=10_000_000, entries_mean=1, block_ttl=5, observed=Observed.SOME
    )
    stats.take("omega", figure(period="2026-02", value=70_000, listed=of_it, gaps=frozenset({Gap.DAYS_MISSING})))
    stats.release(series, "2026-02")
    found = released(LOOKUPS)
    assert found is not None
    context = found.rows[1].context
    assert context is not None
    assert context.gaps == (Gap.DAYS_MISSING,)
    assert context.listed == ListLines(None, None, None, None, None, Observed.SOME)
    with translation.override("en"):
        said = [str(line) for line in context_lines(context)]
    assert any("not those of the first figures" in text for text in said)
    assert {
        form: len(one.write(table("sv", public=False), language="sv")) > 0 for form, one in FORMS.items()
    } == dict.fromkeys(FORMS, True)


def test_a_withdrawn_figure_of_other_members_was_shown_too(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    services.withdraw(stats.coordinator, stats.release(series, "2026-01"), now=stats.now)
    stats.agreed(series, "omega")
    stats.panel(series, "2026-02")
    stats.all_in("2026-02", VALUES | {"omega": 70_000})
    stats.release(series, "2026-02")
    found = released(LOOKUPS)
    assert found is not None
    context = found.rows[1].context
    assert context is not None
    assert context.listed is not None
    assert context.listed.subscriptions is None


def test_a_panel_is_fixed_once_something_of_it_is_decided(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    stats.all_in("2026-02")
    stats.release(series, "2026-02")
    stats.agreed(series, "omega")
    with refused("wrong_period"):
        stats.panel(series, "2026-02")
    assert stats.release(series, "2026-01").total == TOTAL
    assert stats.panel(series, "2026-03").number == 2
    with refused("same_panel"):
        stats.panel(series, "2026-04")


def test_figures_that_were_counted_in_two_ways_are_not_added(stats: Stats) -> None:
    series = stats.ready()
    for member, value in VALUES.items():
        stats.take(member, figure(value=value, method="2" if member == "alfa" else "1"))
    with refused("methods_differ"):
        stats.release(series, "2026-01")


def test_whoever_only_observed_all_month_is_in_no_joint_figure_of_blocks(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    stats.all_in("2026-02", VALUES | {"beta": 0})
    observing = replace(LISTED, observed=Observed.ALL)
    stats.take(
        "beta", figure(period="2026-02", value=0, listed=observing, corrects=Corrects(1, Correction.CONTEXT_WRONG))
    )
    assert ready_of(series, now=stats.now) == [Period.read("2026-01")]
    with refused("observed"):
        stats.release(series, "2026-02")
    stats.release(series, "2026-01")
    stats.all_in("2026-03")
    stats.release(series, "2026-03")
    assert [row.total for row in Release.objects.order_by("period")] == [TOTAL, TOTAL]


def test_what_may_be_ready_is_asked_for_at_once_and_leaves_out_nothing_that_is(
    stats: Stats, django_assert_num_queries: Any
) -> None:
    """Asked at each page of a coordinator: as long as nothing may be ready, the reminder is one question."""
    series, other = stats.ready(), stats.ready(metric=CANARIES)

    def found() -> set[str]:
        told = {one.pk for one in may_be_ready()}
        assert {one.pk for one in (series, other) if ready_of(one, now=stats.now)} <= told
        return told

    assert found() == set()
    stats.all_in("2026-01", {member: value for member, value in VALUES.items() if member != "beta"})
    assert found() == set()
    stats.take("beta", figure(value=VALUES["beta"], period="2026-02"))
    assert found() == set()
    with django_assert_num_queries(1):
        assert reminders(stats.coordinator, now=stats.now) == []
    stats.take("beta", figure(value=VALUES["beta"]))
    assert found() == {LOOKUPS}
    stats.release(series, "2026-01")
    assert found() == set()
    stats.all_in("2026-02", {member: value for member, value in VALUES.items() if member != "beta"})
    assert found() == {LOOKUPS}
    Series.objects.filter(pk=LOOKUPS).update(closed_at=stats.now)
    assert may_be_ready() == []


def test_whoever_observed_for_a_while_is_in_it_and_the_figure_says_that_somebody_did(stats: Stats) -> None:
    series = stats.ready()
    for member, value in VALUES.items():
        word = Observed.SOME if member == "beta" else Observed.NONE
        stats.take(member, figure(value=value, listed=replace(LISTED, observed=word)))
    stats.release(series, "2026-01")
    found = released(LOOKUPS)
    assert found is not None
    context = found.rows[0].context
    assert context is not None
    assert context.listed is not None
    assert context.listed.observed is Observed.SOME
    (each,) = table("en", public=False).series[:1]
    assert each.observations[0].context.observed == "some"


def test_a_year_is_summed_only_when_each_month_is_shown(stats: Stats) -> None:
    series = stats.ready()
    for month in (1, 2, 3):
        values = VALUES | {"alfa": 900_000} if month == 2 else VALUES
        stats.all_in(f"2026-{month:02}", values)
        stats.release(series, f"2026-{month:02}")
    found = released(LOOKUPS)
    assert found is not None
    assert {str(one.period): one.total for one in found.sums} == {"2026-Q1": None, "2026": None}


def test_only_public_series_leave_the_coalition(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    stats.release(series, "2026-01")
    assert [one.metric.id for one in released_all()] == [LOOKUPS]
    assert released_all(public=True) == ()
    assert released(LOOKUPS, public=True) is None


def test_events_of_one_series_and_of_all_are_on_its_axis(stats: Stats) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    stats.release(series, "2026-01")
    for of, kind in ((series, EventKind.LIST_SOURCE), (None, EventKind.OUTAGE)):
        made = services.add_event(
            stats.coordinator, of, kind, date(2026, 1, 12), note_sv="Ny källa.", note_en="New source.", now=stats.now
        )
    found = released(LOOKUPS)
    assert found is not None
    assert [one.kind for one in found.events] == [EventKind.LIST_SOURCE, EventKind.OUTAGE]
    services.remove_event(stats.coordinator, made, now=stats.now)
    found = released(LOOKUPS)
    assert found is not None
    assert len(found.events) == 1


def test_an_event_of_today_is_marked_as_soon_as_the_coordinators_day_begins(stats: Stats) -> None:
    stats.now = stats.now.replace(hour=0, minute=30).astimezone(UTC)
    today = date(2026, 11, 28)
    assert stats.now.date() < today
    facts = {"note_sv": "", "note_en": "", "now": stats.now}
    assert services.add_event(stats.coordinator, None, EventKind.OUTAGE, today, **facts).day == today
    with refused("not_yet"):
        services.add_event(stats.coordinator, None, EventKind.OUTAGE, today + timedelta(days=1), **facts)


def test_only_who_may_does(stats: Stats) -> None:
    series = stats.ready()
    lead, analyst = stats.lead("alfa"), stats.cast.person("alfa", "analyst")
    stats.all_in("2026-01")
    acts = {
        "not_coordinator": [
            lambda: services.release(lead, series, figure().period, now=stats.now),
            lambda: services.open_series(lead, CANARIES, figure().period, is_public=False, now=stats.now),
            lambda: services.make_panel(lead, series, figure().period, now=stats.now),
            lambda: services.close_series(lead, series, now=stats.now),
            lambda: services.add_event(
                lead, None, EventKind.OTHER, date(2026, 1, 1), note_sv="", note_en="", now=stats.now
            ),
        ],
        "not_own_lead": [
            lambda: services.agree(analyst, series, now=stats.now),
            lambda: services.end_agreement(analyst, series, now=stats.now),
        ],
        "not_counsel": [lambda: services.approve(stats.coordinator, series, now=stats.now)],
    }
    for code, tried in acts.items():
        for act in tried:
            with refused(code):
                act()
    assert not Release.objects.exists()
