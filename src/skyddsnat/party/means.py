"""What a party works with: its settings, keys, memory, secrets, the hub, the clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from skyddsnat.party.client import HubClient
from skyddsnat.party.computing import START
from skyddsnat.party.config import Config
from skyddsnat.party.evidence import Transcripts
from skyddsnat.party.identity import Identity
from skyddsnat.party.store import Store
from skyddsnat.party.vault import Vault
from skyddsnat.site.journal import Journal

LONGEST_PAUSE: Final = 30.0


@dataclass(slots=True)
class Means:
    """start: makes a worker in a folder.  stop: set when the service is to end.  transcripts: those that were read before."""

    config: Config
    identity: Identity
    store: Store
    vault: Vault
    client: HubClient
    journal: Journal
    clock: Callable[[], datetime]
    start: START
    stop: threading.Event = field(default_factory=threading.Event)
    transcripts: Transcripts = field(default_factory=Transcripts)
    _again_at: dict[str, float] = field(default_factory=dict)

    def pause(self, round_: str, attempts: int) -> None:
        """Do not try the computation again at once."""
        seconds = self.config.hub.poll_seconds * 2 ** min(attempts, 8)
        self._again_at[round_] = time.monotonic() + min(LONGEST_PAUSE, seconds)

    def may_try(self, round_: str) -> bool:
        """Whether the pause after a failed attempt is over."""
        return time.monotonic() >= self._again_at.get(round_, 0.0)

    def close(self) -> None:
        """Close the connections and the memory."""
        self.client.close()
        self.store.close()
