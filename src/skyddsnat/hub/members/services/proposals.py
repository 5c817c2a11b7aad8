"""What one person proposes of the coalition itself, and what happens when a second one confirms it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import Circle, Member, Person, Proposal
from skyddsnat.hub.members.queries import authority_of, concern_of, hand_of, open_proposals, roles_of
from skyddsnat.hub.members.services.circles import close_circle, join_circle
from skyddsnat.hub.members.services.organisations import (
    MemberChanges,
    change_member,
    create_member,
    leave_coalition,
)
from skyddsnat.hub.members.services.people import create_person, reactivate_person, set_roles
from skyddsnat.policy import management
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.second_hand import Matter, check_no, check_second_hand
from skyddsnat.policy.vocabulary import Role

WAITS = timedelta(days=14)
type Done = Member | Person | Circle


@transaction.atomic
def propose(
    actor: Actor,
    matter: Matter,
    *,
    now: datetime,
    member: Member | None = None,
    person: Person | None = None,
    circle: Circle | None = None,
    **facts: Any,
) -> Proposal:
    """Write down exactly what shall be done.  It is tried first and undone, so that only what can be done is proposed.

    Raises PolicyRefusal: what the act itself raises, already_proposed.
    """
    management.check_coordinator(authority_of(actor))
    proposer = _person(actor.person_id)
    wanted = Proposal(
        matter=matter.value,
        facts=facts,
        member=member or (person.member if person is not None else None),
        person=person,
        circle=circle,
        proposed_by=proposer,
        proposed_at=now,
        lapses_at=now + WAITS,
    )
    if person is not None and person.pk == proposer.pk:
        raise PolicyRefusal("own_access")
    _try(actor, wanted)
    same = open_proposals(now=now).filter(matter=matter.value, member=wanted.member, person=person, circle=circle)
    if any(other.facts == facts for other in same):
        raise PolicyRefusal("already_proposed")
    wanted.save()
    record(actor, "decision.proposed", matter=matter.value, **_of(wanted))
    return wanted


@transaction.atomic
def confirm(actor: Actor, proposal: UUID, *, now: datetime) -> tuple[Proposal, Done]:
    """The second hand: what was proposed is done at once, by its proposer, who must still be allowed to.

    Raises Proposal.DoesNotExist; PolicyRefusal: decided, what `check_second_hand` and the act itself raise.
    """
    found = _open(proposal, now)
    first, second = _person(found.proposed_by_id), _person(actor.person_id)
    check_second_hand(Matter(found.matter), hand_of(first), hand_of(second), concern_of(found))
    done = _carry_out(replace(Actor.of(first), second=second.pk), found)
    found.confirmed_by, found.confirmed_at = second, now
    found.person = done if isinstance(done, Person) else found.person
    _forget_names(found)
    found.save()
    record(actor, "decision.confirmed", matter=found.matter, proposer_of=first.member_id, **_of(found))
    return found, done


@transaction.atomic
def turn_down(actor: Actor, proposal: UUID, *, now: datetime) -> Proposal:
    """Its proposer takes it back, or someone who could confirm it says no: one hand is enough.

    Raises Proposal.DoesNotExist; PolicyRefusal: decided, what `check_no` raises.
    """
    found = _open(proposal, now)
    first, second = _person(found.proposed_by_id), _person(actor.person_id)
    if first.pk != second.pk:
        check_no(Matter(found.matter), hand_of(first), hand_of(second), concern_of(found))
    found.ended_by, found.ended_at = second, now
    _forget_names(found)
    found.save()
    record(actor, "decision.turned_down", matter=found.matter, **_of(found))
    return found


@transaction.atomic
def forget_lapsed(*, now: datetime) -> int:
    """Nobody decided in time: whom it was about is forgotten, as after a decision.  Returns of how many."""
    lapsed = Proposal.objects.filter(matter=Matter.PERSON.value, confirmed_at=None, ended_at=None, lapses_at__lte=now)
    named = list(lapsed.select_for_update().filter(facts__has_key="email"))
    for proposal in named:
        _forget_names(proposal)
        proposal.save(update_fields=["facts"])
    return len(named)


@transaction.atomic
def let_go(member_id: str, *, now: datetime) -> None:
    """What people of this member proposed who may do so no longer lapses, and comes back with nobody (settings.HANDS_GONE)."""
    theirs = open_proposals(now=now).filter(proposed_by__member_id=member_id)
    for proposal in theirs.select_for_update(of=("self",)):  # one that is being confirmed is none any more
        if Role.COORDINATOR not in roles_of(proposal.proposed_by):
            proposal.lapses_at = now
            _forget_names(proposal)
            proposal.save(update_fields=["lapses_at", "facts"])
            where, matter = proposal.circle_id, proposal.matter
            record(
                HUB,
                "decision.lapsed",
                kind="decision",
                object_id=proposal.pk,
                circle=where,
                of=member_id,
                matter=matter,
            )


def _admit(actor: Actor, proposal: Proposal) -> Member:
    facts = dict(proposal.facts)
    contacts = {name: facts.pop(name, "") for name in ("contact_email", "on_call_phone")}
    return change_member(actor, create_member(actor, **facts), MemberChanges(**contacts))


def _standing(actor: Actor, proposal: Proposal) -> Member:
    """Domains come to those of the day, as roles do."""
    facts, member = dict(proposal.facts), _given(proposal.member)
    more = facts.pop("domains", [])
    domains = {*more, *member.domains.values_list("name", flat=True)} if more else None
    return change_member(actor, member, MemberChanges(**facts), domains=domains)


def _join(actor: Actor, proposal: Proposal) -> Circle:
    circle = _given(proposal.circle)
    join_circle(actor, circle, _given(proposal.member))
    return circle


def _leave(actor: Actor, proposal: Proposal) -> Member:
    member = _given(proposal.member)
    leave_coalition(actor, member)
    return member


def _close(actor: Actor, proposal: Proposal) -> Circle:
    circle = _given(proposal.circle)
    close_circle(actor, circle)
    return circle


def _new_person(actor: Actor, proposal: Proposal) -> Person:
    return create_person(actor, _given(proposal.member), **proposal.facts)


def _more_roles(actor: Actor, proposal: Proposal) -> Person:
    """Added to those of the day, so that a role that was taken away meanwhile does not come back."""
    person = _given(proposal.person)
    return set_roles(actor, person, {*person.roles, *proposal.facts["roles"]})


def _new_way_in(actor: Actor, proposal: Proposal) -> Person:
    person = _given(proposal.person)
    reactivate_person(actor, person)
    person.refresh_from_db()
    return person


_ACTS: dict[Matter, Callable[[Actor, Proposal], Done]] = {
    Matter.ADMIT: _admit,
    Matter.STANDING: _standing,
    Matter.JOIN: _join,
    Matter.LEAVE: _leave,
    Matter.CLOSE: _close,
    Matter.PERSON: _new_person,
    Matter.ROLES: _more_roles,
    Matter.LINK: _new_way_in,
}


def _carry_out(actor: Actor, proposal: Proposal) -> Done:
    return _ACTS[Matter(proposal.matter)](actor, proposal)


def _try(actor: Actor, proposal: Proposal) -> None:
    """Do it with two hands, then undo it: the refusals are those of the day it is confirmed."""
    with transaction.atomic():
        _carry_out(replace(actor, second=actor.person_id), proposal)
        transaction.set_rollback(True)


def _open(pk: UUID, now: datetime) -> Proposal:
    found = Proposal.objects.select_for_update(of=("self",)).get(pk=pk)
    if found.confirmed_at is not None or found.ended_at is not None or found.lapses_at <= now:
        raise PolicyRefusal("decided")
    return found


def _person(pk: UUID | None) -> Person:
    """Raises PolicyRefusal("people_only") for a machine and for the hub's clock."""
    if pk is None:
        raise PolicyRefusal("people_only")
    return Person.objects.select_related("member").get(pk=pk)


def _given[T](thing: T | None) -> T:
    """A proposal that lost what it is about goes with it (CASCADE); this tells the type checker so."""
    if thing is None:
        raise PolicyRefusal("decided")
    return thing


def _forget_names(proposal: Proposal) -> None:
    """A proposed person's name and address are no longer needed: whoever came in has a row of their own."""
    if proposal.matter == Matter.PERSON.value:
        proposal.facts = {"roles": proposal.facts.get("roles", [])}


def _of(proposal: Proposal) -> dict[str, Any]:
    """What the log says of it: what it is about, by id."""
    about = {"of": proposal.member_id or proposal.facts.get("id", ""), "circle": proposal.circle_id}
    if proposal.person_id is not None:
        about["person"] = str(proposal.person_id)
    return {"kind": "decision", "object_id": proposal.pk, **about}
