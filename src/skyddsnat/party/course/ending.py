"""How a round ends: the result checked and released, or another end; and what is forgotten then."""

from __future__ import annotations

import logging
from typing import Final

from skyddsnat.party.course.standing import Standing
from skyddsnat.party.errors import Aborting, Refused
from skyddsnat.party.evidence import Evidence
from skyddsnat.policy.benchmark.states import Abort, RoundState
from skyddsnat.protocols.benchmark import release as release_of
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.statement import Kind

log = logging.getLogger("skyddsnat.party")

FINISHED: Final = frozenset({RoundState.RELEASED, RoundState.ARCHIVED})
FORGOTTEN: Final = ("round_key", "tls_key", "sealed", "shares")
RELEASED: Final = "released"


def release(standing: Standing, found: Evidence) -> None:
    """Check the three outputs as anyone can; then hand out the positions, and forget."""
    outputs, verdicts = found.all(Kind.OUTPUT), found.all(Kind.VERDICT)
    if outputs is None or verdicts is None:
        standing.wait(found, Kind.OUTPUT)
        return
    try:
        opened = [each.statement.body["opened"] for each in outputs]
        release_of.read(standing.spec, verdicts[0].statement.body["accepted"], opened)
    except BadRound as fault:
        raise Aborting(Abort.OUTPUT_INCONSISTENT, {"fault": fault.code}) from None
    if standing.listed.state not in FINISHED:
        return
    standing.say(found, Kind.POSITIONS)
    standing.means.store.end(standing.id, RELEASED)
    standing.means.journal.write("released", round=standing.id)
    log.info("round %s is released", standing.id)
    finish(standing, found)


def end(standing: Standing, found: Evidence) -> None:
    """Somebody else has ended the round."""
    said = found.aborted()
    code = said.statement.body["code"] if said else standing.listed.abort or "hub"
    standing.means.store.end(standing.id, f"aborted:{code}")
    standing.means.journal.write("ended", round=standing.id, code=code, by=said.statement.party if said else "hub")
    log.error("round %s was ended by %s: %s", standing.id, f"party {said.statement.party}" if said else "the hub", code)
    finish(standing, found)


def finish(standing: Standing, found: Evidence | None) -> None:
    """Destroy this round's secrets, and say so once the hub hears it.  Raises Refused for a round that comes back."""
    standing.means.vault.destroy(standing.id)
    over = standing.means.store.get(standing.id).over
    state = standing.listed.state
    if state in {RoundState.RELEASED, RoundState.ABORTED}:
        if standing.means.store.statement(standing.id, Kind.DESTROYED) is None:
            standing.remember(Kind.DESTROYED, {"what": list(FORGOTTEN)})
            standing.means.journal.write("destroyed", round=standing.id)
        standing.say(found, Kind.DESTROYED)
    elif state != RoundState.ARCHIVED and over == RELEASED:
        raise Refused(
            "second_run", f"{standing.id} was released, and the hub shows it as {state} again; it is never run twice"
        )
    elif state != RoundState.ARCHIVED and standing.means.store.statement(standing.id, Kind.ABORTED) is not None:
        standing.say(found, Kind.ABORTED)
