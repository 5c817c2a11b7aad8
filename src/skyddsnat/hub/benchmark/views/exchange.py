"""What a signed-in person's browser asks of a round: the same answers as for machines, behind session and CSRF.

Machine routes read no cookie and these read no token, so that neither can be used for the other.
"""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skyddsnat.hub.benchmark import exchange
from skyddsnat.hub.benchmark.exchange import Caller
from skyddsnat.hub.benchmark.models import Round, RoundMember
from skyddsnat.hub.benchmark.queries.rounds import round_for
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.decorators import role_required
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.policy.benchmark.sight import PAGES
from skyddsnat.policy.vocabulary import Role


def found(request: SignedInRequest, pk: str) -> Round:
    """The frozen round, if the person may know of it.  Raises Http404."""
    round_ = round_for(request.user, pk)
    if round_ is None or not round_.is_frozen:
        raise Http404
    return round_


def own(request: SignedInRequest, pk: str) -> tuple[Round, Caller]:
    """The round that the person's member takes part in, for its benchmark lead.  Raises Http404."""
    round_ = found(request, pk)
    if not RoundMember.objects.filter(round=round_, member_id=request.user.member_id).exists():
        raise Http404
    return round_, Caller(Actor.of(request.user), as_member=True, as_party=False)


@role_required(*PAGES)
@require_GET
def spec(request: SignedInRequest, pk: str) -> HttpResponse:
    """The exact canonical bytes."""
    return exchange.spec(found(request, pk))


@role_required(*PAGES)
@require_GET
def approvals(request: SignedInRequest, pk: str) -> HttpResponse:
    """The parties' keys of the round."""
    return exchange.approvals(found(request, pk))


@role_required(*PAGES)
@require_GET
def listed(request: SignedInRequest, pk: str) -> HttpResponse:
    """The list behind the root."""
    return exchange.listed(found(request, pk))


@role_required(Role.BENCHMARK_LEAD)
@require_POST
def submit(request: SignedInRequest, pk: str) -> HttpResponse:
    """A submission sealed in this browser."""
    round_, caller = own(request, pk)
    return exchange.submit(request, round_, caller, now=timezone.now())


@role_required(Role.BENCHMARK_LEAD)
@require_POST
def object_to(request: SignedInRequest, pk: str) -> HttpResponse:
    """The list lacks what the hub has given a receipt for."""
    round_, caller = own(request, pk)
    return exchange.object_to(request, round_, caller, now=timezone.now())


@role_required(Role.BENCHMARK_LEAD)
@require_GET
def positions(request: SignedInRequest, pk: str) -> HttpResponse:
    """The member's own position, sealed to it."""
    round_, caller = own(request, pk)
    return exchange.positions(round_, caller)


@role_required(*PAGES)
@require_GET
def release(request: SignedInRequest, pk: str) -> HttpResponse:
    """What was opened."""
    return exchange.release(found(request, pk))


@role_required(*PAGES)
@require_http_methods(["GET", "HEAD"])
def transcript_file(request: SignedInRequest, pk: str) -> HttpResponse:
    """JSON lines to check without trust in the hub."""
    return exchange.transcript(found(request, pk), request.user.member_id)
