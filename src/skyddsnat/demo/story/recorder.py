"""Everything that parties and agents say to the hub, and what it answers, as bytes: a recording way to the hub."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress

_PACKED = re.compile(rb"(?i)accept-encoding: [^\r\n]*\r\n")
CHUNK = 1 << 16


class Recorder:
    """Listens on loopback and passes on to the hub.  recorded: both directions of every connection."""

    def __init__(self, port: int) -> None:
        self._hub = ("127.0.0.1", port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.recorded: list[bytearray] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        """Where to say it."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def stop(self) -> None:
        """Take no further connection."""
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                caller, _ = self._listening.accept()
                hub = socket.create_connection(self._hub)
                for source, target in ((caller, hub), (hub, caller)):
                    kept = bytearray()
                    self.recorded.append(kept)
                    threading.Thread(target=self._pass_on, args=[source, target, kept], daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, kept: bytearray) -> None:
        with suppress(OSError):
            while piece := source.recv(CHUNK):
                told = _PACKED.sub(b"", piece)  # so that nothing is packed where we look for it
                kept += told
                target.sendall(told)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
