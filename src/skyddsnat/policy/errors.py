"""The one root of all refusals by policy."""

from __future__ import annotations


class PolicyRefusal(Exception):
    """A decision not to do something.

    code: a stable word that the rim translates for people (`protected_name`, `own_submission`, ...).
    detail: facts for the log and the test, never shown to a person and never a signal's value.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
