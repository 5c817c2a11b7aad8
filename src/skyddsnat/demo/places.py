"""Where the demo keeps its things, and the settings that its hub runs under."""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from skyddsnat.site import files


class InUse(Exception):
    """Another demo runs on the same folder."""


@dataclass(frozen=True, slots=True)
class Places:
    """One demo's folder and port."""

    data: Path
    port: int

    @property
    def base_url(self) -> str:
        """`localhost` rather than 127.0.0.1: browsers bind passkeys to names, never to addresses."""
        return f"http://localhost:{self.port}"

    @property
    def hub(self) -> Path:
        return self.data / "hub"

    def site_of(self, member: str) -> Path:
        """An operator's own machines: agent, primary, resolver."""
        return self.data / member

    @property
    def benchmark(self) -> Path:
        """What members and computing parties hold themselves."""
        return self.data / "benchmark"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def credentials(self) -> Path:
        return self.data / "credentials.json"

    def settings(self) -> Mapping[str, str]:
        """Environment of the hub's processes.  Secrets stand in files, never in a command line."""
        key = self.hub / "secret.key"
        if not key.exists():
            write_private(key, secrets.token_urlsafe(48) + "\n")
        return {
            "DJANGO_SETTINGS_MODULE": "skyddsnat.hub.settings.demo",
            "SKYDDSNAT_DATA": str(self.hub),
            "SKYDDSNAT_DATABASE": f"sqlite:{self.hub / 'hub.sqlite'}",
            "SKYDDSNAT_SECRET_KEY_FILE": str(key),
            "SKYDDSNAT_BASE_URL": self.base_url,
            "SKYDDSNAT_SESSION_COOKIE": f"sessionid-{self.port}",
        }

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Have the folder to ourselves.  Raises InUse."""
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise InUse(f"another demo runs on {self.data}; stop it, or give another folder with DATA=") from error
            yield


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_private(path, text.encode())
