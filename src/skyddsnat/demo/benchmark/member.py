"""A member as its agent: fetches the specification, codes and seals its values, signs, hands in, and opens its own place."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from skyddsnat.demo.benchmark.values import Hand, measured, values_of
from skyddsnat.mpc.layout import Entry, vector
from skyddsnat.mpc.sealing import open_position, seal
from skyddsnat.protocols.benchmark import canonical, coding, envelope, spec_reader, statement
from skyddsnat.protocols.benchmark.envelope import Envelope
from skyddsnat.protocols.benchmark.field import P, put_together
from skyddsnat.protocols.benchmark.keyfile import MemberKeys
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.site.http import everybody_s

TIMEOUT = 30.0
SEED = 32


class NotTaken(Exception):
    """The hub did not do what was asked of it.  The message holds no value."""


@dataclass(slots=True)
class DemoMember:
    """One member's agent.  handed_in: what its last submission held, by round; kept in this process alone."""

    id: str
    seed: bytes = field(repr=False)
    token: str = field(repr=False)
    base_url: str = ""
    handed_in: dict[str, Hand] = field(default_factory=dict, repr=False)

    @property
    def keys(self) -> MemberKeys:
        """Of the seed."""
        return MemberKeys(self.id, self.seed)

    def specification(self, round_id: str) -> Specification:
        """The exact bytes that the parties have signed.  Raises NotTaken."""
        return spec_reader.read(self._get(f"{round_id}/spec").content)

    def round_keys(self, specification: Specification) -> list[str]:
        """The parties' keys of the round, each signed by its party.  Raises NotTaken, BadRound."""
        found = {}
        for row in self._get(f"{specification.round}/approvals").json()["approvals"]:
            said = statement.read(row)
            said.check(specification)
            found[said.statement.party] = str(said.statement.body["round_key"])
        return [found[party] for party in range(len(specification.parties))]

    def submit(
        self, round_id: str, *, seq: int = 1, cheat: bool = False, values: Mapping[str, Decimal | None] | None = None
    ) -> dict[str, Any]:
        """Hand in; returns the signed receipt.  cheat: claim a code that no band has.  Raises NotTaken."""
        specification = self.specification(round_id)
        chosen = values_of(self.id, specification) if values is None else values
        body = self._sealed(specification, chosen, seq=seq, cheat=cheat)
        answer = self._ask("POST", f"{round_id}/submissions", content=canonical.dumps(body))
        if answer.status_code != httpx.codes.CREATED:
            raise NotTaken(f"{self.id} handed in and was answered {answer.status_code}, expected 201")
        self.handed_in[round_id] = Hand(chosen, measured(specification, self.id))
        return dict(answer.json())

    def places(self, round_id: str) -> dict[str, int]:
        """The member's own place, put together from the three parties' shares.  Raises NotTaken, SealError, BadRound."""
        specification = self.specification(round_id)
        sealed = self._get(f"{round_id}/positions").json()["sealed"]
        shares = [
            open_position(specification, base64.b64decode(raw), self.keys.opening, member=self.id, party=party)
            for party, raw in enumerate(sealed)
        ]
        return {name: put_together([each[name] for each in shares]) for name in shares[0]}

    def _sealed(
        self, spec: Specification, values: Mapping[str, Decimal | None], *, seq: int, cheat: bool
    ) -> dict[str, Any]:
        counted = measured(spec, self.id)
        entries = {
            item: Entry(coding.encode(spec.item_of[item], number), item in counted)
            for item, number in values.items()
            if number is not None
        }
        numbers = vector(spec, entries)
        if cheat:
            numbers[0] = (spec.items[0].max + 1000) % P
        sealed = seal(spec, numbers, self.round_keys(spec), member=self.id, seq=seq)
        first, second, third = (hashlib.sha256(raw).hexdigest() for raw in sealed)
        signed = envelope.sign(
            Envelope(spec.round, spec.sha256, self.id, seq, (first, second, third)), self.keys.signing
        )
        return dict(envelope.wire(signed, sealed))

    def _get(self, path: str) -> httpx.Response:
        answer = self._ask("GET", path)
        if answer.status_code != httpx.codes.OK:
            raise NotTaken(f"{path} was answered {answer.status_code}, expected 200")
        return answer

    def _ask(self, method: str, path: str, *, content: bytes | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        url = f"{self.base_url}/api/bench/rounds/{path}"
        return httpx.request(method, url, content=content, headers=headers, verify=everybody_s(), timeout=TIMEOUT)
