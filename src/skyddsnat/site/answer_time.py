"""How long an answer may take in all.  A limit on each read alone lets one drip in, letter by letter, for days.

httpx has no setting for it, so that the network below it is wrapped.  Where a newer httpx hides that elsewhere, a test fails.
"""

from __future__ import annotations

import time
from ssl import SSLContext
from typing import Any, Final

import httpcore
import httpx

SECONDS: Final = 300.0
"""From the last word of a question to the last of its answer.  A page of a thousand objects needs a second."""


def limit_answers(client: httpx.Client) -> None:
    """From now on, for every connection of this client, proxied ones too."""
    for transport in (client._transport, *client._mounts.values()):
        pool: Any = getattr(transport, "_pool", None)
        if pool is not None:
            pool._network_backend = _Network()


class _Network(httpcore.SyncBackend):
    def connect_tcp(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(*args, **options))


class _Stream(httpcore.NetworkStream):
    """A connection whose reads end so long after what was written last."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._until = time.monotonic() + SECONDS

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer took too long")
        return self._stream.read(max_bytes, left if timeout is None else min(timeout, left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)
        self._until = time.monotonic() + SECONDS

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
