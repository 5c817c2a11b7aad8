"""A party's part in one round, step by step.  Each step looks at the evidence, does what is next, and may be repeated.

What is said is stored before it is sent, so that a crash at any point says nothing twice and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from skyddsnat.mpc.sealing import seal_position
from skyddsnat.party import listing as listing_of
from skyddsnat.party import round_keys
from skyddsnat.party.client import Listed
from skyddsnat.party.computing import Attempt
from skyddsnat.party.errors import Aborting, HubError, Refused, TryAgain
from skyddsnat.party.evidence import Evidence
from skyddsnat.party.listing import Listing
from skyddsnat.party.means import Means
from skyddsnat.party.program import program
from skyddsnat.party.store import Decision, Kept
from skyddsnat.policy.benchmark.states import Abort, RoundState
from skyddsnat.protocols.benchmark import canonical, envelope, release, spec_reader, statement
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.statement import Kind, SignedStatement, Statement

log = logging.getLogger("skyddsnat.party")

_S = RoundState
BEFORE_CLOSING: Final = frozenset({_S.APPROVED, _S.OPEN})
FINISHED: Final = frozenset({_S.RELEASED, _S.ARCHIVED})
FORGOTTEN: Final = ("round_key", "tls_key", "sealed", "shares")
RELEASED: Final = "released"


class Course:
    """A round as one step sees it."""

    def __init__(self, means: Means, kept: Kept, listed: Listed) -> None:
        self._m = means
        self._kept = kept
        self._id = kept.round
        self._listed = listed
        self._spec = spec_reader.read(kept.spec)
        self._index = next(party.index for party in self._spec.parties if party.id == means.config.id)

    def proceed(self) -> None:
        """The next thing.  Raises Aborting, Refused, HubError."""
        state = self._listed.state
        if self._kept.decision is Decision.DECLINED:
            self._decline()
            return
        if self._kept.over:
            self._m.vault.destroy(self._id)
            if state == _S.ARCHIVED:
                return
            self.finish(None if state == _S.DRAFT else self._look())
            return
        self._approve()
        if state == _S.DRAFT:
            return
        found = self._look()
        if found.aborted() or state == _S.ABORTED:
            self._end(found)
            return
        self._check_approvals(found)
        if state in BEFORE_CLOSING:
            self._wait(found, Kind.APPROVAL, whom="hub")
            return
        self._compute_and_say(found)

    def _compute_and_say(self, found: Evidence) -> None:
        """From the closed list to the result."""
        if self._m.store.statement(self._id, Kind.OUTPUT) is None:
            listing = self._sign_root(found)
            if not self._store_root(found, listing):
                return
            if not self._compute(found, listing):
                return
        self._say(found, Kind.OUTPUT)
        self._release(found)

    # ---- before the deadline

    def _approve(self) -> None:
        """Make the round's keys, and say that we take part.  The keys are on the disk before their public halves are known."""
        if self._m.store.statement(self._id, Kind.APPROVAL) is None:
            keys = self._m.vault.keys(self._id)
            if keys is None:
                keys = round_keys.make(self._index, now=self._m.clock())
                self._m.vault.keep_keys(self._id, keys)
            body = {
                "round_key": keys.public,
                "certificate": keys.certificate,
                "address": self._m.config.address,
                "program": program(),
            }
            self.remember(Kind.APPROVAL, body)
            self._m.journal.write("approval", round=self._id, spec=self._kept.sha256, by=self._kept.decided_by)
        if self._listed.state == _S.DRAFT and Kind.APPROVAL in self._listed.wanted:
            self._hand_in(Kind.APPROVAL)

    def _decline(self) -> None:
        """A person does not want it: said under the party's signature, which ends the round for all."""
        if self._m.store.statement(self._id, Kind.ABORTED) is None:
            self.remember(Kind.ABORTED, {"code": Abort.WITHDRAWN.value, "detail": {"declined": True}})
            self._m.store.end(self._id, "declined")
        self.finish(None)

    def _check_approvals(self, found: Evidence) -> None:
        """The three run the same program, and each has keys of its own.  Raises Aborting(version_mismatch | peer_identity)."""
        said = found.all(Kind.APPROVAL)
        if said is None:
            raise Refused("malformed", f"the hub has taken {self._id} on without the approval of all three parties")
        bodies = [each.statement.body for each in said]
        if not statement.agree(said):
            raise Aborting(Abort.VERSION_MISMATCH, {"programs": [body["program"] for body in bodies]})
        if bodies[self._index]["program"] != program():
            raise Aborting(Abort.VERSION_MISMATCH, {"approved": bodies[self._index]["program"], "installed": program()})
        for what in ("round_key", "certificate", "address"):
            if len({body[what] for body in bodies}) != len(bodies):
                raise Aborting(Abort.PEER_IDENTITY, {"shared": what})
        for index, body in enumerate(bodies):
            try:
                round_keys.check_certificate(body["certificate"], index, now=self._m.clock())
            except ValueError as fault:
                raise Aborting(Abort.PEER_IDENTITY, {"party": index, "certificate": str(fault)[:80]}) from None

    # ---- the list and its root

    def _sign_root(self, found: Evidence) -> Listing:
        """Recompute the list, keep this party's ciphertexts, sign the root.  A list that changes afterwards ends the round."""
        now = self._m.clock()
        if now < self._spec.deadline - self._m.config.limits.skew:
            raise Refused(
                "closed_early", f"{self._id} is closed before its deadline by this clock; members could be cut off"
            )
        self._m.store.see_list(self._id, at=now)
        listing = listing_of.read(self._m.client.submissions(self._id), self._spec)
        used, said = self._m.store.used_root(self._id), self._m.store.statement(self._id, Kind.ROOT)
        if used is not None and used != listing.root:
            raise Aborting(Abort.SECOND_RUN, {"used": used, "offered": listing.root})
        if said is not None and said.statement.body["root"] != listing.root:
            raise Aborting(Abort.ROOT_MISMATCH, {"signed": said.statement.body["root"], "offered": listing.root})
        missed = listing_of.left_out(found.objections, listing, self._spec, self._m.config.hub.log_keys)
        if missed is not None:
            raise Aborting(Abort.OBJECTION, {"member": missed})
        if self._m.vault.sealed(self._id) is None:
            body = self._m.client.sealed(self._id)
            self._m.vault.keep_sealed(self._id, listing_of.check_sealed(body, listing, party=self._index))
        if said is None:
            self.remember(Kind.ROOT, {"root": listing.root, "size": len(listing.submissions)})
        self._say(found, Kind.ROOT)
        return listing

    def _store_root(self, found: Evidence, listing: Listing) -> bool:
        """When the three roots are equal and no member objects: store it as used, for ever, and only then say so."""
        roots = found.all(Kind.ROOT)
        if roots is None:
            self._wait(found, Kind.ROOT)
            return False
        if not statement.agree(roots) or roots[0].statement.body["root"] != listing.root:
            raise Aborting(Abort.ROOT_MISMATCH, {"roots": [each.statement.body["root"] for each in roots]})
        if self._m.clock() < self._window_ends():
            return False
        if self._m.store.statement(self._id, Kind.RUN) is None:
            used = self._m.store.use_root(self._id, listing.root, at=self._m.clock())
            if used != listing.root:
                raise Aborting(Abort.SECOND_RUN, {"used": used, "offered": listing.root})
            self.remember(Kind.RUN, {"root": listing.root})
            self._m.journal.write("root_used", round=self._id, root=listing.root)
        self._say(found, Kind.RUN)
        return True

    def _window_ends(self) -> datetime:
        """Members may object until then, counted from when this party itself saw the list; it may not have seen any yet."""
        seen = self._m.store.get(self._id).list_seen_at or self._spec.deadline
        return max(seen, self._spec.deadline) + timedelta(seconds=self._spec.objection_seconds)

    # ---- the computation

    def _compute(self, found: Evidence, listing: Listing) -> bool:
        """Until this party's output is stored and signed.  False when it is not so far yet."""
        if self._m.vault.shares(self._id) is None:
            runs = found.all(Kind.RUN)
            if runs is None:
                self._wait(found, Kind.RUN)
                return False
            if any(each.statement.body["root"] != listing.root for each in runs):
                raise Aborting(Abort.ROOT_MISMATCH, {"runs": [each.statement.body["root"] for each in runs]})
            if found.said(Kind.OUTPUT) and self._m.vault.pending(self._id) is not None:
                self._m.vault.commit(self._id)  # another has said its shares: so all three had stored theirs
                self._m.journal.write("computed", round=self._id, attempt=self._kept.attempts, facts={})
            elif not self._try(found, listing):
                return False
        self._sign_output()
        return True

    def _try(self, found: Evidence, listing: Listing) -> bool:
        """One attempt."""
        self._wait(found, Kind.OUTPUT)
        if not self._m.may_try(self._id):
            return False
        number = self._m.store.count_attempt(self._id)
        log.info("round %s: attempt %d begins", self._id, number)
        attempt = Attempt(
            specification=self._spec,
            members=listing.members,
            job=self._job(found, listing),
            limits=self._m.config.limits,
            vault=self._m.vault,
            start=self._m.start,
            say_verdict=lambda body: self._say_verdict(body),
            look=self._look,
            stop=self._m.stop,
            poll_seconds=self._m.config.hub.poll_seconds,
        )
        try:
            facts = attempt.run()
        except TryAgain as failure:
            self._failed(failure, number)
            return False
        self._m.journal.write("computed", round=self._id, attempt=number, facts=facts)
        log.info("round %s: computed at attempt %d", self._id, number)
        return True

    def _failed(self, failure: TryAgain, number: int) -> None:
        log.warning("round %s: attempt %d came to nothing (%s)", self._id, number, failure.cause)
        self._m.journal.write("attempt_failed", round=self._id, attempt=number, cause=failure.cause)
        if failure.own_fault and self._m.store.count_fault(self._id) >= self._m.config.limits.attempts:
            code = Abort.PEER_IDENTITY if failure.cause == Abort.PEER_IDENTITY else Abort.TIME_LIMIT
            raise Aborting(code, {"cause": failure.cause, "attempts": number})
        self._m.pause(self._id, number)

    def _job(self, found: Evidence, listing: Listing) -> Mapping[str, Any]:
        """What the worker is given: this round's keys and ciphertexts, and nothing that outlives the round."""
        keys = self._m.vault.keys(self._id)
        approvals, verdicts = found.all(Kind.APPROVAL), found.all(Kind.VERDICT)
        if keys is None or approvals is None:
            raise Refused("forgotten", f"the keys of {self._id} are gone from this party's disk")
        bodies = [each.statement.body for each in approvals]
        agreed = verdicts is not None and statement.agree(verdicts)
        return {
            "party": self._index,
            "spec": canonical.loads(self._kept.spec),
            "addresses": [body["address"] for body in bodies],
            "certificates": [body["certificate"] for body in bodies],
            "tls_key": keys.tls_key,
            "sealed": self._m.vault.sealed(self._id),
            "envelopes": {each.envelope.member: each.envelope.document() for each in listing.submissions},
            "round_key": keys.round_key,
            "limits": {
                "connect_seconds": self._m.config.limits.connect_seconds,
                "wall_seconds": self._m.config.limits.wall_seconds,
            },
            "listen": self._m.config.listen,
            # Only one that all three have said: a party that knew less would wait for proofs that the others skip.
            "verdict": dict(verdicts[self._index].statement.body) if verdicts and agreed else None,
        }

    def _say_verdict(self, body: Mapping[str, Any]) -> None:
        said = self.remember(Kind.VERDICT, body)
        if said.statement.body != body:
            raise Aborting(Abort.VERDICT_MISMATCH, {"party": self._index, "between": "two attempts"})
        try:
            self._say(self._look(), Kind.VERDICT)
        except HubError as error:
            log.warning("round %s: the verdict waits: %s", self._id, error)

    def _sign_output(self) -> None:
        """Sign the shares, seal each member's own position to it, and take the shares themselves off the disk."""
        shares = self._m.vault.shares(self._id)
        if shares is None:
            raise Refused("forgotten", f"the shares of {self._id} are gone from this party's disk")
        sealed = {
            member: envelope.base64_text(
                seal_position(
                    self._spec,
                    {name: int(share) for name, share in names.items()},
                    member=member,
                    party=self._index,
                )
            )
            for member, names in shares["private"].items()
        }
        with self._m.store.transaction():
            self.remember(Kind.OUTPUT, {"opened": shares["opened"]})
            self.remember(Kind.POSITIONS, {"sealed": sealed})
        self._m.vault.forget_shares(self._id)

    # ---- the result

    def _release(self, found: Evidence) -> None:
        """Check the three outputs as anyone can; then hand out the positions, and forget."""
        outputs, verdicts = found.all(Kind.OUTPUT), found.all(Kind.VERDICT)
        if outputs is None or verdicts is None:
            self._wait(found, Kind.OUTPUT)
            return
        try:
            opened = [each.statement.body["opened"] for each in outputs]
            release.read(self._spec, verdicts[0].statement.body["accepted"], opened)
        except BadRound as fault:
            raise Aborting(Abort.OUTPUT_INCONSISTENT, {"fault": fault.code}) from None
        if self._listed.state not in FINISHED:
            return
        self._say(found, Kind.POSITIONS)
        self._m.store.end(self._id, RELEASED)
        self._m.journal.write("released", round=self._id)
        log.info("round %s is released", self._id)
        self.finish(found)

    def _end(self, found: Evidence) -> None:
        """Somebody else has ended the round."""
        said = found.aborted()
        code = said.statement.body["code"] if said else self._listed.abort or "hub"
        self._m.store.end(self._id, f"aborted:{code}")
        self._m.journal.write("ended", round=self._id, code=code, by=said.statement.party if said else "hub")
        log.error(
            "round %s was ended by %s: %s", self._id, f"party {said.statement.party}" if said else "the hub", code
        )
        self.finish(found)

    def finish(self, found: Evidence | None) -> None:
        """Destroy this round's secrets, and say so once the hub hears it.  Raises Refused for a round that comes back."""
        self._m.vault.destroy(self._id)
        over = self._m.store.get(self._id).over
        state = self._listed.state
        if state in {_S.RELEASED, _S.ABORTED}:
            if self._m.store.statement(self._id, Kind.DESTROYED) is None:
                self.remember(Kind.DESTROYED, {"what": list(FORGOTTEN)})
                self._m.journal.write("destroyed", round=self._id)
            self._say(found, Kind.DESTROYED)
        elif state != _S.ARCHIVED and over == RELEASED:
            raise Refused(
                "second_run", f"{self._id} was released, and the hub shows it as {state} again; it is never run twice"
            )
        elif state != _S.ARCHIVED and self._m.store.statement(self._id, Kind.ABORTED) is not None:
            self._say(found, Kind.ABORTED)

    # ---- what the steps share

    def _look(self) -> Evidence:
        """The transcript as it is now; our own statements in it must be those that we remember."""
        kept = self._m.store.get(self._id)
        found = self._m.transcripts.read(
            self._m.client.transcript(self._id), self._spec, entries=kept.entries, head=kept.head
        )
        for kind in Kind:
            heard = found.said(kind).get(self._index)
            known = self._m.store.statement(self._id, kind)
            if heard is not None and (known is None or known.document() != heard.document()):
                raise Refused(
                    "forgotten",
                    f"the transcript of {self._id} has a {kind} of this party that it does not remember: its folder was put "
                    "back from a backup, or its key is used elsewhere",
                )
        if (found.entries, found.head) != (kept.entries, kept.head):
            self._m.store.see_transcript(self._id, entries=found.entries, head=found.head)
        return found

    def remember(self, kind: Kind, body: Mapping[str, Any]) -> SignedStatement:
        """Sign a statement and store it; what was said before stays."""
        said = Statement(kind, self._id, self._spec.sha256, self._index, dict(body))
        return self._m.store.keep_statement(statement.sign(said, self._m.identity.key), at=self._m.clock())

    def _say(self, found: Evidence | None, kind: Kind) -> None:
        """Hand in what was stored, unless the transcript has it or, where it was not read, the hub does not want it."""
        has_it = (
            self._index in found.said(kind)
            if found is not None
            else self._listed.state == _S.ABORTED and (kind not in self._listed.wanted)
        )
        if not has_it:
            self._hand_in(kind)

    def _hand_in(self, kind: Kind) -> None:
        said = self._m.store.statement(self._id, kind)
        if said is not None:
            self._m.client.say(said)

    def _wait(self, found: Evidence, kind: Kind, *, whom: str = "") -> None:
        """Others are awaited, up to a point.  Raises Aborting(party_unavailable | time_limit)."""
        if self._m.clock() < self._window_ends() + self._m.config.limits.patience:
            return
        away = [party for party in found.missing(kind) if party != self._index]
        if away and not whom:
            raise Aborting(Abort.PARTY_UNAVAILABLE, {"missing": away, "statement": kind.value})
        raise Aborting(Abort.TIME_LIMIT, {"waited_for": whom or kind.value})
