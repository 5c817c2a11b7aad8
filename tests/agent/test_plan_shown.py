"""`plan` as a person reads it: every guard with what it found and allows, and each change; names only where asked for."""

from __future__ import annotations

import pytest

from skyddsnat.cli.agent_plan import GUARDS
from skyddsnat.policy.agent_guards import FEED_REASONS, Check, Reason
from tests.agent.conftest import Site
from tests.agent.test_commands import command, facts

FEED_ALONE = set(Reason) - set(GUARDS)


@pytest.fixture
def planned(site: Site) -> Site:
    goes = site.hub.verify("goes.test")
    site.hub.verify("wider.test", scope="exact")
    site.hub.verify("child.above.test")
    command(site, "pull")
    command(site, "publish")
    site.hub.withdraw(goes)
    site.hub.verify("wider.test")
    site.hub.verify("above.test")
    for number in range(12):
        site.hub.verify(f"plain{number}.example")
    site.hub.verify("alfa-operator.test")
    command(site, "pull")
    return site


def test_every_guard_stands_there_with_what_it_found_and_allows(planned: Site) -> None:
    told = facts(command(planned, "plan", "--json"))
    guards = {guard["reason"]: (guard["found"], guard["allowed"], guard["ok"]) for guard in told["guards"]}
    assert guards["too_many_additions"] == (15, 50, True)
    assert guards["too_many_in_a_day"] == (18, 500, True)
    assert guards["too_many_removals"] == (1, 20, True)
    assert guards["protected_name"] == (1, 0, False)
    assert guards["stale_head"][1:] == (3600, True)
    assert told["touches"] == [{"name": "alfa-operator.test", "why": "member_own", "entries": 1}]
    assert {Reason(reason) for reason in guards} == set(GUARDS) - {Reason.ROLLED_BACK, Reason.LAWFUL_NAME_STOPPED}


def test_the_changes_are_told_by_kind_and_masked(planned: Site) -> None:
    told = facts(command(planned, "plan", "--json"))
    assert told["changes"] == {"added": 14, "removed": 1, "widened": 1, "narrowed": 0, "taken_in": 1, "split_off": 0}
    shown = command(planned, "plan").stdout
    for line in (
        "would be held",
        "an entry touches a protected name",
        "protected: alfa-operator.test (member own)",
        "+ 12 × p•••••.example",
        "was this name alone",
        "still blocked by the domain above",
    ):
        assert line in shown
    assert "plain1" not in shown
    assert "goes.test" not in shown
    full = command(planned, "plan", "--names").stdout
    assert "+ plain11.example" in full
    assert "- goes.test" in full
    assert "×" not in full


def test_each_guard_of_a_step_has_words_and_the_others_are_of_the_feed() -> None:
    assert (FEED_REASONS | {Reason.LOG_CONTRADICTED}) - {Reason.STALE_HEAD} == FEED_ALONE
    assert Check(reason=Reason.TOO_MANY_ADDITIONS, found=50, allowed=50).tripped is False


def test_only_those_who_are_named_approve_where_agent_toml_names_them(planned: Site) -> None:
    planned.configure(approvers='["Astrid Ek", "Bo Lind"]')
    command(planned, "publish")
    version = facts(command(planned, "status", "--json"))["held_version"]
    refused = command(planned, "approve", version, "--by", "Somebody Else")
    assert refused.exit_code == 2
    assert "approvers" in refused.stderr
    assert command(planned, "approve", version, "--by", "astrid  ek").exit_code == 3
    assert command(planned, "approve", version, "--by", "Bo Lind").exit_code in {0, 1}
    assert facts(command(planned, "status", "--json"))["held_version"] is None


@pytest.mark.parametrize("names", ['["Astrid Ek"]', '["Astrid Ek", "astrid  ek"]', '["Astrid Ek", "42"]'])
def test_approvers_are_two_people_or_more(site: Site, names: str) -> None:
    site.configure(approvers=names)
    refused = command(site, "status")
    assert refused.exit_code == 2
    assert "it takes two" in refused.stderr
