"""One TAXII client for every server: the same requests, the same pages, the same work on what comes back."""

from __future__ import annotations

import base64
import http.client
from collections.abc import Sequence
from typing import Any

import orjson

MEDIA = "application/taxii+json;version=2.1"


class Unexpected(Exception):
    """A server answered something else than it should have."""


class Taxii:
    """One collection's objects on one server on loopback.  path: that of its objects, with the slash at its end."""

    def __init__(self, port: int, path: str, *, basic: tuple[str, str] | None = None, bearer: str = "") -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self.path = path
        name = f"Basic {base64.b64encode(':'.join(basic).encode()).decode()}" if basic else f"Bearer {bearer}"
        self._headers = {"Accept": MEDIA, "Authorization": name}

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def ask(self, query: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One GET: status, headers by lower-case name, body."""
        sent = self._headers | {name.replace("_", "-"): value for name, value in headers.items()}
        self._http.request("GET", self.path + query, headers=sent)
        answer = self._http.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def poll(self, *, limit: int) -> int:
        """Every object from the first page to the last, each parsed; how many there were.  Raises Unexpected."""
        count, following = 0, ""
        while True:
            status, _, body = self.ask(f"?limit={limit}{following}")
            if status != 200:
                raise Unexpected(f"a page was answered with {status}, expected 200: {body[:300]!r}")
            page = orjson.loads(body)
            count += len(page.get("objects", ()))
            if not page.get("more"):
                return count
            following = f"&next={page['next']}"

    def post(self, things: Sequence[dict[str, Any]], *, batch: int) -> None:
        """Hand in, some at a time.  Raises Unexpected unless all of them are taken."""
        for start in range(0, len(things), batch):
            some = list(things[start : start + batch])
            sent = self._headers | {"Content-Type": MEDIA}
            self._http.request("POST", self.path, body=orjson.dumps({"objects": some}), headers=sent)
            answer = self._http.getresponse()
            body = answer.read()
            taken = orjson.loads(body).get("success_count") if answer.status == 202 else None
            if taken != len(some):
                raise Unexpected(f"{len(some)} objects were answered with {answer.status}: {body[:300]!r}")
