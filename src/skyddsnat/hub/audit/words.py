"""Entries of the log in people's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skyddsnat.hub.audit.models import Entry
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

ACTIONS: dict[str, Promise] = {
    "coalition.founded": gettext_lazy("Coalition founded"),
    "member.joined": gettext_lazy("Member joined"),
    "member.changed": gettext_lazy("Member's facts changed"),
    "member.domains_changed": gettext_lazy("Member's own domain names changed"),
    "member.left": gettext_lazy("Member left"),
    "circle.created": gettext_lazy("Circle created"),
    "circle.changed": gettext_lazy("Circle changed"),
    "circle.joined": gettext_lazy("Member joined a circle"),
    "circle.left": gettext_lazy("Member left a circle"),
    "circle.closed": gettext_lazy("Circle closed"),
    "person.added": gettext_lazy("Person added"),
    "person.changed": gettext_lazy("Person's facts changed"),
    "person.roles_changed": gettext_lazy("Roles changed"),
    "person.invited": gettext_lazy("Person invited"),
    "person.came_in": gettext_lazy("Invitation accepted"),
    "person.deactivated": gettext_lazy("Access closed"),
    "person.reactivated": gettext_lazy("Access opened again"),
    "person.signed_in": gettext_lazy("Signed in"),
    "person.code_refused": gettext_lazy("Wrong code after the right password"),
    "person.password_changed": gettext_lazy("Password changed"),
    "session.ended": gettext_lazy("Session ended"),
    "factor.added": gettext_lazy("Second factor added"),
    "factor.removed": gettext_lazy("Second factor removed"),
    "factor.all_removed": gettext_lazy("All second factors removed"),
    "factor.codes_renewed": gettext_lazy("Recovery codes renewed"),
    "token.issued": gettext_lazy("Token made"),
    "token.revoked": gettext_lazy("Token revoked"),
    "legal.added": gettext_lazy("Legal basis added"),
    "legal.changed": gettext_lazy("Legal basis changed"),
    "legal.lapsed": gettext_lazy("Legal basis lapsed"),
    "signal.submitted": gettext_lazy("Signal submitted"),
    "signal.corroborated": gettext_lazy("Signal corroborated"),
    "signal.claimed": gettext_lazy("Review begun"),
    "signal.released": gettext_lazy("Review handed back"),
    "signal.approved": gettext_lazy("Signal approved"),
    "signal.verified": gettext_lazy("Signal verified"),
    "signal.rejected": gettext_lazy("Signal rejected"),
    "signal.sent_back": gettext_lazy("Signal sent back to review"),
    "signal.rescoped": gettext_lazy("Signal's scope changed"),
    "signal.feedback_given": gettext_lazy("Feedback given"),
    "signal.feedback_confirmed": gettext_lazy("Feedback confirmed"),
    "signal.feedback_dismissed": gettext_lazy("Feedback dismissed"),
    "signal.upheld": gettext_lazy("Disputed signal upheld"),
    "signal.withdrawn": gettext_lazy("Signal withdrawn"),
    "signal.report_withdrawn": gettext_lazy("Report of a signal withdrawn"),
    "signal.renewed": gettext_lazy("Signal renewed"),
    "signal.expired": gettext_lazy("Signal expired"),
    "signal.ceiling_changed": gettext_lazy("Signal's ceiling changed"),
    "signal.revealed": gettext_lazy("Value revealed"),
    "signal.looked_up": gettext_lazy("Value looked up"),
    "override.proposed": gettext_lazy("Exception from the protect list proposed"),
    "override.confirmed": gettext_lazy("Exception from the protect list confirmed"),
    "override.ended": gettext_lazy("Exception from the protect list ended"),
    "rule.proposed": gettext_lazy("Block rule proposed"),
    "rule.confirmed": gettext_lazy("Block rule confirmed"),
    "rule.ended": gettext_lazy("Block rule ended"),
    "agent.first_seen": gettext_lazy("Agent's first report"),
    "agent.state_changed": gettext_lazy("Agent's state changed"),
    "agent.removed": gettext_lazy("Agent removed from the list"),
    "feed.read": gettext_lazy("Feed read"),
}


def action_words(action: str) -> str:
    """The action in words; one that has none yet reads as its code."""
    return str(ACTIONS.get(action, action))


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as a row of the page.  facts: codes and counts, in the log's own words."""

    number: int
    at: datetime
    what: str
    code: str
    who: str
    member: str
    kind: str
    object_id: str
    facts: tuple[tuple[str, str], ...]


def line_of(entry: Entry, *, reader: Person) -> Line:
    """The entry for this reader.  People of other members are named to coordinators only; their member always is."""
    return Line(
        number=entry.pk,
        at=entry.at,
        what=action_words(entry.action),
        code=entry.action,
        who=_who(entry, reader),
        member=entry.member.name if entry.member is not None else "",
        kind=entry.kind,
        object_id=entry.object_id,
        facts=tuple((key, _plain(value)) for key, value in entry.facts.items()),
    )


def _who(entry: Entry, reader: Person) -> str:
    if entry.token:
        return _("a machine (token %(id)s)") % {"id": entry.token}
    if entry.person is not None:
        sees = entry.member_id == reader.member_id or reader.has_role(Role.COORDINATOR)
        return entry.person.name if sees else _("a person")
    return _("the hub itself") if entry.member_id is None else _("a person")


def _plain(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
