"""The invented members, their circles and what the coalition rests on.  No figure of the demo bears a real company's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Circle, Member
from skyddsnat.policy.vocabulary import Mandate, MemberKind

COALITION = "Demokoalitionen"


@dataclass(frozen=True, slots=True)
class Organisation:
    """One member.  domains: names of its own, which nobody can list."""

    id: str
    name: str
    kind: MemberKind
    mandate: Mandate | None = None
    domains: tuple[str, ...] = ()


ORGANISATIONS = (
    Organisation("alfa", "Alfa Telekom", MemberKind.OPERATOR, domains=("alfa.test", "alfa-mail.example")),
    Organisation("beta", "Beta Mobil", MemberKind.OPERATOR, domains=("beta.test",)),
    Organisation("gamma", "Gamma Fiber", MemberKind.OPERATOR, domains=("gamma.test",)),
    Organisation("delta", "Delta Bredband", MemberKind.OPERATOR, domains=("delta.test",)),
    Organisation("epsilon", "Epsilon Kabel", MemberKind.OPERATOR, domains=("epsilon.test",)),
    Organisation("solros", "Solros", MemberKind.CHILD_RIGHTS, Mandate.HOTLINE, ("solros.test",)),
    Organisation("vakten", "Vakten", MemberKind.LAW_ENFORCEMENT, Mandate.POLICE, ("vakten.test",)),
    Organisation("zonen", "Zonen", MemberKind.REGISTRY, domains=("zonen.test",)),
    Organisation("omega", "Omega Telekom", MemberKind.OPERATOR, domains=("omega.test",)),
    Organisation("akademin", "Akademin", MemberKind.RESEARCH, domains=("akademin.test",)),
)
OPERATORS = ("alfa", "beta", "gamma", "delta", "epsilon")


@dataclass(frozen=True, slots=True)
class Ring:
    """One circle before it is made."""

    name: str
    purpose: str
    owner: str
    members: tuple[str, ...]


BLOCKING = Ring(
    "Nationell blockering",
    "Adresser som polis eller hotline har bedömt, och som medlemmarna därför kan blockera. Polisen läser allt här.",
    "vakten",
    (*OPERATORS, "solros", "vakten"),
)
LEADS = Ring(
    "Operatörernas uppslag",
    "Det som medlemmarna själva har sett men ingen har bedömt. Polisen läser inte här: det som ska dit lämnar var och en själv.",
    "solros",
    (*OPERATORS, "solros"),
)

# (activity, basis, purpose, retention in days, days until it ends; None: no end)
LEGAL_BASES = (
    (
        "Dela adresser som polis eller hotline har bedömt",
        "Berättigat intresse, artikel 6.1 f dataskyddsförordningen (prövad i en intresseavvägning)",
        "Att samma adress kan blockeras hos alla medlemmar samma dag.",
        730,
        None,
    ),
    (
        "Dela medlemmarnas egna iakttagelser",
        "Berättigat intresse, artikel 6.1 f dataskyddsförordningen (prövad i en intresseavvägning)",
        "Att den som har mandat får något att bedöma.",
        180,
        None,
    ),
    (
        "Räkna stoppade uppslagningar hos den egna resolvern",
        "Rättslig förpliktelse och berättigat intresse; inga abonnentuppgifter lämnar operatören",
        "Att visa vad blockeringarna gör utan att någon kan pekas ut.",
        400,
        None,
    ),
    (
        "Frivillig upptäckt i meddelandetjänster",
        "Tillfälligt undantag, en demoförordning som har löpt ut",
        "Visar hur en grund som har löpt ut ser ut i registret.",
        30,
        -12,
    ),
)


@dataclass(frozen=True, slots=True)
class Coalition:
    """The members and circles as they are in the hub."""

    members: dict[str, Member]
    blocking: Circle
    leads: Circle


def found(*, now: datetime) -> Coalition:
    """Make coalition, members, circles and the register of legal bases."""
    members.found_coalition(COALITION)
    made: dict[str, Member] = {}
    for one in ORGANISATIONS:
        member = members.create_member(HUB, id=one.id, name=one.name, kind=one.kind, mandate=one.mandate, now=now)
        members.set_domains(HUB, member, one.domains)
        made[one.id] = member
    coalition = Coalition(made, _circle(BLOCKING, made, now=now), _circle(LEADS, made, now=now))
    for name in BLOCKING.members:
        members.change_member(HUB, made[name], members.MemberChanges(default_circle=coalition.blocking))
    today = now.date()
    for activity, basis, purpose, retention, ends in LEGAL_BASES:
        members.add_basis(
            HUB,
            members.LegalFacts(
                activity=activity,
                basis=basis,
                purpose=purpose,
                retention_days=retention,
                review_by=today + timedelta(days=180),
                owner=made["solros"],
                ends_on=today + timedelta(days=60 + ends) if ends is not None else None,
            ),
        )
    return coalition


def _circle(ring: Ring, made: dict[str, Member], *, now: datetime) -> Circle:
    return members.create_circle(
        HUB,
        name=ring.name,
        purpose=ring.purpose,
        owner=made[ring.owner],
        members=[made[name] for name in ring.members],
        now=now,
    )
