"""Pages of members, circles, people and the register: who sees what, and what a coordinator does there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from skyddsnat.hub.accounts.models import Invitation
from skyddsnat.hub.members import queries, services
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Circle, LegalBasis, Member, Person
from tests.cast import Cast


def as_coordinator(cast: Cast, client: Client) -> Client:
    return cast.sign_in(client, cast.person("solros", "coordinator"))


def read(client: Client, path: str, *, language: str = "en") -> str:
    client.cookies["language"] = language
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_opens_in_both_languages_without_any_inline_script_or_style(
    cast: Cast, client: Client, language: str
) -> None:
    person = cast.person("vakten", "analyst")
    services.leave_circle(HUB, cast.circle, cast.epsilon)
    register(cast, status="lapsed", review_by=date(2026, 1, 1), ends_on=date(2026, 4, 3))
    as_coordinator(cast, client)
    for path in (
        "",
        "?kind=operator",
        "?kind=research",
        "new/",
        "of/alfa/",
        "of/alfa/edit/",
        "of/alfa/leave/",
        "circles/",
        "circles/new/",
        f"circles/{cast.circle.pk}/",
        f"circles/{cast.circle.pk}/edit/",
        f"circles/{cast.circle.pk}/join/",
        f"circles/{cast.circle.pk}/leave/alfa/",
        f"circles/{cast.circle.pk}/close/",
        "legal/",
        "legal/new/",
        f"legal/{LegalBasis.objects.get().pk}/edit/",
        "people/",
        "people/?member=vakten",
        "people/new/",
        f"people/{person.pk}/",
        f"people/{person.pk}/edit/",
        f"people/{person.pk}/roles/",
        f"people/{person.pk}/invite/",
        f"people/{person.pk}/close/",
        f"people/{person.pk}/reopen/",
    ):
        page = read(client, f"/members/{path}", language=language)
        assert f'<html lang="{language}"' in page, path
        assert "<script>" not in page, path
        assert " style=" not in page, path


@pytest.mark.parametrize("role", ["analyst", "reviewer", "engineer"])
def test_nobody_but_a_coordinator_opens_a_page_that_changes_something(cast: Cast, client: Client, role: str) -> None:
    cast.sign_in(client, cast.person("alfa", role))
    colleague = cast.person("alfa", "analyst").pk
    for path in (
        "new/",
        "of/alfa/edit/",
        "of/beta/leave/",
        "circles/new/",
        f"circles/{cast.circle.pk}/edit/",
        f"circles/{cast.circle.pk}/join/",
        f"circles/{cast.circle.pk}/leave/beta/",
        f"circles/{cast.circle.pk}/close/",
        "legal/new/",
        "people/new/",
        f"people/{colleague}/edit/",
        f"people/{colleague}/roles/",
        f"people/{colleague}/invite/",
        f"people/{colleague}/close/",
        f"people/{colleague}/reopen/",
    ):
        for method in (client.get, client.post):
            assert method(f"/members/{path}").status_code == 403, path


def test_colleagues_see_each_other_and_nobody_elses_people(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    page = read(client, "/members/people/?member=beta")
    assert "Beta Analyst" not in page
    page = read(client, "/members/people/")
    assert "Alfa Engineer" in page
    assert "Beta" not in page
    assert client.get(f"/members/people/{cast.person('alfa', 'engineer').pk}/").status_code == 200


def test_another_members_person_and_an_unknown_one_get_the_same_answer(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    theirs = client.get(f"/members/people/{cast.person('beta', 'analyst').pk}/")
    unknown = client.get(f"/members/people/{cast.circle.pk}/")
    assert (theirs.status_code, unknown.status_code) == (404, 404)
    assert b"Beta" not in theirs.content


def test_a_circle_that_one_is_not_in_gets_the_same_answer_as_one_that_is_not_there(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("vakten", "analyst"))
    assert client.get(f"/members/circles/{cast.circle.pk}/").status_code == 200
    assert client.get(f"/members/circles/{cast.leads.pk}/").status_code == 404
    assert client.get(f"/members/circles/{Circle().pk}/").status_code == 404
    assert "uppslag" not in read(client, "/members/circles/")
    assert "uppslag" not in read(client, "/members/of/alfa/")


def test_an_outsider_reads_that_they_are_in_no_circle_and_what_happens_next(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("omega", "analyst"))
    page = read(client, "/members/circles/")
    assert "Your member is in no circle" in page
    assert "Nationell blockering" not in page


def test_a_circles_page_says_whether_police_are_in_it_and_since_when_each_member_is(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    assert "police are in this circle" in read(client, f"/members/circles/{cast.circle.pk}/")
    page = read(client, f"/members/circles/{cast.leads.pk}/", language="sv")
    assert "polisen är inte med i kretsen" in page
    assert timezone.localtime(cast.alfa.joined_at).strftime("%Y-%m-%d") in page


def test_taking_a_member_in_says_first_what_it_opens_and_that_police_come_along(cast: Cast, client: Client) -> None:
    as_coordinator(cast, client)
    client.cookies["language"] = "en"
    address = f"/members/circles/{cast.leads.pk}/join/"
    page = client.post(address, {"member": "vakten"}).content.decode()
    assert "0 published items become visible to Vakten" in page
    assert "Police come into the circle with this member" in page
    assert cast.leads.pk not in queries.circles_of("vakten")
    answer = client.post(address, {"member": "vakten", "confirmed": "yes"})
    assert answer.headers["Location"] == f"/members/circles/{cast.leads.pk}/"
    assert cast.leads.pk in queries.circles_of("vakten")


def test_who_can_confirm_a_new_member_is_said_before_it_is_proposed_and_nothing_is_if_nobody_can(
    cast: Cast, client: Client
) -> None:
    services.end_founding(now=timezone.now())
    as_coordinator(cast, client)
    client.cookies["language"] = "en"
    page = client.post(f"/members/circles/{cast.leads.pk}/join/", {"member": "omega"}).content.decode()
    assert "They are at: Alfa, Beta, Delta, Epsilon, Gamma." in page
    assert 'name="confirmed"' in page
    client.post("/members/circles/new/", {"name": "Ny", "purpose": "Prova", "owner": "solros"})
    alone = Circle.objects.get(name="Ny")
    page = client.post(f"/members/circles/{alone.pk}/join/", {"member": "alfa"}).content.decode()
    assert "Nobody can confirm it" in page
    assert 'name="confirmed"' not in page


def test_taking_in_an_operator_gives_no_warning_of_police(cast: Cast, client: Client) -> None:
    as_coordinator(cast, client)
    client.cookies["language"] = "en"
    page = client.post(f"/members/circles/{cast.leads.pk}/join/", {"member": "omega"}).content.decode()
    assert "become visible to Omega" in page
    assert "Police" not in page.split("<main")[1]


def test_a_member_is_taken_out_and_stays_in_the_history(cast: Cast, client: Client) -> None:
    as_coordinator(cast, client)
    client.post(f"/members/circles/{cast.circle.pk}/leave/beta/")
    assert cast.circle.pk not in queries.circles_of("beta")
    assert "Beta left, having been in since" in read(client, f"/members/circles/{cast.circle.pk}/")


def test_a_coordinator_takes_in_a_member_with_its_contact(cast: Cast, client: Client) -> None:
    as_coordinator(cast, client)
    facts = {"id": "sigma", "name": "Sigma", "kind": "operator", "mandate": "", "contact_email": "desk@sigma.test"}
    answer = client.post("/members/new/", facts)
    assert answer.headers["Location"] == "/members/of/sigma/"
    assert Member.objects.get(pk="sigma").contact_email == "desk@sigma.test"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mandate": "police"}, "Only law enforcement may hold the police mandate"),
        ({"name": "Alfa"}, "That name is taken"),
        ({"id": "alfa"}, "That name is taken"),
    ],
)
def test_a_refusal_is_a_sentence_on_the_form(cast: Cast, client: Client, changes: dict[str, str], said: str) -> None:
    as_coordinator(cast, client)
    client.cookies["language"] = "en"
    answer = client.post("/members/new/", {"id": "sigma", "name": "Sigma", "kind": "operator"} | changes)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Member.objects.filter(pk="sigma").exists()


def test_a_members_own_names_are_kept_in_normal_form(cast: Cast, client: Client) -> None:
    as_coordinator(cast, client)
    facts = {"name": "Alfa", "kind": "operator", "domains": "Alfa.TEST.\nråd.example\n"}
    assert client.post("/members/of/alfa/edit/", facts).status_code == 302
    assert set(cast.alfa.domains.values_list("name", flat=True)) == {"alfa.test", "xn--rd-yia.example"}
    answer = client.post("/members/of/alfa/edit/", facts | {"domains": "alfa.test\n192.0.2.1"})
    assert "2" in str(answer.context["form"].errors["domains"])


def test_a_person_is_invited_and_the_link_is_shown_once(cast: Cast, client: Client) -> None:
    as_coordinator(cast, client)
    facts = {"member": "alfa", "name": "Ny", "email": "ny@alfa.test", "language": "sv", "roles": ["analyst"]}
    answer = client.post("/members/people/new/", facts)
    page = answer.content.decode()
    assert "http://testserver/account/invitation/" in page
    assert "no-store" in answer.headers["Cache-Control"]
    person = Person.objects.get(email="ny@alfa.test")
    assert Invitation.objects.filter(person=person).count() == 1
    assert "/account/invitation/" not in read(client, f"/members/people/{person.pk}/")


def test_a_coordinator_cannot_touch_their_own_roles_or_access(cast: Cast, client: Client) -> None:
    me = cast.person("solros", "coordinator")
    as_coordinator(cast, client)
    client.cookies["language"] = "en"
    page = client.post(f"/members/people/{me.pk}/roles/", {"roles": ["coordinator", "reviewer"]}).content.decode()
    assert "You cannot change your own roles" in page
    page = client.post(f"/members/people/{me.pk}/close/", follow=True).content.decode()
    assert "You cannot do this to your own account" in page
    assert Person.objects.get(pk=me.pk).roles == ["coordinator"]


def test_closing_someone_out_ends_their_session_and_can_be_undone_only_by_a_new_link(
    cast: Cast, client: Client
) -> None:
    person, theirs = cast.person("beta", "engineer"), Client()
    cast.sign_in(theirs, person)
    assert theirs.get("/members/").status_code == 200
    as_coordinator(cast, client)
    client.post(f"/members/people/{person.pk}/close/")
    assert theirs.get("/members/").status_code == 302
    page = client.post(f"/members/people/{person.pk}/reopen/").content.decode()
    assert "/account/invitation/" in page
    assert Person.objects.get(pk=person.pk).is_active
    assert not Person.objects.get(pk=person.pk).has_usable_password()


def test_before_access_is_closed_the_page_says_which_machines_stop(cast: Cast, client: Client) -> None:
    from skyddsnat.hub.accounts import services as accounts
    from skyddsnat.hub.members.actor import Actor

    engineer = cast.person("beta", "engineer")
    accounts.issue_token(Actor.of(engineer), cast.beta, label="agenten", scopes=["taxii"])
    as_coordinator(cast, client)
    assert "1 token that this person made stops working" in read(client, f"/members/people/{engineer.pk}/close/")


def register(cast: Cast, **changes: object) -> LegalBasis:
    facts: dict[str, object] = {
        "activity": "Blockering",
        "basis": "Avtal",
        "purpose": "Skydd",
        "retention_days": 90,
        "review_by": timezone.localdate() + timedelta(days=30),
        "owner": cast.solros,
    }
    return services.add_basis(HUB, services.LegalFacts(**(facts | changes)))  # type: ignore[arg-type]


def test_the_register_flags_what_has_lapsed_and_what_is_overdue(cast: Cast, client: Client) -> None:
    register(cast)
    cast.sign_in(client, cast.person("alfa", "analyst"))
    page = read(client, "/members/legal/")
    assert "lapsed" not in page
    assert "overdue" not in page
    register(cast, activity="Matchning", status="lapsed", review_by=date(2026, 1, 1), ends_on=date(2026, 4, 3))
    page = read(client, "/members/legal/")
    assert "1 basis has lapsed" in page
    assert 'last day <span class="nowrap">2026-04-03</span>' in page, "no end of a line tears the date apart"
    assert "1 review is overdue" in page
    assert page.index("Matchning") < page.index("Blockering"), "what has lapsed stands first"


def test_a_basis_past_its_last_day_has_lapsed_before_the_timer_has_come_round(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)  # the day does not turn meanwhile
    register(cast, activity="Matchning", ends_on=timezone.localdate() - timedelta(days=1))
    register(cast, activity="Statistik", ends_on=timezone.localdate())
    cast.sign_in(client, cast.person("alfa", "analyst"))
    page = read(client, "/members/legal/")
    assert "1 basis has lapsed" in page
    assert page.count("In force") == 1


def test_a_coordinator_keeps_the_register(cast: Cast, client: Client) -> None:
    as_coordinator(cast, client)
    facts = {
        "activity": "Statistik",
        "basis": "Avtal",
        "purpose": "Räkning",
        "retention_days": "730",
        "owner": "solros",
        "review_by": "2027-01-31",
        "status": "active",
    }
    assert client.post("/members/legal/new/", facts).status_code == 302
    entry = LegalBasis.objects.get()
    client.post(f"/members/legal/{entry.pk}/edit/", facts | {"status": "lapsed"})
    assert LegalBasis.objects.get().status == "lapsed"
    for path in ("/members/legal/new/", f"/members/legal/{entry.pk}/edit/"):
        answer = client.post(path, facts | {"purpose": "data:image/png;base64,iVBORw0KGgo" + "A" * 60})
        assert answer.status_code == 200, "a text that is stopped is told on the form"
        assert 'class="errors"' in answer.content.decode()
    assert LegalBasis.objects.get().purpose == "Räkning"


def test_every_code_of_a_refusal_has_words(cast: Cast) -> None:
    import re
    from pathlib import Path

    import skyddsnat
    from skyddsnat.hub.members.refusals import WORDS

    root = Path(skyddsnat.__file__).parent
    sources = [*root.glob("hub/members/services/*.py"), root / "policy" / "management.py"]
    codes = {code for path in sources for code in re.findall(r'PolicyRefusal\("(\w+)"', path.read_text("utf-8"))}
    assert codes <= set(WORDS), codes - set(WORDS)
