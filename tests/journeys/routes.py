"""Every page that a person can open, from the model's table of routes, with real ids of the running demo put in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from uuid import UUID

from django.urls import reverse

from skyddsnat.catalogue.loading import load_catalogue
from tests.journeys.coalition import RunningDemo
from tests.model.routes import ROUTES
from tests.model.table import Thing

type Examples = Callable[[RunningDemo], Sequence[object]]


def ids(question: str, *values: str) -> Examples:
    """Ids of one column; those of 32 hex digits are UUIDs."""

    def ask(demo: RunningDemo) -> list[object]:
        rows = [row[0] for row in demo.ask(question, *values)]
        return [UUID(row) if isinstance(row, str) and len(row) == 32 else row for row in rows]

    return ask


A_SIGNAL_A_STATE = ids("SELECT id FROM signals_signal GROUP BY state, stage, ceiling, type")
OPEN_SIGNALS = ids(
    "SELECT id FROM signals_signal WHERE stage IN ('first', 'second') GROUP BY stage, state, type, scope"
)
OF_A_THING: dict[Thing, Examples] = {
    Thing.SIGNAL: A_SIGNAL_A_STATE,
    Thing.FEEDBACK: ids("SELECT id FROM signals_feedback WHERE outcome = 'open' LIMIT 2"),
    Thing.OVERRIDE: ids("SELECT id FROM signals_protectoverride"),
    Thing.RULE: ids("SELECT id FROM signals_blockrule"),
    Thing.FALSE_STOP: ids("SELECT id FROM signals_falsestop"),
    Thing.BATCH: ids("SELECT id FROM signals_batch LIMIT 2"),
    Thing.IMPORT: ids("SELECT id FROM lists_import GROUP BY state"),
    Thing.MEMBER: ids("SELECT id FROM members_member WHERE id IN ('alfa', 'vakten')"),
    Thing.CIRCLE: ids("SELECT id FROM members_circle LIMIT 1"),
    Thing.LEGAL_BASIS: ids("SELECT id FROM members_legalbasis LIMIT 1"),
    Thing.PERSON: ids("SELECT id FROM members_person WHERE email LIKE 'james.%'"),
    Thing.TOKEN: ids("SELECT id FROM accounts_apitoken GROUP BY member_id"),
    Thing.SESSION: ids("SELECT id FROM usersessions_usersession LIMIT 1"),
    Thing.INVITATION: lambda demo: ["unknown"],
    Thing.AGENT: ids("SELECT id FROM agents_agent"),
    Thing.ROUND: ids("SELECT id FROM benchmark_round GROUP BY state"),
    Thing.ASSESSMENT: ids("SELECT id FROM maturity_assessment"),
    Thing.PRACTICE: ids("SELECT id FROM bulletins_practice WHERE withdrawn_at IS NULL GROUP BY member_id"),
    Thing.GROUP: ids("SELECT id FROM benchmark_peergroup LIMIT 1"),
    Thing.KEY: lambda demo: [],
    Thing.CASE: ids("SELECT id FROM complaints_case GROUP BY outcome"),
    Thing.SERIES: ids("SELECT metric FROM statistics_series"),
    Thing.FIGURE: ids("SELECT id FROM statistics_figure LIMIT 2"),
    Thing.RELEASE: ids("SELECT id FROM statistics_release LIMIT 1"),
    Thing.PASSKEY: lambda demo: [],
    Thing.TECHNIQUE: lambda demo: [next(iter(load_catalogue().techniques))],
    Thing.MEASURE: lambda demo: [next(iter(load_catalogue().measures))],
    Thing.METRIC: lambda demo: [next(iter(load_catalogue().metrics))],
    Thing.SOURCE: lambda demo: [next(iter(load_catalogue().sources))],
    Thing.AREA: lambda demo: [next(iter(load_catalogue().questions.values())).area],
}
"""What to put in for an id in an address, by the thing that the model of access says it stands for."""

OF_A_ROUTE: dict[str, Examples] = {
    "signals:review": OPEN_SIGNALS,
    "benchmark:result": ids("SELECT id FROM benchmark_round WHERE release <> ''"),
    "benchmark:leakage": ids("SELECT id FROM benchmark_round WHERE release <> ''"),
    "learning:ask": ids("SELECT id FROM benchmark_round WHERE release <> ''"),
    "members:detail": ids("SELECT id FROM members_member WHERE id IN ('alfa', 'solros', 'vakten')"),
    "members:leave": ids("SELECT id FROM members_member WHERE id = 'omega'"),
    "members:circle": ids("SELECT id FROM members_circle"),
    "members:person": ids("SELECT id FROM members_person GROUP BY roles"),
}
"""Where a page needs other examples than its thing's."""


@dataclass(frozen=True, slots=True)
class Route:
    """One named route with the paths to try."""

    name: str
    paths: tuple[str, ...]


def pages(demo: RunningDemo) -> list[Route]:
    """All routes for people, by name.  Raises LookupError for one with an id and no example."""
    return [Route(name, tuple(_paths(name, demo))) for name, route in sorted(ROUTES.items()) if route.shows]


def _paths(name: str, demo: RunningDemo) -> Iterator[str]:
    takes = ROUTES[name].takes
    if not takes:
        yield reverse(name)
        return
    examples = []
    for parameter, thing in takes.items():
        found = OF_A_ROUTE.get(name) or OF_A_THING.get(thing)
        if found is None:
            raise LookupError(f"{name} takes a {thing.value} as {parameter}, expected an example of one in OF_A_THING")
        examples.append(found(demo))
    for chosen in product(*examples):
        yield reverse(name, kwargs=dict(zip(takes, chosen, strict=True)))
