"""`POST /api/complaints/`: adds a complaint, and tells nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from skyddsnat.hub.complaints.models import Complaint
from skyddsnat.policy.complaints import Reason
from skyddsnat.protocols import complaint as wire
from skyddsnat.protocols.complaint import MAX_BYTES
from tests.cast import Cast
from tests.hub.complaints.conftest import Stage


def hand_in(cast: Cast, client: Client, *, scope: str = "complaints", body: bytes | None = None, **rest: Any) -> Any:
    facts: dict[str, Any] = {"id": uuid4(), "at": timezone.now(), "language": "sv", "reason": Reason.UNSURE} | rest
    content = body if body is not None else wire.write_complaint(wire.Complaint(**facts))
    headers = {"Authorization": f"Bearer {cast.token('alfa', scope)}"}
    return client.post("/api/complaints/", content, content_type="application/json", headers=headers)


def test_listed_or_not_and_new_or_not_the_answer_is_the_same(stage: Stage, client: Client) -> None:
    stage.verified("listad.test")
    key = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
    other = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae8")
    listed = hand_in(stage.cast, client, id=key, name="listad.test")
    again = hand_in(stage.cast, client, id=key, name="listad.test")
    unlisted = hand_in(stage.cast, client, id=other, name="olistad.test")
    assert listed.status_code == again.status_code == unlisted.status_code == 200
    assert listed.content == again.content
    assert unlisted.content == listed.content.replace(str(key).encode(), str(other).encode())
    assert dict(listed.headers) == dict(unlisted.headers)
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize("scope", ["taxii", "stats", "shares", "party"])
def test_a_token_of_another_scope_is_refused(stage: Stage, client: Client, scope: str) -> None:
    assert hand_in(stage.cast, client, scope=scope, name="fel.test").status_code == 401
    assert not Complaint.objects.exists()


def test_what_cannot_be_read_or_is_too_much_is_said_in_a_line(stage: Stage, client: Client, settings: Any) -> None:
    assert hand_in(stage.cast, client, body=b"{}").status_code == 400
    assert hand_in(stage.cast, client, body=b" " * (MAX_BYTES + 1)).status_code == 413
    assert client.get("/api/complaints/").status_code == 405
    settings.COMPLAINTS_PER_HOUR = 0
    answer = hand_in(stage.cast, client, name="fel.test")
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert "fel.test" not in answer.content.decode()
