"""Every route as every role, about every thing that it can name: one's own opens, another's answers as if it were not there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist

from tests import effort
from tests.figures import figure
from tests.model.faces import CHANGING, Face, ask, told_apart
from tests.model.knowing import Named, named
from tests.model.plant import Edit, planted
from tests.model.requests import complete
from tests.model.resolver import SAMPLES, address, known_routes
from tests.model.routes import ROUTES
from tests.model.shadow import Who
from tests.model.table import Door, Route
from tests.model.tables import undone
from tests.model.world import World, standing_world

made = pytest.fixture(scope="module")(standing_world)

ACTORS: list[Who] = [
    ("alfa", "analyst"),
    ("alfa", "reviewer"),
    ("alfa", "engineer"),
    ("alfa", "benchmark_lead"),
    ("beta", "analyst"),
    ("beta", "reviewer"),
    ("beta", "engineer"),
    ("zonen", "engineer"),
    ("zonen", "benchmark_lead"),
    ("omega", "reviewer"),
    ("solros", "reviewer"),
    ("solros", "coordinator"),
    ("solros", "auditor"),
    ("vakten", "reviewer"),
    ("vakten", "auditor"),
]
PEOPLE = {name: route for name, route in ROUTES.items() if route.door in {Door.PERSON, Door.ENROL}}
WITH_IDS = {name: route for name, route in PEOPLE.items() if route.takes}
READS_PASSKEYS = {"mfa_add_webauthn", "mfa_reauthenticate_webauthn"}
WITH_PASSKEY = {("alfa", "analyst"), ("beta", "analyst")}
NOT_YET = {"mfa_view_recovery_codes", "mfa_download_recovery_codes"}
"""There once someone has made codes."""

NOT_TO_SEND = {
    "lists:confirm": "works for a second and a half along itself",
    "benchmark:object": "needs a list that lacks something first: tests/hub/benchmark/test_objections.py",
}

HUB = "skyddsnat.hub."
UNGUARDED = {
    "signals:batch": Edit(f"{HUB}signals.views.bulk._own", "person=request.user, ", ""),
    "signals:filter_change": Edit(
        f"{HUB}signals.queries.filters._usable",
        "mine | Q(shared=True, member_id=member)",
        "pk__isnull=False",
    ),
    "lists:outcomes": Edit(f"{HUB}lists.access.visible_imports", "Q(member_id=reader.member) & ", ""),
    "accounts:session_end": Edit(f"{HUB}accounts.views.security.end_session", ", user_id=request.user.pk", ""),
    "accounts:token_revoke": Edit(
        f"{HUB}accounts.queries.tokens_of", "rows.filter(member_id=who.member) if", "rows.filter() if"
    ),
    "members:decision": Edit(f"{HUB}accounts.views.decisions._must_know", ".exists():", ".exists() or True:"),
    "members:circle_leave": Edit(
        f"{HUB}members.views.circles.leave", "queries.members_in(circle), pk=member", "Member, pk=member"
    ),
    "audit:proof": Edit(
        f"{HUB}audit.queries.reading.visible_to", "filter(ours | circles | Q(kind__in=OPEN_KINDS))", "all()"
    ),
    "signals:override_decide": Edit(
        f"{HUB}signals.queries.overrides.overrides_for",
        "rows.filter(proposed_by__member=person.member_id)",
        "rows.all()",
    ),
    "signals:feedback_decide": Edit(f"{HUB}signals.views.acts.decide", "queries.on_visible(request.user), ", ""),
    "benchmark:spec": Edit(f"{HUB}benchmark.queries.rounds.rounds_for", ".visible_to(person)", ""),
    "benchmark:key_act": Edit(
        f"{HUB}benchmark.queries.keys.keys_of", "rows.filter(member_id=who.member) if", "rows.filter() if"
    ),
    "agents:detail": Edit(f"{HUB}agents.queries.standing", "visible_agents(person)", "Agent.objects"),
}
"""Routes, each with its guard of one object taken away."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: who, which route by which method, about which thing."""

    name: str
    method: str
    who: Who
    about: Named | None

    @property
    def route(self) -> Route:
        return PEOPLE[self.name]

    @property
    def may(self) -> bool:
        """Whether the person holds a role that the route needs."""
        return not self.route.roles or self.who[1] in self.route.roles

    def __str__(self) -> str:
        return f"{self.who[0]}'s {self.who[1]}: {self.method} {self.name} about {self.about.what if self.about else 'nothing'}"


@dataclass(slots=True)
class Walk:
    """Asks, each time as if nothing had been asked before."""

    world: World
    bodies: dict[str, Any]

    def face(self, asked: Asked, ids: dict[str, object]) -> Face:
        """What is answered, without the id itself."""
        cache.clear()
        body: dict[str, Any] = {}
        if asked.method == "POST" and asked.name in self.bodies:
            body["data"] = self.bodies[asked.name]
            if isinstance(body["data"], bytes):
                body["content_type"] = "application/json"
        with undone():
            found, _ = ask(self.world.browser(asked.who), asked.method, address(asked.name, **ids), **body)
        here = CHANGING.sub(b"", address(asked.name, **ids).encode())
        return replace(found, body=found.body.replace(here, b""))

    def judge(self, asked: Asked) -> str:
        """What is wrong with the answer, in words."""
        if asked.about is None:
            status = self.face(asked, {}).status
            good = status in {200, 302} if asked.may else status == 403
            return "" if good or (status == 404 and asked.name in NOT_YET) else f"{asked} answered {status}"
        found = self.face(asked, asked.about.ids)
        if not asked.may and found.status != 403:
            return f"{asked} answered {found.status}, expected 403"
        if asked.may and asked.about.known(asked.who):
            good = found.status in ({200, 201, 302} if asked.about.only(asked.who) else {404})
            return "" if good else f"{asked} answered {found.status}, and is known to them"
        one, other = (partial(self.face, asked, ids) for ids in (asked.about.ids, unknown(asked)))
        told = told_apart(one, other, asked=found)
        if asked.may and found.status != 404:
            return f"{asked} answered {found.status}, expected 404"
        return f"{asked} differs from unknown by {told}" if told else ""


def unknown(asked: Asked) -> dict[str, object]:
    """Ids of the same form that nothing has; the parents stay, where there are any."""
    kinds = known_routes()[asked.name]
    assert asked.about is not None
    fresh = {key: SAMPLES[kind] for key, kind in kinds.items()}
    parents = dict(list(asked.about.ids.items())[:-1])
    return fresh | parents


def questions(world: World) -> Iterator[Asked]:
    """All of them."""
    for name, route in PEOPLE.items():
        about: list[Named] | list[None] = named(world, name, route) if route.takes else [None]
        for method in sorted(route.methods):
            if method == "POST" and (name in NOT_TO_SEND or not route.takes):
                continue  # what is sent without an id is tried in test_left_out.py
            for who in ACTORS:
                if name in READS_PASSKEYS and who in WITH_PASSKEY:
                    continue  # the world's passkeys were made by no device, and their page reads them
                for one in about:
                    yield Asked(name, method, who, one)


def some(world: World, each: int) -> list[Asked]:
    """Of each route and method some that must be refused and some that must not be, drawn by the seed."""
    draw, by_kind = random.Random(effort.seed()), {}
    for asked in questions(world):
        refused = asked.about is not None and not (asked.may and asked.about.known(asked.who))
        shut = "no role" if not asked.may else "hidden" if refused else "open"
        by_kind.setdefault((asked.name, asked.method, shut), []).append(asked)
    return [
        asked
        for (_, _, shut), kind in by_kind.items()
        for asked in draw.sample(kind, min(len(kind), each if shut == "hidden" else max(1, each // 3)))
    ]


@pytest.fixture
def walk(world: World, settings: Any) -> Walk:
    for who in ACTORS:
        world.browser(who)
    settings.SIGNAL_REVEALS_PER_DAY = settings.EXPORTS_PER_DAY = 10**6
    whole = {name: sent.data for name, sent in complete(world).items() if not callable(sent.data)}
    return Walk(world, whole)


def test_whatever_a_role_may_not_know_answers_as_if_it_were_not_there(walk: Walk) -> None:
    asked = some(walk.world, effort.tries(short=2, long=10**6))
    violations = [said for one in asked if (said := walk.judge(one))]
    assert not violations, "\n".join(violations)
    hidden = sum(1 for one in asked if one.about and one.may and not one.about.known(one.who))
    figure(
        "access.walk",
        routes=len(PEOPLE),
        actors=len(ACTORS),
        asked=len(asked),
        hidden=hidden,
        violations=len(violations),
    )


def test_a_thing_that_is_looked_for_without_its_rule_is_noticed(walk: Walk) -> None:
    asked = [one for one in questions(walk.world) if one.about and one.may and not one.about.known(one.who)]

    def said(name: str, *edits: Edit) -> str:
        with planted(*edits):
            try:
                return "".join(walk.judge(one) for one in [one for one in asked if one.name == name][:3])
            except ObjectDoesNotExist as error:  # what was let through is missed further in
                return str(error)

    missed = [name for name, edit in UNGUARDED.items() if not said(name, edit)]
    assert missed == []
    assert [name for name in UNGUARDED if said(name)] == []
    figure("access.swaps_mutants", caught=len(UNGUARDED) - len(missed), planted=len(UNGUARDED))
