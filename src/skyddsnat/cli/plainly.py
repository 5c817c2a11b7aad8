"""Words of a command line that need no library to be understood.

typer reads each value by pydantic, also a name that stays as it is and an option that was not given: to load that is a fifth of
what a short command takes.  So plain texts, paths and whole numbers are taken here, by typer's own rules; any other value, and
one that is wrong, is left to it (docs/adr/0056-commands-load-what-they-need.md).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typer import core

MOST_DIGITS = 18
READER = "get_runtime_param"  # typer asks it for what reads a parameter; one that knows no pydantic has none

_parameter: Any = getattr(core, "_TyperParameter", None)
_typers_own: Any = getattr(_parameter, READER, None)


def take_plainly() -> None:
    """From now on, in this process."""
    if _typers_own is not None:
        setattr(_parameter, READER, lambda param: param._runtime_param or _Plain)


class _Plain:
    """Reads a parameter's value, and steps aside where that needs more."""

    @staticmethod
    def coerce(value: Any, param: Any, ctx: Any) -> Any:
        limits = param.type_descriptor.parameter_info
        if param.nargs == 1 and not param.multiple and limits.parser is None:
            kind = param.type_descriptor.annotation
            if value is None or (kind is str and isinstance(value, str)):
                return value
            if kind is Path and isinstance(value, str | Path) and not limits.allow_dash and limits.path_type is None:
                from typer._param_types import coerce_cli_path  # the typer that needs it has it

                return coerce_cli_path(Path(value), limits, path_type=Path, param=param, ctx=ctx)
            if kind is int and not limits.clamp and _is_whole(value) and _is_within(int(value), limits):
                return int(value)
        return _typers_own(param).coerce(value, param=param, ctx=ctx)


def _is_whole(value: object) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS
    return type(value) is int


def _is_within(number: int, limits: Any) -> bool:
    return (limits.min is None or number >= limits.min) and (limits.max is None or number <= limits.max)
