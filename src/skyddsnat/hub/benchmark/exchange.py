"""What browsers, agents and parties ask of a round, and how it is answered; who may ask is settled before, at the two doors.

`api.py` is the door for tokens, `views/exchange.py` the one for sessions.  Errors are JSON: `title`, a stable word, and `detail`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse

from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.limits import MOST_OBJECTION_BYTES, MOST_STATEMENT_BYTES, MOST_SUBMISSION_BYTES
from skyddsnat.hub.benchmark.models import Round, RoundParty
from skyddsnat.hub.benchmark.queries import rounds as reads
from skyddsnat.hub.benchmark.queries import submissions, wanted
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.request import is_longer
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.protocols.benchmark.errors import BadRound

BEFORE_CLOSING: Final = frozenset({Round.State.DRAFT, Round.State.APPROVED, Round.State.OPEN})
TOO_MANY: Final = frozenset({"too_often"})
CACHE: Final = {"Cache-Control": "private, no-store"}
NOT_FOUND: Final = ("not_found", "no such round, or not one of yours")


class TooLarge(Exception):
    """The body is longer than this route takes.  most: bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"expected at most {most} bytes")
        self.most = most


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for an organisation.  as_member, as_party: in which capacity, by token or role."""

    actor: Actor
    as_member: bool
    as_party: bool

    @property
    def member_id(self) -> str:
        """The organisation."""
        return str(self.actor.member_id)

    @property
    def capacity(self) -> tuple[bool, bool]:
        """As a member, as a party."""
        return self.as_member, self.as_party


def problem(status: int, title: str, detail: str) -> JsonResponse:
    """An answer that says why not."""
    return JsonResponse({"title": title, "detail": detail}, status=status, headers=CACHE)


def answer(body: dict[str, Any] | list[Any], status: int = 200) -> JsonResponse:
    """An answer that no one keeps on the way."""
    return JsonResponse(body, status=status, safe=False, headers=CACHE)


def listing(found: list[Round], caller: Caller, *, now: datetime) -> HttpResponse:
    """Rounds with their state and what is wanted of the caller's organisation."""
    return answer({"rounds": wanted.lines_of(found, caller.member_id, now=now), "log_key": services.log_key()})


def spec(round_: Round) -> HttpResponse:
    """The exact canonical bytes."""
    headers = {**CACHE, "X-Spec-SHA256": round_.spec_sha256}
    return HttpResponse(round_.spec.encode(), content_type="application/json", headers=headers)


def approvals(round_: Round) -> HttpResponse:
    """The parties' signed approvals: keys of the round, certificates, addresses."""
    return answer({"approvals": reads.approvals_of(round_)})


def listed(round_: Round) -> HttpResponse:
    """The list behind the root, once it is fixed."""
    if round_.state in BEFORE_CLOSING:
        return problem(409, "not_closed", "the list is there once the round has closed")
    return answer({"submissions": [one.document() for one in submissions.latest_envelopes(round_)]})


def sealed(round_: Round, caller: Caller) -> HttpResponse:
    """The calling party's own ciphertexts, once the round has closed; gone when it has ended."""
    place = RoundParty.objects.filter(round=round_, member_id=caller.member_id).first()
    if place is None:
        return problem(404, *NOT_FOUND)
    if round_.state in BEFORE_CLOSING:
        return problem(409, "not_closed", "ciphertexts are handed out once the round has closed")
    if round_.destroyed_at is not None:
        return problem(410, "destroyed", "the ciphertexts have been destroyed")
    return answer({"sealed": submissions.sealed_for(round_, place.index)})


def positions(round_: Round, caller: Caller) -> HttpResponse:
    """The member's own position, sealed to it by each party."""
    found = submissions.positions_of(round_, caller.member_id) if round_.release else None
    if found is None:
        return problem(404, "no_position", "there is no position of yours, or not yet")
    return answer({"sealed": found})


def release(round_: Round) -> HttpResponse:
    """What was opened."""
    found = reads.release_of(round_)
    return answer(found) if found is not None else problem(404, "not_released", "nothing has been released")


def transcript(round_: Round, member_id: str) -> HttpResponse:
    """JSON lines, for `skyddsnat party verify-transcript`."""
    name = f'attachment; filename="{round_.pk}.jsonl"'
    headers = {**CACHE, "Content-Disposition": name}
    whole = b"".join(reads.transcript_lines(round_, member_id))
    return HttpResponse(whole, content_type="application/jsonl; charset=utf-8", headers=headers)


def submit(request: HttpRequest, round_: Round, caller: Caller, *, now: datetime) -> HttpResponse:
    """201 with the signed receipt; 200 with the same one for the same submission again."""

    def take() -> HttpResponse:
        thing = body_of(request, most=MOST_SUBMISSION_BYTES)
        made = services.hand_in(caller.actor, round_.pk, thing, now=now)
        return answer(made.answer, status=200 if made.again else 201)

    return heard(take)


def say(request: HttpRequest, round_: Round, caller: Caller, *, now: datetime) -> HttpResponse:
    """201 when the statement is in the transcript."""

    def take() -> HttpResponse:
        thing = body_of(request, most=MOST_STATEMENT_BYTES)
        services.take_statement(caller.actor, round_.pk, thing, now=now)
        state = Round.objects.values_list("state", flat=True).get(pk=round_.pk)
        return answer({"state": state}, status=201)

    return heard(take)


def object_to(request: HttpRequest, round_: Round, caller: Caller, *, now: datetime) -> HttpResponse:
    """201 when the receipt proves that the list lacks what the hub had taken."""

    def take() -> HttpResponse:
        thing = body_of(request, most=MOST_OBJECTION_BYTES)
        stopped = services.object_to_list(caller.actor, round_.pk, thing, now=now)
        return answer({"state": stopped.state}, status=201)

    return heard(take)


def body_of(request: HttpRequest, *, most: int) -> object:
    """The JSON that was posted.  Raises TooLarge, and BadRound(malformed)."""
    if is_longer(request, most):
        raise TooLarge(most)
    if request.content_type != "application/json":
        raise BadRound("malformed", "expected application/json")
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadRound("malformed", "the body was not read as JSON") from None


def heard(take: Callable[[], HttpResponse]) -> HttpResponse:
    """Carry something out; what is refused is answered by name: 409 not now or not by you, 422 not to be believed."""
    try:
        return take()
    except TooLarge as large:
        return problem(413, "too_large", str(large))
    except BadRound as bad:
        return problem(422, bad.code, bad.message)
    except PolicyRefusal as refusal:
        return problem(429 if refusal.code in TOO_MANY else 409, refusal.code, DETAILS.get(refusal.code, refusal.code))


DETAILS: Final = {
    "other_member": "signed for another member than the one that brought it",
    "other_party": "signed for another party than the one whose token brought it",
    "not_open": "the round is not open yet; wait until its parties have approved it and the coordinator has opened it",
    "late": "the deadline has passed; this round takes no more submissions",
    "stale_seq": "a submission with this number or a later one is here; use a higher one",
    "key_revoked": "the key that the specification names has been revoked; nothing signed by it is taken",
    "too_often": "too many submissions within an hour; wait, then send the last one",
    "too_many": "as many submissions of yours are here as a round takes from one member; the last one counts",
    "said_already": "this kind of statement was made before, and otherwise; nothing is replaced",
    "wrong_state": "this is not heard in the round's present state; fetch the list of rounds for what is wanted",
    "too_early": "others have to speak first, or members may still object; ask again later",
    "other_root": "a run of another root than the one that the parties signed",
    "not_closed": "there is nothing to object to before the round has closed, nor once the parties compute",
    "window_over": "the time for objections is over",
    "nothing_left_out": "the list has this submission or a later one of yours",
}
"""By code, for machines; people read hub/benchmark/refusals.py."""
