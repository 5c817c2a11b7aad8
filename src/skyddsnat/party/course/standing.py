"""A round as one step sees it, and what all steps share: looking, signing, saying, waiting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from skyddsnat.party.client import Listed
from skyddsnat.party.errors import Aborting, Refused
from skyddsnat.party.evidence import Evidence
from skyddsnat.party.means import Means
from skyddsnat.party.store import Kept
from skyddsnat.policy.benchmark.states import Abort, RoundState
from skyddsnat.protocols.benchmark import spec_reader, statement
from skyddsnat.protocols.benchmark.statement import Kind, SignedStatement, Statement


class Standing:
    """A round as it stands for this party.

    means: what the party has at hand.  listed: as the hub lists the round.  index: the party's own place in it.
    """

    def __init__(self, means: Means, kept: Kept, listed: Listed) -> None:
        self.means = means
        self.kept = kept
        self.id = kept.round
        self.listed = listed
        self.spec = spec_reader.read(kept.spec)
        self.index = next(party.index for party in self.spec.parties if party.id == means.config.id)

    def look(self) -> Evidence:
        """The transcript as it is now; our own statements in it must be those that we remember."""
        kept = self.means.store.get(self.id)
        found = self.means.transcripts.read(
            self.means.client.transcript(self.id), self.spec, entries=kept.entries, head=kept.head
        )
        for kind in Kind:
            heard = found.said(kind).get(self.index)
            known = self.means.store.statement(self.id, kind)
            if heard is not None and (known is None or known.document() != heard.document()):
                raise Refused(
                    "forgotten",
                    f"the transcript of {self.id} has a {kind} of this party that it does not remember: its folder was put "
                    "back from a backup, or its key is used elsewhere",
                )
        if (found.entries, found.head) != (kept.entries, kept.head):
            self.means.store.see_transcript(self.id, entries=found.entries, head=found.head)
        return found

    def remember(self, kind: Kind, body: Mapping[str, Any]) -> SignedStatement:
        """Sign a statement and store it; what was said before stays."""
        said = Statement(kind, self.id, self.spec.sha256, self.index, dict(body))
        return self.means.store.keep_statement(statement.sign(said, self.means.identity.key), at=self.means.clock())

    def say(self, found: Evidence | None, kind: Kind) -> None:
        """Hand in what was stored, unless the transcript has it or, where it was not read, the hub does not want it."""
        has_it = (
            self.index in found.said(kind)
            if found is not None
            else self.listed.state == RoundState.ABORTED and (kind not in self.listed.wanted)
        )
        if not has_it:
            self.hand_in(kind)

    def hand_in(self, kind: Kind) -> None:
        said = self.means.store.statement(self.id, kind)
        if said is not None:
            self.means.client.say(said)

    def wait(self, found: Evidence, kind: Kind, *, whom: str = "") -> None:
        """Others are awaited, up to a point.  Raises Aborting(party_unavailable | time_limit)."""
        if self.means.clock() < self.window_ends() + self.means.config.limits.patience:
            return
        away = [party for party in found.missing(kind) if party != self.index]
        if away and not whom:
            raise Aborting(Abort.PARTY_UNAVAILABLE, {"missing": away, "statement": kind.value})
        raise Aborting(Abort.TIME_LIMIT, {"waited_for": whom or kind.value})

    def window_ends(self) -> datetime:
        """Members may object until then, counted from when this party itself saw the list; it may not have seen any yet."""
        seen = self.means.store.get(self.id).list_seen_at or self.spec.deadline
        return max(seen, self.spec.deadline) + timedelta(seconds=self.spec.objection_seconds)
