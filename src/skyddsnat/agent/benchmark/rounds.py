"""A round as its three parties signed it: exact bytes, their keys compared with those seen before, the keys to seal to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skyddsnat.agent.benchmark.client import RoundsClient
from skyddsnat.agent.benchmark.folder import LOG, RoundFolder
from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.protocols.benchmark import fields, spec_reader, statement
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.keyfile import MemberKeys
from skyddsnat.protocols.benchmark.signing import fingerprint
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.log import NoteKey

MOST_ROUNDS = 500


class RoundRefused(AgentError):
    """What the hub shows of a round is not to be believed, or is not what was pinned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRound:
    """A round that was checked.  log_key: hex, of the hub's log, which signs receipts.  seq: the last at the hub, or 0.

    unseen: names of the parties that nothing was sealed to from here: their keys are the hub's word until somebody asks them.
    """

    specification: Specification
    state: str
    seq: int
    log_key: str
    unseen: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its id."""
        return self.specification.round

    def fingerprints(self) -> dict[str, str]:
        """Of the parties' long-term keys, by name, to compare with what they told."""
        return {party.name: fingerprint(party.signing_key) for party in self.specification.parties}


def know(
    client: RoundsClient, folder: RoundFolder, name: str, *, keys: MemberKeys, log_key: NoteKey | None
) -> KnownRound:
    """Fetch a round and check it.  Parties' keys are pinned when something is sealed to them (`handing_in.send`).

    log_key: from agent.toml; without it the hub's is pinned on first use.  Raises HubError, RoundRefused, WrongUse.
    """
    answer = client.rounds()
    try:
        row = _row(answer, name)
        said = fields.text(answer.get("log_key"), fields.HEX32, what="the hub's log key")
        specification = spec_reader.read(client.specification(name))
        if specification.round != name or specification.sha256 != row["spec"]:
            raise BadRound("other_specification", "the specification is not the one that the hub lists for this round")
        _check_member(specification, keys)
        seq = fields.whole(row.get("seq"), low=0, high=10_000, what="the round's seq")
        state = fields.text(row.get("state"), r"[a-z_]{1,20}", what="the round's state")
    except BadRound as fault:
        raise RoundRefused(f"round {name}: {fault.message}") from None
    unseen = _check_pins(folder, specification, said, log_key)
    return KnownRound(specification=specification, state=state, seq=seq, log_key=said, unseen=unseen)


def round_keys(known: KnownRound, answer: Any) -> list[str]:
    """The parties' keys of the round (hex), each signed by its party's long-term key.  Raises RoundRefused."""
    specification = known.specification
    try:
        rows = fields.rows(answer.get("approvals") if isinstance(answer, dict) else None, what="approvals", most=10)
        read = [statement.read(row) for row in rows]
        for each in read:
            each.check(specification)
        approvals = [each for each in read if each.statement.kind is statement.Kind.APPROVAL]
        if not statement.agree(approvals):
            raise BadRound("malformed", "the parties approved with different programs")
    except BadRound as fault:
        raise RoundRefused(f"round {known.name}: an approval is not to be believed: {fault.message}") from None
    found = {each.statement.party: str(each.statement.body["round_key"]) for each in approvals}
    for party in specification.parties:
        if party.index not in found:
            raise RoundRefused(f"round {known.name}: {party.name} has not approved it yet; try again later")
    return [found[party.index] for party in specification.parties]


def time_left(now: datetime, specification: Specification) -> str:
    """How long there is until the deadline."""
    left = specification.deadline - now
    return f"in {left.days} d {left.seconds // 3600} h" if left.total_seconds() > 0 else "passed"


def _row(answer: Any, name: str) -> dict[str, Any]:
    rows = fields.rows(answer.get("rounds") if isinstance(answer, dict) else None, what="the rounds", most=MOST_ROUNDS)
    mine = [row for row in rows if isinstance(row, dict) and row.get("member") is True]
    for row in mine:
        if row.get("id") == name:
            return row
    names = ", ".join(sorted(str(row.get("id"))[:40] for row in mine)[-5:]) or "none"
    raise WrongUse(f"no round {name[:40]} of yours at the hub; there is: {names}")


def _check_member(specification: Specification, keys: MemberKeys) -> None:
    member = specification.member_of.get(keys.member)
    if member is None:
        raise BadRound("unknown_member", f"{keys.member}, whose key file this is, does not take part")
    if (member.signing_key, member.opening_key) != (keys.signing_key, keys.opening_key):
        raise BadRound(
            "unknown_member",
            f"the specification names another key of {keys.member} than the key file's; use the file that was confirmed then",
        )


def _check_pins(
    folder: RoundFolder, specification: Specification, said: str, log_key: NoteKey | None
) -> tuple[str, ...]:
    """Names of the parties that have no pin.  Raises RoundRefused for a key that is another one now."""
    pins = folder.pins()
    for party in specification.parties:
        if pins.get(party.id, party.signing_key) != party.signing_key:
            raise RoundRefused(
                f"{party.name} has another key than before: {fingerprint(party.signing_key)}, pinned is "
                f"{fingerprint(pins[party.id])}; ask them by telephone, and only then take {party.id} out of "
                f"{folder.path / 'pins.json'}"
            )
    pinned = log_key.public.hex() if log_key is not None else pins.get(LOG, said)
    if pinned != said:
        where = "log_public_key in agent.toml" if log_key is not None else f"log in {folder.path / 'pins.json'}"
        raise RoundRefused(
            f"the hub signs receipts with another key than before ({where}); call the coordinator, and only if the key has "
            "really changed put the new one there; in pins.json call the one before log-before, so that its receipts still count"
        )
    folder.pin({LOG: said})
    return tuple(party.name for party in specification.parties if party.id not in pins)
