"""Attempts at the computation, until this party's output is stored and signed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from skyddsnat.mpc.sealing import seal_position
from skyddsnat.party.computing import Attempt
from skyddsnat.party.course.standing import Standing
from skyddsnat.party.errors import Aborting, HubError, Refused, TryAgain
from skyddsnat.party.evidence import Evidence
from skyddsnat.party.listing import Listing
from skyddsnat.policy.benchmark.states import Abort
from skyddsnat.protocols.benchmark import canonical, envelope, statement
from skyddsnat.protocols.benchmark.statement import Kind

log = logging.getLogger("skyddsnat.party")


def compute(standing: Standing, found: Evidence, listing: Listing) -> bool:
    """Until this party's output is stored and signed.  False when it is not so far yet."""
    if standing.means.vault.shares(standing.id) is None:
        runs = found.all(Kind.RUN)
        if runs is None:
            standing.wait(found, Kind.RUN)
            return False
        if any(each.statement.body["root"] != listing.root for each in runs):
            raise Aborting(Abort.ROOT_MISMATCH, {"runs": [each.statement.body["root"] for each in runs]})
        if found.said(Kind.OUTPUT) and standing.means.vault.pending(standing.id) is not None:
            standing.means.vault.commit(standing.id)  # another has said its shares: so all three had stored theirs
            standing.means.journal.write("computed", round=standing.id, attempt=standing.kept.attempts, facts={})
        elif not _try(standing, found, listing):
            return False
    _sign_output(standing)
    return True


def _try(standing: Standing, found: Evidence, listing: Listing) -> bool:
    """One attempt."""
    standing.wait(found, Kind.OUTPUT)
    if not standing.means.may_try(standing.id):
        return False
    number = standing.means.store.count_attempt(standing.id)
    log.info("round %s: attempt %d begins", standing.id, number)
    attempt = Attempt(
        specification=standing.spec,
        members=listing.members,
        job=_job(standing, found, listing),
        limits=standing.means.config.limits,
        vault=standing.means.vault,
        start=standing.means.start,
        say_verdict=lambda body: _say_verdict(standing, body),
        look=standing.look,
        stop=standing.means.stop,
        poll_seconds=standing.means.config.hub.poll_seconds,
    )
    try:
        facts = attempt.run()
    except TryAgain as failure:
        _failed(standing, failure, number)
        return False
    standing.means.journal.write("computed", round=standing.id, attempt=number, facts=facts)
    log.info("round %s: computed at attempt %d", standing.id, number)
    return True


def _failed(standing: Standing, failure: TryAgain, number: int) -> None:
    log.warning("round %s: attempt %d came to nothing (%s)", standing.id, number, failure.cause)
    standing.means.journal.write("attempt_failed", round=standing.id, attempt=number, cause=failure.cause)
    if failure.own_fault and standing.means.store.count_fault(standing.id) >= standing.means.config.limits.attempts:
        code = Abort.PEER_IDENTITY if failure.cause == Abort.PEER_IDENTITY else Abort.TIME_LIMIT
        raise Aborting(code, {"cause": failure.cause, "attempts": number})
    standing.means.pause(standing.id, number)


def _job(standing: Standing, found: Evidence, listing: Listing) -> Mapping[str, Any]:
    """What the worker is given: this round's keys and ciphertexts, and nothing that outlives the round."""
    keys = standing.means.vault.keys(standing.id)
    approvals, verdicts = found.all(Kind.APPROVAL), found.all(Kind.VERDICT)
    if keys is None or approvals is None:
        raise Refused("forgotten", f"the keys of {standing.id} are gone from this party's disk")
    bodies = [each.statement.body for each in approvals]
    agreed = verdicts is not None and statement.agree(verdicts)
    return {
        "party": standing.index,
        "spec": canonical.loads(standing.kept.spec),
        "addresses": [body["address"] for body in bodies],
        "certificates": [body["certificate"] for body in bodies],
        "tls_key": keys.tls_key,
        "sealed": standing.means.vault.sealed(standing.id),
        "envelopes": {each.envelope.member: each.envelope.document() for each in listing.submissions},
        "round_key": keys.round_key,
        "limits": {
            "connect_seconds": standing.means.config.limits.connect_seconds,
            "wall_seconds": standing.means.config.limits.wall_seconds,
        },
        "listen": standing.means.config.listen,
        # Only one that all three have said: a party that knew less would wait for proofs that the others skip.
        "verdict": dict(verdicts[standing.index].statement.body) if verdicts and agreed else None,
    }


def _say_verdict(standing: Standing, body: Mapping[str, Any]) -> None:
    said = standing.remember(Kind.VERDICT, body)
    if said.statement.body != body:
        raise Aborting(Abort.VERDICT_MISMATCH, {"party": standing.index, "between": "two attempts"})
    try:
        standing.say(standing.look(), Kind.VERDICT)
    except HubError as error:
        log.warning("round %s: the verdict waits: %s", standing.id, error)


def _sign_output(standing: Standing) -> None:
    """Sign the shares, seal each member's own position to it, and take the shares themselves off the disk."""
    shares = standing.means.vault.shares(standing.id)
    if shares is None:
        raise Refused("forgotten", f"the shares of {standing.id} are gone from this party's disk")
    sealed = {
        member: envelope.base64_text(
            seal_position(
                standing.spec,
                {name: int(share) for name, share in names.items()},
                member=member,
                party=standing.index,
            )
        )
        for member, names in shares["private"].items()
    }
    with standing.means.store.transaction():
        standing.remember(Kind.OUTPUT, {"opened": shares["opened"]})
        standing.remember(Kind.POSITIONS, {"sealed": sealed})
    standing.means.vault.forget_shares(standing.id)
