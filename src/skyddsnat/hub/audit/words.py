"""Entries of the log in people's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skyddsnat.hub.audit.facts import facts_in_words
from skyddsnat.hub.audit.models import Entry
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

ACTIONS: dict[str, Promise] = {
    "coalition.founded": gettext_lazy("Coalition founded"),
    "coalition.two_hands": gettext_lazy("Two organisations decide from now"),
    "decision.proposed": gettext_lazy("Decision proposed"),
    "decision.confirmed": gettext_lazy("Decision confirmed"),
    "decision.lapsed": gettext_lazy("Proposal lapsed: who made it may do so no longer"),
    "decision.turned_down": gettext_lazy("Decision turned down"),
    "feed.clock_confirmed": gettext_lazy("Hub's clock confirmed, so that it publishes ahead of it"),
    "hub.restored": gettext_lazy("Hub restored from a backup"),
    "keys.rotated": gettext_lazy("Sealed columns sealed anew under another key"),
    "keys.retired": gettext_lazy("Replaced key of the sealed columns taken out for good"),
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
    "signal.hand_gone": gettext_lazy("Approval no longer counts: who gave it may do so no longer"),
    "signal.rescoped": gettext_lazy("Signal's scope changed"),
    "signal.feedback_given": gettext_lazy("Feedback given"),
    "signal.feedback_confirmed": gettext_lazy("Feedback confirmed"),
    "signal.feedback_dismissed": gettext_lazy("Feedback dismissed"),
    "signal.complained": gettext_lazy("Signal disputed after a complaint from outside"),
    "signal.suspended": gettext_lazy("Signal suspended until a complaint is decided"),
    "signal.complaint_confirmed": gettext_lazy("Complaint about a signal found right"),
    "signal.narrowed": gettext_lazy("Signal narrowed after a complaint"),
    "complaint.received": gettext_lazy("Complaint received"),
    "complaint.own_lift": gettext_lazy("Block lifted at own resolvers"),
    "complaint.lifted_everywhere": gettext_lazy("Block lifted at every agent"),
    "complaint.decided": gettext_lazy("Complaint decided"),
    "complaint.contact_shown": gettext_lazy("Complainant's contact shown"),
    "complaint.name_shown": gettext_lazy("Name in a complaint shown"),
    "complaint.replied": gettext_lazy("Complainant replied to"),
    "complaint.names_erased": gettext_lazy("Names in complaints erased"),
    "complaint.contacts_erased": gettext_lazy("Complainants' contacts erased"),
    "signal.upheld": gettext_lazy("Disputed signal upheld"),
    "signal.withdrawn": gettext_lazy("Signal withdrawn"),
    "signal.report_withdrawn": gettext_lazy("Report of a signal withdrawn"),
    "signal.renewed": gettext_lazy("Signal renewed"),
    "signal.expired": gettext_lazy("Signal expired"),
    "signal.ceiling_changed": gettext_lazy("Signal's ceiling changed"),
    "signal.revealed": gettext_lazy("Value revealed"),
    "signal.looked_up": gettext_lazy("Value looked up"),
    "signal.looked_up_many": gettext_lazy("Values looked up"),
    "import.received": gettext_lazy("List brought in"),
    "import.confirmed": gettext_lazy("Import confirmed"),
    "import.ended": gettext_lazy("Import done"),
    "import.cancelled": gettext_lazy("Import cancelled"),
    "list.exported": gettext_lazy("List taken out"),
    "canary.met": gettext_lazy("Mark of an exported list came back"),
    "canary.closed": gettext_lazy("Alarm about a mark closed"),
    "canary.traced": gettext_lazy("Origin of a list asked for"),
    "override.proposed": gettext_lazy("Exception from the protect list proposed"),
    "override.confirmed": gettext_lazy("Exception from the protect list confirmed"),
    "override.ended": gettext_lazy("Exception from the protect list ended"),
    "rule.proposed": gettext_lazy("Block rule proposed"),
    "rule.confirmed": gettext_lazy("Block rule confirmed"),
    "rule.ended": gettext_lazy("Block rule ended"),
    "false_stop.asked": gettext_lazy("Release of a stopped text asked for"),
    "false_stop.released": gettext_lazy("Stopped text released, once"),
    "false_stop.refused": gettext_lazy("Release of a stopped text turned down"),
    "false_stop.used": gettext_lazy("Released text used"),
    "agent.first_seen": gettext_lazy("Agent's first report"),
    "agent.state_changed": gettext_lazy("Agent's state changed"),
    "agent.removed": gettext_lazy("Agent removed from the list"),
    "feed.read": gettext_lazy("Feed read"),
    "feed.head_published": gettext_lazy("List published"),
    "witness.appeared": gettext_lazy("Witness of the log added"),
    "peer_group.created": gettext_lazy("Peer group made"),
    "peer_group.changed": gettext_lazy("Peer group changed"),
    "peer_group.chosen": gettext_lazy("Own place in the peer groups said"),
    "round.planned": gettext_lazy("Benchmark round planned"),
    "round.changed": gettext_lazy("Benchmark round changed"),
    "round.discarded": gettext_lazy("Benchmark round discarded"),
    "round.signed_off": gettext_lazy("Metric approved by the competition lawyer"),
    "round.frozen": gettext_lazy("Round's specification frozen"),
    "round.taken_back": gettext_lazy("Round's specification taken back"),
    "round.draft": gettext_lazy("Round back in draft"),
    "round.approved": gettext_lazy("Round approved"),
    "round.open": gettext_lazy("Round opened"),
    "round.closed": gettext_lazy("Round closed"),
    "round.computing": gettext_lazy("Round is being computed"),
    "round.verifying": gettext_lazy("Round is being checked"),
    "round.released": gettext_lazy("Round's results released"),
    "round.archived": gettext_lazy("Round archived"),
    "round.aborted": gettext_lazy("Round broken off"),
    "round.handed_in": gettext_lazy("Sealed values handed in"),
    "round.entered": gettext_lazy("Entry in the round's transcript"),
    "round.outputs_refused": gettext_lazy("Parties' outputs refused"),
    "benchmark_key.registered": gettext_lazy("Benchmark key registered"),
    "benchmark_key.confirmed": gettext_lazy("Benchmark key confirmed"),
    "benchmark_key.replaced": gettext_lazy("Benchmark key replaced"),
    "benchmark_key.revoked": gettext_lazy("Benchmark key revoked"),
    "plan.written": gettext_lazy("Line of the improvement plan written"),
    "plan.follow_up_set": gettext_lazy("Day to follow the improvement plan up set"),
    "plan.follow_up_ended": gettext_lazy("Day to follow the improvement plan up taken away"),
    "practice.shared": gettext_lazy("Practice shared"),
    "practice.changed": gettext_lazy("Practice changed"),
    "practice.withdrawn": gettext_lazy("Practice withdrawn"),
    "practice.ended": gettext_lazy("Practice ended, its text erased"),
    "question.may_be_asked": gettext_lazy("Agreed to be asked"),
    "question.no_longer_asked": gettext_lazy("No longer to be asked"),
    "question.asked": gettext_lazy("Those ahead asked"),
    "question.accepted": gettext_lazy("Question accepted, names opened"),
    "question.declined": gettext_lazy("Question declined"),
    "question.withdrawn": gettext_lazy("Question withdrawn"),
    "series.opened": gettext_lazy("Series of the joint statistics opened"),
    "series.approved": gettext_lazy("Series approved by counsel"),
    "series.agreed": gettext_lazy("Agreed to be in a joint figure"),
    "series.agreement_ended": gettext_lazy("No longer in a joint figure"),
    "series.closed": gettext_lazy("Series collected no more"),
    "panel.made": gettext_lazy("Panel of a series fixed"),
    "figure.handed_in": gettext_lazy("Period's figure handed in"),
    "figure.corrected": gettext_lazy("Period's figure corrected"),
    "figure.explained": gettext_lazy("Odd figure explained"),
    "figure.commented": gettext_lazy("Comment on a figure"),
    "statistics.released": gettext_lazy("Joint figure released"),
    "statistics.withdrawn": gettext_lazy("Joint figure withdrawn"),
    "statistics.taken_out": gettext_lazy("Series or report taken out"),
    "statistics.event_added": gettext_lazy("Event marked on a series"),
    "statistics.event_removed": gettext_lazy("Event of a series taken away"),
    "log.exported": gettext_lazy("Log exported"),
    "log.details_erased": gettext_lazy("Personal details erased from the log"),
    "log.restored": gettext_lazy("Log went on from an earlier backup"),
}


def action_words(action: str) -> str:
    """The action in words; one that has none yet reads as its code."""
    return str(ACTIONS.get(action, action))


LONG_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")

KINDS: dict[str, Promise] = {
    "agent": gettext_lazy("agent"),
    "assessment": gettext_lazy("self-assessment"),
    "benchmark_key": gettext_lazy("benchmark key"),
    "canary": gettext_lazy("mark of a list"),
    "case": gettext_lazy("complaint case"),
    "circle": gettext_lazy("circle"),
    "coalition": gettext_lazy("coalition"),
    "complaint": gettext_lazy("complaint"),
    "collection": gettext_lazy("collection"),
    "decision": gettext_lazy("decision"),
    "erasure": gettext_lazy("erasure"),
    "event": gettext_lazy("event of a series"),
    "export": gettext_lazy("list taken out"),
    "false_stop": gettext_lazy("stopped text"),
    "figure": gettext_lazy("period's figure"),
    "import": gettext_lazy("list brought in"),
    "leak": gettext_lazy("leaked list"),
    "legal_basis": gettext_lazy("legal basis"),
    "lookup": gettext_lazy("look-up"),
    "member": gettext_lazy("member"),
    "override": gettext_lazy("exception"),
    "person": gettext_lazy("person"),
    "peer_group": gettext_lazy("peer group"),
    "question": gettext_lazy("question to those ahead"),
    "plan": gettext_lazy("improvement plan"),
    "plan_line": gettext_lazy("line of a plan"),
    "practice": gettext_lazy("practice"),
    "round": gettext_lazy("benchmark round"),
    "rule": gettext_lazy("block rule"),
    "series": gettext_lazy("series of the joint statistics"),
    "signal": gettext_lazy("signal"),
    "statistics": gettext_lazy("joint statistics"),
    "token": gettext_lazy("token"),
    "witness": gettext_lazy("witness"),
}


def kind_words(kind: str) -> str:
    """The kind of thing in words; one that has none yet reads as its code."""
    return str(KINDS.get(kind, kind))


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as a row of the page.

    number: of the row; index: in the log's tree, None while it waits.  facts: what was asked and answered, in words.
    """

    number: int
    index: int | None
    at: datetime
    what: str
    code: str
    who: str
    member: str
    kind: str
    object_id: str
    facts: tuple[tuple[str, str], ...]

    @property
    def reference(self) -> str:
        """What people call the thing by: of a long id its beginning, as other pages show it."""
        return self.object_id[:8].upper() if LONG_ID.fullmatch(self.object_id) else self.object_id


def line_of(entry: Entry, *, reader: Person) -> Line:
    """The entry for this reader.  People of other members are named to coordinators only; their member always is."""
    return Line(
        number=entry.pk,
        index=entry.leaf_index,
        at=entry.at,
        what=action_words(entry.action),
        code=entry.action,
        who=_who(entry, reader),
        member=entry.member.name if entry.member is not None else "",
        kind=kind_words(entry.kind),
        object_id=entry.object_id,
        facts=facts_in_words(entry.facts),
    )


def _who(entry: Entry, reader: Person) -> str:
    if entry.token:
        return _("a machine (token %(id)s)") % {"id": entry.token}
    if entry.person is not None:
        sees = entry.member_id == reader.member_id or reader.has_role(Role.COORDINATOR)
        return entry.person.name if sees else _("a person")
    return _("the hub itself") if entry.member_id is None else _("a person")
