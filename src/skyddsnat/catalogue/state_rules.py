"""The rules that go with the states: disputes, withdrawals, silence (exchange.yaml, `state_rules`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from skyddsnat.catalogue.reader import Reader


@dataclass(frozen=True, slots=True)
class ProvisionalLift:
    """An operator's own, immediate lift of an evident error: by whom, where, on what condition, and who is told."""

    by: str
    scope: str
    needs: str
    tell: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RaiseRule:
    """A written decision that lets a state reach a higher ceiling for a named type of signal; off by default."""

    from_state: str
    to_ceiling: str
    default: bool


@dataclass(frozen=True, slots=True)
class StateRules:
    """dispute_dispositions: what each disposition leaves in force (a ceiling, or "earlier_ceiling").

    withdrawn_by: who withdraws before and after a verdict.  unblock_target_hours: from withdrawal to normal answers.
    """

    dispute_dispositions: Mapping[str, str]
    complaint_gives: str
    lift_needs: tuple[str, ...]
    provisional_lift: ProvisionalLift
    coalition_rule_raise: RaiseRule
    own_hosting: str
    withdrawn_by: Mapping[str, str]
    unblock_target_hours: int
    withdrawals_always_pass_up_to: int
    silent_feed_alarm_days: int
    unknown_state_or_ceiling: str


def read_state_rules(reader: Reader) -> StateRules:
    """Parse `state_rules`."""
    with reader.part("state_rules") as rules:
        return StateRules(
            dispute_dispositions=_words(rules, "dispute_dispositions", ("hold", "lift")),
            complaint_gives=rules.word("complaint_gives", pattern="hold|lift", expected="hold or lift"),
            lift_needs=rules.words("lift_needs"),
            provisional_lift=_provisional_lift(rules),
            coalition_rule_raise=_raise(rules),
            own_hosting=rules.word("own_hosting", pattern="notice_and_action", expected="notice_and_action"),
            withdrawn_by=_words(rules, "withdrawn_by", ("before_verdict", "after_verdict")),
            unblock_target_hours=rules.number("unblock_target_hours", low=1, high=168),
            withdrawals_always_pass_up_to=rules.number("withdrawals_always_pass_up_to", low=0, high=100_000),
            silent_feed_alarm_days=rules.number("silent_feed_alarm_days", low=1, high=90),
            # What is not known binds to nothing: no coalition may say otherwise (DESIGN § 2, ceiling).
            unknown_state_or_ceiling=rules.word("unknown_state_or_ceiling", pattern="none", expected="none"),
        )


def _words(rules: Reader, key: str, fields: tuple[str, ...]) -> Mapping[str, str]:
    with rules.part(key) as table:
        return MappingProxyType({field: table.word(field) for field in fields})


def _provisional_lift(rules: Reader) -> ProvisionalLift:
    with rules.part("provisional_lift") as lift:
        return ProvisionalLift(
            by=lift.word("by"), scope=lift.word("scope"), needs=lift.word("needs"), tell=lift.words("tell")
        )


def _raise(rules: Reader) -> RaiseRule:
    with rules.part("coalition_rule_raise") as rule:
        return RaiseRule(from_state=rule.word("from"), to_ceiling=rule.word("to"), default=rule.truth("default"))
