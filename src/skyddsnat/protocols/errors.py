"""The one root of all faults in what came over the wire."""

from __future__ import annotations

from skyddsnat.protocols.shown import shown


class ProtocolError(Exception):
    """Bytes or fields that do not follow the format.

    code: a stable word for programs.  message: what was got, what was expected; safe to show to the sender, so it never
    repeats a signal's value; printable, since it may repeat a name that the sender chose, and is shown on terminals and in logs.
    """

    def __init__(self, code: str, message: str) -> None:
        message = shown(message)
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
