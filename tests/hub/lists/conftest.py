"""A stage for lists: the cast, a browser for each, and files in all the forms in which lists come."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from skyddsnat.hub.lists.models import Import
from tests.cast import Cast
from tests.hub.signals.conftest import Stage

__all__ = ["Stage"]

type Bring = Callable[..., Any]
SAMPLE = "indicator--2f1a1f0e-6e0b-4a2f-9a52-0d1d5f6f0c11"
WHEN = "2026-11-24T09:00:00.000Z"


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """The cast at work."""
    return Stage(cast)


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    """Alfa's analyst, in English."""
    client.cookies["language"] = "en"
    return cast.sign_in(client, cast.person("alfa", "analyst"))


def somebody(cast: Cast, member: str, role: str) -> Client:
    """A browser of this person, in English."""
    client = Client()
    client.cookies["language"] = "en"
    return cast.sign_in(client, cast.person(member, role))


def common(cast: Cast, **rest: Any) -> dict[str, Any]:
    """What every form of intake needs."""
    base = {"circle": str(cast.circle.pk), "marking": "AMBER+STRICT", "basis": "own_observation", "scope": "exact"}
    return {**base, **rest}


def bring(client: Client, cast: Cast, *files: tuple[str, bytes], **rest: Any) -> HttpResponse:
    """Choose the files on the page; the answer of the upload itself."""
    chosen = [SimpleUploadedFile(name, data) for name, data in files]
    answer: HttpResponse = client.post("/lists/import/", common(cast, file=chosen, **rest))
    return answer


def brought(client: Client, cast: Cast, *files: tuple[str, bytes], **rest: Any) -> Import:
    """The import that the files became."""
    answer = bring(client, cast, *files, **rest)
    assert answer.status_code == 302, re.findall(r'class="errorlist[^>]*>.*?</ul>', answer.content.decode())
    found: Import = Import.objects.get(pk=answer.headers["Location"].split("/")[-2])
    return found


def csv_of(*values: str) -> tuple[str, bytes]:
    """A CSV file with one column."""
    return "lista.csv", ("value\n" + "\n".join(values) + "\n").encode()


def bundle_of(*values: str, **rest: Any) -> tuple[str, bytes]:
    """A STIX bundle of domain indicators."""
    objects = [
        {
            "type": "indicator",
            "spec_version": "2.1",
            "id": f"{SAMPLE[:-4]}{number:04x}",
            "created": WHEN,
            "modified": WHEN,
            "pattern": f"[domain-name:value = '{value}']",
            "pattern_type": "stix",
            "valid_from": WHEN,
        }
        | rest
        for number, value in enumerate(values)
    ]
    body = {"type": "bundle", "id": "bundle--3f1a1f0e-6e0b-4a2f-9a52-0d1d5f6f0c11", "objects": objects}
    return "bunt.json", orjson.dumps(body)


def again(made: Import) -> Import:
    """The import as it is now."""
    found: Import = Import.objects.get(pk=made.pk)
    return found
