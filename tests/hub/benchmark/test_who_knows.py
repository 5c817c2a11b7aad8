"""Who knows of a round, and what of it reaches whom: by page, by token, and by the rule written once in policy."""

from __future__ import annotations

import base64
from itertools import product
from typing import Any

from django.test import Client

from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import Ciphertext, Round
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy.benchmark.sight import RoundSight, may_see_round
from skyddsnat.policy.vocabulary import Role
from skyddsnat.protocols.benchmark.statement import Kind
from tests.hub.benchmark.conftest import PARTIES, Bench
from tests.hub.benchmark.test_handing_in import ask


def sight_of(round_: Round) -> RoundSight:
    members = round_.members.values_list("member_id", flat=True) if round_.is_frozen else ()
    inside = set(members) or set(round_.group.memberships.filter(left_at=None).values_list("member_id", flat=True))
    parties = set(round_.parties.values_list("member_id", flat=True))
    return RoundSight(round_.owner_id, inside, parties, round_.is_frozen)


def test_the_query_and_the_rule_are_one(bench: Bench) -> None:
    rounds = [bench.opened(), bench.planned("utkast", metrics=["MET-LEA-01"])]
    person = bench.cast.person("alfa", "analyst")
    differs = []
    for member, roles, round_ in product(
        ("alfa", "omega", "solros", "zonen", "vakten"), [[role] for role in Role] + [[]], rounds
    ):
        Person.objects.filter(pk=person.pk).update(
            member=bench.cast.members[member], roles=[one.value for one in roles]
        )
        someone = Person.objects.select_related("member").get(pk=person.pk)
        by_query = Round.objects.visible_to(someone).filter(pk=round_.pk).exists()
        if by_query is not may_see_round(reader_of(someone), sight_of(round_)):
            differs.append(f"{member} {roles} {round_.pk}")
    assert differs == []
    Person.objects.filter(pk=person.pk).update(member=bench.cast.alfa, roles=["coordinator"], is_active=False)
    assert not Round.objects.visible_to(Person.objects.get(pk=person.pk)).exists()


def test_a_machine_gets_what_is_its_own_and_else_the_same_404(bench: Bench) -> None:
    round_ = bench.closed()
    asked: dict[str, Any] = {
        "party's own ciphertexts": ask(bench, "zonen", "party", f"rounds/{round_.pk}/sealed"),
        "a member's agent as a party": ask(bench, "alfa", "party", f"rounds/{round_.pk}/sealed"),
        "a stranger": ask(bench, "omega", "shares", f"rounds/{round_.pk}/spec"),
        "a stranger's list": ask(bench, "omega", "shares", f"rounds/{round_.pk}/transcript"),
        "no such round": ask(bench, "alfa", "shares", "rounds/unknown/spec"),
        "a party with a member's scope": ask(bench, "zonen", "shares", f"rounds/{round_.pk}/spec"),
    }
    assert {name: answer.status_code for name, answer in asked.items()} == {
        "party's own ciphertexts": 200,
        "a member's agent as a party": 404,
        "a stranger": 404,
        "a stranger's list": 404,
        "no such round": 404,
        "a party with a member's scope": 404,
    }
    assert asked["a stranger"].content == asked["no such round"].content
    mine = {
        row.submission.member_id: base64.b64encode(bytes(row.sealed)).decode()
        for row in Ciphertext.objects.filter(party=PARTIES.index("zonen")).select_related("submission")
    }
    assert asked["party's own ciphertexts"].json() == {"sealed": mine}
    assert ask(bench, "omega", "shares", "rounds").json()["rounds"] == []


def test_before_closing_neither_list_nor_ciphertexts_are_given(bench: Bench) -> None:
    round_ = bench.opened()
    bench.hand_in(round_, "alfa")
    for member, scope, what in (
        ("alfa", "shares", "submissions"),
        ("zonen", "party", "submissions"),
        ("zonen", "party", "sealed"),
    ):
        answer = ask(bench, member, scope, f"rounds/{round_.pk}/{what}")
        assert (answer.status_code, answer.json()["title"]) == (409, "not_closed")


def test_a_result_reaches_all_in_the_round_and_a_place_its_owner_alone(bench: Bench) -> None:
    round_ = bench.released()
    own = ask(bench, "alfa", "shares", f"rounds/{round_.pk}/positions").json()["sealed"]
    assert len(own) == 3
    assert ask(bench, "zonen", "party", f"rounds/{round_.pk}/positions").status_code == 401
    assert ask(bench, "zonen", "party", f"rounds/{round_.pk}/sealed").status_code == 410, "destroyed with the release"
    for member, scope in (("beta", "shares"), ("zonen", "party")):
        assert ask(bench, member, scope, f"rounds/{round_.pk}/release").json()["accepted"] == sorted(bench.leads)
    raw = ask(bench, "beta", "shares", f"rounds/{round_.pk}/spec")
    assert raw.content == round_.specification.raw
    assert raw.headers["X-Spec-SHA256"] == round_.spec_sha256
    approvals = ask(bench, "beta", "shares", f"rounds/{round_.pk}/approvals").json()["approvals"]
    assert [one["statement"]["party"] for one in approvals] == [0, 1, 2]


def test_a_party_hears_what_is_wanted_of_it_at_each_stage(bench: Bench) -> None:
    def wanted(member: str = "zonen") -> list[str]:
        rows = ask(bench, member, "party", "rounds").json()["rounds"]
        found: list[str] = rows[0]["wanted"] if rows else ["no round"]
        return found

    round_ = bench.planned()
    assert wanted() == ["no round"]
    services.freeze(bench.coordinator, round_.pk, now=bench.now)
    round_ = bench.again(round_)
    assert wanted() == ["approval"]
    bench.all_say(round_, Kind.APPROVAL)
    assert wanted() == []
    services.open_round(bench.coordinator, round_.pk, now=bench.now)
    for member in bench.leads:
        bench.hand_in(round_, member)
    bench.now = round_.deadline
    services.tend(bench.now)
    assert wanted() == ["root"]
    bench.all_say(round_, Kind.ROOT)
    assert wanted() == [], "members may still object"


def test_pages_and_machine_routes_do_not_open_for_each_other(bench: Bench) -> None:
    round_ = bench.opened()
    browser = bench.cast.sign_in(Client(), bench.leads["alfa"])
    assert browser.get(f"/api/bench/rounds/{round_.pk}/spec").status_code == 401
    headers = {"Authorization": f"Bearer {bench.cast.token('alfa', 'shares')}"}
    assert Client().get(f"/benchmark/rounds/{round_.pk}/spec.json", headers=headers).status_code == 302
