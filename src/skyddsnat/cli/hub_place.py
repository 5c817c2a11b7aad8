"""Where a hub lives on its machine: one folder with its settings, keys and, on SQLite, its database."""

from __future__ import annotations

import atexit
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

import typer

from skyddsnat.site.garbage import none_while_loading

if TYPE_CHECKING:
    from skyddsnat.policy.errors import PolicyRefusal

WRONG_USE = 2
DEFAULT = Path("var/hub")
PRODUCTION = "skyddsnat.hub.settings.production"


def wrong_use(message: str) -> NoReturn:
    """End with one clear line and exit code 2."""
    typer.echo(message, err=True)
    raise typer.Exit(WRONG_USE)


REFUSALS = {
    "no_roles": "expected at least one --role",
    "inactive": "the person's access is closed; a coordinator can open it again",
    "member_has_left": "the member has left the coalition",
    "name_length": "expected names of 1 to 120 characters",
    "unseen": "expected names in plain words on one line",
    "imagery": "expected names in plain words on one line",
}


def refused(refusal: PolicyRefusal) -> NoReturn:
    """End with what the rules would have instead, and exit code 2."""
    wrong_use(f"refused ({refusal.code}); {REFUSALS.get(refusal.code, 'see docs/hub.md')}")


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one hub."""

    data: Path

    @property
    def env_file(self) -> Path:
        """The settings, as KEY=VALUE lines; systemd reads the same file."""
        return self.data / "hub.env"

    def load(self) -> None:
        """Put the folder's settings into the environment, where the environment does not say otherwise, and start Django.

        Ends with exit code 2 when there is no hub, or a line that cannot be read.
        """
        if self.env_file.exists():
            for name, value in _read(self.env_file).items():
                os.environ.setdefault(name, value)
        elif "SKYDDSNAT_SECRET_KEY" not in os.environ and "SKYDDSNAT_SECRET_KEY_FILE" not in os.environ:
            wrong_use(
                f"{self.env_file} is not there, expected the settings of a hub; "
                f"run: skyddsnat hub init --data {self.data}"
            )
        os.umask(0o077)  # what this process writes beside the database is its owner's alone
        os.environ.setdefault("SKYDDSNAT_DATA", str(self.data))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", PRODUCTION)
        with none_while_loading():
            import django

            django.setup()
        from django.db import connections

        atexit.register(connections.close_all)

    def make(self, *, base_url: str, database: str) -> bool:
        """Make the folder, its keys and its settings, each only where missing.  Returns whether the settings are new.

        database: its line of the settings; "" for SQLite in the folder.
        """
        self.data.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o700)
        for name in ("secret.key",):
            _write_once(self.data / name, secrets.token_urlsafe(48) + "\n")
        host = urlsplit(base_url).hostname or ""
        root = self.data.resolve()
        lines = [
            "# Settings of the hub.  Read by every `skyddsnat hub` command and by systemd; docs/hub.md explains each.",
            f"SKYDDSNAT_DATA={root}",
            f"SKYDDSNAT_SECRET_KEY_FILE={root / 'secret.key'}",
            f"SKYDDSNAT_VAULT_KEYS_FILE={root / 'vault.keys'}",
            f"SKYDDSNAT_FEED_KEY_FILE={root / 'feed.key'}",
            f"SKYDDSNAT_LOG_KEY_FILE={root / 'log.key'}",
            database or f"SKYDDSNAT_DATABASE=sqlite:{root / 'hub.sqlite'}",
            f"SKYDDSNAT_BASE_URL={base_url}",
            f"SKYDDSNAT_HOSTS={host},127.0.0.1",
            f"SKYDDSNAT_ORIGINS={base_url}",
            "SKYDDSNAT_BEHIND_PROXY=yes",
        ]
        return _write_once(self.env_file, "\n".join(lines) + "\n")


def check_base_url(text: str) -> str:
    """The address at which people reach the hub, without a slash at its end.  Ends with exit code 2 if it is not https."""
    try:
        parts = urlsplit(text.strip())
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        named = False
        parts = urlsplit("")
    if not named or parts.scheme != "https" or parts.path.strip("/") or parts.query or parts.username:
        wrong_use(
            f"got the address {text!r}, expected https:// and a host name, for example https://hub.example; "
            "to look around without one, run: make demo"
        )
    return text.strip().rstrip("/")


def _write_once(path: Path, text: str) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return True


def _read(path: Path) -> dict[str, str]:
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            # Not what stands there: it may be a password, and what a service says goes into the system's log.
            wrong_use(f"{path}, line {number} could not be read, expected KEY=VALUE; put it right by hand")
        found[name.strip()] = value.strip()
    return found
