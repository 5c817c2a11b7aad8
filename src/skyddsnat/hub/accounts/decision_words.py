"""A proposal in people's words: exactly what is done when it is confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from skyddsnat.hub.members.models import Member, Person, Proposal
from skyddsnat.hub.members.models.person import RoleChoice
from skyddsnat.policy.second_hand import Matter, leaves_itself

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class Line:
    """One proposal as the page shows it.  own: the reader proposed it.  state: open, confirmed, turned_down, lapsed.

    agrees: the reader may confirm it, and not turn it down.
    """

    proposal: Proposal
    title: str
    facts: tuple[tuple[str, str], ...]
    state: str
    own: bool
    agrees: bool


def line_of(proposal: Proposal, *, now: datetime, reader: Person) -> Line:
    """The proposal for this reader."""
    facts = tuple((label, value) for label, value in _facts(proposal) if value)
    own, group = proposal.proposed_by_id == reader.pk, proposal.member.control_group if proposal.member else ""
    agrees = leaves_itself(Matter(proposal.matter), reader.member.control_group, group)
    return Line(proposal, _title(proposal), facts, _state(proposal, now), own, agrees)


def _title(proposal: Proposal) -> str:
    member = proposal.member.name if proposal.member else proposal.facts.get("name", "")
    person = proposal.person.name if proposal.person else proposal.facts.get("name") or _("a person")
    words = {"member": member, "person": person, "circle": proposal.circle.name if proposal.circle else ""}
    if proposal.facts.keys() == {"domains"}:
        return _("Let nobody list domain names of %(member)s") % words
    titles = {
        Matter.ADMIT: _("Take %(member)s in as a member") % words,
        Matter.STANDING: _("Change what %(member)s counts as") % words,
        Matter.JOIN: _("Take %(member)s into the circle %(circle)s") % words,
        Matter.LEAVE: _("Let %(member)s leave the coalition for good") % words,
        Matter.CLOSE: _("Close the circle %(circle)s for good") % words,
        Matter.PERSON: _("Let %(person)s in, at %(member)s") % words,
        Matter.ROLES: _("Give %(person)s, %(member)s, more to do") % words,
        Matter.LINK: _("Give %(person)s, %(member)s, a new way in") % words,
    }
    return titles[Matter(proposal.matter)]


def _facts(proposal: Proposal) -> Iterator[tuple[str, str]]:
    facts, member = proposal.facts, proposal.member
    if proposal.matter == Matter.ADMIT.value:
        yield _("Id"), facts["id"]
    if proposal.matter == Matter.LINK.value:
        yield _("What happens"), _("Password, passkeys, app and recovery codes stop working and are chosen anew.")
    if proposal.matter == Matter.JOIN.value:
        yield _("What happens"), _("It receives what is in the circle and what comes. That cannot be taken back.")
    if proposal.matter == Matter.LEAVE.value:
        yield (
            _("What happens"),
            _(
                "It is out of every circle at once, and its people and machines are let in no more. That cannot be undone."
            ),
        )
    if proposal.matter == Matter.CLOSE.value:
        yield (
            _("What happens"),
            _(
                "Nothing in it can be read any more, and its members' agents get no more from its feeds. That cannot be undone."
            ),
        )
    if "email" in facts:
        yield _("E-mail address"), facts["email"]
    if "roles" in facts:
        yield _("Roles"), ", ".join(str(RoleChoice(role).label) for role in facts["roles"])
    if "kind" in facts:
        yield (
            _("Kind of organisation"),
            _was(str(Member.Kind(facts["kind"]).label), member and member.get_kind_display()),
        )
    if "mandate" in facts:
        held = member.get_mandate_display() if member else ""
        yield _("Mandate to judge content"), _was(str(Member.MandateChoice(facts["mandate"]).label), held)
    if "control_group" in facts:
        yield _("Owner group"), _was(facts["control_group"], member and member.control_group)
    if "domains" in facts:
        yield _("Domain names that nobody can list"), ", ".join(facts["domains"])
    if facts.get("contact_email"):
        yield _("Contact address"), facts["contact_email"]


def _was(new: str, old: object) -> str:
    """What it becomes, with what it is today where that says something."""
    return _("%(new)s (today: %(old)s)") % {"new": new, "old": old} if old and str(old) != new else new


def _state(proposal: Proposal, now: datetime) -> str:
    if proposal.confirmed_at is not None:
        return "confirmed"
    if proposal.ended_at is not None:
        return "turned_down"
    return "lapsed" if proposal.lapses_at <= now else "open"
