"""`POST /api/agent/report`: an agent tells how it is.  The only thing that this route can change is that one row."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from skyddsnat.hub.accounts.machine_routes import at_most, for_machines, problem, takes_json
from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.agents.report import MAX_BYTES, BadReport, read_report
from skyddsnat.hub.agents.services import take_report
from skyddsnat.hub.feed import queries as feed
from skyddsnat.hub.members.actor import Actor
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import TokenScope


def reports_a_minute() -> int:
    """Of one member's agents, which report once a minute and when something changes; each change of state is logged."""
    return int(getattr(settings, "AGENT_REPORTS_PER_MINUTE", 120))


@for_machines(TokenScope.STATS, methods="POST")
@at_most(reports_a_minute, of="report")
@takes_json(most=MAX_BYTES)
def report(request: HttpRequest, machine: MachineReader) -> HttpResponse:
    """204 when the report was taken; else JSON with `title` and `detail`."""
    try:
        parsed = read_report(request.body)
    except BadReport as error:
        return problem(400, "Bad report", str(error))
    actor = Actor(member_id=machine.member_id, token_id=machine.token_id)
    readable = {collection.pk for collection in feed.collections_for(machine.member_id)}
    try:
        take_report(actor, parsed, readable=readable, now=timezone.now())
    except PolicyRefusal:
        return problem(409, "Too many agents", "remove agents that are no longer run, on the hub's page of agents")
    return HttpResponse(status=204)
