"""How long it takes from a judgement to the resolver: measured, printed at the end of the run, not judged."""

from __future__ import annotations

import secrets
import time

import pytest

from skyddsnat.demo.story.blocked import approve
from skyddsnat.demo.story.teller import seconds_until
from tests.journeys.coalition import RunningDemo
from tests.journeys.conftest import record_seconds

pytestmark = pytest.mark.servers

ROUNDS = 5


def test_a_second_approval_blocks_and_a_withdrawal_lifts(demo: RunningDemo) -> None:
    sofia, jonas = demo.one_click("sofia"), demo.one_click("jonas")
    for _ in range(ROUNDS):
        name = f"matning-{secrets.token_hex(4)}.test"
        demo.machine("alfa").submit(demo.member("alfa")["inbox"], f"[domain-name:value = '{name}']", scope="subdomains")
        signal = demo.signal_id(name)
        approve(sofia, signal)
        began = time.monotonic()
        approve(jonas, signal)
        seconds_until(lambda: demo.is_stopped(f"www.{name}"), what="stopped", limit=60)
        record_seconds("second approval to blocked in Unbound", time.monotonic() - began)

        page = jonas.get(f"/signals/{signal}/")
        began = time.monotonic()
        jonas.send(page, "/withdraw/", reason="gone")
        seconds_until(lambda: not demo.is_stopped(f"www.{name}"), what="lifted", limit=60)
        record_seconds("withdrawal to lifted in Unbound", time.monotonic() - began)
