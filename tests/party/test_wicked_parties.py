"""What the three parties must have in common, and what each must have of its own; who differs ends the round by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from skyddsnat.mpc.identity import new_identity
from skyddsnat.protocols.benchmark import statement
from skyddsnat.protocols.benchmark.field import P
from skyddsnat.protocols.benchmark.statement import Kind, SignedStatement
from tests.party.conftest import ROUND, Site
from tests.rounds import PARTIES, plain_result, signing_key


def changed(said: SignedStatement, **body: Any) -> SignedStatement:
    """The same party says something else."""
    other = replace(said.statement, body={**said.statement.body, **body})
    return statement.sign(other, signing_key(PARTIES[other.party]))


def instead(site: Site, kind: Kind, index: int, **body: Any) -> None:
    """Let a party have said something else to the hub from the beginning, in the hub's memory and its own."""
    honest = site.round.take

    def take(said: SignedStatement) -> int:
        if said.statement.kind is kind and said.statement.party == index:
            said = changed(said, **body)
        return honest(said)

    site.round.take = take  # type: ignore[method-assign]


def code(site: Site) -> str:
    """With what the round ended at party 0."""
    return site.over().removeprefix("aborted:")


def test_two_programs_end_the_round(site: Site) -> None:
    instead(site, Kind.APPROVAL, 2, program="0.0.1+other")
    site.turn()
    site.approve()
    site.turn()
    assert site.round.state == "approved"
    site.turn(0)
    assert code(site) == "version_mismatch"
    programs = site.round.statements[Kind.ABORTED][0].statement.body["detail"]["programs"]
    assert programs[2] == "0.0.1+other"
    assert programs[0] == programs[1] != programs[2]


def test_a_program_that_was_changed_after_the_approval_ends_the_round(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.to_open()
    monkeypatch.setattr("skyddsnat.party.course.approving.program", lambda: "9.9.9+newer")
    site.turn(0)
    assert code(site) == "version_mismatch"


def test_a_certificate_in_another_partys_name_ends_the_round(site: Site) -> None:
    site.turn()
    site.approve()
    instead(site, Kind.APPROVAL, 2, certificate=new_identity(1, now=site.clock())[0])
    site.turn()
    site.turn(0)
    assert code(site) == "peer_identity"
    assert site.round.statements[Kind.ABORTED][0].statement.body["detail"] == {
        "party": 2,
        "certificate": "in another name",
    }


@pytest.mark.parametrize("what", ["round_key", "address", "certificate"])
def test_what_two_parties_share_ends_the_round(site: Site, what: str) -> None:
    site.turn()
    site.approve()
    site.turn(1)
    instead(site, Kind.APPROVAL, 2, **{what: site.round.statements[Kind.APPROVAL][1].statement.body[what]})
    site.turn(0, 2)
    site.turn(0)
    assert code(site) == "peer_identity"


def test_unequal_roots_end_the_round(site: Site) -> None:
    site.to_closed()
    instead(site, Kind.ROOT, 2, root="ab" * 32)
    site.turn()
    site.turn(0)
    assert code(site) == "root_mismatch"
    assert site.means(0).store.used_root(ROUND) is None


def test_unequal_verdicts_end_the_round_and_nothing_is_computed(site: Site) -> None:
    site.to_computing()
    site.meeting.verdicts[2] = {
        "accepted": site.meeting.verdicts[0]["accepted"][1:],
        "rejected": [{"member": site.meeting.verdicts[0]["accepted"][0], "reason": "not_bits"}],
    }
    site.run(lambda: site.over(0).startswith("aborted"))
    assert code(site) in {"verdict_mismatch", "hub"}
    assert site.meeting.done == 0
    assert Kind.OUTPUT not in site.round.statements


def test_a_verdict_about_others_than_those_that_handed_in_is_not_said(site: Site) -> None:
    site.to_computing()
    site.meeting.verdicts[0] = {"accepted": [*site.meeting.verdicts[0]["accepted"], "zeta"], "rejected": []}
    site.run(lambda: site.kept(0).faults > 0)
    assert 0 not in site.round.statements.get(Kind.VERDICT, {})


def test_a_false_output_share_ends_the_round_and_nothing_is_handed_out(site: Site) -> None:
    site.to_computing()
    honest = site.round.take

    def take(said: SignedStatement) -> int:
        if said.statement.kind is Kind.OUTPUT and said.statement.party == 2:
            opened = dict(said.statement.body["opened"])
            name = next(name for name in opened if name.endswith("/median"))
            opened[name] = str((int(opened[name]) + 1) % P)
            said = changed(said, opened=opened)
        return honest(said)

    site.round.take = take  # type: ignore[method-assign]
    site.run(lambda: site.over(0).startswith("aborted"))
    assert code(site) in {"output_inconsistent", "hub"}
    assert Kind.POSITIONS not in site.round.statements
    assert site.means(0).store.get(ROUND).attempts == 1


def test_a_rejected_member_is_named_and_gets_no_position(site: Site) -> None:
    others = {member: row for member, row in site.values.items() if member != "gamma"}
    site.meeting.plain = plain_result(site.spec, others)
    verdict = {"accepted": sorted(others), "rejected": [{"member": "gamma", "reason": "out_of_range"}]}
    site.meeting.verdicts = [verdict] * 3
    site.to_computing()
    site.run(lambda: site.round.state == "archived")
    assert site.round.statements[Kind.VERDICT][0].statement.body["rejected"] == verdict["rejected"]
    assert sorted(site.round.statements[Kind.POSITIONS][0].statement.body["sealed"]) == sorted(
        site.meeting.plain.private
    )


def test_shares_for_a_member_that_was_left_out_are_not_taken(site: Site) -> None:
    verdict = {
        "accepted": ["alfa", "beta", "delta", "epsilon"],
        "rejected": [{"member": "gamma", "reason": "not_bits"}],
    }
    site.meeting.verdicts = [verdict] * 3
    site.to_computing()
    site.run(lambda: site.kept(0).faults > 0)
    assert Kind.OUTPUT not in site.round.statements
