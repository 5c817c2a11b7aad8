"""Which things an address can name, and who knows of each: the rule once more, in plain Python, without the hub's queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.audit.models import Entry
from tests.cast import OPERATORS
from tests.hub.benchmark.conftest import PARTIES
from tests.model.acts import shadow_of
from tests.model.shadow import READ, Life, Shadow, Who
from tests.model.table import Route, Thing
from tests.model.world import World

type Knows = Callable[[Who], bool]
LEADS = {"alfa", "beta", "gamma", "delta", "epsilon", "solros"}
INSIDE = LEADS | {"vakten"}
SEES_FIGURES = ("benchmark_lead", "engineer", "coordinator", "auditor")
BENCH_ROLES = ("benchmark_lead", "coordinator", "auditor", "engineer")


@dataclass(frozen=True, slots=True)
class Named:
    """One thing with its ids in an address.  known: to whom.  only: who of those is not told that it is not there."""

    what: str
    ids: dict[str, object]
    known: Knows
    only: Knows = lambda who: True


def everyone(_who: Who) -> bool:
    return True


def has(who: Who, *roles: str) -> bool:
    """The cast's people have one role each."""
    return who[1] in roles


def lives(world: World) -> Shadow:
    """The world's signals as the shadow sees them, told by hand."""
    shadow = shadow_of(world.cast)
    for name, circle, rest in (
        ("new", "circle", {}),
        ("taken", "circle", {}),
        ("seen", "circle", {"reports": {"alfa", "beta"}, "seen": True}),
        ("contested", "circle", {"reports": {"alfa", "beta"}, "seen": True, "disputed": True}),
        ("verified", "circle", {"approvals": {"vakten", "solros"}, "seen": True}),
        ("complained", "circle", {"approvals": {"vakten", "solros"}, "seen": True, "disputed": True}),
        ("red", "circle", {"named": {("alfa", "analyst"), ("alfa", "reviewer")}}),
        ("leads", "leads", {}),
        ("beta", "leads", {"reports": {"beta"}}),
        ("overseen", "leads", {"reports": {"gamma", "delta"}, "seen": True, "disputed": True}),
    ):
        marking = "RED" if name == "red" else "AMBER+STRICT"
        shadow.lives[name] = Life(circle, name, marking, **({"reports": {"alfa"}} | rest))  # type: ignore[arg-type]
    return shadow


def things(world: World) -> dict[Thing, list[tuple[str, object, Knows]]]:
    """Name, id and who knows of it, by kind."""
    shadow, cast, own = lives(world), world.cast, world.things

    def sees(name: str) -> Knows:
        return lambda who: shadow.sees(who, shadow.lives[name])

    def of(member: str, *roles: str) -> Knows:
        return lambda who: who[0] == member and (not roles or has(who, *roles))

    def of_one(one: Who) -> Knows:
        return lambda who: who == one

    def circle(members: set[str]) -> Knows:
        return lambda who: who[0] in members or has(who, "coordinator", "auditor")

    analyst, colleague, of_beta = ("alfa", "analyst"), ("alfa", "engineer"), ("beta", "analyst")
    decides: Knows = lambda who: (  # noqa: E731
        has(who, "coordinator", "auditor") or (has(who, "reviewer") and who[0] in INSIDE - {"solros"})
    )
    entry = {
        member: Entry.objects.filter(member_id=member, kind="signal", leaf_index__isnull=False)
        for member in ("vakten", "alfa")
    }
    hidden = entry["alfa"].filter(action="signal.submitted", circle__isnull=True).order_by("pk")[:1]
    return {
        Thing.SIGNAL: [(name, world.signals[name].pk, sees(name)) for name in shadow.lives],
        Thing.FEEDBACK: [
            ("feedback", own["feedback"].pk, sees("contested")),
            ("feedback among the leads", own["feedback among the leads"].pk, sees("overseen")),
        ],
        Thing.IMPORT: [
            ("import", own["import"].pk, of("alfa", *READ)),
            ("import of Beta", own["import of Beta"].pk, of("beta", *READ)),
            ("a colleague's RED import", own["import of a colleague, RED"].pk, of_one(colleague)),
        ],
        Thing.PERSON: [
            (
                f"person of {member}",
                cast.person(member, "analyst").pk,
                lambda who, m=member: who[0] == m or has(who, "coordinator"),
            )  # type: ignore[misc]
            for member in ("alfa", "beta")
        ],
        Thing.CIRCLE: [("circle", cast.circle.pk, circle(INSIDE)), ("leads", cast.leads.pk, circle(LEADS))],
        Thing.PROPOSAL: [("proposal", own["proposal"].pk, decides)],
        Thing.AGENT: [
            (
                f"agent{key}",
                own[f"agent{key}"].pk,
                lambda who, m=member: who[0] in {m, "vakten"} or has(who, "coordinator"),
            )  # type: ignore[misc]
            for member, key in (("alfa", ""), ("beta", " of Beta"))
        ],
        Thing.ENTRY: [
            ("an own entry", entry["vakten"].values_list("pk", flat=True).first(), of("vakten", "auditor")),
            *(("another's entry", row.pk, of("alfa", "auditor")) for row in hidden),
        ],
        Thing.TOKEN: [
            ("token", own["token"].pk, of("alfa", "engineer")),
            ("token of Beta", own["token of Beta"].pk, of("beta", "engineer")),
        ],
        Thing.SESSION: [
            ("session", own["session"].pk, of_one(analyst)),
            ("session of Beta", own["session of Beta"].pk, of_one(of_beta)),
        ],
        Thing.PASSKEY: [
            ("passkey", own["passkey"].pk, of_one(analyst)),
            ("passkey of Beta", own["passkey of Beta"].pk, of_one(of_beta)),
        ],
        Thing.FILTER: [
            ("filter", own["filter"].pk, of_one(analyst)),
            ("filter of Beta", own["filter of Beta"].pk, of_one(of_beta)),
            ("a colleague's filter", own["filter of a colleague"].pk, of_one(colleague)),
        ],
        Thing.BATCH: [
            ("batch", own["batch"].pk, of_one(("vakten", "reviewer"))),
            ("batch of Solros", own["batch of Solros"].pk, of_one(("solros", "reviewer"))),
        ],
        Thing.ASSESSMENT: [
            ("assessment", own["assessment"].pk, lambda who: who[0] == "alfa"),
            ("assessment of Beta", own["assessment of Beta"].pk, lambda who: who[0] == "beta"),
        ],
        Thing.PRACTICE: [
            ("a GREEN practice", own["practice"].pk, everyone),
            ("an AMBER practice", own["practice of Beta"].pk, lambda who: who[0] in LEADS),
        ],
        Thing.QUESTION: [("question", own["question"].pk, lambda who: who[0] in {"alfa", "beta"})],
        Thing.ROUND: [
            (name, own[f"round {name}"].pk, lambda who, n=name: _knows_round(who, planned=n == "planned"))  # type: ignore[misc]
            for name in ("done", "open", "frozen", "planned")
        ],
        Thing.GROUP: [
            (
                "peer group",
                "svenska-operatorer",
                lambda who: has(who, "coordinator") or (who[0] in OPERATORS and has(who, "benchmark_lead", "auditor")),
            )
        ],
        Thing.KEY: [
            (f"key of {member}", own[f"key of {member}"].pk, of(member, *BENCH_ROLES)) for member in ("alfa", "beta")
        ],
        Thing.CASE: [
            (
                "case",
                own["case"].pk,
                lambda who: (
                    (who[0] == "alfa" and has(who, *READ)) or who in {("vakten", "reviewer"), ("solros", "reviewer")}
                ),
            ),
            ("case not listed", own["case not listed"].pk, of("alfa", *READ)),
            ("case of Beta", own["case of Beta"].pk, of("beta", *READ)),
        ],
        Thing.COMPLAINT: [
            (f"complaint{key}", own[f"complaint{key}"].pk, of(member, "analyst"))
            for member, key in (("alfa", ""), ("alfa", " not listed"), ("beta", " of Beta"))
        ],
        Thing.SERIES: [(name, own[name].pk, everyone) for name in ("series ready", "series of counsel")],
        Thing.RELEASE: [("release", own["release"].pk, everyone)],
        Thing.EVENT: [("event", own["event"].pk, everyone)],
        Thing.FIGURE: [
            ("figure", own["figure"].pk, of("alfa", *SEES_FIGURES)),
            ("figure of Beta", own["figure of Beta"].pk, of("beta", *SEES_FIGURES)),
        ],
        Thing.MEMBER: [("member", "omega", everyone)],
        Thing.LEGAL_BASIS: [("basis", own["basis"].pk, everyone)],
        Thing.OVERRIDE: [
            (
                "override",
                own["override"].pk,
                lambda who: who[0] == "vakten" or has(who, "reviewer", "coordinator"),
            )
        ],
        Thing.RULE: [("rule", own["rule"].pk, everyone)],
        Thing.ALARM: [("alarm", own["alarm"].pk, everyone)],
        Thing.FALSE_STOP: [("stop", own["stop"].pk, everyone)],
        **{kind: [(kind.value, found, everyone)] for kind, found in _catalogue().items()},
    }


def _knows_round(who: Who, *, planned: bool) -> bool:
    """Coordinators and the planner's counsel all; what is fixed also leads and counsel of members, and people of parties."""
    member, role = who
    if role == "coordinator" or who == ("solros", "auditor"):
        return True
    if planned:
        return member in OPERATORS and role == "auditor"
    at_member = member in OPERATORS and role in {"benchmark_lead", "auditor"}
    return at_member or (member in PARTIES and role in {"benchmark_lead", "auditor", "engineer"})


def _rounds(name: str, found: list[Named]) -> list[Named]:
    """What of a round is there only when it has come so far, and what only for the leads of its members."""
    of_leads = {
        "learning:ask",
        "learning:willing",
        "benchmark:hand_in",
        "benchmark:submit",
        "benchmark:object",
        "benchmark:positions",
    }
    at = {"benchmark:release": {"done"}, "benchmark:positions": {"done"}, "benchmark:submissions": {"done"}}
    at |= {"benchmark:result": {"done"}, "benchmark:leakage": {"done"}}
    at |= {"learning:ask": {"done"}, "learning:willing": {"done"}}
    at |= {"benchmark:submit": {"open"}, "benchmark:object": {"open"}}
    at |= {"benchmark:edit": {"planned"}, "benchmark:sign_off": {"planned"}}
    served = {"benchmark:spec", "benchmark:approvals", "benchmark:transcript_file"}
    stages = {"done", "open", "frozen"} | (set() if name in served else {"planned"})
    return [
        Named(one.what, one.ids, one.known, lambda who: name not in of_leads or who[0] in OPERATORS)
        for one in found
        if one.what in at.get(name, stages)
    ]


def _catalogue() -> dict[Thing, str]:
    book = load_catalogue()
    return {
        Thing.TECHNIQUE: next(iter(book.techniques)),
        Thing.MEASURE: next(iter(book.measures)),
        Thing.METRIC: next(iter(book.metrics)),
        Thing.SOURCE: next(iter(book.sources)),
        Thing.AREA: next(iter(book.questions.values())).area,
    }


def named(world: World, name: str, route: Route) -> list[Named]:
    """All things that the route's address can be given; a pair of ids where it takes two."""
    if name == "members:circle_leave":  # the second is looked for in the first, and Omega is in neither
        pair = {"pk": world.cast.circle.pk}
        return [
            Named("a member in the circle", pair | {"member": "beta"}, everyone),
            Named("a member of another circle", pair | {"member": "omega"}, lambda who: False),
            Named(
                "a member of the first circle alone", {"pk": world.cast.leads.pk, "member": "vakten"}, lambda who: False
            ),
        ]
    ((parameter, thing),) = route.takes.items()
    found = [Named(what, {parameter: pk}, known) for what, pk, known in things(world).get(thing, [])]
    if name.startswith(("benchmark:", "learning:")) and thing is Thing.ROUND:
        return _rounds(name, found)
    if name in {"bulletins:practice_edit", "bulletins:practice_withdraw"}:  # a member's own alone
        owners = {"a GREEN practice": "alfa", "an AMBER practice": "beta"}
        return [Named(one.what, one.ids, lambda who, m=owners[one.what]: who[0] == m) for one in found]  # type: ignore[misc]
    if name == "agents:remove":  # to see an agent is not enough
        return [Named(one.what, one.ids, one.known, _by_engineers(one)) for one in found]
    return found


def _by_engineers(one: Named) -> Knows:
    member = "beta" if one.what.endswith("Beta") else "alfa"
    return lambda who: who == (member, "engineer")


__all__ = ["Named", "lives", "named"]
