"""`POST /api/complaints/`: a stop page hands in one complaint.  The only thing that this route can do is add one."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from skyddsnat.hub.accounts.machine_routes import for_machines, problem, takes_json
from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.complaints.services import receive
from skyddsnat.hub.members.actor import Actor
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import TokenScope
from skyddsnat.protocols.complaint import MAX_BYTES, BadComplaint, read_complaint

RETRY_SECONDS = 600


@for_machines(TokenScope.COMPLAINTS, methods="POST")
@takes_json(most=MAX_BYTES)
def hand_in(request: HttpRequest, machine: MachineReader) -> JsonResponse:
    """200 with the complaint's own id, new or not, listed or not; else JSON with `title` and `detail`."""
    try:
        given = read_complaint(request.body)
        taken = receive(Actor(member_id=machine.member_id, token_id=machine.token_id), given, now=timezone.now())
    except BadComplaint as error:
        return problem(400, "Bad complaint", error.message)
    except PolicyRefusal:
        words = "more complaints than one member may hand in within an hour; keep it and try again"
        return problem(429, "Too many complaints", words, **{"Retry-After": str(RETRY_SECONDS)})
    return JsonResponse({"received": str(taken.key)})
