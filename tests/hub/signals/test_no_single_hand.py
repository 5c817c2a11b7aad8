"""Promise 3 on the real services: whatever people do in whatever order, no block rests on one organisation."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import BlockRule, Feedback, Review, Signal, Submission
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import RejectReason, WithdrawReason, bases_for, checklist
from skyddsnat.policy.vocabulary import Basis, Mandate, Scope, SignalType
from tests.cast import Cast
from tests.effort import tries
from tests.figures import figure
from tests.hub.signals.conftest import Stage
from tests.worlds import at_work

WHO = ("alfa", "beta", "gamma", "solros", "vakten")
GROUPS = {"alfa": "alfa", "beta": "beta", "gamma": "beta", "solros": "solros", "vakten": "vakten"}
VALUE = "lek.test"
MEMBERS = st.sampled_from(WHO)
ROLES = st.sampled_from(["reviewer", "reviewer", "analyst"])


class Coalition(RuleBasedStateMachine):
    """Five members, two of them under one owner, around one domain.  cast: given by whoever plays it."""

    cast: Cast
    told: ClassVar[Counter[str]]

    @initialize(
        reporters=st.sampled_from([["alfa"], ["alfa", "beta"], ["vakten"], []]),
        reviewers=st.sampled_from([["vakten", "solros"], ["solros", "beta"], ["vakten", "beta"], ["vakten"], []]),
    )
    def gather(self, reporters: list[str], reviewers: list[str]) -> None:
        self.atom = transaction.atomic()
        self.atom.__enter__()
        self.stage = Stage(self.cast)
        self.a_busy_day(reporters, reviewers)

    def teardown(self) -> None:
        if hasattr(self, "atom"):
            self.told["stories"] += 1
            transaction.set_rollback(True)
            self.atom.__exit__(None, None, None)

    @property
    def signal(self) -> Signal | None:
        found: Signal | None = Signal.objects.with_values([("domain", VALUE)]).first()
        return found

    def act(self, service: Any, member: str, role: str, *things: Any, **rest: Any) -> None:
        self.stage.later(seconds=1)
        self.told["tried"] += 1
        with suppress(PolicyRefusal, Signal.DoesNotExist):
            service(self.stage.actor(member, role), *things, now=self.stage.now, **rest)
            self.told["acts"] += 1

    @rule(member=MEMBERS, role=ROLES, basis=st.sampled_from(Basis), wide=st.booleans())
    def report(self, member: str, role: str, basis: Basis, wide: bool) -> None:
        self.stage.later(seconds=1)
        scope = Scope.SUBDOMAINS if wide else Scope.EXACT
        self.told["tried"] += 1
        done = self.stage.report(member, VALUE, actor=self.stage.actor(member, role), basis=basis, scope=scope)
        self.told["acts"] += done.status is not services.Status.REFUSED

    @rule(member=MEMBERS, role=ROLES)
    def approve(self, member: str, role: str) -> None:
        if (signal := self.signal) is None:
            return
        word = self.stage.cast.members[member].mandate
        mandate = Mandate(word) if word else None
        ticked = checklist(SignalType.DOMAIN, Scope(signal.scope), mandate)
        basis = next(iter(bases_for(mandate)), None)
        self.act(services.approve, member, role, signal, basis=basis, checklist=ticked)

    @rule(reporters=st.lists(MEMBERS, max_size=2), reviewers=st.lists(MEMBERS, min_size=1, max_size=3, unique=True))
    def a_busy_day(self, reporters: list[str], reviewers: list[str]) -> None:
        """Reports and approvals in a row, so that the stories come far within few steps."""
        for member in reporters:
            self.report(member, "analyst", Basis.OWN_OBSERVATION, wide=False)
        for member in reviewers:
            self.approve(member, "reviewer")

    @rule(member=MEMBERS, reason=st.sampled_from(RejectReason))
    def reject(self, member: str, reason: RejectReason) -> None:
        if self.signal is not None:
            self.act(services.reject, member, "reviewer", self.signal, reason=reason.value)

    @rule(member=MEMBERS, role=ROLES, reason=st.sampled_from(WithdrawReason))
    def withdraw(self, member: str, role: str, reason: WithdrawReason) -> None:
        if self.signal is not None:
            self.act(services.withdraw, member, role, self.signal, reason=reason.value)

    @rule(member=st.sampled_from(["solros", "vakten"]))
    def take_back_a_verdict(self, member: str) -> None:
        self.withdraw(member, "reviewer", WithdrawReason.GONE)

    @rule(member=MEMBERS, wide=st.booleans())
    def rescope(self, member: str, wide: bool) -> None:
        if self.signal is not None:
            scope = Scope.SUBDOMAINS if wide else Scope.EXACT
            self.act(services.rescope, member, "reviewer", self.signal, scope=scope)

    @rule(member=MEMBERS, reason=st.sampled_from(["not_illegal", "gone", "seen"]))
    def complain(self, member: str, reason: str) -> None:
        if self.signal is not None:
            self.act(services.give_feedback, member, "analyst", self.signal, reason=reason)

    @rule(member=MEMBERS, right=st.booleans())
    def decide(self, member: str, right: bool) -> None:
        if (given := Feedback.objects.filter(outcome="open").first()) is not None:
            service = services.confirm_feedback if right else services.dismiss_feedback
            self.act(service, member, "reviewer", given)

    @rule(member=MEMBERS, other=MEMBERS, end=st.booleans())
    def rule_on_hotlines(self, member: str, other: str, end: bool) -> None:
        found = BlockRule.objects.filter(ended_at=None).first()
        if found is None:
            self.act(services.propose_block_rule, member, "reviewer", SignalType.DOMAIN, reason="Beslut i styrgruppen.")
        elif end:
            self.act(services.end_block_rule, other, "reviewer", found.pk)
        else:
            self.act(services.confirm_block_rule, other, "reviewer", found.pk)

    @rule(days=st.sampled_from([1, 95]))
    def time_passes(self, days: int) -> None:
        self.stage.later(days=days)
        services.sweep(self.stage.now)

    @invariant()
    def what_agents_may_block_was_approved_by_two_organisations_that_did_not_report_it(self) -> None:
        if not hasattr(self, "stage"):
            return
        blocked = self.stage.live("verified")
        signal = self.signal
        self.told["blocked"] += bool(blocked)
        assert bool(blocked) == (signal is not None and signal.ceiling == "block")
        if signal is None or not blocked:
            return
        here = {"signal": signal, "episode": signal.episode}
        reported = {
            GROUPS[member]
            for member in Submission.objects.filter(**here, retracted_at=None).values_list("member_id", flat=True)
        }
        judged = {
            (GROUPS[review.member_id], review.person_id, review.mandate)
            for review in Review.objects.filter(**here, verdict="approve", standing=True)
            if GROUPS[review.member_id] not in reported
        }
        assert len({group for group, _, _ in judged}) >= 2
        assert len({person for _, person, _ in judged}) >= 2
        assert any(mandate for _, _, mandate in judged)
        assert reported

    @invariant()
    def the_feeds_hold_what_the_signal_says(self) -> None:
        if not hasattr(self, "stage"):
            return
        signal = self.signal
        known = signal is not None and signal.published_at is not None and signal.ceiling != "none"
        expected = [signal.ceiling] if known and signal is not None else []
        inform = self.stage.live("inform")
        assert list(inform.values()) == expected
        assert set(self.stage.live("verified")) <= set(inform)


@pytest.mark.django_db
def test_no_order_of_acts_on_the_real_services_lets_one_organisation_block(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = at_work()
    cast.gamma.control_group = "beta"
    cast.gamma.save()
    told = Counter[str]()
    monkeypatch.setattr(Coalition, "cast", cast, raising=False)
    monkeypatch.setattr(Coalition, "told", told, raising=False)
    run_state_machine_as_test(
        Coalition,
        settings=settings(
            max_examples=tries(short=12, long=400),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # shrinking would cost more than the finding
        ),
    )
    figure(
        "single_hand.stories",
        stories=told["stories"],
        tried=told["tried"],
        acts=told["acts"],
        seen_blocked=told["blocked"],
        alone=0,
    )
