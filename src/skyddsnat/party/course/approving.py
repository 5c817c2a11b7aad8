"""Before the deadline: a person's yes or no is said, and the three approvals are looked at."""

from __future__ import annotations

from skyddsnat.party import round_keys
from skyddsnat.party.course.ending import finish
from skyddsnat.party.course.standing import Standing
from skyddsnat.party.errors import Aborting, Refused
from skyddsnat.party.evidence import Evidence
from skyddsnat.party.program import program
from skyddsnat.policy.benchmark.states import Abort, RoundState
from skyddsnat.protocols.benchmark import statement
from skyddsnat.protocols.benchmark.statement import Kind


def approve(standing: Standing) -> None:
    """Make the round's keys, and say that we take part.  The keys are on the disk before their public halves are known."""
    if standing.means.store.statement(standing.id, Kind.APPROVAL) is None:
        keys = standing.means.vault.keys(standing.id)
        if keys is None:
            keys = round_keys.make(standing.index, now=standing.means.clock())
            standing.means.vault.keep_keys(standing.id, keys)
        body = {
            "round_key": keys.public,
            "certificate": keys.certificate,
            "address": standing.means.config.address,
            "program": program(),
        }
        standing.remember(Kind.APPROVAL, body)
        standing.means.journal.write(
            "approval", round=standing.id, spec=standing.kept.sha256, by=standing.kept.decided_by
        )
    if standing.listed.state == RoundState.DRAFT and Kind.APPROVAL in standing.listed.wanted:
        standing.hand_in(Kind.APPROVAL)


def decline(standing: Standing) -> None:
    """A person does not want it: said under the party's signature, which ends the round for all."""
    if standing.means.store.statement(standing.id, Kind.ABORTED) is None:
        standing.remember(Kind.ABORTED, {"code": Abort.WITHDRAWN.value, "detail": {"declined": True}})
        standing.means.store.end(standing.id, "declined")
    finish(standing, None)


def check_approvals(standing: Standing, found: Evidence) -> None:
    """The three run the same program, and each has keys of its own.  Raises Aborting(version_mismatch | peer_identity)."""
    said = found.all(Kind.APPROVAL)
    if said is None:
        raise Refused("malformed", f"the hub has taken {standing.id} on without the approval of all three parties")
    bodies = [each.statement.body for each in said]
    if not statement.agree(said):
        raise Aborting(Abort.VERSION_MISMATCH, {"programs": [body["program"] for body in bodies]})
    if bodies[standing.index]["program"] != program():
        raise Aborting(Abort.VERSION_MISMATCH, {"approved": bodies[standing.index]["program"], "installed": program()})
    for what in ("round_key", "certificate", "address"):
        if len({body[what] for body in bodies}) != len(bodies):
            raise Aborting(Abort.PEER_IDENTITY, {"shared": what})
    for index, body in enumerate(bodies):
        try:
            round_keys.check_certificate(body["certificate"], index, now=standing.means.clock())
        except ValueError as fault:
            raise Aborting(Abort.PEER_IDENTITY, {"party": index, "certificate": str(fault)[:80]}) from None
