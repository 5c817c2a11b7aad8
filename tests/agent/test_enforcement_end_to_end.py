"""From the feed to a real resolver's answer, and back."""

from __future__ import annotations

import pytest

from skyddsnat.agent.enforce import Outcome
from tests.agent.conftest import Site
from tests.servers.unbound import ANSWERED, STOPPED

pytestmark = pytest.mark.servers


def test_a_verified_name_stops_and_a_withdrawn_one_resolves_again(dns_site: Site) -> None:
    agent, unbound = dns_site.agent(), dns_site.unbound
    assert unbound is not None
    assert unbound.look_up("www.bad.test") == ANSWERED
    listed = dns_site.hub.verify("bad.test")
    agent.pull()
    step = agent.step()
    assert step.outcome is Outcome.PUBLISHED
    assert step.published is not None
    checks = agent.prove(step.published, wait_seconds=5)
    assert [check.ok for check in checks] == [True]
    assert unbound.look_up("www.bad.test") == STOPPED
    assert unbound.look_up("bad.test") == STOPPED
    assert unbound.look_up("www.lawful.test") == ANSWERED
    dns_site.hub.withdraw(listed)
    agent.pull()
    agent.step()
    unbound.await_state("www.bad.test", ANSWERED)
    assert unbound.look_up("bad.test") == ANSWERED
