"""The coalition's protect list for agents: every member's own domains, so that each agent guards all of them (DESIGN § 5)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from skyddsnat.hub.accounts.machine_routes import for_machines
from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.agents.log_api import CACHE
from skyddsnat.hub.members.queries import protected_names
from skyddsnat.policy.vocabulary import TokenScope


@for_machines(TokenScope.TAXII)
def protected(request: HttpRequest, reader: MachineReader) -> HttpResponse:
    """The names, in order.  Who is in the coalition, and what its members are called, is no secret among them."""
    return JsonResponse({"names": protected_names()}, headers={"Cache-Control": CACHE})
