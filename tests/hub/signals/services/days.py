"""Whole days of random acts of the cast, with the ledger that is kept beside them and what must hold after each act."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from uuid import UUID

import orjson
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.members.models import Coalition, Member
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import BlockRule, Feedback, Signal, Submission
from skyddsnat.hub.signals.services import Status
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import Rejection, RejectReason, Withdrawal, WithdrawReason, bases_for, checklist
from skyddsnat.policy.vocabulary import Basis, Mandate, Marking, Scope, SignalType
from skyddsnat.protocols.stix import signal_uuid
from tests.cast import MEMBERS, Cast
from tests.hub.signals.conftest import Stage, extension_of
from tests.hub.signals.services.ledger import Ledger, Value, Yes
from tests.hub.signals.services.test_weight import counted, stored
from tests.worlds import at_work

VALUES = (("domain", "lek-ett.test"), ("domain", "lek-tva.test"), ("url", "https://lek.test/a/b"))
MANDATES = {name: mandate for name, (_, _, mandate) in MEMBERS.items()}
GROUPS = {name: name for name in MEMBERS} | {"epsilon": "vakten"}
OWN_WORD = {"": Basis.OWN_OBSERVATION, "hotline": Basis.HOTLINE_ASSESSMENT, "police": Basis.POLICE_LIST}
REPORTERS = st.sampled_from(["alfa", "beta", "delta", "epsilon", "solros", "vakten", "omega"])
JUDGES = st.sampled_from(["vakten", "vakten", "solros", "solros", "beta", "delta", "epsilon", "alfa", "omega"])
TELLING = (("vakten", "solros"), ("vakten", "delta"), ("vakten", "epsilon"), ("solros", "beta", "vakten"))
BETWEEN = ("", "rescope", "send_back", "report")
AFTER = ("", "withdraw")
PANELS = st.one_of(
    st.sampled_from(TELLING),
    st.lists(JUDGES, min_size=2, max_size=3),
)
WAY = {
    "what": st.sampled_from(VALUES),
    "reporters": st.lists(REPORTERS, min_size=1, max_size=2),
    "judges": PANELS,
    "between": st.sampled_from(BETWEEN),
    "after": st.sampled_from(AFTER),
}
"""How a signal may go from report to verdict; something may come between."""

ROLES = st.sampled_from(["reviewer"] * 4 + ["analyst", "engineer"])
NUMBER = st.integers(0, 50)


def world() -> Cast:
    """Where all days begin.  Epsilon has the same owner as Vakten: of two who may approve, one with a mandate."""
    cast = at_work()
    Member.objects.filter(pk="epsilon").update(control_group="vakten")
    return cast


class Days(RuleBasedStateMachine):
    """The cast at work.  cast: whoever plays the days gives it, and the database that it stands in."""

    cast: Cast
    told: ClassVar[Counter[str]] = Counter()

    @initialize(**WAY)
    def open(self, **first: Any) -> None:
        self.atom = transaction.atomic()
        self.atom.__enter__()
        self.stage = Stage(self.cast)
        self.ledger = Ledger(GROUPS, MANDATES)
        self.coalition = Coalition.objects.get()
        self.a_signal_goes_its_way(**first)

    def teardown(self) -> None:
        if hasattr(self, "atom"):
            self.told["days"] += 1
            transaction.set_rollback(True)
            self.atom.__exit__(None, None, None)

    def act(self, service: Callable[..., Any], member: str, role: str, *things: Any, **rest: Any) -> Any:
        """What the service says, or None when it refuses."""
        self.stage.later(seconds=1)
        self.told["tried"] += 1
        try:
            with transaction.atomic():
                done = service(self.stage.actor(member, role), *things, now=self.stage.now, **rest) or True
                self.told["acts"] += 1
                return done
        except (PolicyRefusal, Signal.DoesNotExist):
            return None

    def pick(self, number: int) -> Signal | None:
        rows = list(Signal.objects.order_by("circle__name", "type", "value"))
        return rows[number % len(rows)] if rows else None

    @rule(
        member=REPORTERS,
        what=st.sampled_from(VALUES),
        leads=st.sampled_from([False, False, False, True]),
        marking=st.sampled_from([Marking.AMBER_STRICT] * 5 + [Marking.AMBER, Marking.RED]),
        basis=st.sampled_from([Basis.OWN_OBSERVATION, Basis.OWN_OBSERVATION, *Basis]),
        scope=st.sampled_from(Scope),
        machine=st.booleans(),
    )
    def report(self, **said: Any) -> None:
        self.hand_in(**said)

    def hand_in(
        self,
        member: str,
        what: tuple[str, str],
        leads: bool = False,
        marking: Marking = Marking.AMBER_STRICT,
        basis: Basis = Basis.OWN_OBSERVATION,
        scope: Scope = Scope.EXACT,
        machine: bool = False,
    ) -> UUID | None:
        self.stage.later(seconds=1)
        self.told["tried"] += 1
        actor = self.stage.machine(member) if machine else self.stage.actor(member, "analyst")
        circle = self.stage.cast.leads if leads else self.stage.cast.circle
        draft = services.SignalDraft(SignalType(what[0]), what[1], scope=scope, basis=basis)
        named = [self.stage.cast.person("vakten", "reviewer")]
        before = {s.pk: s for s in Signal.objects.all()}
        try:
            (told,) = services.submit(
                actor, [draft], circle=circle, marking=marking, channel="form", now=self.stage.now, named=named
            )
        except PolicyRefusal:
            return None
        self.told["acts"] += 1
        assert told.signal_id is not None
        was, value = before.get(told.signal_id), (circle.pk, *what)
        if was is None or was.state in {"rejected", "withdrawn", "expired"} or was.lifted:
            self.ledger.over(value)
        if told.status is not Status.REPEATED:
            self.ledger.life(value).reports[member] = basis.value
        return told.signal_id

    @rule(member=JUDGES, role=ROLES, number=NUMBER)
    def approve(self, member: str, role: str, number: int) -> None:
        if (signal := self.pick(number)) is not None:
            self.say_yes(member, role, signal)

    def say_yes(self, member: str, role: str, signal: Signal) -> None:
        mandate = Mandate(MANDATES[member]) if MANDATES[member] else None
        ticked = checklist(SignalType(signal.type), Scope(signal.scope), mandate)
        basis = next(iter(bases_for(mandate)), None)
        if self.act(services.approve, member, role, signal, basis=basis, checklist=ticked):
            who = self.stage.cast.person(member, role).pk
            self.ledger.life(value_of(signal)).yes.append(Yes(who, GROUPS[member], MANDATES[member], signal.scope))

    @rule(**WAY)
    def a_signal_goes_its_way(
        self, what: tuple[str, str], reporters: Sequence[str], judges: Sequence[str], between: str, after: str
    ) -> None:
        """Reports and approvals in a row, so that the stories come far within few steps."""
        ids = [self.hand_in(member, what, basis=OWN_WORD[MANDATES[member]]) for member in reporters]
        for pk in {pk for pk in ids if pk is not None}:
            for number, member in enumerate(judges):
                signal = Signal.objects.get(pk=pk)
                if number == 1 and between == "rescope":
                    self.change_scope("solros", signal, Scope.SUBDOMAINS)
                elif number == 1 and between == "send_back":
                    self.say_no("beta", signal, RejectReason.WRONG_SCOPE)
                elif number == 1 and between == "report":
                    self.hand_in("beta", what)
                self.say_yes(member, "reviewer", Signal.objects.get(pk=pk))
            if after == "withdraw":
                self.take_back(judges[0], "reviewer", Signal.objects.get(pk=pk), WithdrawReason.GONE)

    @rule(member=JUDGES, number=NUMBER, reason=st.sampled_from(RejectReason))
    def reject(self, member: str, number: int, reason: RejectReason) -> None:
        if (signal := self.pick(number)) is not None:
            self.say_no(member, signal, reason)

    def say_no(self, member: str, signal: Signal, reason: RejectReason) -> None:
        outcome = self.act(services.reject, member, "reviewer", signal, reason=reason.value)
        if outcome is Rejection.FINAL:
            self.ledger.over(value_of(signal))
        elif outcome is Rejection.SENT_BACK:
            self.ledger.life(value_of(signal)).yes.clear()

    @rule(member=JUDGES, number=NUMBER, scope=st.sampled_from(Scope))
    def rescope(self, member: str, number: int, scope: Scope) -> None:
        if (signal := self.pick(number)) is not None:
            self.change_scope(member, signal, scope)

    def change_scope(self, member: str, signal: Signal, scope: Scope) -> None:
        if self.act(services.rescope, member, "reviewer", signal, scope=scope):
            self.ledger.life(value_of(signal)).yes.clear()

    @rule(member=JUDGES, role=ROLES, number=NUMBER, reason=st.sampled_from(WithdrawReason))
    def withdraw(self, member: str, role: str, number: int, reason: WithdrawReason) -> None:
        if (signal := self.pick(number)) is not None:
            self.take_back(member, role, signal, reason)

    def take_back(self, member: str, role: str, signal: Signal, reason: WithdrawReason) -> None:
        what = self.act(services.withdraw, member, role, signal, reason=reason.value)
        if signal.lifted:  # it had ended: what is said of the value now is said of another
            return
        life = self.ledger.life(value_of(signal))
        if what is Withdrawal.REPORT:
            life.reports.pop(member)
            if not life.reports:
                self.ledger.over(value_of(signal))
        elif what is Withdrawal.VERDICT:
            mandate = MANDATES[member]
            life.yes = [yes for yes in life.yes if yes.mandate not in {mandate, ""}]
            life.reports = {who: basis for who, basis in life.reports.items() if MANDATES[who] != mandate}
            if not life.yes:
                self.ledger.over(value_of(signal))

    @rule(member=JUDGES, role=ROLES, number=NUMBER)
    def claim(self, member: str, role: str, number: int) -> None:
        if (signal := self.pick(number)) is not None:
            self.act(services.claim, member, role, signal)

    @rule(member=REPORTERS, number=NUMBER, reason=st.sampled_from(["not_illegal", "wrong_scope", "gone", "seen"]))
    def complain(self, member: str, number: int, reason: str) -> None:
        if (signal := self.pick(number)) is not None:
            self.act(services.give_feedback, member, "analyst", signal, reason=reason)

    @rule(member=JUDGES, number=NUMBER, right=st.booleans())
    def decide(self, member: str, number: int, right: bool) -> None:
        if given := list(Feedback.objects.filter(outcome="open").order_by("at", "pk")):
            service = services.confirm_feedback if right else services.dismiss_feedback
            self.act(service, member, "reviewer", given[number % len(given)])

    @rule(member=JUDGES, number=NUMBER)
    def uphold(self, member: str, number: int) -> None:
        if (signal := self.pick(number)) is not None:
            self.act(services.uphold, member, "reviewer", signal)

    @rule(member=JUDGES, number=NUMBER)
    def renew(self, member: str, number: int) -> None:
        basis = next(iter(bases_for(Mandate(MANDATES[member]))), None) if MANDATES[member] else Basis.OWN_OBSERVATION
        if (signal := self.pick(number)) is not None:
            self.act(services.renew, member, "reviewer", signal, basis=basis)

    @rule(first=JUDGES, second=JUDGES, type=st.sampled_from([SignalType.DOMAIN, SignalType.URL]), chair=st.booleans())
    def let_hotlines_block(self, first: str, second: str, type: SignalType, chair: bool) -> None:
        role = "coordinator" if chair and first == "solros" else "reviewer"
        proposed = self.act(services.propose_block_rule, first, role, type, reason="Beslut i styrgruppen i dag.")
        found = BlockRule.objects.filter(type=type.value, ended_at=None).first()
        if found is None:
            return
        confirmed = self.act(services.confirm_block_rule, second, "reviewer", found.pk)
        if proposed and confirmed:
            assert GROUPS[first] != GROUPS[second], "one owner alone made a rule"
        if confirmed:
            assert GROUPS[found.proposed_by.member_id] != GROUPS[second]
            self.ledger.rules[type.value] = True

    @rule(member=JUDGES)
    def end_rules(self, member: str) -> None:
        for found in BlockRule.objects.filter(ended_at=None):
            if self.act(services.end_block_rule, member, "reviewer", found.pk):
                self.ledger.rules[found.type] = False

    @rule(days=st.sampled_from([0.1, 8, 95]))
    def time_passes(self, days: float) -> None:
        self.stage.later(days=days)
        services.sweep(self.stage.now)
        assert services.sweep(self.stage.now).expired == 0

    # ---- what holds after each act

    @invariant()
    def nothing_may_be_blocked_on_one_organisations_word(self) -> None:
        if not hasattr(self, "ledger"):
            return
        for signal in Signal.objects.filter(ceiling="block"):
            assert self.ledger.may_block(value_of(signal), scope=signal.scope), (signal.type, signal.state)
            self.told["blocked"] += 1

    @invariant()
    def the_feeds_hold_the_live_ids_of_the_table_and_no_others(self) -> None:
        if not hasattr(self, "ledger"):
            return
        held = live()
        for circle in (self.stage.cast.circle, self.stage.cast.leads):
            inform, verified = (held[feed.pk] for feed in feeds.feeds(circle.pk))
            known = Signal.objects.filter(circle=circle).exclude(ceiling="none").exclude(marking="RED")
            wanted = {self.id_of(signal): signal for signal in known}
            assert set(inform) == set(wanted)
            assert {pk: extension_of(thing)["ceiling"] for pk, thing in inform.items()} == {
                pk: signal.ceiling for pk, signal in wanted.items()
            }
            assert {pk: extension_of(thing)["state"] for pk, thing in inform.items()} == {
                pk: signal.state for pk, signal in wanted.items()
            }
            assert set(verified) == {pk for pk, signal in wanted.items() if signal.ceiling == "block"}
            assert {pk: inform[pk] for pk in verified} == verified

    @invariant()
    def what_is_red_has_no_live_version_anywhere(self) -> None:
        if not hasattr(self, "ledger"):
            return
        red = {self.id_of(signal) for signal in Signal.objects.filter(marking="RED")}
        assert not ObjectVersion.objects.filter(stix_id__in=red, superseded=None, revoked=False).exists()

    @invariant()
    def an_inbox_tells_of_its_own_members_reports_only(self) -> None:
        if not hasattr(self, "ledger"):
            return
        own: dict[str, set[str]] = {member: set() for member in MEMBERS}
        for report in Submission.objects.select_related("signal"):
            own[report.member_id].add(report.signal.value)
        for member, pattern in told_in_inboxes():
            assert any(f"'{value}'" in pattern for value in own[member]), member

    @invariant()
    def the_queue_is_told_what_stands_behind_each_signal(self) -> None:
        if hasattr(self, "ledger"):
            assert stored() == counted()

    def id_of(self, signal: Signal) -> str:
        found = signal_uuid(
            UUID(self.coalition.namespace),
            circle=signal.circle_id,
            type=SignalType(signal.type),
            hash_kind=None,
            value=signal.value,
            episode=signal.episode,
        )
        return f"indicator--{found}"


def value_of(signal: Signal) -> Value:
    """By what the ledger knows it."""
    return (signal.circle_id, signal.type, signal.value)


def live() -> dict[UUID, dict[str, dict[str, Any]]]:
    """By collection: the last version of each indicator that is not revoked."""
    found: dict[UUID, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in ObjectVersion.objects.filter(type="indicator", superseded=None, revoked=False):
        found[row.collection_id][row.stix_id] = orjson.loads(row.raw)
    return found


def told_in_inboxes() -> list[tuple[str, str]]:
    """Member and pattern of the last version of each indicator in anybody's inbox."""
    rows = ObjectVersion.objects.filter(collection__kind="inbox", type="indicator", superseded=None)
    return [(row.collection.member_id, orjson.loads(row.raw)["pattern"]) for row in rows.select_related("collection")]
