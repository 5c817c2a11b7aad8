"""After closing: does the published list hold what the hub gave its receipt for, and is it the list that the parties signed?

If the first is not so, the receipt stops the round.  If the second is not, the hub shows members one list and the
parties another: then only the parties themselves can stop it, and have to be called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from skyddsnat.agent.benchmark.client import RoundsClient
from skyddsnat.agent.benchmark.folder import RoundFolder
from skyddsnat.agent.benchmark.rounds import KnownRound, RoundRefused
from skyddsnat.agent.errors import WrongUse
from skyddsnat.protocols.benchmark import envelope, fields, statement, transcript
from skyddsnat.protocols.benchmark.envelope import SignedEnvelope
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.receipt import Receipt
from skyddsnat.protocols.benchmark.statement import SignedStatement

_STATE: Final = re.compile(r"[a-z_]{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """size: members in the list.  listed: the number of one's own there, None if it is not.  kept: the newest receipt's.

    held: whether the list has what was handed in.  signed: parties that have signed its root; others: that signed another one.
    """

    size: int
    root: str
    listed: int | None
    kept: int
    held: bool
    signed: int
    others: int

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the list so far."""
        return self.held and not self.others

    @property
    def line(self) -> str:
        """In words."""
        if self.held and self.others:
            return f"{self.others} of 3 parties signed another list than the hub shows here: call the parties at once"
        if self.ok and self.listed == self.kept:
            return f"the list of {self.size} submissions holds yours, no. {self.kept}"
        if self.ok:
            return f"the list holds your no. {self.listed}, handed in elsewhere after no. {self.kept} from here"
        if self.listed is None:
            return f"the list lacks your submission, though the hub gave a receipt for no. {self.kept}"
        if self.listed < self.kept:
            return f"the list holds your no. {self.listed}, though the hub gave a receipt for no. {self.kept}"
        return f"the list holds another no. {self.listed} than the one that the hub gave a receipt for"


def check(client: RoundsClient, folder: RoundFolder, known: KnownRound, *, member: str) -> tuple[Checked, Receipt]:
    """Compare.  Raises WrongUse when there is no receipt here, HubError when the list is not there yet, RoundRefused."""
    receipt = _receipt(folder, known)
    rows = _list(client, known)
    mine = next((signed.envelope for signed in rows if signed.envelope.member == member), None)
    root, size = envelope.root(rows)
    held = mine is not None and (mine == receipt.envelope or mine.seq > receipt.envelope.seq)
    said = [each.statement for each in _roots(client, known)]
    signed = {each.party for each in said if each.body == {"root": root, "size": size}}
    others = {each.party for each in said} - signed
    listed = None if mine is None else mine.seq
    kept = receipt.envelope.seq
    checked = Checked(size=size, root=root, listed=listed, kept=kept, held=held, signed=len(signed), others=len(others))
    return checked, receipt


def object_to(client: RoundsClient, known: KnownRound, receipt: Receipt) -> str:
    """Show the receipt to the hub, which must stop the round; returns the round's state.  Raises HubError."""
    answer: Any = client.post(known.name, "objections", {"receipt": receipt.wire()})
    state = answer.get("state") if isinstance(answer, dict) else None
    return state if isinstance(state, str) and _STATE.fullmatch(state) else "in no state that is known here"


def _receipt(folder: RoundFolder, known: KnownRound) -> Receipt:
    try:
        receipt = folder.receipt(known.name, key=known.log_key)
    except BadRound as fault:
        raise RoundRefused(f"the kept receipt of round {known.name} is not to be believed: {fault.message}") from None
    if receipt is None:
        raise WrongUse(f"no receipt of round {known.name} in {folder.path}; nothing was handed in from here")
    if receipt.envelope.spec != known.specification.sha256:
        raise RoundRefused(f"round {known.name} has another specification now than the one that you handed in for")
    return receipt


def _roots(client: RoundsClient, known: KnownRound) -> list[SignedStatement]:
    """What the parties have signed of the list, each under its pinned key: a hub can keep it back, and not make it up."""
    try:
        entries = transcript.read(client.transcript(known.name))
        said = [statement.read(entry.content) for entry in entries if entry.kind == "statement"]
        roots = [each for each in said if each.statement.kind is statement.Kind.ROOT]
        for each in roots:
            each.check(known.specification)
    except BadRound as fault:
        raise RoundRefused(f"round {known.name}: the transcript is not to be believed: {fault.message}") from None
    return roots


def _list(client: RoundsClient, known: KnownRound) -> list[SignedEnvelope]:
    answer = client.get(known.name, "submissions")
    try:
        thing = answer.get("submissions") if isinstance(answer, dict) else None
        rows = [
            envelope.read(row) for row in fields.rows(thing, what="the list", most=len(known.specification.members))
        ]
        for row in rows:
            row.check(known.specification)
    except BadRound as fault:
        raise RoundRefused(f"round {known.name}: the list is not to be believed: {fault.message}") from None
    return rows
