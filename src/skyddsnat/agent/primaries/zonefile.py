"""Zone files without a primary: written by atomic rename, then a reload command if there is one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from skyddsnat.agent.errors import AgentError, PrimaryError
from skyddsnat.agent.primaries import ZoneUpdate
from skyddsnat.site.commands import carry_out
from skyddsnat.site.files import replace_file

FILE_MODE = 0o640
"""The list is not for everybody on the host; the server reads it through the folder's group."""

RELOAD_SECONDS = 60


def write_atomically(path: Path, text: str) -> None:
    """Replace a zone file so that a reader, or a crash, sees the old content or the new and nothing between."""
    try:
        replace_file(path, text.encode("ascii"), mode=FILE_MODE)
    except OSError as error:
        raise PrimaryError(
            f"zone file {path} cannot be written ({type(error).__name__}), expected an existing folder that the agent may "
            "write to; check zone_dir"
        ) from error


def run_reload(command: tuple[str, ...], zone: str) -> None:
    """Run the operator's reload command; `{zone}` in it becomes the zone's name."""
    run_command(command, {"{zone}": zone}, fault=PrimaryError)


def run_command(command: tuple[str, ...], places: Mapping[str, str], *, fault: type[AgentError]) -> None:
    """Run a command of the operator's, if there is one, with its places filled in.  Raises `fault`."""
    words = list(command)
    for place, value in places.items():
        words = [word.replace(place, value) for word in words]
    if not words:
        return
    try:
        code = carry_out(RELOAD_SECONDS, words).code
    except OSError as error:
        raise fault(f"reload_command {words[0]} did not run ({type(error).__name__}); check reload_command") from error
    if code is None:
        raise fault(
            f"reload_command {words[0]} was not done within {RELOAD_SECONDS:g} s; run it by hand to see what it waits for"
        )
    if code != 0:
        raise fault(f"reload_command {words[0]} ended with {code}, expected 0; run it by hand to see why")


class ZoneFilePrimary:
    """Files that a resolver reads by itself."""

    def __init__(self, *, reload_command: tuple[str, ...] = ()) -> None:
        self._reload_command = reload_command

    def write_file(self, update: ZoneUpdate) -> None:
        """Put the file in place."""
        write_atomically(update.file, update.text)

    def apply(self, update: ZoneUpdate) -> int:
        """Tell the resolver to read the file again, if there is a command for it."""
        run_reload(self._reload_command, update.zone)
        return update.serial

    def serial(self, zone: str) -> int | None:
        """Nothing serves the zone here."""
        return None

    def refused(self, zone: str) -> list[str]:
        """Nothing is asked of anybody here."""
        return []
