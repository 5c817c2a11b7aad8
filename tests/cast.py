"""The cast: the organisations and people that every story in the suite is told with.

Operators Alfa, Beta, Gamma, Delta and Epsilon; Solros, the hotline that also coordinates; Vakten, the police; Zonen,
the registry; and Omega, an operator in the coalition but in no circle.  Each has an analyst, a reviewer and an engineer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from skyddsnat.hub.accounts import services as accounts
from skyddsnat.hub.adding import add_row, add_rows, new_row
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Circle, CircleMembership, Coalition, Member, Person
from skyddsnat.policy.vocabulary import Mandate, MemberKind, Role, TokenScope
from tests.sign_in import hold_secrets, sign_in

hold_secrets()

PASSWORD = "skogen-vilar-i-snön"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ROLES = (Role.ANALYST, Role.REVIEWER, Role.ENGINEER)
OPERATORS = ("alfa", "beta", "gamma", "delta", "epsilon")
MEMBERS: dict[str, tuple[str, MemberKind, str]] = {
    **{name: (name.capitalize(), MemberKind.OPERATOR, "") for name in OPERATORS},
    "solros": ("Solros", MemberKind.CHILD_RIGHTS, Mandate.HOTLINE.value),
    "vakten": ("Vakten", MemberKind.LAW_ENFORCEMENT, Mandate.POLICE.value),
    "zonen": ("Zonen", MemberKind.REGISTRY, ""),
    "omega": ("Omega", MemberKind.OPERATOR, ""),
}
MORE_ROLES: dict[str, tuple[Role, ...]] = {"solros": (Role.COORDINATOR, Role.AUDITOR), "vakten": (Role.AUDITOR,)}


@cache
def _password_hash() -> str:
    return make_password(PASSWORD)


@dataclass(slots=True)
class Cast:
    """Everyone, by the name that the stories use."""

    coalition: Coalition
    circle: Circle
    leads: Circle
    members: dict[str, Member]
    people: dict[tuple[str, str], Person]
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Member:
        """`cast.alfa` is the member Alfa."""
        try:
            return self.members[name]
        except KeyError:
            raise AttributeError(f"the cast has no member {name!r}, it has {sorted(self.members)}") from None

    def person(self, member: str, role: str) -> Person:
        """Someone of the member who holds the role, with TOTP enrolled."""
        return self.people[member, role]

    def sign_in(self, client: Client, person: Person) -> Client:
        """Sign the person in on the client as one who has just given password and second factor."""
        sign_in(client, person)
        return client

    def token(self, member: str, scope: str) -> str:
        """A live token of the member with this one scope; the same one each time."""
        key = (member, scope)
        if key not in self._tokens:
            _, self._tokens[key] = accounts.issue_token(
                HUB, self.members[member], label=f"{scope} of {member}", scopes=[TokenScope(scope)]
            )
        return self._tokens[key]


def enrol_totp(person: Person, secret: str = TOTP_SECRET) -> Authenticator:
    """Give the person an authenticator app that holds the secret."""
    data: dict[str, Any] = {"secret": get_adapter().encrypt(secret)}
    made = new_row(Authenticator, user_id=person.pk, type=Authenticator.Type.TOTP.value, data=data)
    made.user = person
    add_row(made)
    return made


def make_cast() -> Cast:
    """Fill an empty database with the cast."""
    since = timezone.now() - timedelta(days=60)
    members = {
        name: new_row(
            Member, id=name, name=title, kind=kind.value, mandate=mandate, control_group=name, joined_at=since
        )
        for name, (title, kind, mandate) in MEMBERS.items()
    }
    add_rows(list(members.values()))
    people = {
        (name, role.value): _person(name, title, role, members[name])
        for name, (title, _, _) in MEMBERS.items()
        for role in (*ROLES, *MORE_ROLES.get(name, ()))
    }
    add_rows(list(people.values()))
    encrypted = get_adapter().encrypt(TOTP_SECRET)
    add_rows(
        [
            new_row(Authenticator, user_id=person.pk, type=Authenticator.Type.TOTP.value, data={"secret": encrypted})
            for person in people.values()
        ]
    )
    coalition = new_row(Coalition, name="Provkoalitionen")
    add_row(coalition)
    return Cast(
        coalition=coalition,
        circle=_circle("Nationell blockering", members, (*OPERATORS, "solros", "vakten")),
        leads=_circle("Operatörernas uppslag", members, (*OPERATORS, "solros")),
        members=members,
        people=people,
    )


def _person(name: str, title: str, role: Role, member: Member) -> Person:
    made = new_row(
        Person,
        email=f"{role.value}@{name}.test",
        name=f"{title} {role.value.capitalize()}",
        member_id=name,
        roles=[role.value],
        password=_password_hash(),
    )
    made.member = member
    return made


def _circle(name: str, members: dict[str, Member], names: tuple[str, ...]) -> Circle:
    circle = new_row(Circle, name=name, purpose="Prov.", owner_id="solros")
    circle.owner = members["solros"]
    add_row(circle)
    add_rows(
        [
            new_row(CircleMembership, circle_id=circle.pk, member_id=one, joined_at=members[one].joined_at)
            for one in names
        ]
    )
    return circle
