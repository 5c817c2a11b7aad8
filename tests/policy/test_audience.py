"""What the page promises before publication is what the rule of access does afterwards."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.access import ROLES_THAT_READ, Item, ItemKind, Reader, may_read
from skyddsnat.policy.audience import Organisation, reach_of
from skyddsnat.policy.vocabulary import Mandate, Marking, Role

CIRCLES = [UUID(int=n) for n in range(1, 4)]
MEMBERS = ["alfa", "beta", "gamma", "vakten"]

organisations = st.fixed_dictionaries({name: st.frozensets(st.sampled_from(CIRCLES)) for name in MEMBERS}).map(
    lambda where: [Organisation(name, name == "vakten", circles) for name, circles in where.items()]
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Organisation], list[Reader], UUID | None, Marking, list[Reader]]:
    """Members in circles, people with any roles and mandates at them, and a thing to publish that names some of them."""
    present = draw(organisations)
    people = [
        Reader(
            person=UUID(int=100 + number),
            member=home.member,
            mandate=draw(st.sampled_from([None, *Mandate])),
            roles=draw(st.frozensets(st.sampled_from(list(Role)))),
            circles=home.circles,
        )
        for number, home in enumerate(draw(st.lists(st.sampled_from(present), max_size=8)))
    ]
    named = [person for person in people if draw(st.booleans())]
    return present, people, draw(st.sampled_from([None, *CIRCLES])), draw(st.sampled_from(list(Marking))), named


def published(circle: UUID | None, marking: Marking, named: list[Reader]) -> Item:
    who = frozenset(reader.person for reader in named if reader.person)
    return Item(ItemKind.SIGNAL, circle, marking, published=True, named=who)


@given(worlds())
def test_nobody_outside_the_announced_audience_can_read(world: object) -> None:
    present, people, circle, marking, named = world  # type: ignore[misc]
    reach = reach_of(circle, marking, organisations=present, named=named)
    for reader in people:
        if may_read(reader, published(circle, marking, named)):
            assert reach.public or reader.member in reach.members
            assert marking is not Marking.RED or reader.person in reach.people


@given(worlds())
def test_every_announced_member_has_someone_who_could_read_or_could_appoint_one(world: object) -> None:
    present, _, circle, marking, named = world  # type: ignore[misc]
    reach = reach_of(circle, marking, organisations=present, named=named)
    item = published(circle, marking, named)
    for organisation in present:
        if organisation.member in reach.members and marking is not Marking.RED:
            for role in ROLES_THAT_READ[ItemKind.SIGNAL]:
                reader = Reader(member=organisation.member, roles=frozenset({role}), circles=organisation.circles)
                assert may_read(reader, item)
    assert {reader.person for reader in named if may_read(reader, item)} == (
        reach.people if marking is Marking.RED else {reader.person for reader in named if may_read(reader, item)}
    )


@given(worlds())
def test_police_are_announced_exactly_when_they_are_reached(world: object) -> None:
    present, _, circle, marking, named = world  # type: ignore[misc]
    reach = reach_of(circle, marking, organisations=present, named=named)
    assert reach.police == (reach.public or "vakten" in reach.members)


def test_no_circle_means_nobody() -> None:
    everyone = [Organisation("alfa", False, frozenset(CIRCLES))]
    for marking in Marking:
        reach = reach_of(None, marking, organisations=everyone)
        assert not reach.public
        assert not reach.members


def test_green_reaches_members_outside_the_circle_too() -> None:
    everyone = [Organisation("alfa", False, frozenset({CIRCLES[0]})), Organisation("omega", False, frozenset())]
    assert reach_of(CIRCLES[0], Marking.GREEN, organisations=everyone).members == {"alfa", "omega"}
    assert reach_of(CIRCLES[0], Marking.AMBER_STRICT, organisations=everyone).members == {"alfa"}
