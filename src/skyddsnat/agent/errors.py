"""What can go wrong, with the exit code of the command.  Messages: what was got, what was expected, what to do."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every `skyddsnat agent` command (DESIGN § 9)."""

    FINE = 0
    FINDING = 1
    WRONG_USE = 2
    HELD = 3


class AgentError(Exception):
    """Root of the agent's errors.  The message is one line for the operator; it never holds a listed name or a secret."""

    exit_code = Exit.FINDING


class ConfigError(AgentError):
    """agent.toml cannot be used.  `problems`: one line each."""

    exit_code = Exit.WRONG_USE

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class WrongUse(AgentError):
    """A command was given something that it cannot act on."""

    exit_code = Exit.WRONG_USE


class HubError(AgentError):
    """The hub cannot be reached, refuses, or answers what the protocol does not allow."""


class PrimaryError(AgentError):
    """The zone file cannot be written, or the primary does not take the change."""


class Busy(AgentError):
    """Another command holds the agent's lock."""
