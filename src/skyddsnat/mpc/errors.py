"""What can go wrong with shares and between computing parties."""

from __future__ import annotations

from skyddsnat.protocols.errors import ProtocolError


class SealError(ProtocolError):
    """A ciphertext or its content is not what it should be.

    code: `unopenable` (another key, round, member, seq or party, or changed on the way) or `malformed` (no shares of this round).
    """


class ValueRefused(ProtocolError):
    """A value cannot be handed in.  code: `unknown_item` or `out_of_range`."""


class ComputationFailed(ProtocolError):
    """The parties cannot go on.  code: one of `policy.benchmark.states.Abort`, or `job` for a worker that was started wrongly."""
