"""How long it takes from a judgement to the resolver: measured, printed at the end of the run, not judged."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import pytest

from skyddsnat.demo.story.blocked import approve
from skyddsnat.demo.story.browser import Browser
from skyddsnat.demo.story.teller import seconds_until
from tests.journeys.coalition import RunningDemo
from tests.journeys.conftest import record_seconds

pytestmark = pytest.mark.servers

ROUNDS = 5


def test_a_second_approval_blocks_and_a_withdrawal_lifts(demo: RunningDemo) -> None:
    sofia, jonas = demo.one_click("sofia"), demo.one_click("jonas")
    for _ in range(ROUNDS):
        name = f"matning-{secrets.token_hex(4)}.test"
        signal = handed_in(demo, name)
        approve(sofia, signal)
        stopped = measured(
            lambda signal=signal: approve(jonas, signal), lambda name=name: demo.is_stopped(f"www.{name}")
        )
        record_seconds("second approval to blocked in Unbound", stopped)
        lifted = measured(
            lambda signal=signal: withdraw(jonas, signal), lambda name=name: not demo.is_stopped(f"www.{name}")
        )
        record_seconds("withdrawal to lifted in Unbound", lifted)


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
