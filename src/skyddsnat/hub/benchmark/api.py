"""`/api/bench/…`: rounds for members' agents and for computing parties.  A token opens its own organisation's rounds alone.

What is unknown and what is not theirs answer the same 404.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from skyddsnat.hub.accounts.machine_routes import View, at_most, for_machines
from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.benchmark import exchange
from skyddsnat.hub.benchmark.exchange import NOT_FOUND, Caller, problem
from skyddsnat.hub.benchmark.limits import requests_a_minute
from skyddsnat.hub.benchmark.models import Round
from skyddsnat.hub.benchmark.queries.machines import round_for, rounds_for
from skyddsnat.hub.members.actor import Actor
from skyddsnat.policy.vocabulary import TokenScope

SHARES, PARTY = TokenScope.SHARES, TokenScope.PARTY


def machine(*scopes: TokenScope, methods: str = "GET") -> Callable[[View], View]:
    """A route for machines (accounts.machine_routes), at most so often a minute, and for the caller that its token makes it."""

    def wrap(view: View) -> View:
        @for_machines(*scopes, methods=methods)
        @at_most(requests_a_minute, of="benchmark")
        @wraps(view)
        def called(request: HttpRequest, reader: MachineReader, **named: Any) -> HttpResponse:
            actor = Actor(member_id=reader.member_id, token_id=reader.token_id)
            caller = Caller(actor, as_member=SHARES in reader.scopes, as_party=PARTY in reader.scopes)
            return view(request, caller, **named)

        return called

    return wrap


def about_round(view: View) -> View:
    """Finds the round among the caller's own."""

    @wraps(view)
    def found(request: HttpRequest, caller: Caller, *, round_id: str) -> HttpResponse:
        round_ = round_for(caller.member_id, caller.capacity, round_id)
        return view(request, caller, round_) if round_ is not None else problem(404, *NOT_FOUND)

    return found


@machine(SHARES, PARTY)
def rounds(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The caller's rounds, with what is wanted."""
    return exchange.listing(rounds_for(caller.member_id, caller.capacity), caller, now=timezone.now())


@machine(SHARES, PARTY)
@about_round
def spec(request: HttpRequest, caller: Caller, round_: Round) -> HttpResponse:
    """The exact canonical bytes."""
    return exchange.spec(round_)


@machine(SHARES, PARTY)
@about_round
def approvals(request: HttpRequest, caller: Caller, round_: Round) -> HttpResponse:
    """The parties' keys of the round."""
    return exchange.approvals(round_)


@machine(SHARES, PARTY, methods="GET POST")
@about_round
def submissions(request: HttpRequest, caller: Caller, round_: Round) -> HttpResponse:
    """The list behind the root; or a submission of the member's agent."""
    if request.method != "POST":
        return exchange.listed(round_)
    if not caller.as_member:
        return problem(404, *NOT_FOUND)
    return exchange.submit(request, round_, caller, now=timezone.now())


@machine(PARTY)
@about_round
def sealed(request: HttpRequest, caller: Caller, round_: Round) -> HttpResponse:
    """The party's own ciphertexts."""
    return exchange.sealed(round_, caller)


@machine(PARTY, methods="POST")
@about_round
def statements(request: HttpRequest, caller: Caller, round_: Round) -> HttpResponse:
    """A party says something."""
    return exchange.say(request, round_, caller, now=timezone.now())


@machine(SHARES, methods="POST")
@about_round
def objections(request: HttpRequest, caller: Caller, round_: Round) -> HttpResponse:
    """A member was left out of the list."""
    return exchange.object_to(request, round_, caller, now=timezone.now())


@machine(SHARES)
@about_round
def positions(request: HttpRequest, caller: Caller, round_: Round) -> HttpResponse:
    """The member's own position, sealed to it."""
    return exchange.positions(round_, caller)


@machine(SHARES, PARTY)
@about_round
def transcript(request: HttpRequest, caller: Caller, round_: Round) -> HttpResponse:
    """JSON lines."""
    return exchange.transcript(round_, caller.member_id)


@machine(SHARES, PARTY)
@about_round
def release(request: HttpRequest, caller: Caller, round_: Round) -> HttpResponse:
    """What was opened."""
    return exchange.release(round_)
