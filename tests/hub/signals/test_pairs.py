"""What two persons of two organisations decide together."""

from __future__ import annotations

from skyddsnat.hub.members.models import MemberDomain, Person
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import BlockRule, ProtectOverride
from skyddsnat.policy.vocabulary import Scope, SignalType
from tests.hub.signals.conftest import Stage, pattern_of, refused

WHY = "Domänen har bytt ägare och används bara till detta."


def propose(stage: Stage, member: str = "alfa", text: str = "kund.beta.test") -> ProtectOverride:
    return services.propose_override(
        stage.actor(member), SignalType.DOMAIN, text, scope=Scope.EXACT, reason=WHY, now=stage.now
    )


class TestOverrides:
    def test_a_protected_name_enters_review_after_two_organisations_have_agreed(self, stage: Stage) -> None:
        MemberDomain.objects.create(member=stage.cast.beta, name="kund.beta.test")
        override = propose(stage)
        assert stage.report("alfa", "kund.beta.test").code == "protected_name"
        services.confirm_override(stage.actor("vakten", "reviewer"), override.pk, now=stage.now)
        signal = stage.verified("kund.beta.test")
        assert signal.ceiling == "block"

    def test_the_same_person_or_organisation_is_not_two(self, stage: Stage) -> None:
        MemberDomain.objects.create(member=stage.cast.beta, name="kund.beta.test")
        override = propose(stage)
        for role, code in (("reviewer", "same_organisation"), ("analyst", "not_a_reviewer")):
            with refused(code):
                services.confirm_override(stage.actor("alfa", role), override.pk, now=stage.now)
        assert stage.report("alfa", "kund.beta.test").code == "protected_name"

    def test_who_is_let_in_no_more_is_no_first_hand(self, stage: Stage) -> None:
        """Someone who was found out has proposed nothing, whoever comes across it later."""
        override = propose(stage, text="wikipedia.org")
        rule = services.propose_block_rule(
            stage.actor("alfa", "reviewer"), SignalType.DOMAIN, reason=WHY, now=stage.now
        )
        Person.objects.filter(member="alfa").update(is_active=False)
        for confirm in (
            lambda who: services.confirm_override(who, override.pk, now=stage.now),
            lambda who: services.confirm_block_rule(who, rule.pk, now=stage.now),
        ):
            with refused("proposer_gone"):
                confirm(stage.actor("vakten", "reviewer"))
        services.end_override(stage.actor("vakten", "reviewer"), override.pk, now=stage.now)

    def test_only_a_protected_name_needs_an_override_and_only_once(self, stage: Stage) -> None:
        with refused("not_protected"):
            propose(stage, text="lek.test")
        propose(stage, text="wikipedia.org")
        with refused("already_proposed"):
            propose(stage, member="gamma", text="wikipedia.org")

    def test_a_reason_is_needed_and_is_read_by_the_guards(self, stage: Stage) -> None:
        for reason, code in (("för att", "reason_needed"), (f"{WHY} Ring 08-123 456 78.", "phone")):
            with refused(code):
                services.propose_override(
                    stage.actor("alfa"),
                    SignalType.DOMAIN,
                    "wikipedia.org",
                    scope=Scope.EXACT,
                    reason=reason,
                    now=stage.now,
                )

    def test_an_override_of_a_host_lets_no_whole_domain_in(self, stage: Stage) -> None:
        override = propose(stage, text="wikipedia.org")
        services.confirm_override(stage.actor("vakten", "reviewer"), override.pk, now=stage.now)
        assert stage.report("alfa", "wikipedia.org", scope=Scope.SUBDOMAINS).code == "protected_name"

    def test_when_an_override_ends_the_block_ends(self, stage: Stage) -> None:
        MemberDomain.objects.create(member=stage.cast.beta, name="kund.beta.test")
        override = propose(stage)
        services.confirm_override(stage.actor("vakten", "reviewer"), override.pk, now=stage.now)
        signal = stage.verified("kund.beta.test")
        services.end_override(stage.actor("beta", "reviewer"), override.pk, now=stage.now)
        assert stage.again(signal).ceiling == "observe"
        assert stage.live("verified") == {}
        with refused("decided"):
            services.end_override(stage.actor("beta", "reviewer"), override.pk, now=stage.now)


def test_a_name_that_becomes_protected_is_not_approved(stage: Stage) -> None:
    signal = stage.approve("vakten", stage.signal("alfa", "kund.beta.test"))
    MemberDomain.objects.create(member=stage.cast.beta, name="kund.beta.test")
    with refused("protected_name"):
        stage.approve("solros", signal)


class TestRules:
    def propose(self, stage: Stage, type: SignalType = SignalType.DOMAIN) -> BlockRule:
        return services.propose_block_rule(
            stage.actor("solros", "coordinator"), type, reason="Beslut vid möte den 3 mars.", now=stage.now
        )

    def confirm(self, stage: Stage, rule: BlockRule, member: str = "alfa", role: str = "reviewer") -> None:
        services.confirm_block_rule(stage.actor(member, role), rule.pk, now=stage.now)

    def test_a_confirmed_rule_lets_the_hotlines_verdict_block_also_what_is_verified_already(self, stage: Stage) -> None:
        before = stage.verified(by=("solros", "beta"))
        rule = self.propose(stage)
        assert stage.live("verified") == {}
        self.confirm(stage, rule)
        after = stage.verified(by=("solros", "beta"))
        assert stage.live("verified") == {pattern_of(before): "block", pattern_of(after): "block"}
        assert stage.again(before).episode == 1

    def test_when_the_rule_ends_what_it_blocked_falls_to_observe(self, stage: Stage) -> None:
        rule = self.propose(stage)
        self.confirm(stage, rule)
        by_hotline, by_police = stage.verified(by=("solros", "beta")), stage.verified(by=("vakten", "beta"))
        services.end_block_rule(stage.actor("alfa", "reviewer"), rule.pk, now=stage.now)
        assert stage.live("verified") == {pattern_of(by_police): "block"}
        assert stage.live("inform") == {pattern_of(by_police): "block", pattern_of(by_hotline): "observe"}

    def test_a_rule_for_one_type_does_not_touch_another(self, stage: Stage) -> None:
        self.confirm(stage, self.propose(stage, SignalType.URL))
        assert stage.verified(by=("solros", "beta")).ceiling == "observe"

    def test_one_organisation_is_not_two_and_an_analyst_decides_nothing(self, stage: Stage) -> None:
        rule = self.propose(stage)
        with refused("same_organisation"):
            self.confirm(stage, rule, "solros", "reviewer")
        with refused("no_role"):
            self.confirm(stage, rule, "alfa", "analyst")

    def test_there_is_one_open_proposal_or_rule_a_type(self, stage: Stage) -> None:
        rule = self.propose(stage)
        with refused("already_proposed"):
            self.propose(stage)
        services.end_block_rule(stage.actor("alfa", "reviewer"), rule.pk, now=stage.now)
        self.propose(stage)
