"""How large an upload may be: generous on the one page that takes lists in, for someone who is signed in, and small elsewhere."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest

from skyddsnat.hub.signals.limits import MOST_BYTES

FORM_ITSELF = 64 * 1024  # bytes of a form around its files
ELSEWHERE = 1024 * 1024
ROOMY = frozenset({"lists:import", "lists:leaks"})


def most_bytes(request: HttpRequest) -> int:
    """The largest body whose files are kept in memory; a larger one is read to its end and dropped as it comes."""
    match, user = request.resolver_match, getattr(request, "user", None)
    roomy = match is not None and match.view_name in ROOMY and user is not None and user.is_authenticated
    return (MOST_BYTES if roomy else ELSEWHERE) + FORM_ITSELF


class BoundedUpload(MemoryFileUploadHandler):
    """Files in memory, never on disk, and only as large as the page allows."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Decide by the announced length, as the handler above does by a setting."""
        if self.request is None:  # pragma: no cover - Django always gives it
            self.activated = False
            return
        self.activated = content_length <= most_bytes(self.request)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep the piece, or drop it: an oversized file must reach no other handler."""
        if self.activated:
            self.file.write(raw_data)
        return None
