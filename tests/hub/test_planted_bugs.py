"""Statistics, complaints and practices: a planted bug in who sees what, or in what is shown, fails the test of its promise.

The bugs in the sharing of signals are in tests/model; these have no story of their own, so each names the test that must see it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature

import pytest

from tests.hub.bulletins import test_practices as practices
from tests.hub.complaints import test_access as cases
from tests.hub.complaints import test_progress_and_reply as replies
from tests.hub.complaints.conftest import desk, stage
from tests.hub.statistics import test_pages as figures
from tests.hub.statistics import test_releases as releases
from tests.hub.statistics.conftest import stats
from tests.model.plant import Edit, planted
from tests.policy.statistics import test_totals as totals

__all__ = ["desk", "stage", "stats"]

pytestmark = pytest.mark.django_db

HUB, POLICY = "skyddsnat.hub.", "skyddsnat.policy."
TOTALS = f"{POLICY}statistics.totals."


@dataclass(frozen=True, slots=True)
class Bug:
    """edits: in as many places as keep watch.  seen_by: the test that must fail."""

    name: str
    edits: tuple[Edit, ...]
    seen_by: Callable[..., None]


def bug(name: str, seen_by: Callable[..., None], *edits: tuple[str, str, str]) -> Bug:
    return Bug(name, tuple(Edit(*edit) for edit in edits), seen_by)


BUGS = [
    bug(
        "practices of every circle",
        practices.test_everyone_reads_exactly_what_the_rule_of_access_allows,
        (f"{HUB}bulletins.access.visible_practices", "Q(circle_id__in=reader.circles)", "Q()"),
    ),
    bug(
        "a practice that has ended is still read by all",
        practices.test_everyone_reads_exactly_what_the_rule_of_access_allows,
        (f"{HUB}bulletins.access.visible_practices", "Q(ends_at__gt=now) & ", ""),
    ),
    bug(
        "cases of every member's stop page",
        cases.test_the_rule_and_its_query_agree_for_everyone_and_every_case,
        (f"{HUB}complaints.access.visible_cases", ", member_id=reader.member", ""),
    ),
    bug(
        "a judge sees the cases of circles that it is not in",
        cases.test_the_rule_and_its_query_agree_for_everyone_and_every_case,
        (f"{HUB}complaints.access.visible_cases", "visible_blocks(person).filter", "CaseBlock.objects.filter"),
    ),
    bug(
        "every abuse desk reaches the complainant",
        replies.test_the_abuse_desk_of_the_member_alone_reaches_the_complainant,
        (f"{HUB}complaints.services.reply._own", ", member_id=person.member_id", ""),
        (f"{POLICY}complaints.may_answer", "reader.member == received_by and ", ""),
    ),
    bug(
        "figures of every member",
        figures.test_the_rule_and_its_query_agree,
        (f"{HUB}statistics.access.visible_figures", "rows.filter(member_id=who.member)", "rows"),
    ),
    bug(
        "roles that do not see figures do",
        figures.test_the_rule_and_its_query_agree,
        (f"{HUB}statistics.access.sees_figures", " and bool(who.roles & SEES_OWN)", ""),
    ),
    bug(
        "a total of however few",
        totals.test_four_are_too_few,
        (f"{TOTALS}safe_total", "len(values) < rules.min_contributors", "not values"),
    ),
    bug(
        "a total in which one contributor can be worked out",
        totals.test_two_large_ones_that_could_work_each_other_out_are_held_back,
        (f"{TOTALS}safe_total", "rules.p_percent * first", "0"),
    ),
    bug(
        "totals of two panels, whose difference is whoever joined",
        releases.test_whoever_joins_makes_a_new_panel_and_an_index_takes_over,
        (f"{TOTALS}decide", "None if others and rules.unchanged_membership else ", ""),
    ),
]


@pytest.mark.parametrize("planted_bug", BUGS, ids=lambda one: one.name)
def test_a_planted_bug_is_seen(planted_bug: Bug, request: pytest.FixtureRequest) -> None:
    given = {name: request.getfixturevalue(name) for name in signature(planted_bug.seen_by).parameters}
    with planted(*planted_bug.edits), pytest.raises((AssertionError, pytest.fail.Exception)):
        planted_bug.seen_by(**given)
