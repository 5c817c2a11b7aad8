"""`/api/statistics/…`: a member's machine hands in period figures, and asks which are wanted (docs/statistics.md)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from skyddsnat.hub.accounts.machine_routes import for_machines, takes_json
from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.statistics import services
from skyddsnat.hub.statistics.queries.calendar import wanted_of
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import TokenScope
from skyddsnat.protocols.statistics import MOST_BYTES, BadFigure, read_figure

CONFLICTS: Final = frozenset({"key_used", "already_there", "not_the_newest"})
"""Refusals that the sender can mend by sending something else about the same figure."""
SAID: Final = {
    "unknown_metric": "the catalogue has no such metric",
    "secret_metric": "the metric is secret: it goes through confidential benchmarking, sealed, and never here",
    "red_metric": "competition law bars the metric",
    "not_collected": "the coalition does not collect this metric, or not for this period",
    "wrong_period": "the metric is collected for another kind of period",
    "period_not_over": "the period is not over yet",
    "wrong_unit": "unit or decimals are not the catalogue's",
    "out_of_range": "the value is outside the catalogue's range",
    "no_list": "a figure of this metric never travels without its list, resolvers and subscriptions; send `list`",
    "key_used": "this key was used for another figure; make a new one",
    "already_there": "a figure is there already; send `corrects` with its revision and a reason",
    "not_the_newest": "`corrects` must name the newest revision",
    "too_often": "your member has corrected as many figures as it may in an hour; send the rest later",
}


@for_machines(TokenScope.STATS, methods="POST")
@takes_json(most=MOST_BYTES)
def figures(request: HttpRequest, reader: MachineReader) -> HttpResponse:
    """Take one figure: 201 when it is new, 200 when the same was sent before; else JSON with `title` and `detail`."""
    actor = Actor(member_id=reader.member_id, token_id=reader.token_id)
    try:
        figure = read_figure(request.body)
        taken = services.take(actor, figure, now=timezone.now())
    except BadFigure as error:
        return _problem(HTTPStatus.BAD_REQUEST, error.message)
    except PolicyRefusal as refusal:
        return _problem(_status_of(refusal.code), SAID[refusal.code], code=refusal.code)
    revision = taken.revision
    body = {
        "metric": figure.metric,
        "period": str(figure.period),
        "revision": revision.number,
        "warnings": revision.warnings,
        "explain": bool(revision.warnings) and revision.explained_at is None,
    }
    return JsonResponse(body, status=HTTPStatus.CREATED if taken.is_new else HTTPStatus.OK)


@for_machines(TokenScope.STATS)
def wanted(_request: HttpRequest, reader: MachineReader) -> HttpResponse:
    """What the coalition collects of this member for the periods that are over: revision 0 where nothing came yet."""
    found = [
        {"metric": one.metric.id, "period": str(one.period), "due": one.due.isoformat(), "revision": one.revision}
        for one in wanted_of(reader.member_id, now=timezone.now())
    ]
    answer = JsonResponse({"wanted": found})
    answer["Cache-Control"] = "private, no-store"
    return answer


def _status_of(code: str) -> HTTPStatus:
    if code == "too_often":
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.CONFLICT if code in CONFLICTS else HTTPStatus.UNPROCESSABLE_ENTITY


def _problem(status: HTTPStatus, detail: str, *, code: str = "") -> JsonResponse:
    body = {"title": status.phrase, "detail": detail}
    return JsonResponse(body | {"code": code} if code else body, status=status)
