"""The short way to what has changed in a zone gives the same as comparing the whole zones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.agent.publish import zone_changes
from skyddsnat.agent.state.zones import ZoneRole, ZoneRow
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz import Action, Canary, Policy, changes_between

names = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join)
compiled = st.dictionaries(names, st.sampled_from(Scope), max_size=12).map(
    lambda scopes: frozenset(Listed(name, scope) for name, scope in scopes.items())
)
policies = st.sampled_from([Policy(), Policy(action=Action.PAGE, ipv4=IPv4Address("192.0.2.80"))])

ROW = ZoneRow(
    role=ZoneRole.HOT,
    zone="hot.example",
    entries=frozenset(),
    policy=Policy(),
    canary=Canary("c1", "canary.hot.example"),
    serial=1,
    file_sha256="",
    published_at=datetime(2026, 11, 24, tzinfo=UTC),
)


@given(st.lists(compiled, min_size=4, max_size=4), policies, policies)
def test_the_short_way_equals_the_long_way(
    sets: list[frozenset[Listed]], old_policy: Policy, new_policy: Policy
) -> None:
    before, after, passed, passes = sets
    old = replace(ROW, entries=before, passed=passed, policy=old_policy)
    new = replace(ROW, entries=after, passed=passes, policy=new_policy, canary=Canary("c2", "canary.hot.example"))
    assert zone_changes(old, new) == changes_between(old.records, new.records)
