"""The log for witnesses: members' agents fetch checkpoints and proofs, and hand in cosignatures (docs/security/log.md).

Reading needs the scope that reads the feed, handing in the one that hands in reports: an agent has both, and no new token is
needed.  A checkpoint costs one row, and nothing but headers while the log stands still: a thousand agents may ask at once.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from skyddsnat.hub.accounts.machine_routes import for_machines, problem
from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.agents.report import NAME
from skyddsnat.hub.audit import keys
from skyddsnat.hub.audit.queries import tree as log
from skyddsnat.hub.audit.queries.witnesses import settled_size, witnesses
from skyddsnat.hub.audit.services import WitnessRefusal, take_cosignature
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.services.logged import logged_head
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.request import is_longer
from skyddsnat.policy.vocabulary import TokenScope

MAX_BYTES: Final = 8 * 1024
MOST_DIGITS: Final = 18
FIELDS: Final = {"agent": str, "key": str, "size": int, "line": str}
CACHE: Final = "private, no-cache"


@for_machines(TokenScope.TAXII)
def key(request: HttpRequest, reader: MachineReader) -> HttpResponse:
    """The key as the hub names it.  An agent believes the one that a person has given it, and no other."""
    return _text(keys.signer().key.text() + "\n")


@for_machines(TokenScope.TAXII)
def checkpoint(request: HttpRequest, reader: MachineReader) -> HttpResponse:
    """The newest signed checkpoint, as a C2SP note; 404 before the first one, 304 while nothing is new."""
    newest = log.newest()
    if newest is None:
        return problem(404, "Not found", "nothing is signed yet")
    etag = f'"{hashlib.sha256(newest.note.encode()).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=etag) or _text(newest.note)
    assert isinstance(answer, HttpResponse)  # noqa: S101  for the type checker: it is given no other
    answer["ETag"], answer["Cache-Control"] = etag, CACHE
    return answer


@for_machines(TokenScope.TAXII)
def consistency(request: HttpRequest, reader: MachineReader) -> HttpResponse:
    """The proof that the log of `new` entries begins with that of `old`."""
    newest, old, new = log.newest(), _number(request, "old"), _number(request, "new")
    if newest is None or not 0 < old <= new <= newest.size:
        return problem(404, "Not found", "expected two sizes of the log, the smaller one first")
    return JsonResponse({"proof": _base64(log.tree().consistency(old, new))}, headers={"Cache-Control": CACHE})


@for_machines(TokenScope.TAXII)
def head(request: HttpRequest, reader: MachineReader, collection_id: UUID) -> HttpResponse:
    """The log's entry about a collection's list at `position`, with its proof in the log of `size` entries; 404 if none yet."""
    found = feeds.collection_for(reader.member_id, collection_id, circles=reader.circles)
    entry = logged_head(found.pk, _number(request, "position")) if found is not None else None
    newest, size = log.newest(), _number(request, "size")
    if entry is None or newest is None or not entry.index < size <= newest.size:
        return problem(404, "Not found", "the log of that size has no such entry, or the collection is not readable")
    proof = _base64(log.tree().inclusion(entry.index, size))
    return JsonResponse({"entry": entry.index, "text": entry.text, "proof": proof}, headers={"Cache-Control": CACHE})


@for_machines(TokenScope.STATS, methods="POST")
def cosignatures(request: HttpRequest, reader: MachineReader) -> HttpResponse:
    """Take a witness's signature line.  Answers how far the log is settled."""
    if is_longer(request, MAX_BYTES):
        return problem(413, "Too large", f"expected at most {MAX_BYTES} bytes")
    fields = _fields(request.body)
    if fields is None:
        return problem(400, "Bad cosignature", "expected JSON with agent, key, size and line, and nothing else")
    actor, now = Actor(member_id=reader.member_id, token_id=reader.token_id), timezone.now()
    try:
        take_cosignature(actor, member_id=reader.member_id, now=now, **fields)
    except WitnessRefusal as refused:
        return problem(409, refused.code, str(refused))
    heard = witnesses(now=now)
    return JsonResponse({"settled": settled_size(heard), "members": len({one.member_id for one in heard})})


def _number(request: HttpRequest, name: str) -> int:
    """A number of the query; -1, which fits nothing, for anything else."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else -1


def _fields(body: bytes) -> dict[str, Any] | None:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or set(fields) != set(FIELDS):
        return None
    if not all(type(fields[name]) is kind for name, kind in FIELDS.items()):
        return None
    named = NAME.fullmatch(fields["agent"]) and fields["key"].isprintable()
    return fields if named and 0 <= fields["size"] < 2**62 else None


def _text(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": CACHE})


def _base64(hashes: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(one).decode("ascii") for one in hashes]
