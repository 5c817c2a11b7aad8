"""A member's machine at the hub's TAXII door."""

from __future__ import annotations

import base64
import gzip
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from django.http import HttpResponse
from django.test import Client

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.keys import ensure_key
from tests.cast import Cast

TAXII = "application/taxii+json;version=2.1"
ROOT = "/taxii2/skyddsnat"


@dataclass(slots=True)
class Machine:
    """Requests with one token.  Headers can be changed or, with None, left out."""

    token: str
    member: str
    client: Client

    def get(self, path: str, **headers: str | None) -> HttpResponse:
        return self.ask("GET", path, **headers)

    def ask(self, method: str, path: str, body: Any = None, **headers: str | None) -> HttpResponse:
        """Underscores in the names of headers stand for hyphens."""
        sent = {"Authorization": f"Bearer {self.token}", "Accept": TAXII} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        content_type = sent.pop("Content-Type", TAXII)
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        extra: dict[str, Any] = {"data": data, "content_type": content_type} if method == "POST" else {}
        full = path if path.startswith("/taxii2") else f"{ROOT}/{path}"
        kept = {name: value for name, value in sent.items() if value is not None}
        return self.client.generic(method, full, headers=kept, **extra)

    def post(self, collection: object, *things: Any, **headers: str | None) -> HttpResponse:
        return self.ask("POST", f"collections/{collection}/objects/", {"objects": list(things)}, **headers)

    def objects(self, collection: object, query: str = "") -> list[dict[str, Any]]:
        """The objects of one page."""
        response = self.get(f"collections/{collection}/objects/{query}")
        assert response.status_code == 200, response.content
        return read(response).get("objects", [])


def read(response: HttpResponse) -> Any:
    """The JSON of an answer."""
    packed = response.get("Content-Encoding") == "gzip"
    return orjson.loads(gzip.decompress(response.content) if packed else response.content)


def basic(user: str, password: str) -> str:
    """HTTP Basic's header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture
def machine(cast: Cast):
    """`machine("alfa")` is a machine of Alfa with a live token for TAXII."""

    def of(member: str, scope: str = "taxii") -> Machine:
        return Machine(cast.token(member, scope), member, Client(raise_request_exception=False))

    return of


@pytest.fixture
def feed_key(settings, tmp_path) -> str:
    """The hub's signing key; gives the public half."""
    settings.FEED_KEY_FILE = tmp_path / "feed.key"
    return ensure_key(settings.FEED_KEY_FILE)


@pytest.fixture
def inform(cast: Cast):
    return feeds.feeds(cast.circle.pk)[0]


@pytest.fixture
def verified(cast: Cast):
    return feeds.feeds(cast.circle.pk)[1]


@pytest.fixture
def inbox(cast: Cast):
    """Alfa's, whose machine hands in to the national circle unless it says otherwise."""
    cast.alfa.default_circle = cast.circle
    cast.alfa.save()
    return feeds.inbox("alfa")
