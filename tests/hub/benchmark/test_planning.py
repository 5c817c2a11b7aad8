"""What may be planned, by whom, and what it takes before the specification is fixed; keys and groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import BenchmarkKey, PeerGroupMember, Round, RoundMember, Statement
from skyddsnat.hub.benchmark.services import freezing
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.services import create_member, deactivate_person
from skyddsnat.policy.benchmark.disclosure import ItemKind
from skyddsnat.policy.benchmark.planning import Organisation
from skyddsnat.policy.vocabulary import MemberKind, Role
from skyddsnat.protocols.benchmark import canonical, release
from skyddsnat.protocols.benchmark.release import Release
from skyddsnat.protocols.benchmark.statement import Kind
from tests.cast import OPERATORS
from tests.hub.benchmark.conftest import Bench, add_person
from tests.hub.benchmark.test_evidence import code_of, undone

AMBER, RED = "MET-BLK-06", "MET-EDU-02"


def test_what_cannot_be_planned_is_refused_by_name(bench: Bench) -> None:
    day = timedelta(days=1)
    today = bench.now.date()
    three = [bench.cast.members[name] for name in ("solros", "zonen", "akademin")]
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "a red metric": ({"metrics": [RED]}, "red_metric"),
        "an unknown one": ({"metrics": ["MET-XXX-01"]}, "unknown_metric"),
        "none at all": ({"metrics": []}, "no_metric"),
        "figures of last month": ({"last_day": today - 30 * day}, "period_too_young"),
        "a period that ends before it begins": ({"last_day": today - 200 * day}, "period_backwards"),
        "a deadline that has passed": ({"deadline": bench.now - day}, "deadline_past"),
        "two parties": ({"parties": three[:2]}, "not_three_parties"),
        "a party twice": ({"parties": [*three[:2], three[0]]}, "not_three_parties"),
        "a competitor as party": ({"parties": [*three[:2], bench.cast.omega]}, "party_competes"),
        "a member as party": ({"parties": [*three[:2], bench.cast.alfa]}, "party_competes"),
        "an endless time to object": ({"objection_seconds": 90 * 86_400}, "bad_window"),
    }
    found = {name: code_of(lambda c=changes: bench.planned(**c)) for name, (changes, _) in cases.items()}  # type: ignore[misc]
    assert found == {name: code for name, (_, code) in cases.items()}
    for who in (("alfa", "benchmark_lead"), ("solros", "auditor")):
        actor = Actor.of(bench.cast.person(*who))
        assert code_of(lambda a=actor: services.plan_round(a, "ny", bench.draft(), now=bench.now)) == "not_coordinator"  # type: ignore[misc]
    assert not Round.objects.exists()


def test_an_amber_metric_waits_for_counsel_who_did_not_plan_it(bench: Bench) -> None:
    round_ = bench.planned(metrics=[AMBER])
    freeze = lambda: services.freeze(bench.coordinator, round_.pk, now=bench.now)  # noqa: E731
    assert code_of(freeze) == "needs_sign_off"

    def signed(person: Any, metric: str = AMBER, note: str = "Andelen är äldre än ett kvartal.") -> str:
        return code_of(lambda: services.sign_off(person, round_.pk, metric=metric, note=note, now=bench.now))

    coordinator = bench.cast.person("solros", "coordinator")
    assert signed(bench.leads["alfa"]) == signed(coordinator) == "not_counsel"
    with undone():
        coordinator.roles = ["coordinator", "auditor"]
        coordinator.save()
        assert signed(coordinator) == "own_plan"
    assert signed(bench.counsel, metric="MET-LST-01") == "not_amber"
    assert signed(bench.counsel, note="  ") == "no_note"
    services.sign_off(bench.counsel, round_.pk, metric=AMBER, note="Andelen är äldre än ett kvartal.", now=bench.now)
    with undone():
        deactivate_person(HUB, bench.counsel)
        assert code_of(freeze) == "needs_sign_off", "somebody's word who may give it no longer"
    (said,) = freeze().specification.sign_offs
    assert (said.metric, said.by) == (AMBER, "counsel of Solros"), "the office, not the person"
    assert Entry.objects.filter(action="round.signed_off", facts__metric=AMBER).exists()
    assert signed(bench.counsel) == "frozen"


def test_counsels_word_is_about_these_members_and_these_days(bench: Bench) -> None:
    """What is planned anew after it was signed off would else go out under a name that never saw it."""
    round_ = bench.planned(metrics=[AMBER])

    def stands() -> bool:
        return round_.sign_offs.exists()

    def signed() -> None:
        services.sign_off(bench.counsel, round_.pk, metric=AMBER, note="Gammal nog.", now=bench.now)

    def changed(**facts: Any) -> bool:
        signed()
        services.change_round(bench.coordinator, round_.pk, bench.draft(metrics=[AMBER], **facts), now=bench.now)
        return stands()

    assert changed(title_en="Another title"), "as it was signed"
    assert not changed(first_day=bench.now.date() - timedelta(days=200))
    others = services.create_group(
        bench.coordinator,
        id="andra",
        name="Andra",
        members=[bench.cast.omega, *(create_member(HUB, id=f"m{n}", name=f"M{n}", kind="operator") for n in range(3))],
        now=bench.now,
    )
    assert not changed(group=others)
    services.change_round(bench.coordinator, round_.pk, bench.draft(metrics=[AMBER]), now=bench.now)
    signed()
    fewer = [bench.cast.members[one] for one in sorted(OPERATORS)[:4]]
    services.change_group(bench.coordinator, bench.group, name="Ett annat namn", members=fewer, now=bench.now)
    assert not stands()


def test_the_specification_says_all_that_decides_what_is_opened(bench: Bench) -> None:
    services.choose(bench.leads["beta"], PeerGroupMember.objects.get(member_id="beta"), rank=True, four=True)
    spec = bench.frozen(maturity=True, totals=True, metrics=["MET-LST-01"]).specification
    ids = [item.id for item in spec.items]
    assert ids[:2] == ["MET-LST-01", "MET-GOV-01"]
    assert ids[2:] == list(load_catalogue().questions)
    assert not [item for item in spec.items if item.kind is ItemKind.AMOUNT], "five owners could never open a total"
    assert [(member.id, member.rank) for member in spec.members] == [(one, one == "beta") for one in sorted(OPERATORS)]
    assert (spec.rules.k, spec.rules.p, spec.rules.four_opted_in) == (5, 15, False)
    assert spec.previous is None


def test_a_round_is_not_fixed_without_every_key_or_over_days_that_were_compared(bench: Bench) -> None:
    bench.frozen()
    assert code_of(lambda: bench.frozen("samma")) == "period_overlaps"
    assert code_of(lambda: bench.frozen("andra", metrics=["MET-LEA-01"])) == ""
    key = BenchmarkKey.objects.get(member_id="gamma")
    services.revoke_key(bench.leads["gamma"], key.pk, now=bench.now)
    assert code_of(lambda: bench.frozen("andra", metrics=["MET-LEA-01"])) == "keys_missing"
    late = bench.draft(metrics=["MET-LEA-01"], deadline=bench.now + timedelta(minutes=30))
    services.plan_round(bench.coordinator, "sen", late, now=bench.now)
    assert code_of(lambda: services.freeze(bench.coordinator, "sen", now=bench.now)) == "deadline_past"


def test_figures_are_old_enough_by_the_calendar_that_the_parties_reckon_by_too(bench: Bench) -> None:
    """In Stockholm 30 December has begun, and 30 September is three months ago; by UTC, as a party sees it, not yet."""
    days = {"first_day": date(2026, 7, 1), "last_day": date(2026, 9, 30)}
    bench.now = datetime(2026, 12, 29, 23, 30, tzinfo=UTC)
    assert code_of(lambda: bench.planned(**days)) == "period_too_young"
    bench.now += timedelta(minutes=30)
    assert code_of(lambda: bench.planned(**days)) == ""


def test_the_next_round_knows_the_one_before(bench: Bench) -> None:
    first = bench.released()
    spec = bench.frozen("nasta", metrics=["MET-LEA-01"], deadline=bench.now + timedelta(days=14)).specification
    assert spec.previous is not None
    assert spec.previous.round == first.pk
    assert spec.previous.members == tuple(sorted(OPERATORS))
    assert set(spec.previous.full) == {"MET-LST-01", "MET-BLK-05"}


def test_a_group_is_fixed_for_a_year_and_nobody_is_in_two(bench: Bench) -> None:
    cast, group = bench.cast, bench.group
    five = [cast.members[name] for name in OPERATORS]
    change = lambda members: services.change_group(  # noqa: E731
        bench.coordinator, group, name=group.name, members=members, now=bench.now
    )
    assert code_of(lambda: change([*five, cast.omega])) == ""
    assert code_of(lambda: change(five[:3])) == "too_few_members"
    again = {"id": "nordisk", "name": "Nordisk", "members": five, "now": bench.now}
    assert code_of(lambda: services.create_group(bench.coordinator, **again)) == "in_another_group"  # type: ignore[arg-type]
    round_ = bench.approved()
    group.refresh_from_db()
    assert group.fixed_on is not None
    assert code_of(lambda: change(five[:4])) == "peer_group_fixed"
    bench.now += timedelta(days=367)
    assert code_of(lambda: change(five[:4])) == "group_in_use"
    services.call_off(bench.coordinator, round_.pk, now=bench.now)
    assert code_of(lambda: change(five[:4])) == ""


def test_a_key_counts_when_a_colleague_has_confirmed_it_and_never_twice(bench: Bench) -> None:
    lead, engineer = bench.leads["alfa"], bench.cast.person("alfa", "engineer")
    old = BenchmarkKey.objects.get(member_id="alfa")
    new = bench.waiting_key("alfa")
    confirm: Callable[[Any], str] = lambda who: code_of(lambda: services.confirm_key(who, new.pk, now=bench.now))  # noqa: E731
    assert confirm(lead) == "same_person"
    assert confirm(bench.cast.person("beta", "engineer")) == "other_member"
    assert confirm(bench.cast.person("alfa", "analyst")) == "no_role"
    with undone():
        deactivate_person(HUB, lead)
        assert confirm(engineer) == "proposer_gone", "whoever held that account may hold the other half"
    services.confirm_key(engineer, new.pk, now=bench.now)
    old.refresh_from_db()
    assert old.ended_at == bench.now, "the new one has replaced it"
    assert confirm(engineer) == "decided"

    def registered(who: Any, signing: str, opening: str = "e" * 64, use: str = "member") -> str:
        facts = {"use": BenchmarkKey.Use(use), "signing_key": signing, "opening_key": opening, "now": bench.now}
        return code_of(lambda: services.register_key(who, **facts))

    assert registered(lead, old.signing_key) == "key_used", "not even after it was replaced"
    assert registered(lead, "f" * 64, opening=new.signing_key) == "key_used"
    assert registered(lead, "f" * 64, "f" * 64) == registered(lead, "0" * 64) == registered(lead, "xyz") == "bad_key"
    assert registered(lead, "f" * 64, f"{1:02x}".ljust(64, "0")) == "bad_key", (
        "a point of small order stops the parties"
    )
    assert registered(engineer, "f" * 64) == "not_own_lead"
    assert registered(lead, "f" * 64, use="party") == "party_competes"
    assert code_of(lambda: services.revoke_key(bench.leads["beta"], new.pk, now=bench.now)) == "not_own_lead"
    other = add_person(bench.cast.alfa, Role.BENCHMARK_LEAD, email="andra@alfa.test")
    assert code_of(lambda: services.revoke_key(other, new.pk, now=bench.now)) == ""


def test_a_total_is_asked_for_from_eight_owners_and_rests_for_a_year_after_a_change(bench: Bench) -> None:
    """The total before a member left, less a later one without it, would be its value (docs/benchmarking/leakage.md)."""
    names = ("alfa", *(f"m{n}" for n in range(8)))
    eight = [Organisation(one, one, MemberKind.OPERATOR) for one in names[:8]]
    round_ = bench.planned(totals=True, metrics=["MET-BLK-01"])

    def totals(today: date) -> list[str]:
        return [item.id for item in freezing.items_of(round_, eight, today=today) if item.kind is ItemKind.AMOUNT]

    assert totals(date(2026, 11, 28)) == ["MET-BLK-01.amount"]
    others = release.document(Release(names, {}))
    earlier = Round.objects.create(
        id="tidigare",
        title_sv="Tidigare",
        title_en="Earlier",
        group=round_.group,
        owner=round_.owner,
        first_day=date(2025, 1, 1),
        last_day=date(2025, 3, 31),
        deadline=datetime(2026, 1, 10, tzinfo=UTC),
        state_since=bench.now,
        planned_by=round_.planned_by,
        planned_at=bench.now,
        spec="{}",
        release=canonical.dumps(others).decode(),
    )
    RoundMember.objects.create(round=earlier, member_id="alfa")
    known = datetime(2026, 1, 15, tzinfo=UTC)
    Statement.objects.create(round=earlier, party=2, kind=Kind.OUTPUT.value, text="{}", at=known)
    assert totals(date(2026, 11, 28)) == []
    assert totals(date(2027, 1, 16)) == ["MET-BLK-01.amount"]


def test_a_deadline_that_nobody_lives_to_see_is_refused(bench: Bench) -> None:
    """At the end of the calendar the time for objections has no end, and no page of the round would open."""
    for deadline in (bench.now + timedelta(days=400), datetime(9999, 12, 31, 23, tzinfo=UTC)):
        assert code_of(lambda deadline=deadline: bench.planned(deadline=deadline)) == "deadline_far"  # type: ignore[misc]
    assert code_of(lambda: bench.planned(deadline=bench.now + timedelta(days=365))) == ""
