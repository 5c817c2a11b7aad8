"""The coalition at work: reports, verdicts, withdrawals, objections.  What was acknowledged, and what was only tried, is kept."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from skyddsnat.hub.audit.services.clerk import close_the_books
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Feedback, Signal
from skyddsnat.hub.signals.services import SignalDraft, Status
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import bases_for, checklist
from skyddsnat.policy.vocabulary import Basis, Ceiling, Mandate, Marking, Scope, SignalType
from tests.cast import OPERATORS, Cast
from tests.simulator.hub import Hub

LAWFUL = tuple(f"lawful{number}.test" for number in range(40))
OWN = tuple(f"{name}-operator.test" for name in OPERATORS)
NEVER = frozenset({*LAWFUL, *OWN})
"""Names that nobody means to block: reported by mistake or slipped in, and never approved."""


@dataclass(slots=True)
class Members:
    """Everyone.  tried: organisations that ever tried to approve a name.  ended: when a name's end was acknowledged."""

    hub: Hub
    cast: Cast
    luck: random.Random
    tried: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ended: dict[str, datetime] = field(default_factory=dict)
    verified: dict[str, datetime] = field(default_factory=dict)
    acknowledged: dict[str, list[list[str]]] = field(
        default_factory=lambda: {"posted": [], "approve": [], "withdraw": []}
    )
    acts: int = 0
    _number: int = 0

    def act(self) -> None:
        """Somebody does something; the hub may die at it."""
        if self.luck.random() < 0.08:
            self.hub.dies_at = (self.luck.randint(0, 1), self.luck.choice(("before", "after")))
        kind = self.luck.choices(
            (self._report, self._report_lawful, self._approve, self._withdraw, self._object, self._reject),
            (30, 3, 60, 14, 5, 3),
        )[0]
        self.acts += 1
        kind()

    def _do(self, work: Callable[[], Any]) -> Any:
        """The answer, or None where none came: refused, or the hub died."""

        def guarded() -> Any:
            try:
                return work()
            except (PolicyRefusal, Signal.DoesNotExist):
                return None

        return self.hub.ask(guarded)

    def _who(self, member: str, role: str) -> Actor:
        return Actor.of(self.cast.person(member, role))

    def _now(self) -> datetime:
        return self.hub.now + self.hub.skew

    def _report(self) -> None:
        known = [name for _, name in self.acknowledged["posted"]]
        if known and self.luck.random() < 0.25:
            self._hand_in(self.luck.choice(known))  # support, a repeat, or a name that comes back
            return
        self._number += 1
        self._hand_in(f"bad{self._number}.test")

    def _report_lawful(self) -> None:
        """By mistake or worse: a protected name, or a lawful one that nobody protects and nobody will approve."""
        self._hand_in(self.luck.choice((*LAWFUL, *OWN)))

    def _hand_in(self, name: str) -> None:
        member = self.luck.choice(OPERATORS)
        draft = SignalDraft(type=SignalType.DOMAIN, text=name, basis=Basis.OWN_OBSERVATION)
        told = self._do(
            lambda: services.submit(
                self._who(member, "analyst"),
                [draft],
                circle=self.cast.circle,
                marking=Marking.AMBER_STRICT,
                channel="form",
                now=self._now(),
            )
        )
        if told is not None and told[0].status in (Status.CREATED, Status.CORROBORATED):
            self.acknowledged["posted"].append([member, name])

    def _pick(self, *states: str, name: str = "") -> Signal | None:
        rows = [row for row in Signal.objects.filter(state__in=states) if row.value not in NEVER]
        rows = [row for row in rows if not name or row.value == name]
        rows.sort(key=lambda row: (row.created_at, row.value))  # never by a key that is random
        return self.luck.choice(rows) if rows else None

    def _approve(self) -> None:
        signal, member = self._pick("submitted", "in_review", "corroborated"), self.luck.choice(("vakten", "solros"))
        if signal is None:
            return
        mandate = Mandate(self.cast.members[member].mandate)
        ticked = [line.value for line in checklist(SignalType.DOMAIN, Scope(signal.scope), mandate)]
        name = signal.value
        self.tried[name].add(member)
        self.ended.pop(name, None)
        found = self._do(
            lambda: services.approve(
                self._who(member, "reviewer"),
                signal.pk,
                basis=bases_for(mandate)[0],
                checklist=ticked,
                now=self._now(),
            )
        )
        if found is not None:
            self.acknowledged["approve"].append([member, str(signal.pk)])
            if found.ceiling is Ceiling.BLOCK:
                self.verified[name] = self.hub.now

    def take_back_newest(self, *, of: set[str]) -> None:
        """The worst moment: what has just been verified is withdrawn while an agent lies dead half-way through it.

        of: the names that the agent's files hold.
        """
        found = of & self.verified.keys()
        if found:
            self._withdraw(max(found, key=lambda name: (self.verified[name], name)))

    def _withdraw(self, name: str = "") -> None:
        signal = self._pick("verified", "disputed", name=name)
        if signal is None:
            return
        for member in self.luck.sample(("vakten", "solros"), 2):
            told = self._do(
                lambda member=member: services.withdraw(
                    self._who(member, "reviewer"), signal.pk, reason="gone", now=self._now()
                )
            )
            if told is not None:
                self.acknowledged["withdraw"].append([member, str(signal.pk)])
        self._note_end(signal)

    def _object(self) -> None:
        signal = self._pick("verified")
        if signal is None:
            return
        who, judge = self._who("beta", "analyst"), self._who("vakten", "reviewer")
        said = self._do(lambda: services.give_feedback(who, signal.pk, reason="not_illegal", now=self._now()))
        if isinstance(said, Feedback):
            self._do(lambda: services.confirm_feedback(judge, said, now=self._now()) or True)
        self._note_end(signal)

    def _reject(self) -> None:
        signal = self._pick("submitted", "in_review")
        if signal is not None:
            judge = self._who("vakten", "reviewer")
            self._do(lambda: services.reject(judge, signal.pk, reason="not_illegal", now=self._now()) or True)

    def tick(self) -> None:
        """The hub's timer."""
        self.hub.ask(lambda: (services.sweep(self._now()), close_the_books()))

    def _note_end(self, signal: Signal) -> None:
        """The end counts as acknowledged when a person who looks at the page afterwards reads of it."""
        now = Signal.objects.get(pk=signal.pk)
        again = any(row.value == now.value for row in Signal.objects.filter(ceiling=Ceiling.BLOCK.wire))
        if not again:  # a name that has come back is another signal
            self.ended[now.value] = self.hub.now
            self.verified.pop(now.value, None)
