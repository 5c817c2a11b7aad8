"""The page of decisions, and a way in that takes a link from one hand and a code from the other."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from skyddsnat.hub.accounts import services
from skyddsnat.hub.accounts.models import EntryCode
from skyddsnat.hub.accounts.services.invitations import WRONG_CODES
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import Person, Proposal
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.second_hand import Matter
from tests.cast import Cast

CHOSEN = "vintern-kommer-tidigt"
SOMEONE = {"member": "alfa", "name": "Ny Person", "email": "ny@alfa.test", "language": "sv", "roles": ["analyst"]}


@pytest.fixture
def founded(cast: Cast) -> Cast:
    members.end_founding(now=timezone.now())
    return cast


def browser(cast: Cast, member: str, role: str) -> Client:
    return cast.sign_in(Client(), cast.person(member, role))


def proposed(cast: Cast) -> Proposal:
    """Someone new at Alfa, as the coordinator's form proposes them."""
    answer = browser(cast, "solros", "coordinator").post("/members/people/new/", SOMEONE)
    assert answer.headers["Location"] == "/members/decisions/"
    return Proposal.objects.get()


def decide(client: Client, proposal: Proposal, act: str = "confirm") -> str:
    return client.post(f"/members/decisions/{proposal.pk}/", {"act": act}).content.decode()


def code_on(page: str) -> str:
    found = re.search(r'id="code">([A-Z0-9-]+)<', page)
    assert found
    return found[1]


def test_the_form_tells_who_confirms_before_there_is_a_link(cast: Cast) -> None:
    coordinator = browser(cast, "solros", "coordinator")
    coordinator.cookies["language"] = "en"
    alone = coordinator.get("/members/people/new/").content.decode()
    assert "You get a link" in alone
    assert "Make the invitation" in alone
    members.end_founding(now=timezone.now())
    together = coordinator.get("/members/people/new/").content.decode()
    assert "confirms it first" in together
    assert "You get a link" not in together


def test_a_newcomer_needs_the_coordinators_link_and_the_colleagues_code(founded: Cast, client: Client) -> None:
    proposal = proposed(founded)
    code = code_on(decide(browser(founded, "alfa", "engineer"), proposal))
    person = Person.objects.get(email="ny@alfa.test")
    answer = browser(founded, "solros", "coordinator").post(f"/members/people/{person.pk}/invite/")
    link = re.search(r'id="link">http://[^/]+([^<]+)<', answer.content.decode())
    assert link
    client.get(link[1])
    words = {"password1": CHOSEN, "password2": CHOSEN}
    assert client.post("/account/welcome/", words).status_code == 200  # no code
    assert client.post("/account/welcome/", {**words, "code": "AAAA-BBBB-CCCC"}).status_code == 200
    assert client.post("/account/welcome/", {**words, "code": code.lower()}).headers["Location"] == "/account/enrol/"
    assert EntryCode.objects.get().used_at is not None


def test_a_decision_that_lets_someone_in_leads_the_coordinator_on_to_the_link(founded: Cast) -> None:
    decide(browser(founded, "alfa", "engineer"), proposed(founded))
    address = f"/members/people/{Person.objects.get(email='ny@alfa.test').pk}/invite/"
    assert f'href="{address}"' in browser(founded, "solros", "coordinator").get("/members/decisions/").content.decode()
    assert address not in browser(founded, "alfa", "engineer").get("/members/decisions/").content.decode()


def test_a_coordinator_cannot_come_in_as_someone_else(founded: Cast) -> None:
    """The link that takes over an account: alone it is not made, and with a second hand it opens nothing by itself."""
    judge, coordinator = founded.person("vakten", "reviewer"), Actor.of(founded.person("solros", "coordinator"))
    with pytest.raises(PolicyRefusal, match="needs_second_hand"):
        services.invite(coordinator, judge)
    proposal = members.propose(coordinator, Matter.LINK, now=timezone.now(), person=judge)
    services.confirm(Actor.of(founded.person("vakten", "analyst")), proposal.pk, now=timezone.now())
    secret = services.invite(coordinator, judge).strip("/").rsplit("/", 1)[-1]
    for _ in range(WRONG_CODES):
        with pytest.raises(PolicyRefusal, match="bad_code"):
            services.accept_invitation(secret, password=CHOSEN, code="GISSNINGAR22")
    with pytest.raises(PolicyRefusal, match="bad_invitation"):
        services.accept_invitation(secret, password=CHOSEN, code="GISSNINGAR22")
    judge.refresh_from_db()
    assert not judge.check_password(CHOSEN)


def test_a_new_code_ends_the_links_that_were_made_for_the_old_one(founded: Cast) -> None:
    person, coordinator = founded.person("alfa", "analyst"), Actor.of(founded.person("solros", "coordinator"))
    secrets = []
    for _ in range(2):
        proposal = members.propose(coordinator, Matter.LINK, now=timezone.now(), person=person)
        services.confirm(Actor.of(founded.person("beta", "reviewer")), proposal.pk, now=timezone.now())
        secrets.append(services.invite(coordinator, person).strip("/").rsplit("/", 1)[-1])
    assert services.invited_person(secrets[0]) is None
    assert services.invited_person(secrets[1]) == person


def test_set_up_on_the_server_still_makes_a_link_by_itself(founded: Cast) -> None:
    person = founded.person("alfa", "analyst")
    secret = services.invite(HUB, person).strip("/").rsplit("/", 1)[-1]
    assert services.accept_invitation(secret, password=CHOSEN) == person


def test_a_proposal_is_no_business_of_others_and_looks_as_if_it_were_not_there(founded: Cast) -> None:
    proposal = proposed(founded)
    stranger = browser(founded, "beta", "analyst")
    known = stranger.post(f"/members/decisions/{proposal.pk}/", {"act": "confirm"})
    unknown = stranger.post("/members/decisions/00000000-0000-0000-0000-000000000007/", {"act": "confirm"})
    assert known.status_code == unknown.status_code == 404
    assert "Ny Person" not in stranger.get("/members/decisions/").content.decode()
    assert "Ny Person" in browser(founded, "alfa", "analyst").get("/members/decisions/").content.decode()


def test_a_proposal_can_be_taken_back_or_turned_down(founded: Cast) -> None:
    coordinator = browser(founded, "solros", "coordinator")
    decide(coordinator, proposed(founded), act="no")
    assert not Person.objects.filter(email="ny@alfa.test").exists()
    proposal = Proposal.objects.get()
    assert proposal.ended_by == founded.person("solros", "coordinator")
    assert "ny@alfa.test" not in coordinator.get("/members/decisions/").content.decode()


def test_roles_that_go_go_at_once_and_roles_that_come_wait(founded: Cast) -> None:
    person = founded.person("alfa", "reviewer")
    Person.objects.filter(pk=person.pk).update(roles=["analyst", "reviewer"])
    coordinator = browser(founded, "solros", "coordinator")
    coordinator.post(f"/members/people/{person.pk}/roles/", {"roles": ["reviewer", "engineer"]})
    person.refresh_from_db()
    assert person.roles == ["reviewer"]
    decide(browser(founded, "alfa", "analyst"), Proposal.objects.get())
    person.refresh_from_db()
    assert person.roles == ["reviewer", "engineer"]


def test_a_change_of_standing_waits_while_the_rest_is_saved(founded: Cast) -> None:
    coordinator = browser(founded, "solros", "coordinator")
    facts = {"name": "Zonen AB", "kind": "authority", "mandate": "hotline", "control_group": "", "domains": ""}
    coordinator.post("/members/of/zonen/edit/", facts)
    founded.zonen.refresh_from_db()
    assert (founded.zonen.name, founded.zonen.kind, founded.zonen.mandate) == ("Zonen AB", "registry", "")
    decide(browser(founded, "vakten", "reviewer"), Proposal.objects.get())
    founded.zonen.refresh_from_db()
    assert (founded.zonen.kind, founded.zonen.mandate) == ("authority", "hotline")


def test_a_domain_name_more_waits_while_the_rest_is_saved_and_the_second_hand_reads_it(founded: Cast) -> None:
    def domains() -> set[str]:
        return set(founded.zonen.domains.values_list("name", flat=True))

    members.set_domains(HUB, founded.zonen, ["zonen.test", "gammal.test"])
    facts = {"name": "Zonen AB", "kind": "registry", "mandate": "", "control_group": ""}
    facts["domains"] = "zonen.test\nny-zon.test"
    browser(founded, "solros", "coordinator").post("/members/of/zonen/edit/", facts)
    assert domains() == {"zonen.test"}
    second = browser(founded, "vakten", "reviewer")
    assert "ny-zon.test" in second.get("/members/decisions/").content.decode()
    decide(second, Proposal.objects.get())
    assert domains() == {"zonen.test", "ny-zon.test"}
    founded.zonen.refresh_from_db()
    assert founded.zonen.name == "Zonen AB"


def test_a_member_that_is_to_leave_may_agree_and_is_offered_no_other_answer(founded: Cast) -> None:
    browser(founded, "solros", "coordinator").post("/members/of/omega/leave/")
    own, other = browser(founded, "omega", "reviewer"), browser(founded, "beta", "reviewer")
    pages = [one.get("/members/decisions/").content.decode() for one in (own, other)]
    buttons = [re.findall(r'name="act" value="(\w+)"', page) for page in pages]
    assert buttons == [["confirm"], ["confirm", "no"]]
    decide(own, Proposal.objects.get(), "no")
    assert Proposal.objects.get().ended_at is None


def test_what_waits_is_counted_in_the_navigation(founded: Cast) -> None:
    proposed(founded)
    page = browser(founded, "alfa", "analyst").get("/").content.decode()
    (link,) = re.findall(r'<a class="side-link" href="/members/decisions/".*?</a>', page)
    assert re.findall(r'class="count">(\d+)<', link) == ["1"]
