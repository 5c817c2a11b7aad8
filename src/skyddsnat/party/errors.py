"""What can go wrong, with the exit code of the command.  No message holds a value, a share or a secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skyddsnat.policy.benchmark.states import Abort
from skyddsnat.site.errors import BadConfig, Exit, SiteError


class PartyError(SiteError):
    """Root of the party's errors.  The message is one line: what was got, what was expected, what to do."""


class ConfigError(PartyError, BadConfig):
    """party.toml cannot be used."""

    exit_code = Exit.WRONG_USE


class WrongUse(PartyError):
    """A command was given something that it cannot act on."""

    exit_code = Exit.WRONG_USE


class HubError(PartyError):
    """The hub cannot be reached or answers what the contract does not know.  It passes, or the hub's operator is told."""


class Busy(PartyError):
    """Another `skyddsnat party run` works with the same folder."""


class Refused(PartyError):
    """The hub showed something that is not to be believed.  Nothing is done with it, and the round waits.

    code: a stable word; those of `protocols.benchmark`, and `closed_early`, `history_changed`, `changed_specification`,
    `forgotten`, `second_run`, `not_our_round`, `lost_ciphertext`, `not_released`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Aborting(Exception):
    """The round cannot go on, and this party says so under its signature.  detail: a small object without any value."""

    def __init__(self, code: Abort, detail: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = dict(detail or {})


class TryAgain(Exception):
    """An attempt at the computation came to nothing; the same root may be tried again with fresh randomness.

    cause: `peers` (another party was not there or went away) or one of our own: `memory`, `cpu`, `wall`, `output`, `worker`.
    """

    def __init__(self, cause: str, *, own_fault: bool) -> None:
        super().__init__(cause)
        self.cause = cause
        self.own_fault = own_fault
