"""Promise 3 against a ledger that the test keeps itself, and the feeds against the table, over whole days of random acts.

Several values, two circles, the markings that are offered, the whole cast.  After each act: what may be blocked was approved
by two; live ids in the feeds are those of the table; nothing RED is live anywhere; an inbox tells of its own member only; what
the queue is put in order by is what counting gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.signals.models import Signal
from skyddsnat.policy.review import WithdrawReason
from tests.effort import tries
from tests.figures import figure
from tests.hub.signals.services.days import AFTER, BETWEEN, TELLING, VALUES, Days, value_of, world
from tests.worlds import standing

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One world for all days of this file: each takes back what it did."""
    with standing(django_db_blocker), pytest.MonkeyPatch.context() as patch:
        assert Person.objects.count() == 0
        patch.setattr(Days, "cast", world(), raising=False)
        yield


@pytest.fixture(autouse=True)
def nothing_is_left(db: None) -> Iterator[None]:
    """A day that did not undo what it did would be the next one's past."""
    yield
    assert not Signal.objects.exists()


def test_whatever_the_cast_does_no_block_rests_on_one_organisation_and_the_feeds_say_what_the_table_says() -> None:
    Days.told.clear()
    run_state_machine_as_test(
        Days,
        settings=settings(
            max_examples=tries(short=8, long=250),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    told = Days.told
    figure(
        "single_hand.days",
        days=told["days"],
        tried=told["tried"],
        acts=told["acts"],
        seen_blocked=told["blocked"],
        alone=0,
    )


@pytest.mark.parametrize("reporters", [("alfa",), ("vakten", "alfa"), ("beta", "delta")])
@pytest.mark.parametrize("judges", TELLING)
def test_each_way_that_matters_ends_as_the_ledger_allows(reporters: tuple[str, ...], judges: tuple[str, ...]) -> None:
    """What the days may miss by chance: each panel, with each thing that may come between and after."""
    for between, after in product(BETWEEN, AFTER):
        days = Days()
        days.open(what=VALUES[0], reporters=reporters, judges=judges, between=between, after=after)
        try:
            days.nothing_may_be_blocked_on_one_organisations_word()
            days.the_feeds_hold_the_live_ids_of_the_table_and_no_others()
            days.an_inbox_tells_of_its_own_members_reports_only()
        finally:
            days.teardown()


def test_the_ledger_lets_a_block_be_when_police_and_another_organisation_have_approved() -> None:
    days = Days()
    days.open(what=VALUES[0], reporters=("alfa",), judges=("vakten", "solros"), between="", after="")
    signal = Signal.objects.get()
    assert signal.ceiling == "block"
    assert days.ledger.may_block(value_of(signal), scope="exact")
    days.teardown()


@pytest.mark.parametrize("second", ["", "solros"])
def test_a_yes_goes_on_with_what_the_circle_saw_end_and_stays_one_organisations_word(second: str) -> None:
    """Solros takes back its report, so the rest goes on hidden as another row: Vakten's yes is there, once, and not enough."""
    days = Days()
    way = {"judges": ("solros", "beta", "vakten"), "between": "report", "after": "withdraw"}
    days.open(what=VALUES[0], reporters=["solros"], **way)
    assert sorted(Signal.objects.values_list("state", "ceiling")) == [("in_review", "none"), ("withdrawn", "none")]
    days.a_signal_goes_its_way(VALUES[0], ["alfa"], ["vakten", *filter(None, [second])], between="", after="")
    days.nothing_may_be_blocked_on_one_organisations_word()
    days.the_feeds_hold_the_live_ids_of_the_table_and_no_others()
    signal = Signal.objects.open().get()
    assert [review.member_id for review in signal.reviews.order_by("pk")] == ["vakten", *filter(None, [second])]
    assert (signal.state, signal.ceiling) == (("verified", "block") if second else ("corroborated", "inform"))
    days.teardown()


def test_nothing_said_before_an_end_counts_after_it() -> None:
    """The ledger forgets with the last report, or a hub that remembered a yes from before would go unnoticed."""
    days = Days()
    days.open(what=VALUES[0], reporters=["alfa"], judges=["vakten", "alfa"], between="", after="")
    signal = Signal.objects.get()
    days.take_back("alfa", "analyst", signal, WithdrawReason.GONE)
    assert Signal.objects.get().state == "withdrawn"
    days.a_signal_goes_its_way(VALUES[0], ["beta"], ["solros", "delta"], between="", after="")
    assert Signal.objects.open().get().ceiling == "observe"
    assert not days.ledger.may_block(value_of(signal), scope="exact")
    days.teardown()
