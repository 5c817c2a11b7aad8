"""The rule of access and its query twin give the same cases to everyone."""

from __future__ import annotations

from itertools import product

from skyddsnat.hub.complaints.access import item_of_case
from skyddsnat.hub.complaints.models import Case
from skyddsnat.hub.complaints.queries import to_answer, to_decide
from skyddsnat.hub.members.models import CircleMembership
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy.complaints import may_see_case
from skyddsnat.policy.vocabulary import Marking, Role
from tests.hub.complaints.conftest import Desk, Stage


def test_the_rule_and_its_query_agree_for_everyone_and_every_case(desk: Desk, stage: Stage) -> None:
    cast = stage.cast
    stage.verified("ett.test")
    stage.verified("tva.test", by=("solros", "beta"), circle=cast.leads)
    named = [cast.person(*who) for who in (("alfa", "analyst"), ("vakten", "reviewer"), ("solros", "reviewer"))]
    stage.verified("rod.test", marking=Marking.RED, named=named)
    for name, member in product(("ett.test", "tva.test", "rod.test", "olistad.test"), ("alfa", "beta", "omega")):
        desk.complain(name, member=member)
    boss = cast.person("vakten", "analyst")
    boss.roles = [Role.ANALYST.value, Role.REVIEWER.value]
    boss.save()
    gone = cast.person("gamma", "analyst")
    gone.is_active = False
    gone.save()
    # A judge who has left the circle sees none of its cases; that of the police still does.
    CircleMembership.objects.filter(circle=cast.circle, member="solros").update(left_at=stage.now)
    judged = Case.objects.get(blocks__isnull=False)
    assert judged in Case.objects.visible_to(cast.person("vakten", "reviewer"))
    assert judged not in Case.objects.visible_to(cast.person("solros", "reviewer"))
    seen = 0
    for person in cast.people.values():
        allowed = {case.pk for case in Case.objects.all() if may_see_case(reader_of(person), item_of_case(case))}
        assert set(Case.objects.visible_to(person).values_list("pk", flat=True)) == allowed, person.email
        assert {case.pk for case in to_decide(person)} <= allowed
        assert {complaint.case_id for complaint in to_answer(person)} <= allowed
        seen += len(allowed)
    assert seen > 20
