"""Zone files without a primary: written by atomic rename, then a reload command if there is one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from skyddsnat.agent.errors import PrimaryError
from skyddsnat.agent.primaries import ZoneUpdate

FILE_MODE = 0o640
"""The list is not for everybody on the host; the server reads it through the folder's group."""

RELOAD_SECONDS = 60


def write_atomically(path: Path, text: str) -> None:
    """Replace a file so that a reader, or a crash, sees the old content or the new and nothing between."""
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", encoding="ascii") as out:
            os.fchmod(out.fileno(), FILE_MODE)
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise PrimaryError(
            f"zone file {path} cannot be written ({type(error).__name__}), expected an existing folder that the agent may "
            "write to; check zone_dir"
        ) from error


def run_reload(command: tuple[str, ...], zone: str) -> None:
    """Run the operator's reload command; `{zone}` in it becomes the zone's name."""
    words = [word.replace("{zone}", zone) for word in command]
    try:
        done = subprocess.run(words, capture_output=True, timeout=RELOAD_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PrimaryError(
            f"reload_command {words[0]} did not run ({type(error).__name__}); check reload_command"
        ) from error
    if done.returncode != 0:
        raise PrimaryError(
            f"reload_command {words[0]} ended with {done.returncode}, expected 0; run it by hand to see why"
        )


class ZoneFilePrimary:
    """Files that a resolver reads by itself."""

    def __init__(self, *, reload_command: tuple[str, ...] = ()) -> None:
        self._reload_command = reload_command

    def write_file(self, update: ZoneUpdate) -> None:
        """Put the file in place."""
        write_atomically(update.file, update.text)

    def apply(self, update: ZoneUpdate) -> int:
        """Tell the resolver to read the file again, if there is a command for it."""
        if self._reload_command:
            run_reload(self._reload_command, update.zone)
        return update.serial

    def serial(self, zone: str) -> int | None:
        """Nothing serves the zone here."""
        return None
