"""Which circles and people someone may know of: the queries and the pure rule say the same."""

from __future__ import annotations

from skyddsnat.hub.members import queries
from skyddsnat.hub.members.models import Circle, Member, Person
from skyddsnat.policy import management
from tests.cast import Cast


def test_visible_circles_are_those_that_the_rule_allows_each_person(cast: Cast) -> None:
    Circle.objects.create(name="Registrets", purpose="Prov", owner=cast.zonen)
    for person in Person.objects.select_related("member"):
        who = queries.reader_of(person)
        allowed = {c.pk for c in Circle.objects.all() if management.may_see_circle(who, c.pk, owner=c.owner_id)}
        assert set(queries.visible_circles(person).values_list("pk", flat=True)) == allowed, person


def test_visible_people_are_those_that_the_rule_allows_each_person(cast: Cast) -> None:
    for person in Person.objects.select_related("member"):
        who = queries.reader_of(person)
        allowed = {p.pk for p in Person.objects.all() if management.may_see_people(who, p.member_id)}
        assert set(queries.visible_people(person).values_list("pk", flat=True)) == allowed, person


def test_an_operator_sees_its_circles_and_no_other(cast: Cast) -> None:
    assert set(queries.visible_circles(cast.person("vakten", "analyst"))) == {cast.circle}
    assert not queries.visible_circles(cast.person("omega", "analyst")).exists()


def test_someone_whose_member_has_left_sees_nothing(cast: Cast) -> None:
    person = cast.person("alfa", "analyst")
    Member.objects.filter(pk="alfa").update(left_at=person.joined_at)
    person = Person.objects.get(pk=person.pk)
    assert not queries.visible_circles(person).exists()
    assert not queries.visible_people(person).exists()
