"""What can go wrong, with the exit code of the command.  Messages never hold what a visitor typed in."""

from __future__ import annotations

from skyddsnat.site.errors import BadConfig, Exit, SiteError


class StopPageError(SiteError):
    """Root of the stop page's errors."""


class ConfigError(StopPageError, BadConfig):
    """stop-page.toml cannot be used."""

    exit_code = Exit.WRONG_USE


class WrongUse(StopPageError):
    """A command was given something that it cannot act on."""

    exit_code = Exit.WRONG_USE
