"""How long it takes from a judgement to the resolver: measured, kept as a figure, not judged."""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Callable

import pytest

from skyddsnat.demo.story.blocked import approve
from skyddsnat.demo.story.browser import Browser
from skyddsnat.demo.story.teller import seconds_until
from tests.figures import figure
from tests.journeys.coalition import RunningDemo

pytestmark = pytest.mark.servers

ROUNDS = 5


def test_a_second_approval_blocks_and_a_withdrawal_lifts(demo: RunningDemo) -> None:
    sofia, jonas = demo.one_click("sofia"), demo.one_click("jonas")
    blocked, lifted = [], []
    for _ in range(ROUNDS):
        name = f"matning-{secrets.token_hex(4)}.test"
        signal = handed_in(demo, name)
        approve(sofia, signal)
        stopped = measured(
            lambda signal=signal: approve(jonas, signal), lambda name=name: demo.is_stopped(f"www.{name}")
        )
        blocked.append(stopped)
        resolves = measured(
            lambda signal=signal: withdraw(jonas, signal), lambda name=name: not demo.is_stopped(f"www.{name}")
        )
        lifted.append(resolves)
    for what, seconds in (("approval_to_blocked", blocked), ("withdrawal_to_lifted", lifted)):
        figure(
            f"latency.{what}", median_s=round(statistics.median(seconds), 2), worst_s=round(max(seconds), 2), of=ROUNDS
        )


def handed_in(demo: RunningDemo, name: str) -> str:
    """A whole domain, handed in by Alfa's machine; its id."""
    inbox = demo.member("alfa")["inbox"]
    demo.machine("alfa").submit(inbox, f"[domain-name:value = '{name}']", scope="subdomains")
    return demo.signal_id(name)


def withdraw(person: Browser, signal: str) -> None:
    """Take the verdict back on the signal's page."""
    person.send(person.get(f"/signals/{signal}/"), "/withdraw/", reason="gone")


def measured(act: Callable[[], object], done: Callable[[], bool]) -> float:
    """Seconds from before the act until it shows."""
    began = time.monotonic()
    act()
    seconds_until(done, what="seen at the resolver", limit=60)
    return time.monotonic() - began
