"""What can go wrong, with the exit code of the command.  Messages: what was got, what was expected, what to do."""

from __future__ import annotations

import traceback

from skyddsnat.site.errors import BadConfig, Exit, SiteError


class AgentError(SiteError):
    """Root of the agent's errors.  The message is one line for the operator; it never holds a listed name or a secret."""


def unforeseen(error: Exception) -> str:
    """What is told of an error that nobody foresaw: its kind and its place, since its own text could hold a listed name."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"an error that nobody foresaw, {type(error).__name__} in {place.name}, line {place.lineno}; report it"


class ConfigError(AgentError, BadConfig):
    """agent.toml cannot be used."""

    exit_code = Exit.WRONG_USE


class WrongUse(AgentError):
    """A command was given something that it cannot act on."""

    exit_code = Exit.WRONG_USE


class HubError(AgentError):
    """The hub cannot be reached, refuses, or answers what the protocol does not allow."""


class Unreached(HubError):
    """Nobody answers at the hub's address.  why: the kind of fault; then: what that means for who reads it."""

    def __init__(self, url: str, why: str, then: str) -> None:
        super().__init__(f"hub {url} not reached ({why}); {then}")
        self.why = why


class BadToken(HubError):
    """The hub does not take the token, or not for this."""


class Refused(HubError):
    """The hub understood and said no, with a code of its own for the reason."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class PrimaryError(AgentError):
    """The zone file cannot be written, or the primary does not take the change."""


class Busy(AgentError):
    """Another command holds the agent's lock."""
