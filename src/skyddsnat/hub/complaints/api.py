"""`POST /api/complaints/`: a stop page hands in one complaint.  The only thing that this route can do is add one."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from skyddsnat.hub.accounts.tokens import authenticate
from skyddsnat.hub.complaints.services import receive
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.request import is_longer
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import TokenScope
from skyddsnat.protocols.complaint import MAX_BYTES, BadComplaint, read_complaint

RETRY_SECONDS = 600


@csrf_exempt  # no cookie is read here, only the token in the header
def hand_in(request: HttpRequest) -> JsonResponse:
    """200 with the complaint's own id, new or not, listed or not; else JSON with `title` and `detail`."""
    if request.method != "POST":
        return _problem(405, "Method not allowed", "expected POST", Allow="POST")
    machine = authenticate(request, TokenScope.COMPLAINTS)
    if machine is None:
        realm = 'Bearer realm="skyddsnat", Basic realm="skyddsnat"'
        words = "a live token with scope complaints is needed, as Bearer or Basic"
        return _problem(401, "Unauthorized", words, **{"WWW-Authenticate": realm})
    if request.content_type != "application/json":
        return _problem(415, "Unsupported media type", "expected application/json")
    if is_longer(request, MAX_BYTES):
        return _problem(413, "Too large", f"expected at most {MAX_BYTES} bytes")
    try:
        given = read_complaint(request.body)
        taken = receive(Actor(member_id=machine.member_id, token_id=machine.token_id), given, now=timezone.now())
    except BadComplaint as error:
        return _problem(400, "Bad complaint", error.message)
    except PolicyRefusal:
        words = "more complaints than one member may hand in within an hour; keep it and try again"
        return _problem(429, "Too many complaints", words, **{"Retry-After": str(RETRY_SECONDS)})
    return JsonResponse({"received": str(taken.key)})


def _problem(status: int, title: str, detail: str, **headers: str) -> JsonResponse:
    return JsonResponse({"title": title, "detail": detail}, status=status, headers=headers)
