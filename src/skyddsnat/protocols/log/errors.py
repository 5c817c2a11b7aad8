"""What is wrong with a log's word."""

from __future__ import annotations

from skyddsnat.protocols.errors import ProtocolError


class BadLog(ProtocolError):
    """A checkpoint, proof or key that is not to be believed.  code: `malformed`, `bad_signature`, `other_log`, `bad_proof`."""
