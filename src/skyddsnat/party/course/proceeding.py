"""What is next in a round."""

from __future__ import annotations

from typing import Final

from skyddsnat.party.course.approving import approve, check_approvals, decline
from skyddsnat.party.course.attempting import compute
from skyddsnat.party.course.ending import end, finish, release
from skyddsnat.party.course.rooting import sign_root, store_root
from skyddsnat.party.course.standing import Standing
from skyddsnat.party.evidence import Evidence
from skyddsnat.party.store import Decision
from skyddsnat.policy.benchmark.states import RoundState
from skyddsnat.protocols.benchmark.statement import Kind

BEFORE_CLOSING: Final = frozenset({RoundState.APPROVED, RoundState.OPEN})


def proceed(standing: Standing) -> None:
    """The next thing.  Raises Aborting, Refused, HubError."""
    state = standing.listed.state
    if standing.kept.decision is Decision.DECLINED:
        decline(standing)
        return
    if standing.kept.over:
        standing.means.vault.destroy(standing.id)
        if state == RoundState.ARCHIVED:
            return
        finish(standing, None if state == RoundState.DRAFT else standing.look())
        return
    approve(standing)
    if state == RoundState.DRAFT:
        return
    found = standing.look()
    if found.aborted() or state == RoundState.ABORTED:
        end(standing, found)
        return
    check_approvals(standing, found)
    if state in BEFORE_CLOSING:
        standing.wait(found, Kind.APPROVAL, whom="hub")
        return
    _compute_and_say(standing, found)


def _compute_and_say(standing: Standing, found: Evidence) -> None:
    """From the closed list to the result."""
    if standing.means.store.statement(standing.id, Kind.OUTPUT) is None:
        listing = sign_root(standing, found)
        if not store_root(standing, found, listing):
            return
        if not compute(standing, found, listing):
            return
    standing.say(found, Kind.OUTPUT)
    release(standing, found)
