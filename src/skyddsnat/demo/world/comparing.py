"""Confidential benchmarking as the coalition has set it up: keys that two people have confirmed, and two peer groups.

The five operators compare themselves; so do nine invented operators of the Nordic countries, who are here to show what a larger
group may learn.  Three organisations that compete with none of them compute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.demo.world.organisations import OPERATORS, Coalition
from skyddsnat.hub.accounts import services as accounts
from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import BenchmarkKey, PeerGroupMember
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import Member, Person
from skyddsnat.policy.vocabulary import MemberKind, Role, TokenScope
from skyddsnat.protocols.benchmark import keyfile
from skyddsnat.protocols.benchmark.keyfile import MemberKeys
from skyddsnat.protocols.benchmark.signing import public_hex

SWEDISH, NORDIC = "operatorer", "norden"
GROUP_NAMES = {SWEDISH: "Operatörerna", NORDIC: "Nordiska operatörer (demo)"}
PARTIES = ("solros", "akademin", "zonen")
NORDIC_NAMES = ("Björk", "Ejder", "Fjord", "Geysir", "Havsörn", "Isbre", "Klippa", "Ljung", "Ripa")
TOKEN_DAYS = 365

LEADS = {"alfa": "ylva", "beta": "nils", "gamma": "mira", "delta": "oskar", "epsilon": "lena"}
SECONDS = {"alfa": "erik", "gamma": "daniel", "delta": "henrik", "epsilon": "james"}
ENGINEERS = {"akademin": "einar", "zonen": "petra"}
COLLEAGUES = {
    "beta": ("ida.vik@beta.test", "Ida Vik", Role.BENCHMARK_LEAD),
    "solros": ("tage.holm@solros.test", "Tage Holm", Role.ENGINEER),
    "akademin": ("siv.alm@akademin.test", "Siv Alm", Role.ENGINEER),
    "zonen": ("rut.lager@zonen.test", "Rut Lager", Role.ENGINEER),
}
"""People who are needed as a second pair of eyes, and never sign in."""


@dataclass(frozen=True, slots=True)
class Comparing:
    """What the members and the parties hold themselves, and no hub ever sees.  tokens: of scope shares, and of scope party."""

    keys: Mapping[str, MemberKeys] = field(repr=False)
    party_keys: Mapping[str, Ed25519PrivateKey] = field(repr=False)
    tokens: Mapping[str, str] = field(repr=False)
    party_tokens: Mapping[str, str] = field(repr=False)


def set_up(
    coalition: Coalition, people: Mapping[str, Person], tokens: Mapping[str, Mapping[str, Any]], *, now: datetime
) -> Comparing:
    """Make the Nordic members, everyone's keys and the peer groups.  tokens: those that the coalition's members have."""
    nordic = {f"demo-{name}": _operator(name, now=now) for name in _ids()}
    colleagues = {name: _colleague(coalition.members[name], *facts) for name, facts in COLLEAGUES.items()}
    keys = {}
    for name in OPERATORS:
        second = people[SECONDS[name]] if name in SECONDS else colleagues[name]
        keys[name] = _member_key(people[LEADS[name]], second, now=now)
    for name, member in nordic.items():
        keys[name] = _member_key(*_two_leads(member), now=now)
    party_keys = {}
    for name in PARTIES:
        first, second = _two_at(name, people, colleagues)
        party_keys[name] = _party_key(first, second, now=now)
    karin = Actor.of(people["karin"])
    for group, chosen in ((SWEDISH, [coalition.members[one] for one in OPERATORS]), (NORDIC, list(nordic.values()))):
        services.create_group(karin, id=group, name=GROUP_NAMES[group], members=chosen, now=now)
    for name in ("alfa", "epsilon"):
        row = PeerGroupMember.objects.get(member_id=name, left_at=None)
        services.choose(people[LEADS[name]], row, rank=True, four=False)
    shares = {name: str(tokens[name]["shares"]) for name in OPERATORS}
    return Comparing(
        keys=keys,
        party_keys=party_keys,
        tokens=shares | {name: _token(member, TokenScope.SHARES) for name, member in nordic.items()},
        party_tokens={name: _token(coalition.members[name], TokenScope.PARTY) for name in PARTIES},
    )


def _ids() -> list[str]:
    plain = str.maketrans("åäö", "aao")
    return [name.lower().translate(plain) for name in NORDIC_NAMES]


def _operator(name: str, *, now: datetime) -> Member:
    shown = dict(zip(_ids(), NORDIC_NAMES, strict=True))[name]
    title = f"{shown} (demo, Norden)"
    return members.create_member(HUB, id=f"demo-{name}", name=title, kind=MemberKind.OPERATOR, now=now)


def _colleague(member: Member, email: str, name: str, role: Role) -> Person:
    return members.create_person(HUB, member, email=email, name=name, roles=[role])


def _two_leads(member: Member) -> tuple[Person, Person]:
    host, shown = f"{member.pk}.test", member.name.partition(" ")[0]
    first = _colleague(member, f"ett@{host}", f"Vera {shown}", Role.BENCHMARK_LEAD)
    return first, _colleague(member, f"tva@{host}", f"Ivar {shown}", Role.BENCHMARK_LEAD)


def _two_at(party: str, people: Mapping[str, Person], colleagues: Mapping[str, Person]) -> tuple[Person, Person]:
    """Whoever makes a party's key, and whoever compares it."""
    if party in ENGINEERS:
        return people[ENGINEERS[party]], colleagues[party]
    return colleagues[party], people["karin"]


def _member_key(lead: Person, second: Person, *, now: datetime) -> MemberKeys:
    made = keyfile.make(lead.member_id)
    key = services.register_key(
        lead, use=BenchmarkKey.Use.MEMBER, signing_key=made.signing_key, opening_key=made.opening_key, now=now
    )
    services.confirm_key(second, key.pk, now=now)
    return made


def _party_key(engineer: Person, second: Person, *, now: datetime) -> Ed25519PrivateKey:
    made = Ed25519PrivateKey.generate()
    key = services.register_key(
        engineer, use=BenchmarkKey.Use.PARTY, signing_key=public_hex(made), opening_key="", now=now
    )
    services.confirm_key(second, key.pk, now=now)
    return made


def _token(member: Member, scope: TokenScope) -> str:
    return accounts.issue_token(HUB, member, label=f"demo {scope.value}", scopes=[scope], days=TOKEN_DAYS)[1]
