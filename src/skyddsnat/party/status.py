"""Where everything stands, for `skyddsnat party status`.  Reads the memory alone: it works while the hub is away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from skyddsnat.party.identity import Identity
from skyddsnat.party.store import Decision, Kept, Store
from skyddsnat.policy.benchmark.states import RoundState
from skyddsnat.protocols.benchmark import spec_reader
from skyddsnat.protocols.benchmark.fields import moment_text
from skyddsnat.protocols.benchmark.signing import fingerprint
from skyddsnat.protocols.benchmark.statement import Kind

QUIET = frozenset({RoundState.ARCHIVED.value})


def overview(store: Store, own: Identity, *, party: str) -> dict[str, Any]:
    """All rounds in a line each, and what does not work."""
    return {
        "party": party,
        "signing_key": own.public,
        "fingerprint": fingerprint(own.public),
        "rounds": [line(store, kept) for kept in store.rounds()],
        "refused": store.refusals(),
        "faults": {part: found["line"] for part, found in store.faults().items()},
    }


def line(store: Store, kept: Kept) -> dict[str, Any]:
    """One round."""
    return {
        "round": kept.round,
        "spec": kept.sha256,
        "hub_state": kept.hub_state,
        "decision": kept.decision.value,
        "decided_by": kept.decided_by,
        "stage": stage(store, kept),
        "said": [said.statement.kind.value for said in store.statements(kept.round)],
        "root": store.used_root(kept.round),
        "attempts": kept.attempts,
        "refused": store.refused(kept.round),
    }


def stage(store: Store, kept: Kept) -> str:
    """In this party's own words, whatever the hub says."""
    if kept.over:
        return kept.over
    if kept.decision is Decision.WAITING:
        return "waits for approval"
    if kept.decision is Decision.DECLINED:
        return "declined"
    words = {
        "approval": "approved",
        "root": "root signed",
        "run": "computing",
        "verdict": "computing",
        "output": "shares handed in",
        "positions": "shares handed in",
    }
    said = store.statements(kept.round)
    return words.get(said[-1].statement.kind.value, "approved") if said else "approved"


def detail(store: Store, kept: Kept, *, pinned: Collection[str], now: datetime) -> dict[str, Any]:
    """One round with its specification, and what a person should look at.  pinned: as for `review.remarks`."""
    from skyddsnat.catalogue.loading import load_catalogue  # a look at all rounds, and `run`, need neither
    from skyddsnat.party import review

    specification = spec_reader.read(kept.spec)
    computed = [spec_reader.read(other.spec) for other in store.rounds() if store.used_root(other.round)]
    remarks = review.remarks(
        specification,
        catalogue=load_catalogue(),
        before=computed,
        accepted=_accepted(store),
        pinned=pinned,
        now=now,
    )
    return {
        **line(store, kept),
        "specification": review.facts(specification),
        "remarks": remarks,
        "now": moment_text(now),
    }


def _accepted(store: Store) -> dict[str, tuple[str, ...]]:
    """On whom each round was computed, of those that this party has said its shares of."""
    said = [other.round for other in store.rounds() if store.statement(other.round, Kind.OUTPUT)]
    verdicts = {name: store.statement(name, Kind.VERDICT) for name in said}
    return {name: tuple(each.statement.body["accepted"]) for name, each in verdicts.items() if each}


def waits_for_a_person(facts: dict[str, Any]) -> bool:
    """Whether a specification waits for approval."""
    return any(
        each["decision"] == Decision.WAITING and each["hub_state"] == RoundState.DRAFT for each in facts["rounds"]
    )


def has_findings(facts: dict[str, Any]) -> bool:
    """Whether something is refused, has gone wrong, or does not work."""
    bad = [each for each in facts["rounds"] if each["stage"].startswith("aborted") and each["hub_state"] not in QUIET]
    return bool(facts["faults"] or facts["refused"] or bad)
