"""A round as its page tells it: the way from plan to archive with the evidence of each step, who has handed in, who signed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skyddsnat.hub.benchmark.models import BenchmarkKey, Round, RoundParty, TranscriptEntry
from skyddsnat.hub.benchmark.queries.keys import counting
from skyddsnat.hub.benchmark.queries.submissions import latest_rows
from skyddsnat.hub.members.models import Member
from skyddsnat.protocols.benchmark.signing import fingerprint
from skyddsnat.protocols.benchmark.statement import Kind

TITLES = {
    Round.State.DRAFT: pgettext_lazy("round", "Planned"),
    Round.State.APPROVED: pgettext_lazy("round", "Approved"),
    Round.State.OPEN: pgettext_lazy("round", "Open"),
    Round.State.CLOSED: pgettext_lazy("round", "Closed"),
    Round.State.COMPUTING: pgettext_lazy("round", "Computing"),
    Round.State.VERIFYING: pgettext_lazy("round", "Verifying"),
    Round.State.RELEASED: pgettext_lazy("round", "Released"),
    Round.State.ARCHIVED: pgettext_lazy("round", "Archived"),
    Round.State.ABORTED: pgettext_lazy("round", "Stopped"),
}
WAY = {
    Round.State.DRAFT: _("The coordinator chose metrics, period and deadline."),
    Round.State.APPROVED: _("Three parties signed the same specification, each with a key for it alone."),
    Round.State.OPEN: _("Members hand in. Each value is split and sealed before it leaves them."),
    Round.State.CLOSED: _("The list of submissions is fixed. Members may object before anything is computed."),
    Round.State.COMPUTING: _("The parties check the submissions, agree on them, and compute together."),
    Round.State.VERIFYING: _("Everything opened is put together and tested, by whoever wants to."),
    Round.State.RELEASED: _("What the rules allow is there for all in the round."),
    Round.State.ARCHIVED: _("The keys of the round and all ciphertexts have been destroyed."),
}
"""The states in their order, each with what it means."""


@dataclass(frozen=True, slots=True)
class Step:
    """One state on the way.  mark: done, now, next or stopped.  evidence: facts that can be checked, as label and text."""

    state: str
    title: str | Promise
    text: str | Promise
    mark: str
    at: datetime | None
    evidence: tuple[tuple[str | Promise, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A computing party on the page."""

    index: int
    member: Member
    fingerprint: str
    approved_at: datetime | None
    round_key: str = ""
    program: str = ""
    address: str = ""
    refused: str = ""
    last_said: str = ""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member on the page: whether it has handed in and when, never what."""

    id: str
    name: str
    at: datetime | None
    seq: int
    has_key: bool = True


def way_of(round_: Round) -> list[Step]:
    """The eight steps; of a round that was stopped those that it has taken, the stop, and its archiving."""
    at = _times(round_)
    if not round_.abort:
        return [_step(round_, state, at) for state in WAY]
    taken = [_step(round_, state, at) for state in WAY if state in at and state != Round.State.ARCHIVED]
    ended = Round.State.ABORTED
    why = str(Round.AbortCode(round_.abort).label).capitalize() + "."
    stop = Step(ended, TITLES[ended], why, "stopped", at.get(ended))
    archived = [_step(round_, Round.State.ARCHIVED, at)] if Round.State.ARCHIVED in at else []
    return [*taken, stop, *archived]


def _step(round_: Round, state: Round.State, at: dict[str, datetime]) -> Step:
    mark = "done" if state in at else "next"
    if state == round_.state and state != Round.State.ARCHIVED:
        mark = "now"
    return Step(state, TITLES[state], WAY[state], mark, at.get(state), _evidence(round_, state, mark))


def parties_of(round_: Round) -> list[PartyLine]:
    """In their places, with the fingerprints that people compare."""
    rows = list(RoundParty.objects.filter(round=round_).select_related("member"))
    keys = counting([row.member_id for row in rows], BenchmarkKey.Use.PARTY)
    said: dict[int, dict[str, Any]] = {}
    for one in round_.statements.order_by("pk"):
        said.setdefault(one.party, {})[one.kind] = one
    return [_party(round_, row, keys.get(row.member_id), said.get(row.index, {})) for row in rows]


def members_of(round_: Round) -> list[MemberLine]:
    """Everyone in the round, by name.  Before it is frozen: who is in the group now, and who lacks a key."""
    handed = {row.member_id: row for row in latest_rows(round_)}
    if round_.is_frozen:
        lines = [(one.id, one.name, True) for one in round_.specification.members]
    else:
        group = round_.group.memberships.filter(left_at=None).select_related("member")
        keys = counting([one.member_id for one in group], BenchmarkKey.Use.MEMBER)
        lines = [(one.member_id, one.member.name, one.member_id in keys) for one in group]
    found = []
    for pk, name, has_key in sorted(lines, key=lambda line: line[1]):
        row = handed.get(pk)
        found.append(MemberLine(pk, name, row.at if row else None, row.seq if row else 0, has_key))
    return found


def _times(round_: Round) -> dict[str, datetime]:
    """When each state began, from the transcript; planning from the row."""
    at: dict[str, datetime] = {Round.State.DRAFT.value: round_.planned_at}
    for text, moment in TranscriptEntry.objects.filter(round=round_, kind="state").values_list("text", "at"):
        at[json.loads(text)["content"]["to"]] = moment
    return at


def _evidence(round_: Round, state: str, mark: str) -> tuple[tuple[str | Promise, str], ...]:
    if state == Round.State.DRAFT and round_.spec_sha256:
        return ((_("Specification (SHA-256)"), round_.spec_sha256),)
    if mark == "next" or state not in {Round.State.CLOSED, Round.State.ARCHIVED}:
        return ()
    kind = "closed" if state == Round.State.CLOSED else "destroyed"
    row = TranscriptEntry.objects.filter(round=round_, kind=kind).first()
    if row is None:
        return ()
    content = json.loads(row.text)["content"]
    if kind == "closed":
        return ((_("Root of the list"), content["root"]), (_("Submissions"), str(content["size"])))
    return ((_("Ciphertexts destroyed by the hub"), str(content["ciphertexts"])),)


def _party(round_: Round, row: RoundParty, key: BenchmarkKey | None, said: dict[str, Any]) -> PartyLine:
    agreed = round_.specification.parties[row.index].signing_key if round_.is_frozen else key.signing_key if key else ""
    approval, refusal = said.get(Kind.APPROVAL.value), said.get(Kind.ABORTED.value)
    body = json.loads(approval.text)["statement"]["body"] if approval else {}
    code = json.loads(refusal.text)["statement"]["body"]["code"] if refusal else ""
    return PartyLine(
        index=row.index,
        member=row.member,
        fingerprint=fingerprint(agreed) if agreed else "",
        approved_at=approval.at if approval else None,
        round_key=fingerprint(body["round_key"]) if body else "",
        program=body.get("program", ""),
        address=body.get("address", ""),
        refused=str(Round.AbortCode(code).label) if code else "",
        last_said=list(said)[-1] if said else "",
    )
