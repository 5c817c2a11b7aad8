"""HTTP to the hub's log.  What comes back is not yet believed: `witness.py` does that."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID

from skyddsnat.agent.client import HubClient
from skyddsnat.agent.errors import HubError

ROOT = "/api/log"


class LogClient:
    """The log's side of one hub."""

    def __init__(self, hub: HubClient) -> None:
        self._hub = hub

    def checkpoint(self, etag: str | None) -> tuple[str | None, str | None]:
        """The newest note and its tag; no note while nothing is new.  Raises HubError."""
        answer = self._hub.get_text(f"{ROOT}/checkpoint", {"If-None-Match": etag} if etag else {})
        return (None, etag) if answer.status == 304 else (str(answer.body), answer.headers.get("ETag"))

    def key(self) -> str:
        """The log's key as the hub names it.  Raises HubError."""
        return str(self._hub.get_text(f"{ROOT}/key", {}).body).strip()

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log only grew.  Raises HubError."""
        return _hashes(self._hub.get_json(f"{ROOT}/consistency?old={old}&new={new}"))

    def list_entry(self, collection: UUID, position: int, size: int) -> dict[str, Any] | None:
        """The log's entry about a list; None if the log of this size has none.  Raises HubError."""
        found = self._hub.get_json(f"{ROOT}/heads/{collection}?position={position}&size={size}", missing_is_none=True)
        if found is None:
            return None
        if not isinstance(found, dict) or type(found.get("entry")) is not int or not isinstance(found.get("text"), str):
            raise HubError("the log's entry is not an object with entry, text and proof; check url")
        return {**found, "proof": _hashes(found)}

    def cosign(self, **fields: object) -> dict[str, int] | None:
        """Hand in a cosignature; None where there is no token for it.  Raises HubError."""
        answer = self._hub.post(f"{ROOT}/cosignatures", fields)
        if answer is None:
            return None
        said = answer if isinstance(answer, dict) else {}
        settled, members = said.get("settled"), said.get("members")
        if type(settled) is not int or type(members) is not int:
            raise HubError("the hub's answer to a cosignature has no numbers `settled` and `members`; check url")
        return {"settled": settled, "members": members}


def _hashes(body: Any) -> list[bytes]:
    try:
        return [base64.b64decode(one, validate=True) for one in body["proof"]]
    except (KeyError, TypeError, binascii.Error, ValueError) as error:
        raise HubError("the log's proof is not a list of hashes; check url") from error
