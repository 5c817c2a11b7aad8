"""What a worker is asked to do: one round, one party, one run.  Read strictly from the supervisor's line."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from skyddsnat.mpc.errors import ComputationFailed, SealError
from skyddsnat.mpc.run import Verdict
from skyddsnat.mpc.sealing import open_shares
from skyddsnat.protocols.benchmark import canonical, spec_reader
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.benchmark.statement import Fault


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to wait for the others, and for the whole run; megabytes of memory (0: no limit of ours)."""

    connect_seconds: float = 60.0
    wall_seconds: float = 3600.0
    memory_megabytes: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """sealed: by member, this party's ciphertext.  envelopes: by member.  verdict: of an earlier run of this root."""

    party: int
    specification: Specification
    addresses: tuple[str, ...]
    certificates: tuple[str, ...]
    tls_key: str
    sealed: Mapping[str, bytes]
    envelopes: Mapping[str, Mapping[str, Any]]
    round_key: X25519PrivateKey
    verdict: Verdict | None
    limits: Limits
    listen: str

    @property
    def context(self) -> str:
        """What this run is of (hex): specification and envelopes.  Parties with another list of envelopes get another."""
        return hashlib.sha256(canonical.dumps([self.specification.sha256, self.envelopes])).hexdigest()

    def shares(self) -> dict[str, list[int] | Fault]:
        """By member, its shares for this party, or why there are none."""
        return {member: self._shares(member) for member in sorted(self.envelopes)}

    def _shares(self, member: str) -> list[int] | Fault:
        envelope, sealed = self.envelopes[member], self.sealed.get(member, b"")
        if hashlib.sha256(sealed).hexdigest() != envelope["sealed"][self.party]:
            return Fault.UNOPENABLE
        try:
            return open_shares(
                self.specification, sealed, self.round_key, member=member, seq=envelope["seq"], party=self.party
            )
        except SealError as fault:
            return Fault(fault.code)


def read(line: str) -> Job:
    """Parse the supervisor's line.  Raises ComputationFailed(job | specification); never repeats a key."""
    try:
        return _job(json.loads(line))
    except BadRound as fault:
        raise ComputationFailed("specification", fault.message) from None
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error):
        raise ComputationFailed("job", "the job was not read, expected one line of JSON as in mpc/job.py") from None


def _job(thing: Mapping[str, Any]) -> Job:
    specification = spec_reader.read(canonical.dumps(thing["spec"]))
    envelopes = {str(member): _inner(each) for member, each in thing["envelopes"].items()}
    if thing["party"] not in (0, 1, 2) or not set(envelopes) <= set(specification.member_of):
        raise ValueError
    addresses, certificates = tuple(map(str, thing["addresses"])), tuple(map(str, thing["certificates"]))
    if len(addresses) != 3 or len(certificates) != 3:
        raise ValueError
    return Job(
        party=thing["party"],
        specification=specification,
        addresses=addresses,
        certificates=certificates,
        tls_key=str(thing["tls_key"]),
        sealed={str(member): base64.b64decode(text, validate=True) for member, text in thing["sealed"].items()},
        envelopes=envelopes,
        round_key=X25519PrivateKey.from_private_bytes(bytes.fromhex(thing["round_key"])),
        verdict=_verdict(thing.get("verdict")),
        limits=Limits(**(thing.get("limits") or {})),
        listen=str(thing.get("listen") or ""),
    )


def _inner(thing: Mapping[str, Any]) -> Mapping[str, Any]:
    """An envelope, alone or with its signature; the supervisor has checked it."""
    envelope = thing.get("envelope", thing)
    if not isinstance(envelope["seq"], int) or len(envelope["sealed"]) != 3:
        raise ValueError
    return dict(envelope)


def _verdict(thing: Mapping[str, Any] | None) -> Verdict | None:
    if thing is None:
        return None
    rejected = {str(each["member"]): Fault(each["reason"]) for each in thing["rejected"]}
    unread_by = {str(each["member"]): tuple(map(int, each["by"])) for each in thing["rejected"] if "by" in each}
    return Verdict(tuple(map(str, thing["accepted"])), rejected, unread_by)
