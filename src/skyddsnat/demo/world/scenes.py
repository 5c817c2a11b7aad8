"""What can happen to a signal, as small plays.  Each waits by yielding how long; `history` lets many run side by side."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from skyddsnat.demo.world.acts import Acts
from skyddsnat.demo.world.names import Names
from skyddsnat.hub.signals.services import SignalDraft
from skyddsnat.policy.vocabulary import Marking, SignalType

type Scene = Iterator[timedelta]

ANALYSTS = ("maja", "amir", "tove", "grace", "james")
CHANNELS = ("form", "form", "paste", "csv", "taxii")
NOTES = (
    "Jämför stavningen med underlaget",
    "Comparing it with our own case",
    "Prövar om värden är delad",
    "Checking the scope",
)
ADDRESS_REASONS = ("gone", "parked_or_resold", "malformed", "duplicate")


@dataclass(slots=True)
class Stage:
    """What every scene needs."""

    acts: Acts
    names: Names
    rng: random.Random

    def hours(self, low: float, high: float) -> timedelta:
        """A wait of some hours."""
        return timedelta(hours=self.rng.uniform(low, high))

    def report(self, draft: SignalDraft, *, who: str = "") -> tuple[str, UUID]:
        """An operator hands it in; who, and which signal it became."""
        analyst = who or self.rng.choice(ANALYSTS)
        marking = Marking.AMBER if self.rng.random() < 0.2 else Marking.AMBER_STRICT
        return analyst, self.acts.report(analyst, draft, marking=marking, channel=self.rng.choice(CHANNELS))

    def approve(self, who: str, signal: UUID) -> None:
        """Most reviewers look at the address first, letter by letter."""
        if self.rng.random() < 0.4:
            self.acts.look_at(who, signal, note=self.rng.choice(NOTES))
        self.acts.approve(who, signal)

    def another(self, analyst: str) -> str:
        """Someone of another operator."""
        return self.rng.choice([one for one in ANALYSTS if one != analyst])


def waiting(on: Stage) -> Scene:
    """Nobody has looked at it yet."""
    on.report(on.names.domain(whole=on.rng.random() < 0.4))
    yield timedelta(0)


def claimed(on: Stage) -> Scene:
    """Someone is at it now."""
    _, signal = on.report(on.names.domain())
    yield on.hours(0.9, 1.1)
    on.acts.claim(on.rng.choice(("sofia", "jonas")), signal)


def half_way(on: Stage) -> Scene:
    """The hotline has said yes; a second organisation is needed."""
    _, signal = on.report(on.names.domain(whole=on.rng.random() < 0.5))
    yield on.hours(2, 20)
    on.approve("sofia", signal)


def supported(on: Stage) -> Scene:
    """Two operators have seen it; nobody with a mandate has judged it yet."""
    draft = on.names.domain()
    first, _ = on.report(draft)
    yield on.hours(3, 30)
    on.report(draft, who=on.another(first))


def blocked(on: Stage) -> Scene:
    """The main story: reported, at times seen by another operator too, judged by hotline and police, seen again."""
    draft = on.names.domain(whole=on.rng.random() < 0.45)
    first, signal = on.report(draft)
    yield on.hours(1, 20)
    if on.rng.random() < 0.35:
        on.report(draft, who=on.another(first))
        yield on.hours(1, 10)
    on.approve("sofia", signal)
    yield on.hours(1, 16)
    on.approve(on.rng.choice(("jonas", "anna")), signal)
    if on.rng.random() < 0.2:
        yield on.hours(20, 200)
        on.acts.object(on.another(first), signal, "seen")


def from_the_police(on: Stage) -> Scene:
    """Police hand in what they know; hotline and an operator's reviewer look at the scope."""
    signal = on.acts.report("jonas", on.names.domain(whole=True), channel="taxii")
    yield on.hours(1, 8)
    on.approve("sofia", signal)
    yield on.hours(1, 8)
    on.approve("emma", signal)


def observed(on: Stage) -> Scene:
    """Hotline and an operator's reviewer: counted, not blocked."""
    _, signal = on.report(on.names.domain(), who=on.rng.choice(("maja", "grace", "james")))
    yield on.hours(2, 20)
    on.approve("sofia", signal)
    yield on.hours(2, 20)
    on.approve(on.rng.choice(("emma", "tove")), signal)


def page(on: Stage) -> Scene:
    """A URL: police look once, and its fourteen days run."""
    _, signal = on.report(on.names.url())
    yield on.hours(2, 20)
    on.approve("jonas", signal)
    if on.rng.random() < 0.3:
        yield timedelta(days=on.rng.uniform(8, 12))
        on.acts.renew("anna", signal)


def other_type(on: Stage) -> Scene:
    """A hash or a term, judged by the hotline or the police."""
    _, signal = on.report(on.names.hash() if on.rng.random() < 0.6 else on.names.term())
    yield on.hours(2, 30)
    on.approve(on.rng.choice(("sofia", "jonas")), signal)


def rejected(on: Stage) -> Scene:
    """Police or hotline say no."""
    _, signal = on.report(on.names.domain())
    yield on.hours(2, 30)
    on.acts.reject(on.rng.choice(("sofia", "jonas")), signal, on.rng.choice((*ADDRESS_REASONS, "insufficient")))


def taken_back(on: Stage) -> Scene:
    """Who handed it in takes it back."""
    analyst, signal = on.report(on.names.domain())
    yield on.hours(0.1, 3)
    on.acts.withdraw(analyst, signal, "mistake")


def withdrawn(on: Stage) -> Scene:
    """Was blocked, is gone from the net, and the police withdraw their verdict."""
    _, signal = on.report(on.names.domain(), who=on.rng.choice(("maja", "grace", "james")))
    yield on.hours(1, 10)
    on.approve("jonas", signal)
    yield on.hours(1, 10)
    on.approve("emma", signal)
    yield timedelta(days=on.rng.uniform(2, 12))
    on.acts.withdraw("anna", signal, "gone")


def disputed(on: Stage) -> Scene:
    """An operator says that it blocks too much; not decided yet."""
    _, signal = yield from _listed(on)
    on.acts.object(on.rng.choice(("tove", "henrik")), signal, on.rng.choice(("wrong_scope", "not_illegal")))


def lifted(on: Stage) -> Scene:
    """The same, and a reviewer who had not judged it before finds that it is so."""
    _, signal = yield from _listed(on)
    said = on.acts.object("tove", signal, "wrong_scope")
    yield on.hours(0.3, 2)
    on.acts.confirm("anna", said)


def upheld(on: Stage) -> Scene:
    """The same, and it stands."""
    _, signal = yield from _listed(on)
    said = on.acts.object("henrik", signal, "not_illegal")
    yield on.hours(2, 20)
    on.acts.dismiss("anna", said)


def parked(on: Stage) -> Scene:
    """Someone says that the name is for sale now; the review comes earlier."""
    analyst, signal = yield from _listed(on)
    on.acts.object(on.another(analyst), signal, "parked_or_resold")


def lead(on: Stage) -> Scene:
    """Among operators and hotline only: seen by one, at times by two, at times judged by the hotline."""
    circle = on.acts.coalition.leads
    analyst = on.rng.choice(ANALYSTS)
    draft = on.names.domain()
    signal = on.acts.report(analyst, draft, circle=circle)
    fortune = on.rng.random()
    if fortune < 0.25:
        return
    yield on.hours(5, 40)
    on.acts.report(on.another(analyst), draft, circle=circle)
    if fortune > 0.75:
        yield on.hours(5, 40)
        on.approve("sofia", signal)


def looked_into(on: Stage) -> Scene:
    """A customer asks an operator why a page does not open, and its engineer looks."""
    _, signal = yield from _listed(on)
    on.acts.look_at("erik", signal, reason="fault", note="Kund frågar varför sidan inte öppnas")
    yield on.hours(1, 30)
    on.acts.look_at("henrik", signal, reason="complaint", note="A complaint came in by the stop page")


def coalition_rule(on: Stage) -> Scene:
    """Two organisations decide that a hotline's verdict on a hash blocks; the same for URLs is proposed and waits."""
    reason = "Hotline bedömer filer i sitt eget system, och ett hashvärde träffar aldrig något annat."
    rule = on.acts.propose_rule("helen", SignalType.HASH, reason=reason)
    yield timedelta(days=2)
    on.acts.confirm_rule("jonas", rule)
    yield timedelta(days=25)
    on.acts.propose_rule("helen", SignalType.URL, reason="En sida pekar ut exakt en adress; granskningen är densamma.")


def override(on: Stage) -> Scene:
    """A member's own host was broken into: its name is protected, so two organisations must let the report in."""
    yield timedelta(0)
    on.acts.propose_override(
        "maja", "gamma.test", reason="En server hos Gamma Fiber är kapad; de har själva bett om det."
    )


def named_only(on: Stage) -> Scene:
    """RED: for the persons named on it, and never out of the web pages."""
    on.acts.report(on.rng.choice(("maja", "amir")), on.names.term(), marking=Marking.RED)
    yield timedelta(0)


def _listed(on: Stage) -> Generator[timedelta, None, tuple[str, UUID]]:
    """Verified by hotline and police: first Sofia, then Jonas.  Gives who reported it and the signal."""
    analyst, signal = on.report(on.names.domain(whole=True), who=on.rng.choice(("maja", "amir", "james")))
    yield on.hours(1, 10)
    on.approve("sofia", signal)
    yield on.hours(1, 10)
    on.approve("jonas", signal)
    yield timedelta(days=on.rng.uniform(1, 6))
    return analyst, signal


type Kind = Callable[[Stage], Scene]

# (what happens, how often, days before today in which it begins: from, to)
PROGRAMME: tuple[tuple[Kind, int, float, float], ...] = (
    (blocked, 90, 58, 3),
    (from_the_police, 25, 58, 3),
    (observed, 12, 50, 4),
    (page, 22, 55, 2),
    (other_type, 18, 55, 3),
    (rejected, 10, 50, 2.5),
    (taken_back, 5, 40, 0.5),
    (withdrawn, 6, 50, 16),
    (upheld, 3, 45, 10),
    (lifted, 2, 40, 9),
    (disputed, 4, 16, 9),
    (parked, 3, 20, 9),
    (looked_into, 3, 40, 8),
    (coalition_rule, 1, 30, 29),
    (override, 1, 0.9, 0.8),
    (lead, 26, 55, 3.5),
    (named_only, 2, 20, 2),
    (supported, 8, 5, 1.5),
    (half_way, 7, 3, 1),
    (waiting, 9, 3, 0.1),
    (claimed, 3, 0.055, 0.05),
)
