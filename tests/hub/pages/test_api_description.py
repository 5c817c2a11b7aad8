"""The description of the interface for machines is true: every route is in it, and each answers as it says."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import seed as seeded
from hypothesis import settings as drawing
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.keys import ensure_key
from skyddsnat.hub.pages.api import METHODS, description, groups
from tests.cast import Cast
from tests.effort import seed, tries
from tests.figures import figure
from tests.hub.benchmark.conftest import make_bench
from tests.model.resolver import address, known_routes
from tests.model.routes import ROUTES
from tests.model.table import Door

FOR_STATS = {"/api/agent/report", "/api/log/cosignatures", "/api/statistics/figures", "/api/statistics/wanted"}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SILENT = {"taxii:unknown"}  # whatever is unknown below /taxii2/: nothing to describe
type App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def shape(path: str) -> str:
    """The path with each parameter as a star."""
    return re.sub(r"\{[^}]+\}", "*", path).rstrip("/")


def routes_for_machines() -> dict[str, frozenset[str]]:
    """Methods by shape of the path, as the model of access has them."""
    found = {}
    for name, route in ROUTES.items():
        if route.door is Door.MACHINE and name not in SILENT:
            ids = dict.fromkeys(known_routes()[name], "00000000-0000-0000-0000-000000000007")
            found[shape(address(name, **ids).replace("00000000-0000-0000-0000-000000000007", "{x}"))] = route.methods
    return found


def test_every_route_for_machines_is_described_with_its_methods() -> None:
    described = {
        shape(path): {method.upper() for method in METHODS if method in item}
        for path, item in description()["paths"].items()
    }
    wanted = {path: set(methods) for path, methods in routes_for_machines().items()}
    assert described.keys() == wanted.keys()
    assert {path: methods - {"DELETE"} for path, methods in described.items()} == {
        path: methods - {"DELETE"} for path, methods in wanted.items()
    }


def test_every_operation_is_said_in_both_languages() -> None:
    for english, swedish in zip(groups("en"), groups("sv"), strict=True):
        assert english.title != swedish.title
        for one, other in zip(english.operations, swedish.operations, strict=True):
            assert one.summary
            assert one.summary != other.summary


def test_an_engineer_finds_the_own_collections_and_the_description(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "engineer"))
    page = client.get("/api/").content.decode()
    assert "Nationell blockering verified" in page
    assert "curl -u alfa:$TOKEN" in page
    assert json.loads(client.get("/api/openapi.json").content)["openapi"] == "3.1.0"


def test_someone_whose_member_is_in_no_circle_sees_no_circles_collection(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("omega", "engineer"))
    assert "Nationell blockering" not in client.get("/api/").content.decode()


@pytest.fixture
def one_connection() -> Iterator[None]:
    """What Django's own test client does: the end of a request leaves the test's transaction alone."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_each_operation_answers_as_it_is_described(
    cast: Cast, mode: schemathesis.GenerationMode, settings: Any, tmp_path: Path
) -> None:
    """schemathesis sends what the description allows, and what it does not; no answer is undescribed or a fault."""
    settings.FEED_KEY_FILE = tmp_path / "feed.key"
    ensure_key(settings.FEED_KEY_FILE)
    round_ = make_bench(cast).opened()
    app = serving_its_description(get_wsgi_application())
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    asked: Counter[str] = Counter()
    for result in schema.get_all_operations():
        operation = result.ok()
        who, scope = sender_of(operation.path)
        headers = {"Authorization": f"Bearer {cast.token(who, scope)}"}
        readable = {"collection_id": str(feeds.inbox("alfa").pk), "round_id": round_.pk}
        tried(operation, mode, headers, asked, readable=readable)
    figure(f"api.schemathesis_{mode.value}", operations=len(asked), requests=asked.total(), faults=0, seed=seed())
    assert len(asked) > (15 if mode is schemathesis.GenerationMode.POSITIVE else 10)


def sender_of(path: str) -> tuple[str, str]:
    """Whose token opens the path, and of which scope."""
    if path.startswith("/api/bench/"):
        return ("solros", "party") if path.endswith(("/sealed", "/statements")) else ("alfa", "shares")
    return "alfa", "stats" if path in FOR_STATS else "taxii"


def tried(
    operation: APIOperation[Any, Any, Any],
    mode: schemathesis.GenerationMode,
    headers: dict[str, str],
    asked: Counter[str],
    *,
    readable: dict[str, str],
) -> None:
    """Send generated requests to one operation, and judge each answer by the description."""

    @seeded(seed())
    @drawing(
        max_examples=tries(short=5, long=150),
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        asked[operation.label] += 1
        for name in readable.keys() & (case.path_parameters or {}).keys():
            if asked[operation.label] % 2:  # half of the time one that is there
                case.path_parameters[name] = readable[name]
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    with suppress(Unsatisfiable):  # there is nothing wrong to send to a route without any parameter
        send()


def serving_its_description(app: App) -> App:
    """The hub, with its description where schemathesis fetches it."""

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # the tool unpacks nothing by itself
        if environ["PATH_INFO"] != "/openapi.json":
            return app(environ, start)
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(dict(description())).encode()]

    return serve
