"""Figures come in once, are corrected with a trace, and are asked about when they look odd."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.statistics import services
from skyddsnat.hub.statistics.models import Figure, Revision
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.words import Correction, Observed
from skyddsnat.protocols.statistics import BadFigure, Corrects
from tests.hub.statistics.conftest import CANARIES, LISTED, LOOKUPS, Stats, figure

pytestmark = pytest.mark.django_db


def test_a_figure_is_kept_and_its_arrival_logged_without_its_value(stats: Stats) -> None:
    stats.opened()
    revision = stats.take("alfa", figure(value=91_010))
    assert (revision.number, revision.said.value, revision.figure.member_id) == (1, 91_010, "alfa")
    entry = Entry.objects.get(action="figure.handed_in")
    assert entry.facts == {"metric": LOOKUPS, "period": "2026-01", "revision": 1}


def test_no_value_stands_in_the_database_in_the_clear(stats: Stats) -> None:
    stats.opened()
    stats.take("alfa", figure(value=91_013))
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM statistics_revision")
        assert b"91013" not in bytes(cursor.fetchone()[0])


def test_the_same_sent_again_changes_nothing(stats: Stats) -> None:
    stats.opened()
    sent = figure()
    first = stats.take("alfa", sent)
    assert services.take(Actor(member_id="alfa"), sent, now=stats.now) == services.Taken(first, is_new=False)
    assert Revision.objects.count() == Entry.objects.filter(kind="figure").count() == 1


def test_what_could_not_be_read_again_is_never_kept(stats: Stats) -> None:
    stats.opened()
    with pytest.raises(BadFigure):
        stats.take("alfa", figure(listed=replace(LISTED, version="9f86d0 och senare")))
    assert not Figure.objects.exists()


def test_another_member_may_happen_to_use_the_same_key(stats: Stats) -> None:
    stats.opened()
    sent = figure()
    stats.take("alfa", sent)
    assert stats.take("beta", sent).figure.member_id == "beta"


def test_a_correction_keeps_what_was_said_before(stats: Stats) -> None:
    stats.opened()
    stats.take("alfa", figure(value=100))
    mended = figure(value=900, corrects=Corrects(1, Correction.LATE_DATA))
    assert stats.take("alfa", mended).number == 2
    assert [one.said.value for one in Figure.objects.get().revisions.all()] == [100, 900]
    assert Entry.objects.filter(action="figure.corrected").count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"metric": "MET-XXX-99"}, "unknown_metric"),
        ({"metric": "MET-BLK-01"}, "secret_metric"),
        ({"metric": "MET-EDU-02"}, "secret_metric"),
        ({"metric": "MET-SHR-01"}, "not_collected"),
        ({"period": "2025-12"}, "not_collected"),
        ({"period": "2026-Q1"}, "wrong_period"),
        ({"period": "2026-11"}, "period_not_over"),
        ({"unit": "count"}, "wrong_unit"),
        ({"decimals": 1}, "wrong_unit"),
        ({"value": 10**9 + 1}, "out_of_range"),
        ({"listed": None}, "no_list"),
        ({"corrects": Corrects(1, Correction.OTHER)}, "not_the_newest"),
    ],
)
def test_what_is_not_collected_is_refused(stats: Stats, changes: dict[str, object], code: str) -> None:
    stats.opened()
    period = str(changes.pop("period", "2026-01"))
    with pytest.raises(PolicyRefusal) as refused:
        stats.take("alfa", replace(figure(period=period), **changes))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert not Figure.objects.exists()


def test_what_does_not_fit_what_is_there_is_refused(stats: Stats) -> None:
    stats.opened()
    sent = figure()
    stats.take("alfa", sent)
    for other, code in (
        (replace(sent, value=5), "key_used"),
        (figure(), "already_there"),
        (figure(corrects=Corrects(2, Correction.OTHER)), "not_the_newest"),
    ):
        with pytest.raises(PolicyRefusal, match=code):
            stats.take("alfa", other)


def test_a_metric_that_is_not_of_lists_needs_none(stats: Stats) -> None:
    stats.opened("MET-SHR-01", "2026-Q1")
    assert stats.take("alfa", figure("MET-SHR-01", "2026-Q1", 40, listed=None)).number == 1


def test_the_last_day_of_the_period_in_the_coalitions_time_is_still_too_early(stats: Stats) -> None:
    stats.opened()
    stats.now = stats.now.replace(month=10, day=31, hour=23)
    with pytest.raises(PolicyRefusal, match="period_not_over"):
        stats.take("alfa", figure(period="2026-10"))
    stats.now = stats.now.replace(month=11, day=1, hour=0)
    assert stats.take("alfa", figure(period="2026-10")).number == 1


def test_an_odd_figure_is_taken_and_asked_about(stats: Stats) -> None:
    stats.opened()
    for month, value in enumerate((90_000, 92_000, 91_000), start=1):
        assert stats.take("alfa", figure(period=f"2026-{month:02}", value=value)).warnings == []
    odd = stats.take("alfa", figure(period="2026-04", value=91_000_000))
    assert odd.warnings == ["slip"]
    services.explain(stats.lead("alfa"), odd, text="Loggen räknades per minut.", now=stats.now)
    odd.refresh_from_db()
    assert odd.explained_by == stats.lead("alfa")
    with pytest.raises(PolicyRefusal, match="nothing_odd"):
        services.explain(stats.lead("alfa"), odd, text="Igen.", now=stats.now)


def test_a_month_of_observing_explains_itself_and_is_no_history(stats: Stats) -> None:
    stats.opened()
    for month, value in enumerate((90_000, 92_000, 91_000), start=1):
        stats.take("alfa", figure(period=f"2026-{month:02}", value=value))
    observing = replace(LISTED, observed=Observed.ALL)
    assert stats.take("alfa", figure(period="2026-04", value=0, listed=observing)).warnings == []
    assert stats.take("alfa", figure(period="2026-05", value=90_500)).warnings == []


def test_the_history_is_the_members_own(stats: Stats) -> None:
    stats.opened()
    for month in (1, 2, 3):
        stats.take("beta", figure(period=f"2026-{month:02}", value=10 + month))
    assert stats.take("alfa", figure(period="2026-04", value=91_000)).warnings == []


def test_people_hand_in_who_have_the_role(stats: Stats) -> None:
    stats.opened(CANARIES)
    made = figure(CANARIES, value=9_998)
    assert services.hand_in(stats.lead("alfa"), made, now=stats.now).is_new
    with pytest.raises(PolicyRefusal, match="not_hands_in"):
        services.hand_in(stats.cast.person("beta", "analyst"), replace(made, key=uuid4()), now=stats.now)


def test_a_colleague_of_another_member_explains_and_comments_nothing(stats: Stats) -> None:
    stats.opened()
    stats.take("alfa", figure(period="2026-01", value=100))
    odd = stats.take("alfa", figure(period="2026-02", value=9_000))
    with pytest.raises(Revision.DoesNotExist):
        services.explain(stats.lead("beta"), odd, text="Nej.", now=stats.now)
    with pytest.raises(PolicyRefusal, match="not_hands_in"):
        services.comment(stats.lead("beta"), odd.figure, text="Nej.", for_coordinator=True, now=stats.now)


def test_a_comment_is_read_by_the_guards(stats: Stats) -> None:
    stats.opened()
    row = stats.take("alfa", figure()).figure
    with pytest.raises(PolicyRefusal, match="personal_data"):
        services.comment(stats.lead("alfa"), row, text="Ring 070-174 06 05.", for_coordinator=False, now=stats.now)
