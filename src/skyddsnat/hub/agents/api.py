"""`POST /api/agent/report`: an agent tells how it is.  The only thing that this route can change is that one row."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from skyddsnat.hub.accounts.tokens import authenticate
from skyddsnat.hub.agents.report import MAX_BYTES, BadReport, read_report
from skyddsnat.hub.agents.services import take_report
from skyddsnat.hub.feed import queries as feed
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.request import is_longer
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import TokenScope


@csrf_exempt  # no cookie is read here, only the token in the header
def report(request: HttpRequest) -> HttpResponse:
    """204 when the report was taken; else JSON with `title` and `detail`."""
    if request.method != "POST":
        answer = _problem(405, "Method not allowed", "expected POST")
        answer["Allow"] = "POST"
        return answer
    machine = authenticate(request, TokenScope.STATS)
    if machine is None:
        answer = _problem(401, "Unauthorized", "a live token with scope stats is needed, as Bearer or Basic")
        answer["WWW-Authenticate"] = 'Bearer realm="skyddsnat", Basic realm="skyddsnat"'
        return answer
    if request.content_type != "application/json":
        return _problem(415, "Unsupported media type", "expected application/json")
    if is_longer(request, MAX_BYTES):
        return _problem(413, "Too large", f"expected at most {MAX_BYTES} bytes")
    try:
        parsed = read_report(request.body)
    except BadReport as error:
        return _problem(400, "Bad report", str(error))
    actor = Actor(member_id=machine.member_id, token_id=machine.token_id)
    readable = {collection.pk for collection in feed.collections_for(machine.member_id)}
    try:
        take_report(actor, parsed, readable=readable, now=timezone.now())
    except PolicyRefusal:
        return _problem(409, "Too many agents", "remove agents that are no longer run, on the hub's page of agents")
    return HttpResponse(status=204)


def _problem(status: int, title: str, detail: str) -> JsonResponse:
    body: dict[str, Any] = {"title": title, "detail": detail}
    return JsonResponse(body, status=status)
