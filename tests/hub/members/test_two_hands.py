"""No one person changes who is in the coalition, who judges, or who comes in (promise 3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members import queries, services
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import Coalition, Member, Person, Proposal
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.second_hand import Matter
from tests.cast import Cast

NOW = timezone.now()


@pytest.fixture
def founded(cast: Cast) -> Cast:
    """The cast once two organisations have come in."""
    assert services.end_founding(now=NOW)
    return cast


def coordinator(cast: Cast) -> Actor:
    return Actor.of(cast.person("solros", "coordinator"))


def by(cast: Cast, member: str, role: str = "reviewer") -> Actor:
    return Actor.of(cast.person(member, role))


def alone(cast: Cast) -> dict[str, Callable[[], object]]:
    """What one coordinator might try, each with the state that it would leave."""
    who, judge = coordinator(cast), cast.person("alfa", "analyst")
    return {
        "admit": lambda: services.create_member(who, id="sken", name="Sken", kind="law-enforcement", mandate="police"),
        "mandate": lambda: services.change_member(who, cast.zonen, services.MemberChanges(kind="authority")),
        "owner": lambda: services.change_member(who, cast.zonen, services.MemberChanges(control_group="alfa")),
        "no mandate": lambda: services.change_member(who, cast.vakten, services.MemberChanges(mandate="")),
        "person": lambda: services.create_person(who, cast.vakten, email="x@vakten.test", name="X", roles=["reviewer"]),
        "roles": lambda: services.set_roles(who, judge, ["analyst", "reviewer"]),
        "circle": lambda: services.join_circle(who, cast.circle, cast.omega),
        "domain": lambda: services.set_domains(who, cast.omega, ["skyddad.test"]),
        "leave": lambda: services.leave_coalition(who, cast.vakten),
        "close": lambda: services.close_circle(who, cast.circle),
    }


@pytest.mark.parametrize(
    "what", ["admit", "mandate", "owner", "no mandate", "person", "roles", "circle", "domain", "leave", "close"]
)
def test_one_coordinator_alone_changes_nothing_that_counts(founded: Cast, what: str) -> None:
    before = (Member.objects.count(), Person.objects.count(), Entry.objects.count())
    with pytest.raises(PolicyRefusal, match="needs_second_hand"):
        alone(founded)[what]()
    assert (Member.objects.count(), Person.objects.count(), Entry.objects.count()) == before


def test_what_only_takes_away_needs_one_hand(founded: Cast) -> None:
    who = coordinator(founded)
    services.deactivate_person(who, founded.person("alfa", "analyst"))
    services.leave_circle(who, founded.circle, founded.beta)


def test_a_proposal_does_not_come_back_with_its_person(founded: Cast) -> None:
    """Whoever held the stolen account proposed it; others would take it for the word of who is let in again."""
    thief = founded.person("alfa", "analyst")
    Person.objects.filter(pk=thief.pk).update(roles=["coordinator"])
    theirs, others = (
        services.propose(who, Matter.ADMIT, now=timezone.now(), id=id, name=id, kind="operator", control_group="")
        for who, id in ((Actor.of(thief), "sken"), (coordinator(founded), "ny"))
    )
    services.deactivate_person(HUB, thief)
    services.reactivate_person(HUB, thief)
    with pytest.raises(PolicyRefusal, match="decided"):
        services.confirm(by(founded, "vakten"), theirs.pk, now=timezone.now())
    services.confirm(by(founded, "vakten"), others.pk, now=timezone.now())
    assert Entry.objects.filter(action="decision.lapsed", object_id=str(theirs.pk)).exists()


def test_a_second_organisation_makes_it_happen_and_the_log_names_both(founded: Cast) -> None:
    proposal = services.propose(
        coordinator(founded), Matter.ADMIT, now=NOW, id="ny", name="Nya nätet", kind="operator", control_group=""
    )
    assert not Member.objects.filter(pk="ny").exists()
    services.confirm(by(founded, "vakten"), proposal.pk, now=NOW)
    assert Member.objects.get(pk="ny").name == "Nya nätet"
    steps = list(Entry.objects.filter(action__startswith="decision.").order_by("pk").values_list("action", "member_id"))
    assert steps == [("decision.proposed", "solros"), ("decision.confirmed", "vakten")]


def test_the_own_organisation_confirms_a_colleague_and_a_stranger_of_no_weight_does_not(founded: Cast) -> None:
    proposal = services.propose(
        coordinator(founded), Matter.PERSON, now=NOW, member=founded.alfa, **someone("ny@alfa.test")
    )
    with pytest.raises(PolicyRefusal, match="no_role"):
        services.confirm(by(founded, "beta", "analyst"), proposal.pk, now=NOW)
    services.confirm(by(founded, "alfa", "analyst"), proposal.pk, now=NOW)
    assert Person.objects.get(email="ny@alfa.test").roles == ["analyst"]
    proposal.refresh_from_db()
    assert "email" not in proposal.facts  # names are kept only where they are needed


def test_a_name_that_nobody_can_list_is_confirmed_by_another_organisation(founded: Cast) -> None:
    """One coordinator could otherwise put any address out of reach: agents never forget a name that is protected."""
    services.set_domains(HUB, founded.omega, ["omega.test", "gammal.test"])
    proposal = services.propose(
        coordinator(founded), Matter.STANDING, now=NOW, member=founded.omega, domains=["skyddad.test"]
    )
    services.set_domains(coordinator(founded), founded.omega, ["omega.test"])  # to take one away needs one hand
    with pytest.raises(PolicyRefusal, match="own_standing"):
        services.confirm(by(founded, "omega"), proposal.pk, now=NOW)
    assert queries.protected_names() == ["omega.test"]
    services.confirm(by(founded, "beta"), proposal.pk, now=NOW)
    assert queries.protected_names() == ["omega.test", "skyddad.test"], "what was taken away meanwhile stays away"


def test_what_ends_for_good_is_confirmed_by_another_organisation(founded: Cast) -> None:
    """One coordinator could otherwise have taken every list away from all agents, with no way back."""
    leaves = services.propose(coordinator(founded), Matter.LEAVE, now=NOW, member=founded.omega)
    closes = services.propose(coordinator(founded), Matter.CLOSE, now=NOW, circle=founded.circle)
    for proposal in (leaves, closes):
        with pytest.raises(PolicyRefusal, match="same_organisation"):
            services.confirm(by(founded, "solros"), proposal.pk, now=NOW)
    with pytest.raises(PolicyRefusal, match="not_in_circle"):
        services.confirm(by(founded, "omega"), closes.pk, now=NOW)
    assert queries.members().filter(pk="omega").exists()
    assert queries.members_in(founded.circle).exists()
    with pytest.raises(PolicyRefusal, match="own_leaving"):
        services.turn_down(by(founded, "omega"), leaves.pk, now=NOW)
    services.confirm(by(founded, "omega"), leaves.pk, now=NOW)  # it may agree itself
    services.confirm(by(founded, "vakten"), closes.pk, now=NOW)
    founded.circle.refresh_from_db()
    assert founded.circle.closed_at is not None
    assert not queries.members().filter(pk="omega").exists()


def test_nobody_is_both_hands(founded: Cast) -> None:
    proposal = services.propose(
        coordinator(founded), Matter.PERSON, now=NOW, member=founded.alfa, **someone("ny@alfa.test")
    )
    for actor, code in (
        (coordinator(founded), "same_person"),
        (by(founded, "solros"), "same_organisation"),
        (Actor(member_id="alfa", token_id="x"), "people_only"),
        (HUB, "people_only"),
    ):
        with pytest.raises(PolicyRefusal, match=code):
            services.confirm(actor, proposal.pk, now=NOW)
    assert not Person.objects.filter(email="ny@alfa.test").exists()


def test_a_proposer_who_may_no_longer_do_it_has_proposed_nothing(founded: Cast) -> None:
    who = founded.person("solros", "coordinator")
    proposal = services.propose(Actor.of(who), Matter.JOIN, now=NOW, circle=founded.circle, member=founded.omega)
    Person.objects.filter(pk=who.pk).update(roles=["analyst"])
    with pytest.raises(PolicyRefusal, match="not_coordinator"):
        services.confirm(by(founded, "vakten"), proposal.pk, now=NOW)
    assert not queries.members_in(founded.circle).filter(pk="omega").exists()


def test_what_cannot_be_done_is_refused_when_it_is_proposed_and_leaves_no_trace(founded: Cast) -> None:
    entries = Entry.objects.count()
    with pytest.raises(PolicyRefusal, match="mandate_does_not_fit"):
        services.propose(
            coordinator(founded), Matter.ADMIT, now=NOW, id="ny", name="Ny", kind="operator", mandate="police"
        )
    with pytest.raises(PolicyRefusal, match="own_access"):
        services.propose(coordinator(founded), Matter.LINK, now=NOW, person=founded.person("solros", "coordinator"))
    assert not Proposal.objects.exists()
    assert Entry.objects.count() == entries


def test_a_proposal_is_decided_once_and_lapses_by_itself(founded: Cast) -> None:
    first = services.propose(coordinator(founded), Matter.JOIN, now=NOW, circle=founded.circle, member=founded.omega)
    with pytest.raises(PolicyRefusal, match="already_proposed"):
        services.propose(coordinator(founded), Matter.JOIN, now=NOW, circle=founded.circle, member=founded.omega)
    services.turn_down(by(founded, "alfa"), first.pk, now=NOW)
    again = services.propose(coordinator(founded), Matter.JOIN, now=NOW, circle=founded.circle, member=founded.omega)
    for pk, when in ((first.pk, NOW), (again.pk, NOW + timedelta(days=15))):
        with pytest.raises(PolicyRefusal, match="decided"):
            services.confirm(by(founded, "alfa"), pk, now=when)


def test_a_proposal_that_lapses_forgets_whom_it_was_about(founded: Cast) -> None:
    proposal = services.propose(
        coordinator(founded), Matter.PERSON, now=NOW, member=founded.alfa, **someone("ny@alfa.test")
    )
    assert services.forget_lapsed(now=NOW + timedelta(days=13)) == 0
    assert services.forget_lapsed(now=NOW + timedelta(days=15)) == 1
    proposal.refresh_from_db()
    assert proposal.facts == {"roles": ["analyst"]}
    assert services.forget_lapsed(now=NOW + timedelta(days=15)) == 0


def test_more_roles_are_added_to_those_of_the_day_they_are_confirmed(founded: Cast) -> None:
    person = founded.person("vakten", "analyst")
    proposal = services.propose(coordinator(founded), Matter.ROLES, now=NOW, person=person, roles=["reviewer"])
    services.confirm(by(founded, "alfa"), proposal.pk, now=NOW)
    person.refresh_from_db()
    assert person.roles == ["analyst", "reviewer"]


def test_founding_ends_for_good_when_a_second_organisation_has_come_in(cast: Cast) -> None:
    Person.objects.exclude(member="solros").update(password="!")
    assert not services.end_founding(now=NOW)
    services.create_person(coordinator(cast), cast.alfa, email="ny@alfa.test", name="Ny", roles=["reviewer"])
    Person.objects.filter(email="ny@alfa.test").update(password="pbkdf2_sha256$1$x$y")
    assert services.end_founding(now=NOW)
    Person.objects.exclude(member="solros").update(is_active=False)  # whoever drives the others out gains nothing by it
    assert not services.end_founding(now=NOW)
    assert Coalition.objects.get().two_hands_since == NOW
    with pytest.raises(PolicyRefusal, match="needs_second_hand"):
        services.create_person(coordinator(cast), cast.beta, email="ny@beta.test", name="Ny", roles=["reviewer"])


def test_a_proposal_waits_only_for_those_who_can_confirm_it(founded: Cast) -> None:
    services.propose(coordinator(founded), Matter.JOIN, now=NOW, circle=founded.leads, member=founded.omega)
    waits_for = {
        f"{member} {role}"
        for (member, role), person in founded.people.items()
        if queries.proposals_to_confirm(person, now=NOW)
    }
    assert waits_for == {f"{name} reviewer" for name in ("alfa", "beta", "gamma", "delta", "epsilon")}


def someone(email: str) -> dict[str, object]:
    return {"email": email, "name": "Ny Person", "roles": ["analyst"], "language": "sv"}
