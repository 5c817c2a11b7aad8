"""Members, circles and people: who may change them, and what the log then says."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from unittest.mock import Mock

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from skyddsnat.hub.accounts.forms import plain_name
from skyddsnat.hub.accounts.services import issue_token
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members import queries, services
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import Coalition, LegalBasis, Person
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Role
from tests.cast import Cast
from tests.policy.guards.formats import FORMATS


def coordinator(cast: Cast) -> Actor:
    return Actor.of(cast.person("solros", "coordinator"))


def logged(action: str) -> list[Entry]:
    return list(Entry.objects.filter(action=action))


def test_a_member_can_become_another_kind_of_organisation_and_the_log_says_from_what(cast: Cast) -> None:
    services.change_member(coordinator(cast), cast.zonen, services.MemberChanges(kind="authority"))
    assert Entry.objects.filter(action="member.changed").latest("pk").facts["member_kind"] == "registry > authority"


def test_a_coordinator_takes_a_member_in_and_the_log_has_it(cast: Cast) -> None:
    member = services.create_member(coordinator(cast), id="sigma", name="Sigma", kind="operator")
    assert member.control_group == "sigma"
    entry = logged("member.joined")[0]
    assert (entry.object_id, entry.member_id, entry.facts["member_kind"]) == ("sigma", "solros", "operator")


@pytest.mark.parametrize("role", ["analyst", "reviewer", "engineer"])
def test_nobody_else_manages_members_circles_people_or_the_register(cast: Cast, role: str) -> None:
    who = Actor.of(cast.person("alfa", role))
    beta_analyst = cast.person("beta", "analyst")
    attempts = [
        lambda: services.create_member(who, id="sigma", name="Sigma", kind="operator"),
        lambda: services.change_member(who, cast.alfa, services.MemberChanges(name="Annat")),
        lambda: services.leave_coalition(who, cast.beta),
        lambda: services.create_circle(who, name="Ny", purpose="Prov", owner=cast.alfa),
        lambda: services.change_circle(who, cast.circle, name="Ny", purpose="Prov", owner=cast.alfa),
        lambda: services.join_circle(who, cast.circle, cast.omega),
        lambda: services.leave_circle(who, cast.circle, cast.beta),
        lambda: services.close_circle(who, cast.circle),
        lambda: services.create_person(who, cast.alfa, email="ny@alfa.test", name="Ny", roles=["analyst"]),
        lambda: services.set_roles(who, beta_analyst, ["reviewer"]),
        lambda: services.change_person(who, beta_analyst, name="Ny", language="sv"),
        lambda: services.deactivate_person(who, beta_analyst),
        lambda: services.reactivate_person(who, beta_analyst),
        lambda: services.set_domains(who, cast.alfa, ["alfa.test"]),
        lambda: services.add_basis(who, legal(cast)),
    ]
    before = Entry.objects.count()
    for attempt in attempts:
        with pytest.raises(PolicyRefusal) as refusal:
            attempt()
        assert refusal.value.code == "not_coordinator"
    assert Entry.objects.count() == before


def test_a_machine_manages_nothing_even_at_the_coordinators_member(cast: Cast) -> None:
    machine = Actor(member_id="solros", token_id="abc")
    with pytest.raises(PolicyRefusal):
        services.join_circle(machine, cast.circle, cast.omega)


def test_a_coordinator_whose_account_is_closed_manages_nothing(cast: Cast) -> None:
    who = coordinator(cast)
    Person.objects.filter(pk=who.person_id).update(is_active=False)
    with pytest.raises(PolicyRefusal):
        services.join_circle(who, cast.circle, cast.omega)


def test_joining_and_leaving_a_circle_open_and_close_it_at_once_and_are_logged(cast: Cast) -> None:
    services.join_circle(coordinator(cast), cast.circle, cast.omega)
    assert cast.circle.pk in queries.circles_of("omega")
    services.leave_circle(coordinator(cast), cast.circle, cast.omega)
    assert cast.circle.pk not in queries.circles_of("omega")
    assert [entry.facts for entry in logged("circle.joined") + logged("circle.left")] == [
        {"joined": "omega"},
        {"left": "omega"},
    ]


def test_joining_twice_is_joining_once(cast: Cast) -> None:
    services.join_circle(coordinator(cast), cast.circle, cast.alfa)
    assert cast.circle.memberships.filter(member=cast.alfa).count() == 1
    assert not logged("circle.joined")


def test_a_member_that_comes_back_has_two_stays_in_the_circles_history(cast: Cast) -> None:
    services.leave_circle(coordinator(cast), cast.circle, cast.alfa)
    services.join_circle(coordinator(cast), cast.circle, cast.alfa)
    assert cast.circle.memberships.filter(member=cast.alfa).count() == 2


def test_a_closed_circle_grants_nothing_and_takes_nobody_in(cast: Cast) -> None:
    services.close_circle(coordinator(cast), cast.leads)
    assert cast.leads.pk not in queries.circles_of("alfa")
    cast.leads.refresh_from_db()
    assert not queries.members_in(cast.leads).exists()
    with pytest.raises(PolicyRefusal, match="circle_closed"):
        services.join_circle(coordinator(cast), cast.leads, cast.omega)


def test_a_member_that_leaves_is_out_of_every_circle(cast: Cast) -> None:
    services.leave_coalition(coordinator(cast), cast.beta)
    assert not queries.circles_of("beta")
    assert not queries.members().filter(pk="beta").exists()
    cast.beta.refresh_from_db()
    with pytest.raises(PolicyRefusal, match="member_has_left"):
        services.join_circle(coordinator(cast), cast.circle, cast.beta)


def test_a_coordinator_cannot_remove_their_own_member(cast: Cast) -> None:
    with pytest.raises(PolicyRefusal, match="own_member"):
        services.leave_coalition(coordinator(cast), cast.solros)


def test_a_coordinator_cannot_make_themselves_a_reviewer(cast: Cast) -> None:
    who = cast.person("solros", "coordinator")
    with pytest.raises(PolicyRefusal, match="own_roles"):
        services.set_roles(Actor.of(who), who, ["coordinator", "reviewer"])


def test_a_change_of_roles_says_in_the_log_which_came_and_which_went(cast: Cast) -> None:
    services.set_roles(coordinator(cast), cast.person("vakten", "analyst"), ["reviewer"])
    assert logged("person.roles_changed")[0].facts == {"of": "vakten", "added": ["reviewer"], "removed": ["analyst"]}


def test_the_same_roles_again_change_nothing(cast: Cast) -> None:
    services.set_roles(coordinator(cast), cast.person("vakten", "analyst"), [Role.ANALYST])
    assert not logged("person.roles_changed")


def test_the_last_coordinator_stays(cast: Cast) -> None:
    last = cast.person("solros", "coordinator")
    with pytest.raises(PolicyRefusal, match="last_coordinator"):
        services.deactivate_person(HUB, last)
    with pytest.raises(PolicyRefusal, match="last_coordinator"):
        services.set_roles(HUB, last, ["analyst"])


def test_a_person_belongs_to_one_member_by_their_address_in_any_case(cast: Cast) -> None:
    with pytest.raises(PolicyRefusal, match="email_taken"):
        services.create_person(
            coordinator(cast), cast.beta, email="Analyst@ALFA.test", name="Dubbel", roles=["analyst"]
        )


@pytest.mark.parametrize("bad", ["", "Com Hem", "-alfa", "alfa-", "å", "a" * 41, "a_b"])
def test_a_members_id_is_plain(cast: Cast, bad: str) -> None:
    with pytest.raises(PolicyRefusal, match="bad_member_id"):
        services.create_member(HUB, id=bad, name="Ny", kind="operator")


def test_a_new_mandate_is_logged_with_the_old_one(cast: Cast) -> None:
    services.change_member(coordinator(cast), cast.vakten, services.MemberChanges(mandate=""))
    assert logged("member.changed")[0].facts["fields"] == ["mandate"]
    with pytest.raises(PolicyRefusal, match="mandate_does_not_fit"):
        services.change_member(coordinator(cast), cast.alfa, services.MemberChanges(mandate="police"))


def test_a_change_of_owner_group_is_logged_with_old_and_new(cast: Cast) -> None:
    services.change_member(coordinator(cast), cast.alfa, services.MemberChanges(control_group="beta"))
    assert logged("member.changed")[0].facts["control_group"] == "alfa > beta"


def test_new_signals_can_only_go_to_a_circle_that_the_member_is_in(cast: Cast) -> None:
    with pytest.raises(PolicyRefusal, match="circle_without_member"):
        services.change_member(coordinator(cast), cast.vakten, services.MemberChanges(default_circle=cast.leads))
    services.change_member(coordinator(cast), cast.alfa, services.MemberChanges(default_circle=cast.leads))
    services.leave_circle(coordinator(cast), cast.leads, cast.alfa)
    cast.alfa.refresh_from_db()
    assert cast.alfa.default_circle is None


def test_a_members_own_names_cannot_be_anothers(cast: Cast) -> None:
    services.set_domains(coordinator(cast), cast.alfa, ["alfa.test", "alfa.example"])
    with pytest.raises(PolicyRefusal, match="name_taken"):
        services.set_domains(coordinator(cast), cast.beta, ["alfa.test"])
    services.set_domains(coordinator(cast), cast.alfa, ["alfa.test"])
    assert list(cast.alfa.domains.values_list("name", flat=True)) == ["alfa.test"]
    assert "alfa.test" not in str(logged("member.domains_changed")[0].facts)


def legal(cast: Cast, **changes: object) -> services.LegalFacts:
    facts: dict[str, object] = {
        "activity": "Prov",
        "basis": "Avtal",
        "purpose": "Prov",
        "retention_days": 30,
        "review_by": date(2027, 1, 1),
        "owner": cast.solros,
    }
    return services.LegalFacts(**(facts | changes))  # type: ignore[arg-type]


def test_a_basis_lapses_by_itself_the_day_after_its_last_day_and_only_once(cast: Cast) -> None:
    services.add_basis(coordinator(cast), legal(cast, ends_on=date(2026, 4, 3)))
    assert services.lapse_ended(date(2026, 4, 3)) == 0
    assert services.lapse_ended(date(2026, 4, 4)) == 1
    assert services.lapse_ended(date(2026, 4, 4)) == 0
    assert LegalBasis.objects.get().status == LegalBasis.Status.LAPSED
    assert len(logged("legal.lapsed")) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "  ", "Nät\nTvå", "Nät\x1b[31m", "Nät\u202egnäs", "n" * 121])
def test_a_coalition_is_called_what_can_be_read_on_one_line(name: str) -> None:
    """Its name stands on every page, in each letter and in the feeds' titles."""
    with pytest.raises(PolicyRefusal, match=r"unseen|imagery|name_length"):
        services.found_coalition(name)
    assert not Coalition.objects.exists()


def test_the_coalition_is_founded_once(cast: Cast) -> None:
    assert services.found_coalition("En annan").name == "Provkoalitionen"
    assert queries.coalition().name == "Provkoalitionen"


def test_stays_can_be_dated_for_a_history(cast: Cast) -> None:
    long_ago = timezone.now().replace(year=2020)
    assert services.join_circle(HUB, cast.circle, cast.omega, now=long_ago).joined_at == long_ago


def attempts(cast: Cast, text: str) -> dict[str, Callable[[], object]]:
    """Every place outside of signals where someone writes, with the text put there."""
    actor, alfa = coordinator(cast), cast.alfa
    person, circle = cast.person("beta", "analyst"), cast.circle
    engineer = Actor.of(cast.person("alfa", "engineer"))
    facts = {"retention_days": 3, "review_by": date(2027, 1, 1), "owner": alfa}
    return {
        "member": lambda: services.create_member(actor, id="sigma", name=text, kind="operator"),
        "member changed": lambda: services.change_member(actor, alfa, services.MemberChanges(name=text)),
        "contact": lambda: services.change_member(actor, alfa, services.MemberChanges(contact_email=text)),
        "on call": lambda: services.change_member(actor, alfa, services.MemberChanges(on_call_phone=text)),
        "person": lambda: services.create_person(actor, alfa, email="ny@alfa.test", name=text, roles=["analyst"]),
        "person changed": lambda: services.change_person(actor, person, name=text, language="sv"),
        "circle": lambda: services.create_circle(actor, name=text, purpose="Prov", owner=alfa),
        "purpose": lambda: services.create_circle(actor, name="Ny", purpose=text, owner=alfa),
        "circle changed": lambda: services.change_circle(actor, circle, name="Ny", purpose=text, owner=alfa),
        "activity": lambda: services.add_basis(
            actor, services.LegalFacts(activity=text, basis="a", purpose="b", **facts)
        ),
        "basis": lambda: services.add_basis(actor, services.LegalFacts(activity="a", basis=text, purpose="b", **facts)),
        "token": lambda: issue_token(engineer, alfa, label=text, scopes=["taxii"]),
        "passkey": lambda: plain_name(text),
    }


@pytest.mark.parametrize("place", attempts(cast=Mock(), text=""))
def test_no_name_purpose_or_label_can_hide_a_picture(cast: Cast, place: str) -> None:
    picture = base64.b64encode(FORMATS["png"](random.Random(1), 3)).decode()[:120]
    with pytest.raises((PolicyRefusal, ValidationError)) as refusal:
        attempts(cast, picture)[place]()
    assert refusal.value.code == "imagery"
    with suppress(PolicyRefusal):
        attempts(cast, "Helt vanliga ord")[place]()


def test_a_purpose_holds_no_personal_data(cast: Cast) -> None:
    with pytest.raises(PolicyRefusal) as refusal:
        services.create_circle(coordinator(cast), name="Ny", purpose="Ring 070-174 06 05.", owner=cast.alfa)
    assert refusal.value.code == "personal_data"


def test_a_circle_is_given_to_none_that_is_outside_it(cast: Cast) -> None:
    """One coordinator would open the circle's log to the auditors of any member, and make its people the second hand."""
    facts = {"name": cast.circle.name, "purpose": cast.circle.purpose}
    with pytest.raises(PolicyRefusal, match="circle_without_member"):
        services.change_circle(coordinator(cast), cast.circle, owner=cast.omega, **facts)
    services.change_circle(coordinator(cast), cast.circle, owner=cast.alfa, **facts)
    cast.circle.refresh_from_db()
    assert cast.circle.owner_id == "alfa"


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\u202e", "\n", "\u2028", "\u200b", "\x00"])
def test_a_name_holds_nothing_that_is_not_seen(cast: Cast, hidden: str) -> None:
    """It stands in "Will be seen by", in letters and on the terminal of whoever runs the hub."""
    who, name = coordinator(cast), f"Beta{hidden}AB"
    for change in (
        lambda: services.change_member(who, cast.beta, services.MemberChanges(name=name)),
        lambda: services.change_person(who, cast.person("beta", "analyst"), name=name, language="sv"),
        lambda: services.create_circle(who, name=name, purpose="Prov.", owner=cast.solros),
        lambda: issue_token(HUB, cast.beta, label=name, scopes=["taxii"]),
    ):
        with pytest.raises(PolicyRefusal, match=r"unseen|imagery"):
            change()
    services.change_member(who, cast.beta, services.MemberChanges(name="Beta\u00a0AB"))
