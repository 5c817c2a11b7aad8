"""Takes rounds in from the hub: a new specification waits for a person; a round that goes wrong is ended by name."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from skyddsnat.party.client import Listed
from skyddsnat.party.course.ending import finish
from skyddsnat.party.course.proceeding import proceed
from skyddsnat.party.course.standing import Standing
from skyddsnat.party.errors import Aborting, Refused
from skyddsnat.party.means import Means
from skyddsnat.party.store import Decision, Kept
from skyddsnat.policy.benchmark.states import Abort, RoundState
from skyddsnat.protocols.benchmark import spec_reader
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.benchmark.statement import Kind

log = logging.getLogger("skyddsnat.party")


@dataclass(frozen=True, slots=True)
class Conductor:
    """Conducts rounds for this party.  approve_all: approve unseen, for the demo alone."""

    means: Means
    approve_all: bool = False

    def step(self, listed: Listed) -> None:
        """Do what is next in a round.  Raises Refused (nothing is done, the round waits) and HubError."""
        try:
            kept = self._meet(listed)
            if kept.decision is not Decision.WAITING:
                proceed(Standing(self.means, kept, listed))
        except Aborting as why:
            self._abort(listed, why)

    def _meet(self, listed: Listed) -> Kept:
        """The round as it is remembered; a specification that is new is kept for a person to look at."""
        kept = self.means.store.find(listed.id)
        if kept is not None and kept.sha256 != listed.spec:
            self._check_replaced(kept, listed)
        if kept is None or kept.sha256 != listed.spec:
            self._take_specification(listed)
        self.means.store.see_state(listed.id, listed.state)
        kept = self.means.store.get(listed.id)
        if kept.decision is Decision.WAITING and self.approve_all:
            self.means.store.decide(
                listed.id, Decision.APPROVED, sha256=kept.sha256, by="--approve-all", at=self.means.clock()
            )
            kept = self.means.store.get(listed.id)
        return kept

    def _check_replaced(self, kept: Kept, listed: Listed) -> None:
        """A draft may be replaced, and is approved anew; what is agreed may not.  Raises Aborting(specification), Refused."""
        if kept.decision is not Decision.APPROVED or (listed.state == RoundState.DRAFT and not kept.began):
            return
        if kept.over:
            raise Refused(
                "second_run", f"{listed.id} is over here, and the hub shows it again with another specification"
            )
        raise Aborting(Abort.SPECIFICATION, {"approved": kept.sha256, "offered": listed.spec})

    def _take_specification(self, listed: Listed) -> None:
        raw = self.means.client.specification(listed.id)
        try:
            specification = spec_reader.read(raw)
        except BadRound as fault:
            raise Refused(fault.code, f"the specification of {listed.id}: {fault.message}") from None
        if specification.round != listed.id or specification.sha256 != listed.spec:
            raise Refused("other_specification", f"the hub lists {listed.id} with another specification than it serves")
        self._check_parties(specification)
        self.means.vault.destroy(listed.id)  # keys of a draft that was replaced
        self.means.store.meet(listed.id, raw, listed.spec, hub_state=listed.state, at=self.means.clock())
        self.means.journal.write("specification_seen", round=listed.id, spec=listed.spec)
        log.info("round %s waits for a person to approve it (specification %s)", listed.id, listed.spec[:12])

    def _check_parties(self, specification: Specification) -> None:
        """This party is in its place with its own key, and the two others with those that are pinned here."""
        own, pinned = self.means.config.id, self.means.config.peers
        if own not in {party.id for party in specification.parties}:
            raise Refused("not_our_round", f"{specification.round} does not name {own}")
        for party in specification.parties:
            if party.id == own:
                if party.signing_key != self.means.identity.public:
                    raise Refused(
                        "not_our_round", f"{specification.round} names another key for {own} than this party's"
                    )
            elif pinned and party.id not in pinned:
                raise Refused("unknown_party", f"{specification.round} names {party.id}, which has no [[peer]] here")
            elif pinned and pinned[party.id] != party.signing_key:
                raise Refused(
                    "unknown_party", f"{specification.round} names another key for {party.id} than the pinned one"
                )

    def _abort(self, listed: Listed, why: Aborting) -> None:
        """Say that the round is over, and why; from here on nothing is computed in it."""
        kept = self.means.store.get(listed.id)
        standing = Standing(self.means, kept, listed)
        standing.remember(Kind.ABORTED, {"code": why.code.value, "detail": why.detail})
        self.means.store.end(listed.id, f"aborted:{why.code}")
        self.means.journal.write("aborted", round=listed.id, code=why.code.value, detail=why.detail)
        log.error("round %s is aborted: %s", listed.id, why.code)
        finish(standing, None)
