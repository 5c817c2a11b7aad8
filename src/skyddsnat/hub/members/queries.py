"""Reads of members, people and circles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db.models import BooleanField, Case, CharField, DateTimeField, Q, QuerySet, TextField, UUIDField, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.module_loading import import_string

from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import (
    Circle,
    CircleMembership,
    Coalition,
    LegalBasis,
    Member,
    MemberDomain,
    Person,
    Proposal,
)
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy import management
from skyddsnat.policy.access import ItemKind, Reader
from skyddsnat.policy.audience import Organisation, reach_of
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.four_eyes import Hand
from skyddsnat.policy.second_hand import Concern, Matter, check_second_hand
from skyddsnat.policy.signal_states import Voice
from skyddsnat.policy.vocabulary import Mandate, Marking, Role


def circles_of(member_id: str) -> frozenset[UUID]:
    """The circles that the member is in now; a closed circle grants nothing."""
    return frozenset(circle for (circle,) in _open_circles(member=member_id))


def named_circles_of(member_id: str) -> list[tuple[UUID, str]]:
    """The same circles with their names, by name."""
    return _named_circles(member=member_id)


def open_stays() -> QuerySet[CircleMembership]:
    """Who is in which circle now; a closed circle grants nothing."""
    return CircleMembership.objects.filter(left_at=None, circle__closed_at=None)


def _stays() -> QuerySet[CircleMembership]:
    return open_stays().filter(member_id=Slot("member", CharField()))


_open_circles = Prepared(lambda: _stays().order_by().values_list("circle_id"))
_named_circles = Prepared(lambda: _stays().order_by("circle__name").values_list("circle_id", "circle__name"))


def members_under(owner: str) -> list[str]:
    """The members that have this owner, who count as one."""
    return [member for (member,) in _under(owner=owner)]


_under = Prepared(lambda: Member.objects.filter(control_group=Slot("owner", CharField())).order_by().values_list("pk"))


def reader_of(person: Person) -> Reader:
    """The person as the rule of access sees them.  Someone who is not active, or whose member has left, reads nothing."""
    if not _is_in(person):
        return Reader()
    return Reader(
        person=person.pk,
        member=person.member_id,
        mandate=Mandate(person.member.mandate) if person.member.mandate else None,
        roles=roles_of(person),
        circles=circles_of(person.member_id),
    )


def roles_of(person: Person) -> frozenset[Role]:
    """The roles of the day; none for someone who is not active, or whose member has left."""
    return frozenset(Role(role) for role in person.roles) if _is_in(person) else frozenset()


def _is_in(person: Person) -> bool:
    return person.is_active and person.member.left_at is None


def authority_of(actor: Actor) -> Reader | None:
    """Who asks to change something: None is the hub itself; a machine's token and a closed account manage nothing."""
    if actor == HUB:
        return None
    person = person_with(actor.person_id) if actor.person_id else None
    return reader_of(person) if person is not None else Reader()


def person_with(person_id: UUID) -> Person | None:
    """The person with their member, as they are now."""
    found: Person | None = _person.one(person=person_id)
    return found


_person = Prepared(lambda: Person.objects.select_related("member").filter(pk=Slot("person", UUIDField())).order_by())


def coalition() -> Coalition:
    """The one coalition of this hub.  Raises Coalition.DoesNotExist before `skyddsnat hub init`."""
    found: Coalition | None = _coalition.one()
    if found is None:
        raise Coalition.DoesNotExist("the hub has no coalition, expected the one that `skyddsnat hub init` makes")
    return found


_coalition = Prepared(lambda: Coalition.objects.order_by()[:1])


def wait_for_turn() -> None:
    """Until the transaction ends, nobody else decides what depends on this: a total here and one there, which each look at the
    other and must not both be let.  To be called before either looks.
    """
    Coalition.objects.select_for_update(no_key=True).get()


def members() -> QuerySet[Member]:
    """The members of today.  Who is in the coalition is no secret among them."""
    return Member.objects.filter(left_at=None)


def protected_names() -> list[str]:
    """The domains that members need themselves: no list may touch one, in the hub and in every member's agent."""
    return list(MemberDomain.objects.order_by("name").values_list("name", flat=True))


def house_names() -> list[str]:
    """Names that whoever attacks this hub can guess: of the coalition, its members, their domains, its circles."""
    found = [*Coalition.objects.values_list("name", flat=True), *Circle.objects.values_list("name", flat=True)]
    found += [name for pair in Member.objects.values_list("id", "name") for name in pair]
    return [*found, *(name.partition(".")[0] for name in MemberDomain.objects.values_list("name", flat=True))]


def members_in(circle: Circle) -> QuerySet[Member]:
    """Those who are in the circle now; nobody is in a closed one."""
    if circle.closed_at is not None:
        return Member.objects.none()
    stays = CircleMembership.objects.filter(circle=circle, left_at=None)
    return members().filter(pk__in=stays.values("member_id"))


def visible_circles(person: Person) -> QuerySet[Circle]:
    """The circles that the person may know of: the query twin of policy.management.may_see_circle."""
    who = reader_of(person)
    if who.member is None:
        return Circle.objects.none()
    rows = Circle.objects.select_related("owner")
    if who.roles & {Role.COORDINATOR, Role.AUDITOR}:
        return rows
    return rows.filter(Q(pk__in=who.circles) | Q(owner_id=who.member))


def visible_people(person: Person) -> QuerySet[Person]:
    """Colleagues; for a coordinator everyone.  The query twin of policy.management.may_see_people."""
    who = reader_of(person)
    rows = Person.objects.select_related("member")
    if Role.COORDINATOR in who.roles:
        return rows
    return rows.filter(member_id=who.member) if who.member is not None else rows.none()


def coordinators() -> list[Person]:
    """Everyone who can manage the coalition today."""
    return people_with(Role.COORDINATOR)


def people_with(role: Role, *, member_id: str | None = None) -> list[Person]:
    """Active people of current members who hold the role; of one member if it is given."""
    # Roles are a JSON list, which SQLite cannot search by containment: as text, a quoted word is found on both databases.
    rows = Person.objects.select_related("member").annotate(words=Cast("roles", TextField()))
    rows = rows.filter(is_active=True, member__left_at=None, words__contains=f'"{role.value}"')
    return list(rows if member_id is None else rows.filter(member_id=member_id))


def legal_register() -> QuerySet[LegalBasis]:
    """Every activity with its basis; lapsed ones first, then by review date.

    has_lapsed: marked so, or past its last day, also before the hub's timer has come round to mark it.
    """
    rows = LegalBasis.objects.annotate(
        has_lapsed=Case(When(_lapsed(), then=True), default=False, output_field=BooleanField())
    )
    return rows.select_related("owner").order_by("-has_lapsed", "review_by", "activity")


def lapsed_bases() -> QuerySet[LegalBasis]:
    """What must not be done any more."""
    return LegalBasis.objects.filter(_lapsed())


def _lapsed() -> Q:
    return Q(status=LegalBasis.Status.LAPSED) | Q(ends_on__lt=timezone.localdate())


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads a thing once it is published, in names.  public: anyone at all.  people: only for RED, and then only they."""

    members: tuple[Member, ...]
    police: bool
    people: tuple[Person, ...] = ()
    public: bool = False


def will_be_seen_by(
    circle: Circle | None, marking: Marking | str, named: Iterable[Person] = (), *, kind: ItemKind = ItemKind.SIGNAL
) -> Audience:
    """The names for "Will be seen by: …", asked before anything is published; it is the rule of access that answers."""
    present = {member.pk: member for member in _members_of_today()}
    where: dict[str, set[UUID]] = {member_id: set() for member_id in present}
    for member_id, circle_id in _all_stays():
        if member_id in where:
            where[member_id].add(circle_id)
    people = {person.pk: person for person in named}
    reach = reach_of(
        circle.pk if circle is not None else None,
        Marking(marking),
        organisations=[
            Organisation(member=key, police=member.is_police, circles=frozenset(where[key]))
            for key, member in present.items()
        ],
        named=[reader_of(person) for person in people.values()],
        kind=kind,
    )
    return Audience(
        members=tuple(member for key, member in present.items() if key in reach.members),
        police=reach.police,
        people=tuple(person for key, person in people.items() if key in reach.people),
        public=reach.public,
    )


_members_of_today = Prepared(members)
_all_stays = Prepared(lambda: open_stays().order_by().values_list("member_id", "circle_id"))


def reviewers_in(circle: Circle) -> tuple[Member, ...]:
    """Members of the circle that judge what is submitted there: a mandate, and someone with the reviewer's role."""
    judging = {person.member_id for person in people_with(Role.REVIEWER)}
    return tuple(member for member in members_in(circle) if member.mandate and member.pk in judging)


def published_in(circle: Circle) -> int:
    """How many published things a member that joins would receive, counted by the nouns above (settings.CIRCLE_CONTENTS)."""
    return sum(import_string(name)(circle.pk) for name in settings.CIRCLE_CONTENTS)


def may_see_people(person: Person, member: Member) -> bool:
    """Whether the person may see who works at the member."""
    return management.may_see_people(reader_of(person), member.pk)


def voice_of(member: Member) -> Voice:
    """The member as policy hears it."""
    return _voice(member.id, member.control_group, member.mandate)


@lru_cache(maxsize=1_024)
def _voice(member: str, group: str, mandate: str | None) -> Voice:
    # Of hundreds of reports that come together, all speak with one voice.
    return Voice(member, group, Mandate(mandate) if mandate else None)


def hand_of(person: Person) -> Hand:
    """The person as one of two who decide together, with the roles of the day; none for someone who is not active."""
    return Hand(person.pk, voice_of(person.member), roles_of(person))


def open_proposals(*, now: datetime | Slot) -> QuerySet[Proposal]:
    """What waits for a second hand.  now: a moment, or a slot for one."""
    rows = Proposal.objects.filter(confirmed_at=None, ended_at=None, lapses_at__gt=now)
    return rows.select_related("proposed_by__member", "member", "person", "circle__owner")


_open = Prepared(lambda: open_proposals(now=Slot("now", DateTimeField())))


def concern_of(proposal: Proposal) -> Concern:
    """Whom the proposal is about, as policy asks for it."""
    member, circle = proposal.member, proposal.circle
    inside = _inside(circle) if circle else frozenset()
    return Concern(
        member=member.pk if member else proposal.facts.get("id", ""),
        group=member.control_group if member else proposal.facts.get("control_group") or proposal.facts.get("id", ""),
        person=proposal.person_id,
        circle_members=inside,
    )


def _inside(circle: Circle) -> frozenset[str]:
    return frozenset({circle.owner_id, *members_in(circle).values_list("pk", flat=True)})


def hands_to_join(person: Person, circle: Circle, member: Member) -> list[str]:
    """The organisations of whom somebody can confirm what the person proposes: that the member joins the circle; by name."""
    inside = _inside(circle)
    concern = Concern(member=member.pk, group=member.control_group, circle_members=inside)
    first, found = hand_of(person), set()
    for other in Person.objects.filter(is_active=True, member_id__in=inside).select_related("member"):
        try:
            check_second_hand(Matter.JOIN, first, hand_of(other), concern)
        except PolicyRefusal:
            continue
        found.add(other.member.name)
    return sorted(found)


def may_confirm(person: Person, proposal: Proposal) -> bool:
    """Whether this person can be the proposal's second hand."""
    try:
        check_second_hand(Matter(proposal.matter), hand_of(proposal.proposed_by), hand_of(person), concern_of(proposal))
    except PolicyRefusal:
        return False
    return True


def proposals_to_confirm(person: Person, *, now: datetime) -> list[Proposal]:
    """The open proposals that wait for this person.  It is asked on every page, and mostly there is none."""
    return [proposal for proposal in _open(now=now) if may_confirm(person, proposal)]


def visible_proposals(person: Person) -> QuerySet[Proposal]:
    """Coordinators and auditors read all of them; anyone else those about their own organisation and those they took part in."""
    who = reader_of(person)
    rows = Proposal.objects.select_related(
        *(
            "proposed_by__member",
            "confirmed_by__member",
            "ended_by__member",
            "member",
            "person__member",
            "circle__owner",
        )
    )
    if who.member is None:
        return rows.none()
    if who.roles & {Role.COORDINATOR, Role.AUDITOR}:
        return rows
    own = Q(member_id=who.member, circle=None) | Q(proposed_by=person) | Q(confirmed_by=person) | Q(ended_by=person)
    return rows.filter(own)
