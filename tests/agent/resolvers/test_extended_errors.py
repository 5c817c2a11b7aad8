"""Why a look-up was stopped, as each resolver tells it (RFC 8914) with what `init` writes: docs/operator/stop-page.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyddsnat.agent.resolvers.kinds import ResolverKind
from tests.agent.resolvers.conftest import ALL, running_site, take

pytestmark = pytest.mark.servers

BLOCKED, FORGED = 15, 4


def test_each_that_can_tells_that_the_operator_has_blocked_the_name(tmp_path: Path) -> None:
    with running_site(tmp_path, *ALL) as site:
        site.hub.verify("bad.test")
        take(site.agent())
        told = {one.kind: one.extended_errors("www.bad.test") for one in site.others}
        assert {kind: [code for code, _ in errors] for kind, errors in told.items()} == {
            ResolverKind.BIND: [BLOCKED],
            ResolverKind.UNBOUND: [],
            ResolverKind.POWERDNS: [BLOCKED],
            ResolverKind.KNOT_RESOLVER: [BLOCKED],
        }
        assert told[ResolverKind.POWERDNS] == [(BLOCKED, "Blocked by operator policy")], "the operator's own words"
        assert [one.extended_errors("www.lawful.test") for one in site.others] == [[], [], [], []]

        site.configure(action='"page"', page_ipv4='"192.0.2.80"')
        take(site.agent())
        told = {one.kind: one.extended_errors("shop.bad.test") for one in site.others}
        assert [code for code, _ in told[ResolverKind.KNOT_RESOLVER]] == [FORGED]
        assert [code for code, _ in told[ResolverKind.BIND]] == [BLOCKED]
        assert told[ResolverKind.POWERDNS] == [(BLOCKED, "Blocked by operator policy")]
