"""Every page that a person can open, from the hub's own list of routes, with real ids of the running demo put in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.journeys.coalition import RunningDemo

MACHINES = {"taxii", "agents_api"}
NOT_PAGES = {
    "pages:healthy",  # plain text for a timer
    "pages:language",  # POST only, goes back to where one was
    "mfa_download_recovery_codes",  # a text file
    "mfa_login_webauthn",  # JSON for the sign-in page's script
    "account_logout",  # signs out: looked at last, by itself
}

type Examples = dict[str, Callable[[RunningDemo], Sequence[object]]]


def ids(question: str, *values: str) -> Callable[[RunningDemo], list[object]]:
    """Ids of one column; those of 32 hex digits are UUIDs."""

    def ask(demo: RunningDemo) -> list[object]:
        rows = [row[0] for row in demo.ask(question, *values)]
        return [UUID(row) if isinstance(row, str) and len(row) == 32 else row for row in rows]

    return ask


A_SIGNAL_A_STATE = ids("SELECT id FROM signals_signal GROUP BY state, stage, ceiling, type")
OPEN_SIGNALS = ids(
    "SELECT id FROM signals_signal WHERE stage IN ('first', 'second') GROUP BY stage, state, type, scope"
)
EXAMPLES: Examples = {
    "signals:review": OPEN_SIGNALS,
    "signals": A_SIGNAL_A_STATE,
    "signals:feedback_decide": ids("SELECT id FROM signals_feedback WHERE outcome = 'open' LIMIT 2"),
    "signals:override_decide": ids("SELECT id FROM signals_protectoverride"),
    "signals:rule_decide": ids("SELECT id FROM signals_blockrule"),
    "members:detail": ids("SELECT id FROM members_member WHERE id IN ('alfa', 'solros', 'vakten')"),
    "members:edit": ids("SELECT id FROM members_member WHERE id IN ('alfa', 'vakten')"),
    "members:leave": ids("SELECT id FROM members_member WHERE id = 'omega'"),
    "members:circle": ids("SELECT id FROM members_circle"),
    "members:circle_edit": ids("SELECT id FROM members_circle LIMIT 1"),
    "members:circle_join": ids("SELECT id FROM members_circle LIMIT 1"),
    "members:circle_close": ids("SELECT id FROM members_circle LIMIT 1"),
    "members:legal_edit": ids("SELECT id FROM members_legalbasis LIMIT 1"),
    "members:person": ids("SELECT id FROM members_person GROUP BY roles"),
    "members": ids("SELECT id FROM members_person WHERE email LIKE 'james.%'"),
    "accounts:token_revoke": ids("SELECT id FROM accounts_apitoken GROUP BY member_id"),
    "accounts:session_end": ids("SELECT id FROM usersessions_usersession LIMIT 1"),
    "accounts:invitation": lambda demo: ["unknown"],
    "agents": ids("SELECT id FROM agents_agent"),
    "mfa_edit_webauthn": lambda demo: [],
    "mfa_remove_webauthn": lambda demo: [],
}


@dataclass(frozen=True, slots=True)
class Route:
    """One named route with the paths to try."""

    name: str
    paths: tuple[str, ...]


def pages(demo: RunningDemo) -> list[Route]:
    """All routes for people, by name.  Raises LookupError for one with a parameter and no example."""
    return [
        Route(name, tuple(_paths(name, pattern, demo)))
        for name, pattern in sorted(_named(get_resolver(), ""), key=lambda pair: pair[0])
        if name not in NOT_PAGES and name.partition(":")[0] not in MACHINES
    ]


def _named(resolver: URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _named(one, f"{one.namespace}:" if one.namespace else space)
        elif one.name:
            yield f"{space}{one.name}", one


def _paths(name: str, pattern: URLPattern, demo: RunningDemo) -> Iterator[str]:
    parameters = list(pattern.pattern.converters)
    if not parameters:
        yield reverse(name)
        return
    if name == "members:circle_leave":
        for circle in EXAMPLES["members:circle_close"](demo):
            yield reverse(name, args=[circle, "beta"])
        return
    examples = EXAMPLES.get(name) or EXAMPLES.get(name.partition(":")[0]) or _from_catalogue(name)
    if examples is None or len(parameters) != 1:
        raise LookupError(f"{name} has {len(parameters)} parameters and no example, expected one in EXAMPLES")
    for example in examples(demo):
        yield reverse(name, args=[example])


def _from_catalogue(name: str) -> Callable[[RunningDemo], Sequence[object]] | None:
    from skyddsnat.catalogue import load_catalogue

    if not name.startswith("knowledge:"):
        return None
    known = load_catalogue()
    firsts = {
        "technique": next(iter(known.techniques)),
        "measure": next(iter(known.measures)),
        "metric": next(iter(known.metrics)),
        "source": next(iter(known.sources)),
        "area": next(iter(known.questions.values())).area,
    }
    first = firsts.get(name.partition(":")[2])
    return (lambda demo: [first]) if first else None
