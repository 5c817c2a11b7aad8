"""Discovery, the API root, and statuses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.members.queries import coalition
from skyddsnat.hub.taxii.answers import answer
from skyddsnat.hub.taxii.names import read_uuid
from skyddsnat.hub.taxii.refusals import MAX_CONTENT_LENGTH, NOT_FOUND, Refused
from skyddsnat.protocols import taxii


def discovery(request: HttpRequest, reader: MachineReader) -> HttpResponse:
    """The way in.  `default` is there because some clients take no other."""
    root = request.build_absolute_uri(reverse("taxii:root"))
    body = taxii.discovery(
        title=coalition().name,
        description="Signals that the members of the coalition share.",
        default=root,
        roots=[root],
    )
    return answer(request, body)


def api_root(request: HttpRequest, reader: MachineReader) -> HttpResponse:
    """The one API root."""
    body = taxii.api_root(
        title=f"{coalition().name}: signals",
        description="An inbox for each member, two feeds for each circle.",
        max_content_length=MAX_CONTENT_LENGTH,
    )
    return answer(request, body)


def status(request: HttpRequest, reader: MachineReader, status_id: str) -> HttpResponse:
    """What became of a POST, for the member that sent it."""
    key = read_uuid(status_id)
    document = feeds.status_for(reader.member_id, key, now=timezone.now()) if key else None
    if document is None:
        raise Refused(NOT_FOUND)
    return answer(request, document.encode())
