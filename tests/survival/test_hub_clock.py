"""The hub where the clock steps, by minutes and by days, either way: nothing comes back or ends twice, the feed only rises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from skyddsnat.hub.accounts import services as accounts
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.feed.services import FeedRefusal, confirm_clock, how_far_ahead
from skyddsnat.hub.feed.services.clock import CONFIRMED
from skyddsnat.hub.lists.models import Import
from skyddsnat.hub.lists.services import tend
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.pages.status import Light, status_of
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.services import lifecycle
from skyddsnat.policy.agent_guards import Reason
from skyddsnat.policy.errors import PolicyRefusal
from tests.agent.conftest import Site
from tests.cast import PASSWORD, Cast
from tests.figures import figure
from tests.hub.lists.conftest import again, brought, csv_of
from tests.hub.signals.conftest import Stage
from tests.hub.taxii.conftest import Machine
from tests.survival.test_agent_in_want import take
from tests.survival.test_agent_killed import assert_whole, catch_up
from tests.survival.zones import blocked

STEPS: list[dict[str, float]] = [{"minutes": 4}, {"minutes": -4}, {"days": 3}, {"days": -3}]


class Clock:
    """The machine's clock: right, but for the step."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def step(self, **by: float) -> None:
        self.ahead = timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timezone, "now", made)
    return made


class Work:
    """A coalition that verifies a name now and then, by the hub's clock of the moment."""

    def __init__(self, cast: Cast, clock: Clock) -> None:
        self.stage, self.clock, self.told_to_wait = Stage(cast), clock, 0

    def verify(self, name: str) -> Signal | None:
        """None where the feed stands still; then nothing of the last act may be kept."""
        self.stage.now = self.clock()
        before = ObjectVersion.objects.count()
        try:
            return self.stage.verified(name)
        except FeedRefusal:
            assert ObjectVersion.objects.count() == before
            self.told_to_wait += 1
            return None

    def positions(self) -> list[int]:
        """In the order in which the rows were written."""
        return list(ObjectVersion.objects.order_by("pk").values_list("added", flat=True))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.django_db
def test_positions_only_rise_whatever_the_clock_does(cast: Cast, clock: Clock, step: dict[str, float]) -> None:
    work = Work(cast, clock)
    assert work.verify("before.test")
    clock.step(**step)
    within = work.verify("within.test")
    clock.step()
    after = work.verify("after.test")
    positions = work.positions()
    assert positions == sorted(set(positions))
    # A clock that ran days ahead and is right again stops the feed; one that falls back by days does so at once.
    assert (within is None, after is None) == (step == {"days": -3}, step == {"days": 3})
    clock.step(days=3)
    assert work.verify("three-days-later.test")
    assert work.positions() == sorted(set(work.positions()))
    assert len(work.stage.live("verified")) == 4 - work.told_to_wait
    figure("survival.hub_clock", steps=len(STEPS), went_back=0, lost=0)


@pytest.mark.django_db
def test_who_has_compared_the_clock_lets_the_hub_publish_behind_what_lies_ahead(cast: Cast, clock: Clock) -> None:
    work = Work(cast, clock)
    assert how_far_ahead(now=clock()) is None
    clock.step(days=3)
    wrong = work.verify("by-a-wrong-clock.test")
    clock.step()
    assert work.verify("waits.test") is None
    far = how_far_ahead(now=clock())
    assert far is not None
    assert timedelta(days=2, hours=22) < far.ends - clock() < timedelta(days=2, hours=23, minutes=5)
    with pytest.raises(PolicyRefusal, match="clocks_differ"):
        confirm_clock(HUB, other=clock() + timedelta(minutes=3), now=clock())
    assert work.verify("waits-still.test") is None
    confirm_clock(HUB, other=clock() + timedelta(minutes=1), now=clock())
    entry = Entry.objects.get(action=CONFIRMED)
    assert (entry.kind, entry.facts["position"]) == ("coalition", far.last)
    assert work.verify("goes-on.test")
    assert wrong is not None
    for member in ("vakten", "solros"):  # what the wrong clock has published can be taken back at once
        lifecycle.withdraw(work.stage.actor(member, "reviewer"), wrong.pk, reason="gone", now=clock())
    assert [pattern for pattern in work.stage.live("verified") if "goes-on.test" not in pattern] == []
    assert len(work.stage.live("verified")) == 1
    assert work.positions() == sorted(set(work.positions()))
    # It was said of this clock and of what lay ahead of it then: neither a fall nor a second leap is covered by it.
    clock.step(hours=-2)
    assert work.verify("fallen-back.test") is None
    clock.step(days=9)
    assert work.verify("leapt-again.test")
    clock.step()
    assert work.verify("after-the-second.test") is None
    clock.step(days=9)
    with pytest.raises(PolicyRefusal, match="not_ahead"):
        confirm_clock(HUB, other=clock(), now=clock())


@pytest.mark.django_db
def test_status_tells_what_stands_still_until_when_and_what_to_do(cast: Cast, clock: Clock) -> None:
    work, person = Work(cast, clock), cast.person("alfa", "analyst")
    titles = [part.title for part in status_of(person, now=clock())]
    clock.step(days=3)
    work.verify("ahead.test")
    clock.step()
    with translation.override("en"):
        still = next(part for part in status_of(person, now=clock()) if part.title == "Publishing")
        confirm_clock(HUB, other=clock(), now=clock())
        going = next(part for part in status_of(person, now=clock()) if part.title == "Publishing")
    assert "Publishing" not in titles
    assert (still.light, going.light) == (Light.BAD, Light.WARN)
    assert "withdrawals neither" in still.says
    assert "skyddsnat hub clock" in still.todo
    assert str((clock() + timedelta(days=3)).year) in still.says


@pytest.mark.django_db
def test_what_a_wrong_clock_has_ended_ends_once_and_stays_ended(cast: Cast, clock: Clock) -> None:
    work = Work(cast, clock)
    signal = work.verify("old.test")
    assert signal is not None
    assert signal.valid_until is not None
    ends = signal.valid_until - clock()
    for ahead, expired in ((ends - timedelta(minutes=4), 0), (ends + timedelta(minutes=4), 1), (timedelta(), 0)):
        clock.ahead = ahead
        assert lifecycle.sweep(clock()).expired == expired
    clock.ahead = ends + timedelta(days=3)
    assert lifecycle.sweep(clock()).expired == 0
    clock.step()
    assert work.stage.live("verified") == {}
    assert Entry.objects.filter(action="signal.expired").count() == 1
    assert work.stage.again(signal).state == "expired"


@pytest.mark.django_db
def test_a_token_holds_by_the_clock_of_the_moment_and_a_revoked_one_never(cast: Cast, clock: Clock) -> None:
    token = cast.token("alfa", "taxii")
    machine = Machine(token, "alfa", Client())
    for ahead, status in ((0, 200), (-3, 200), (3, 200), (900, 401), (0, 200)):
        clock.step(days=ahead)
        assert machine.get("collections/").status_code == status
    for one in cast.alfa.tokens.all():
        accounts.revoke_token(HUB, one)
    for ahead in (0, -3, 3):
        clock.step(days=ahead)
        assert machine.get("collections/").status_code == 401


@pytest.mark.django_db
def test_a_link_works_once_whatever_the_clock_says(cast: Cast, clock: Clock) -> None:
    person = cast.person("alfa", "analyst")
    secret = accounts.invite(HUB, person).rstrip("/").rsplit("/", 1)[-1]
    clock.step(days=8)
    with pytest.raises(PolicyRefusal, match="bad_invitation"):
        accounts.accept_invitation(secret, password=PASSWORD)
    clock.step(days=-3)
    accounts.accept_invitation(secret, password=PASSWORD)
    for ahead in (-3, 0, 3):
        clock.step(days=ahead)
        with pytest.raises(PolicyRefusal, match="bad_invitation"):
            accounts.accept_invitation(secret, password=PASSWORD)


@pytest.mark.django_db
def test_a_session_that_a_wrong_clock_has_ended_stays_ended(cast: Cast, client: Client, clock: Clock) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    for step in ({"minutes": 4}, {"minutes": -4}, {"days": -3}, {}):
        clock.step(**step)
        assert client.get("/").status_code == 200
    clock.step(days=3)
    assert client.get("/").status_code == 302
    accounts.clear_ended(clock())
    clock.step()
    assert client.get("/").status_code == 302


@pytest.mark.django_db
def test_a_list_that_waits_ends_once_and_is_not_taken_in_after(cast: Cast, client: Client, clock: Clock) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    made = brought(client, cast, csv_of("ett.test"))
    for step, ended in (({"minutes": 4}, 0), ({"days": -3}, 0), ({"days": 3}, 1), ({}, 0), ({"days": 3}, 0)):
        clock.step(**step)
        assert tend(clock()) == ended
    clock.step()
    client.post(f"/lists/imports/{made.pk}/confirm/")
    assert again(made).state == Import.State.CANCELLED
    assert not Signal.objects.exists()
    assert Entry.objects.filter(action="import.cancelled").count() == 1


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ({"minutes": 4}, None),
        ({"minutes": -4}, Reason.OLDER_HEAD),  # for as long as it fell back; then it is taken again
        ({"days": 3}, Reason.HEAD_FROM_FUTURE),
        ({"days": -3}, Reason.STALE_HEAD),
    ],
)
def test_agents_keep_their_list_while_the_hubs_clock_is_wrong(
    site: Site, step: dict[str, float], reason: Reason | None
) -> None:
    names = {f"n{number}.test" for number in range(4)}
    for name in sorted(names):
        site.hub.verify(name)
    agent = catch_up(site)
    right = site.hub.clock
    site.hub.clock = lambda: right() + timedelta(**step)
    late = site.hub.verify("late.test")
    assert (reason in take(agent)) is (reason is not None)
    assert blocked(site.zone_dir) == (names if reason else names | {"late.test"})
    site.hub.clock = right
    site.clock.move(minutes=5)  # hub and agent both; the hub's is the site's own
    assert take(agent) == ()
    assert blocked(site.zone_dir) == names | {"late.test"}
    site.hub.withdraw(late)
    assert take(agent) == ()
    assert blocked(site.zone_dir) == names
    assert_whole(agent)
