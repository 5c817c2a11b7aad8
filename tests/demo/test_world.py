"""The demo's coalition: made by the hub's own services, the same each time, and true to the rules."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from skyddsnat.demo.world.build import World, build
from skyddsnat.demo.world.clock import Clock
from skyddsnat.demo.world.counted import INDEX, WITH_NAMES
from skyddsnat.demo.world.names import Names
from skyddsnat.demo.world.people import read_cast
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.signals.models import Event, Review, Signal
from skyddsnat.hub.statistics.models import Figure, Release, Revision
from skyddsnat.policy.normal_form import normalise
from skyddsnat.policy.vocabulary import Role

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_the_world_holds_together_and_lies_in_the_past(db: None) -> None:
    """A small one, made once for all that is looked at, and for today: nothing must lie in the future."""
    world = build(keep=lambda world: None, now=timezone.now(), share=0.15)
    assert world.signals > 40
    _nobody_judges_what_they_reported_and_each_block_has_two_judges()
    _each_sees_its_own_index_and_nobody_a_joint_one(world)
    _history_log_and_feed_lie_in_the_past_in_one_order()


def _nobody_judges_what_they_reported_and_each_block_has_two_judges() -> None:
    for review in Review.objects.filter(verdict=Review.Verdict.APPROVE).select_related("signal"):
        assert not review.signal.submissions.filter(member=review.member, episode=review.episode).exists()
    blocked = Signal.objects.filter(type="domain", ceiling="block", state="verified")
    assert blocked.count() > 10
    for signal in blocked:
        judges = signal.reviews.filter(verdict="approve", standing=True).values_list("member", flat=True).distinct()
        assert judges.count() >= 2


def _each_sees_its_own_index_and_nobody_a_joint_one(world: World) -> None:
    handed_in = Revision.objects.filter(figure__series=INDEX)
    assert {row.member_id for row in handed_in} == {*WITH_NAMES}
    assert {json.loads(row.content)["value"] for row in handed_in.filter(figure__period__endswith="-01")} == {100}
    assert not handed_in.exclude(warnings=[]).exists()
    assert not Release.objects.filter(series=INDEX).exists()
    lead = next(login.person for login in world.logins.values() if login.person.email.startswith("ylva"))
    assert {figure.member_id for figure in Figure.objects.visible_to(lead).filter(series=INDEX)} == {"alfa"}


def _history_log_and_feed_lie_in_the_past_in_one_order() -> None:
    now = timezone.now()
    times = list(Entry.objects.order_by("id").values_list("at", flat=True))
    assert times == sorted(times)
    assert now - timedelta(days=61) < times[0] < now - timedelta(days=59)
    assert Event.objects.filter(at__gt=now).count() == 0
    assert ObjectVersion.objects.latest("added").added <= now.timestamp() * 1e6


def test_credentials_are_kept_inside_the_transaction_that_makes_the_world(db: None) -> None:
    def cannot_keep(world: World) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        build(keep=cannot_keep, now=timezone.now(), share=0)
    assert Signal.objects.count() == 0


def test_every_role_is_there_in_both_languages() -> None:
    found = {(role, row["language"]) for row in read_cast() for role in row["roles"]}
    assert found == {(role.value, language) for role in Role for language in ("sv", "en")}


def test_each_person_of_the_cast_says_who_and_what_to_try_in_both_languages() -> None:
    for row in read_cast():
        assert set(row) == {"email", "name", "member", "roles", "language", "who", "try_first"}
        assert set(row["who"]) == set(row["try_first"]) == {"sv", "en"}
        assert row["email"].endswith(f"@{row['member']}.test")


def test_values_are_synthetic_unique_and_in_normal_form() -> None:
    names = Names(random.Random(1))
    drafts = [make() for make in (names.domain, names.url, names.hash, names.term) for _ in range(300)]
    assert len({draft.text for draft in drafts}) == len(drafts)
    for draft in drafts:
        form = normalise(draft.type, draft.text, hash_kind=draft.hash_kind)
        assert form.value == draft.text
    hosts = [draft.text for draft in drafts[:300]]
    assert all(host.endswith((".test", ".example")) for host in hosts)


def test_the_story_s_clock_never_goes_back() -> None:
    clock = Clock(NOW)
    with clock.running():
        assert timezone.now() == NOW
        clock.move_to(NOW + timedelta(hours=1))
        assert timezone.now() == NOW + timedelta(hours=1)
    assert timezone.now() != NOW + timedelta(hours=1)
    with pytest.raises(ValueError, match="expected a time after"):
        clock.move_to(NOW)
