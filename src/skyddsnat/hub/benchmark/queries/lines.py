"""The transcript in people's words, line by line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skyddsnat.hub.benchmark.models import Round, TranscriptEntry
from skyddsnat.hub.benchmark.queries.rounds import transcript_entries
from skyddsnat.protocols.benchmark.statement import Kind

SAID: dict[Kind, Promise] = {
    Kind.APPROVAL: gettext_lazy("signs the specification, with its key for this round"),
    Kind.ROOT: gettext_lazy("signs the list of submissions"),
    Kind.RUN: gettext_lazy("has stored the list as used: it computes on it once"),
    Kind.VERDICT: gettext_lazy("says which submissions are well-formed"),
    Kind.OUTPUT: gettext_lazy("posts its shares of what may be opened"),
    Kind.POSITIONS: gettext_lazy("seals to each member its share of that member's place"),
    Kind.ABORTED: gettext_lazy("stops the round"),
    Kind.DESTROYED: gettext_lazy("has destroyed its key, its ciphertexts and its shares"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry.  by: the name of who spoke; what: in a few words."""

    n: int
    at: datetime
    by: str
    what: str
    hash: str


def lines_of(round_: Round, member_id: str) -> list[Line]:
    """What this organisation may read, in order."""
    rows = list(transcript_entries(round_, member_id))
    names = _names(round_) if rows else {}
    return [Line(row.n, row.at, names.get(row.by, row.by), _what(row), row.hash) for row in rows]


def _names(round_: Round) -> dict[str, str]:
    spec = round_.specification
    parties = {f"party-{one.index}": one.name for one in spec.parties}
    return {"hub": _("the hub")} | parties | {f"member:{one.id}": one.name for one in spec.members}


def _what(row: TranscriptEntry) -> str:
    content: Any = json.loads(row.text)["content"]
    match row.kind:
        case "specification":
            return _("the specification, as all three parties signed it")
        case "statement":
            return str(SAID[Kind(content["statement"]["kind"])])
        case "submission":
            return _("hands in, number %(n)d") % {"n": content["envelope"]["seq"]}
        case "opened":
            return _("opens the round")
        case "closed":
            return _("fixes the list: %(n)d submissions") % {"n": content["size"]}
        case "objection":
            return _("shows a receipt for what the list lacks")
        case "release":
            return _("puts the shares together: %(n)d metrics and questions") % {"n": len(content["items"])}
        case "destroyed":
            return _("destroys %(n)d ciphertexts") % {"n": content["ciphertexts"]}
        case _:
            return _("state: %(state)s") % {"state": Round.State(content["to"]).label}
