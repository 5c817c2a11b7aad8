"""What is wrong with a message of a round."""

from __future__ import annotations

from skyddsnat.protocols.errors import ProtocolError


class BadRound(ProtocolError):
    """Bytes of a round that are not to be believed.

    code: `malformed`, `bad_signature`, `other_round`, `other_specification`, `unknown_member`, `unknown_party`, `not_in_field`,
    `not_on_a_line`, `not_allowed`, `broken_chain`, `bad_root`; of a key file `wrong_passphrase`.
    """
