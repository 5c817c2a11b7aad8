"""The demo's comparisons: keys that count, groups that may compare, figures within bounds, quarters that are old enough."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import CompetitionFlag
from skyddsnat.demo.benchmark import keeping, plainly
from skyddsnat.demo.benchmark.calendar import Quarter, newest
from skyddsnat.demo.benchmark.programme import Programme
from skyddsnat.demo.benchmark.values import FEW, TWENTY, Hand, measured, values_of
from skyddsnat.demo.world.assessing import answers_of
from skyddsnat.demo.world.build import World, build
from skyddsnat.demo.world.comparing import NORDIC, PARTIES, SWEDISH
from skyddsnat.demo.world.organisations import OPERATORS
from skyddsnat.hub.benchmark.models import BenchmarkKey, PeerGroupMember
from skyddsnat.hub.benchmark.queries.rounds import round_for
from skyddsnat.hub.maturity.models import SealedAnswer
from skyddsnat.hub.members.models import Person
from skyddsnat.protocols.benchmark import keyfile, own
from skyddsnat.protocols.benchmark.errors import BadRound
from tests.rounds import plain_result, specification


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(keyfile, "ITERATIONS", keyfile.FEWEST_ITERATIONS)
    return build(keep=lambda world: None, now=timezone.now(), share=0.01)


def test_the_world_is_ready_to_compare(world: World, tmp_path: Path) -> None:
    counting = BenchmarkKey.objects.filter(ended_at=None, confirmed_at__isnull=False)
    assert {key.member_id for key in counting.filter(use="party")} == set(PARTIES)
    assert counting.filter(use="member").count() == len(OPERATORS) + 9
    groups = {group: PeerGroupMember.objects.filter(group=group).count() for group in (SWEDISH, NORDIC)}
    assert groups == {SWEDISH: 5, NORDIC: 9}
    assert all("demo" in row.member.name for row in PeerGroupMember.objects.filter(group=NORDIC))

    told = keeping.keep(world.comparing, tmp_path)
    for row in told["members"]:
        opened = keyfile.read(json.loads(Path(row["key_file"]).read_text()), told["passphrase"])
        assert opened.signing_key == row["signing_key"] == counting.get(member=row["id"], use="member").signing_key
    assert len({row["address"] for row in told["parties"]}) == 3
    agents = keeping.agents(tmp_path, "http://hub.test")
    assert {name: one.keys.seed for name, one in agents.items()} == {
        name: keys.seed for name, keys in world.comparing.keys.items()
    }
    assert not any(keys.seed.hex() in repr(world.comparing) for keys in world.comparing.keys.values())

    sealed = list(SealedAnswer.objects.select_related("assessment"))
    assert len({(one.assessment.member_id, one.assessment.year) for one in sealed}) == 4
    one = sealed[0]
    keys, year = world.comparing.keys[one.assessment.member_id], one.assessment.year
    assert own.open_answer(keys, year, one.question, one.sealed) == answers_of(keys.member, year)[one.question]
    with pytest.raises(BadRound, match="does not open"):
        own.open_answer(keys, year - 1, one.question, one.sealed)

    programme = Programme(agents)
    first, second, third, _nordic = programme.rounds()
    made = programme.plan(second.id, second)
    assert len(made.specification.items) == 50
    assert [one.metric for one in made.specification.sign_offs] == ["MET-BLK-06"]
    lead = Person.objects.get(email="ylva.ek@alfa.test")
    assert round_for(lead, second.id) is not None
    assert round_for(lead, programme.plan(_nordic.id, _nordic).pk) is None
    assert programme.expected(third) == ["beta", "gamma", "delta"]
    assert len(programme.expected(programme.four())) == 4
    assert first.quarter.after() == second.quarter == third.quarter.before()

    programme.make_room()
    assert round_for(lead, second.id) is None, "what nobody had signed is taken back"
    assert programme.newest == third.quarter, "and its quarter is free again"
    assert programme.plan(third.id, third).planned_at <= timezone.now(), (
        "what stays open for weeks is not planned in weeks"
    )


def test_figures_are_synthetic_within_bounds_and_the_same_each_time() -> None:
    metrics = load_catalogue().metrics
    spec = specification((*TWENTY, *FEW, "MQ-A1"), count=9)
    assert len(TWENTY) == 20
    assert not set(TWENTY) & set(FEW)
    assert all(metrics[one].competition is not CompetitionFlag.RED for one in (*TWENTY, *FEW))
    for member in OPERATORS:
        found = values_of(member, spec)
        assert found == values_of(member, spec)
        for name, number in found.items():
            if number is not None and name in metrics:
                assert metrics[name].value.low <= number <= metrics[name].value.high
    values = {member.id: values_of(member.id, spec) for member in spec.members}
    found_codes = {len({values[member][name] for member in values}) for name in TWENTY}
    assert min(found_codes) > 4, "members differ"


def test_the_plain_result_is_the_one_that_the_suite_works_out_too() -> None:
    spec = specification((*TWENTY, "MQ-A1", "MQ-A2"), count=9)
    values = {one.id: Hand(values_of(one.id, spec), measured(spec, one.id)) for one in spec.members}
    codes = {one: {item.id: plainly.codes(item, values).get(one) for item in spec.items} for one in values}
    wanted = plain_result(spec, codes, measured={one: tuple(hand.measured) for one, hand in values.items()})
    assert plainly.opened(spec, values) == wanted.opened
    for member in ("alfa", "kappa"):
        assert plainly.places(spec, values, member) == wanted.private[member]


@pytest.mark.parametrize(
    ("today", "quarter"),
    [(date(2026, 11, 28), "2026-q2"), (date(2026, 12, 31), "2026-q3"), (date(2027, 1, 1), "2026-q3")],
)
def test_the_newest_quarter_is_three_months_old(today: date, quarter: str) -> None:
    assert newest(today).id == quarter


def test_quarters_follow_each_other() -> None:
    one = Quarter(2025, 4)
    assert (one.after().id, one.before().id, one.after().before()) == ("2026-q1", "2025-q3", one)
    assert (Quarter(2026, 1).before(), one.last_day) == (one, datetime(2025, 12, 31, tzinfo=UTC).date())
