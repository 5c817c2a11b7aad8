"""Promise 1, tried by machine: whatever members do, nobody sees, counts, finds or infers more than the sharing rule gives them.

hypothesis draws what people do; after each step some of the cast look at everything, at the end all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.keys import ensure_key
from tests import effort
from tests.cast import Cast
from tests.figures import figure
from tests.model.acts import CIRCLES, Acts, shadow_of
from tests.model.elsewhere import PARTS, Elsewhere, save_filters
from tests.model.looks import Noticed
from tests.model.shadow import Shadow

MEMBERS = ("alfa", "beta", "gamma", "solros", "vakten", "omega")
VALUES = ("lek.test", "spel.test")
ASKERS = [
    ("alfa", "analyst"),
    ("beta", "reviewer"),
    ("gamma", "engineer"),
    ("solros", "reviewer"),
    ("solros", "auditor"),
    ("solros", "coordinator"),
    ("vakten", "reviewer"),
    ("vakten", "auditor"),
    ("omega", "reviewer"),
]
ROLE_SETS = [{"analyst"}, {"reviewer"}, {"engineer"}, {"auditor", "analyst"}, {"benchmark_lead"}, {"coordinator"}]


class Sharing(RuleBasedStateMachine):
    """The cast in its circles, with the shadow beside it."""

    cast: ClassVar[Cast]
    looks: ClassVar[Elsewhere]
    totals: ClassVar[dict[str, int]]
    open: ClassVar[list[Sharing]] = []

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.shadow = shadow_of(self.cast)
        self.looks.shadow = self.shadow
        self.acts = Acts(self.cast, self.shadow)
        self.turn = 0
        self.totals["stories"] += 1
        self.open.append(self)

    def teardown(self) -> None:
        try:
            if self.shadow.lives and not self.looks.violations:
                few = effort.tries(short=2, long=4)
                for step in range(few):
                    self.looks.at_everything(ASKERS[(self.turn + step * 4) % len(ASKERS)])
                self._machine(MEMBERS[self.turn % len(MEMBERS)])
            self._judge()
        finally:
            self.totals["done"] += self.acts.done
            self.totals["refused"] += self.acts.refused
            self.forget()

    def forget(self) -> None:
        """Undo the whole story, so that the next one finds the cast as it was."""
        self.open.remove(self)
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @initialize(members=st.permutations(["alfa", "beta", "gamma"]), marking=st.sampled_from(["RED", "AMBER+STRICT"]))
    def begin(self, members: list[str], marking: str) -> None:
        """One signal that the circle sees and one that it does not, so that there is something to do from the first step."""
        named = {(member, "analyst") for member in members[:2]} | {("vakten", "reviewer"), ("solros", "reviewer")}
        for member in members[:2]:
            self.acts.report((member, "analyst"), "lek.test", circle="circle", marking=marking, named=named)
        self.acts.report((members[2], "analyst"), "spel.test", circle="circle", marking="AMBER")

    @rule(
        member=st.sampled_from(MEMBERS),
        role=st.sampled_from(["analyst", "reviewer"]),
        value=st.sampled_from(VALUES),
        circle=st.sampled_from(CIRCLES),
        marking=st.sampled_from(["AMBER", "AMBER+STRICT", "AMBER+STRICT", "RED"]),
        named=st.sets(st.sampled_from(ASKERS), max_size=3),
        machine=st.booleans(),
    )
    def report(
        self, member: str, role: str, value: str, circle: str, marking: str, named: set[Any], machine: bool
    ) -> None:
        self.acts.report((member, role), value, circle=circle, marking=marking, named=named, machine=machine)

    @rule(
        members=st.lists(st.sampled_from(MEMBERS), min_size=2, max_size=2, unique=True), value=st.sampled_from(VALUES)
    )
    def report_together(self, members: list[str], value: str) -> None:
        """Two members' reports, which the circle gets to see."""
        for member in members:
            self.acts.report((member, "analyst"), value, circle="circle", marking="AMBER+STRICT")

    @rule(which=st.integers(0, 5), member=st.sampled_from(["solros", "vakten", "vakten", "beta"]))
    def approve(self, which: int, member: str) -> None:
        self.acts.approve((member, "reviewer"), self._some(which))

    @rule(which=st.integers(0, 5), member=st.sampled_from(["solros", "vakten", "beta"]))
    def reject(self, which: int, member: str) -> None:
        self.acts.reject((member, "reviewer"), self._some(which))

    @rule(which=st.integers(0, 5), member=st.sampled_from(MEMBERS), role=st.sampled_from(["analyst", "reviewer"]))
    def withdraw(self, which: int, member: str, role: str) -> None:
        self.acts.withdraw((member, role), self._some(which))

    @rule(which=st.integers(0, 5), member=st.sampled_from(MEMBERS))
    def object_to(self, which: int, member: str) -> None:
        self.acts.object_to((member, "analyst"), self._some(which))

    @rule(which=st.integers(0, 5), member=st.sampled_from(["solros", "vakten"]), right=st.booleans())
    def decide(self, which: int, member: str, right: bool) -> None:
        self.acts.decide((member, "reviewer"), self._some(which), right=right)

    @rule(which=st.integers(0, 5))
    def expire(self, which: int) -> None:
        self.acts.expire(self._some(which))

    @rule(member=st.sampled_from(MEMBERS), circle=st.sampled_from(CIRCLES))
    def move(self, member: str, circle: str) -> None:
        """Out if it is in, in if it is out; the police never come among the leads."""
        if member in self.shadow.circles[circle]:
            self.acts.leave(member, circle)
        elif (member, circle) != ("vakten", "leads"):
            self.acts.join(member, circle)

    @rule(member=st.sampled_from(["alfa", "omega", "vakten"]), circle=st.sampled_from(CIRCLES))
    def propose(self, member: str, circle: str) -> None:
        """Who comes in is for two hands; until the second one has come, nothing is different."""
        self.acts.propose(("solros", "coordinator"), member, circle)

    @rule(
        circle=st.sampled_from(CIRCLES),
        members=st.permutations(["alfa", "beta", "gamma"]),
        value=st.sampled_from(VALUES),
    )
    def come_again(self, circle: str, members: list[str], value: str) -> None:
        """A report that its member takes back before anyone has seen it, and the same value by two others."""
        first, *others = members
        key = self.acts.report((first, "analyst"), value, circle=circle, marking="AMBER")
        if key is not None:
            self.acts.withdraw((first, "analyst"), key)
        for member in others:
            self.acts.report((member, "analyst"), value, circle=circle, marking="AMBER")

    @rule(who=st.sampled_from(ASKERS), roles=st.sampled_from(ROLE_SETS))
    def change_roles(self, who: Any, roles: set[str]) -> None:
        self.acts.change_roles(who, set(roles))

    @invariant()
    def nobody_sees_more(self) -> None:
        """Someone looks at some of it after each step; who and at what, goes round."""
        if not self.shadow.lives:
            return
        self.turn += 1
        part = PARTS[self.turn % len(PARTS)]
        self.looks.at(ASKERS[self.turn * 4 % len(ASKERS)], part)
        if part == "log":
            self._machine(MEMBERS[self.turn % len(MEMBERS)])
        self._judge()

    def _machine(self, member: str) -> None:
        self.looks.by_machine(member)
        hidden = [feeds.inbox(other).pk for other in ("alfa", "gamma") if other != member]
        for name, circle in (("circle", self.cast.circle), ("leads", self.cast.leads)):
            if member not in self.shadow.circles[name]:
                hidden += [collection.pk for collection in feeds.feeds(circle.pk)]
        self.looks.others_by_machine(member, hidden[: effort.tries(short=2, long=9)])

    def _judge(self) -> None:
        found, self.looks.violations = self.looks.violations, []
        self.totals["violations"] += len(found)
        if found and self.looks.hunting:
            raise Noticed
        assert found == []

    def _some(self, which: int) -> Any:
        """By number, so that what hypothesis draws does not depend on ids, which are new each time."""
        signals = self.acts.signals()
        return signals[which % len(signals)]


@contextmanager
def staged(cast: Cast, hub_settings: Any, folder: Path) -> Iterator[dict[str, int]]:
    """The machine before this cast; quotas stay out of the way, they are tried elsewhere."""
    hub_settings.SIGNAL_LOOKUPS_PER_DAY = hub_settings.EXPORTS_PER_DAY = 10**6
    hub_settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 10**6  # a long run is no reason to sign in anew
    hub_settings.FEED_KEY_FILE = folder / "feed.key"
    ensure_key(hub_settings.FEED_KEY_FILE)
    Sharing.cast, Sharing.totals = cast, dict.fromkeys(("stories", "done", "refused", "violations"), 0)
    Sharing.looks = Elsewhere(cast, Shadow({}, {}))
    for member in cast.members:
        cast.token(member, "taxii")
    ApiToken.objects.update(last_used_at=timezone.now())  # their machines fetch: values may leave with an engineer
    for who in ASKERS:
        save_filters(cast, who)
        Sharing.looks.client(who).get("/about/")
    try:
        yield Sharing.totals
    finally:
        for machine in reversed(Sharing.open):
            machine.forget()


def run(examples: int, steps: int, *, start: int = 0) -> None:
    """Let the machine run; without shrinking, which costs more than the finding.  start: another seed than the run's."""
    bounds = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    run_state_machine_as_test(seed(start or effort.seed())(Sharing), settings=bounds)  # type: ignore[no-untyped-call]


def test_nobody_sees_more_than_the_rule_gives_them(cast: Cast, settings: Any, tmp_path: Path) -> None:
    with staged(cast, settings, tmp_path) as totals:
        run(effort.tries(short=4, long=40), effort.tries(short=12, long=25))
        figure(
            "access.model",
            stories=totals["stories"],
            acts=totals["done"],
            refused=totals["refused"],
            requests=Sharing.looks.requests,
            violations=totals["violations"],
        )
    assert totals["done"] > 10


def test_the_shadow_and_the_hub_agree_on_a_whole_life(cast: Cast, settings: Any, tmp_path: Path) -> None:
    """One life that hypothesis need not find: reported, corroborated, judged, disputed, reported again."""
    with staged(cast, settings, tmp_path):
        machine = Sharing()
        named = {("alfa", "analyst"), ("vakten", "reviewer"), ("solros", "reviewer"), ("beta", "reviewer")}
        for who in (("alfa", "analyst"), ("beta", "analyst")):
            machine.acts.report(who, "lek.test", circle="circle", marking="RED", named=named)
        (key,) = machine.acts.signals()
        for member in ("vakten", "solros"):
            machine.acts.approve((member, "reviewer"), key)
        assert machine.shadow.lives[key].verified
        machine.acts.withdraw(("vakten", "reviewer"), key)
        machine.acts.withdraw(("solros", "reviewer"), key)
        machine.acts.report(("gamma", "analyst"), "lek.test", circle="circle", marking="RED", named=named)
        assert len(machine.acts.signals()) == 2
        machine.teardown()
