"""A throw-away PostgreSQL: its own folder, a socket in that folder, nothing on the network, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# No test needs to outlive a power cut, and the suite is twice as fast without waiting for the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SAFE = ()
"""As an operator runs it: for figures that people will trust."""
UNPRIVILEGED = ("postgres", "nobody")


class NoPostgres(Exception):
    """The server's programs are not on this machine."""


@dataclass(frozen=True, slots=True)
class Server:
    """A cluster in its folder, running or not."""

    folder: str
    programs: Path
    owner: pwd.struct_passwd | None
    settings: tuple[str, ...]

    @property
    def url(self) -> str:
        """Of an empty database, as SKYDDSNAT_DATABASE takes it."""
        return f"postgresql://hub@/postgres?host={quote(self.folder, safe='')}"

    def start(self) -> None:
        """Serve; after a crash, once it has recovered."""
        told = [part for setting in self.settings for part in ("-c", setting)]
        options = f"-k {self.folder} -h '' {' '.join(told)}"
        self._control("-w", "-l", f"{self.folder}/log", "-o", options, "start")

    def crash(self) -> None:
        """Stop at once: nothing is finished and nothing written out."""
        self._control("-w", "-m", "immediate", "stop")

    def _control(self, *arguments: str) -> None:
        _run(self.owner, self.folder, self.programs / "pg_ctl", "-D", Path(self.folder) / "data", *arguments)


@contextmanager
def cluster(settings: tuple[str, ...] = FAST) -> Iterator[str]:
    """Run a new cluster; gives the URL of an empty database.  Raises what `server` raises."""
    with server(settings) as running:
        yield running.url


@contextmanager
def server(settings: tuple[str, ...] = FAST) -> Iterator[Server]:
    """Run a new cluster that a test may crash and start again.

    Raises NoPostgres when initdb is missing, subprocess.CalledProcessError when the server does not start.
    """
    programs = find_programs()
    owner = _owner()
    with tempfile.TemporaryDirectory(prefix="skyddsnat-pg-") as folder:
        os.chmod(folder, 0o700)
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = Path(folder) / "data"
        _run(owner, folder, programs / "initdb", "-D", data, "-U", "hub", "-A", "trust", "-E", "UTF8", "--no-sync")
        made = Server(folder, programs, owner, settings)
        made.start()
        try:
            yield made
        finally:
            made.crash()


def find_programs() -> Path:
    """The folder with initdb and pg_ctl: Debian keeps them out of PATH, one folder a version; the newest wins."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgres("initdb was not found, expected PostgreSQL's server programs; run: sh tools/packages servers")


def _owner() -> pwd.struct_passwd | None:
    """Whom the server runs as.  PostgreSQL refuses root, so root lends it an unprivileged account."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres(
        f"none of the accounts {UNPRIVILEGED} exists, expected one to run PostgreSQL as; do not run as root"
    )


def _run(owner: pwd.struct_passwd | None, folder: str, *command: object) -> None:
    # Output goes to a file: a server that inherits a pipe would keep it open for ever.
    with tempfile.TemporaryFile() as output:
        who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            check=False,
            **who,
        )
        if done.returncode:
            output.seek(0)
            raise subprocess.CalledProcessError(done.returncode, str(command[0]), output.read())
