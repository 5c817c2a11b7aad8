"""Every route of the resolver, with real ids behind each kind of parameter, opened as several people and machines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from django.utils import timezone

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.accounts.middleware import OPEN
from skyddsnat.hub.agents.models import Agent
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.keys import ensure_key
from skyddsnat.hub.lists.models import Import
from skyddsnat.hub.maturity.services import open_year
from skyddsnat.hub.members.models import LegalBasis
from skyddsnat.hub.signals import services
from skyddsnat.hub.statistics.models import Figure
from skyddsnat.hub.statistics.services import add_event
from skyddsnat.policy.statistics.words import EventKind
from skyddsnat.policy.vocabulary import Scope, SignalType
from tests.cast import Cast
from tests.hub.benchmark.conftest import make_bench
from tests.hub.signals.conftest import Stage
from tests.hub.statistics.conftest import Stats
from tests.model.routes import ROUTES
from tests.model.table import Thing

type Ids = Callable[[str, str], list[Any]]

CATALOGUE = load_catalogue()
KNOWN = {
    "technique": next(iter(CATALOGUE.techniques)),
    "measure": next(iter(CATALOGUE.measures)),
    "metric": next(iter(CATALOGUE.metrics)),
    "source": next(iter(CATALOGUE.sources)),
    "area": next(iter(CATALOGUE.questions.values())).area,
}


def routes(
    resolver: URLResolver, names: tuple[str, ...] = (), known: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    """Every route's full name with its parameters."""
    for one in resolver.url_patterns:
        parameters = frozenset(known | one.pattern.converters.keys() | one.pattern.regex.groupindex.keys())
        if isinstance(one, URLResolver):
            yield from routes(one, (*names, one.namespace) if one.namespace else names, parameters)
        else:
            yield ":".join((*names, one.name or "")), parameters


def world_of(stage: Stage) -> Ids:
    """A coalition with something behind each kind of id.  Answers with the ids for a parameter of a route."""
    ensure_key(settings.FEED_KEY_FILE)
    cast = stage.cast
    signal = stage.verified("lek-ett.test")
    waiting = stage.signal("beta", "lek-två.test")
    fed = services.give_feedback(stage.actor("gamma", "analyst"), signal, reason="not_illegal", now=stage.now)
    override = services.propose_override(
        stage.actor("alfa"),
        SignalType.DOMAIN,
        "google.com",
        scope=Scope.EXACT,
        reason="Ett skäl som räcker till.",
        now=stage.now,
    )
    rule = services.propose_block_rule(
        stage.actor("solros", "coordinator"), SignalType.URL, reason="Ett skäl som räcker till.", now=stage.now
    )
    basis = LegalBasis.objects.create(
        activity="a", basis="b", purpose="c", retention_days=3, owner=cast.solros, review_by=timezone.now().date()
    )
    cast.token("alfa", "taxii")
    _, verified = feeds.feeds(cast.circle.pk)
    stix = next(iter(stage.feed("verified")))
    person = cast.person("alfa", "engineer")
    brought = Import.objects.create(
        member=cast.alfa,
        person=person,
        circle=cast.circle,
        marking="AMBER",
        channel="csv",
        total=1,
        created_at=stage.now,
    )
    now = timezone.now()
    agent = Agent.objects.create(
        member=cast.alfa, name="ns1", version="1", state="live", reported_at=now, first_seen_at=now, state_since=now
    )
    bench = make_bench(cast)
    planned, done = bench.planned("2026-q4"), bench.released()
    assessment = open_year(bench.leads["alfa"], timezone.localtime(stage.now).year, now=stage.now)
    things = {
        Thing.ASSESSMENT: assessment.pk,
        Thing.GROUP: bench.group.pk,
        Thing.KEY: bench.waiting_key("beta").pk,
        Thing.IMPORT: brought.pk,
        Thing.AGENT: agent.pk,
        Thing.PERSON: person.pk,
        Thing.ENTRY: Entry.objects.first().pk,
    }
    things |= statistics_of(cast)
    signals = {"feedback_decide": fed.pk, "override_decide": override.pk, "rule_decide": rule.pk}

    def ids(route: str, parameter: str) -> list[Any]:
        space, _, name = route.rpartition(":")
        thing = ROUTES[route].takes[parameter]
        if thing in things:
            return [things[thing]]
        if thing is Thing.ROUND:
            return [planned.pk, done.pk]
        if space == "signals":
            return [signals[name]] if name in signals else [signal.pk, waiting.pk]
        if space == "taxii":
            return {"collection_id": [verified.pk, feeds.inbox("alfa").pk], "object_id": [stix]}.get(parameter, ["x"])
        if name.startswith("circle") and parameter == "pk":
            return [cast.circle.pk]
        if name.startswith("legal"):
            return [basis.pk]
        if parameter in {"pk", "member"} and name in {"detail", "edit", "leave", "circle_leave"} and space == "members":
            return ["alfa"]
        if space == "knowledge":
            return [KNOWN.get(name, "unknown")]
        return [cast.person("alfa", "analyst").pk, 7, "unknown"]

    return ids


def statistics_of(cast: Cast) -> dict[Thing, Any]:
    """A public series with a released month, what it was made of, and an event on its axis."""
    stats = Stats(cast, timezone.now())
    series = stats.ready(is_public=True)
    stats.all_in("2026-01")
    release = stats.release(series, "2026-01")
    mark = add_event(
        stats.coordinator, series, EventKind.OUTAGE, date(2026, 1, 5), note_sv="", note_en="", now=stats.now
    )
    figure = Figure.objects.get(member="alfa")
    return {Thing.SERIES: series.pk, Thing.RELEASE: release.pk, Thing.EVENT: mark.pk, Thing.FIGURE: figure.pk}


def addresses(name: str, parameters: frozenset[str], ids: Ids) -> Iterator[str]:
    choices: list[dict[str, Any]] = [{}]
    for parameter in sorted(parameters):
        choices = [{**chosen, parameter: value} for chosen in choices for value in ids(name, parameter)]
    for chosen in choices:
        try:
            yield reverse(name, kwargs=chosen)
        except NoReverseMatch:
            continue


ENDS_THE_WALK = re.compile(
    r"account_logout|accounts:(session.*|token_revoke)|members:\w*(?:deactivate|close|leave|roles)\w*|pages:demo_sign_in"
)
"""Opened but not posted to: what signs the walker out, or shuts the machine's token, would end the walk."""
PEOPLE = (
    ("solros", "coordinator"),
    ("vakten", "reviewer"),
    ("alfa", "engineer"),
    ("solros", "auditor"),
    ("alfa", "benchmark_lead"),
)


class Opened(NamedTuple):
    """One answer of the walk."""

    name: str
    path: str
    who: tuple[str, str] | None
    answer: HttpResponse


def every_route() -> list[tuple[str, frozenset[str]]]:
    """Each name once, in order."""
    return sorted({name: (name, found) for name, found in routes(get_resolver())}.values(), key=itemgetter(0))


def walk(
    stage: Stage, ids: Ids, *, posts: bool, secure: bool = False, people: tuple[tuple[str, str], ...] = PEOPLE
) -> Iterator[Opened]:
    """Each route by each door: machines by their tokens, then people one after the other.

    That a route is not for someone's role, or takes no such method, is told by the same page whoever asks about whatever: such a
    refusal is asked for once a route and method.
    """
    told: set[tuple[str, str]] = set()
    tokens = {"taxii": stage.cast.token("alfa", "taxii"), "agents_api": stage.cast.token("alfa", "stats")}
    tokens["log_api"] = tokens["agents_api:protected"] = tokens["taxii"]
    for who in (None, *people):
        browser = Client()
        if who is not None:
            stage.cast.sign_in(browser, stage.cast.person(*who))
        for name, parameters in every_route():
            token = tokens.get(name, tokens.get(name.partition(":")[0]))
            if (token is not None) != (who is None) and name not in OPEN:
                continue
            headers = (
                {"Authorization": f"Bearer {token}", "Accept": "application/taxii+json;version=2.1"} if token else {}
            )
            for path in addresses(name, parameters, ids):
                acts = ["GET", "POST"] if posts and not ENDS_THE_WALK.fullmatch(name) else ["GET"]
                for method in acts if name != "account_logout" else ():
                    if is_refused(name, method, who):
                        if (name, method) in told:
                            continue
                        told.add((name, method))
                    act = browser.get if method == "GET" else browser.post
                    yield Opened(name, path, who, act(path, headers=headers, secure=secure))


def is_refused(name: str, method: str, who: tuple[str, str] | None) -> bool:
    """Whether the model's table knows already that this role or this method gets nowhere (proven in tests/model)."""
    route = ROUTES[name]
    if route.methods and method not in route.methods:
        return True
    return who is not None and bool(route.roles) and who[1] not in route.roles
