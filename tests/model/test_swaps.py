"""Ids that do not stand where a walk over addresses finds them: in forms, in queries, and in a machine's paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import ObjectVersion, Status
from tests.figures import figure
from tests.model.faces import Face, ask, told_apart
from tests.model.looks import NOWHERE, TAXII
from tests.model.resolver import address
from tests.model.routes import ROUTES
from tests.model.shadow import Who
from tests.model.table import Door
from tests.model.tables import undone
from tests.model.world import World, standing_world

made = pytest.fixture(scope="module")(standing_world)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A form or a query with one field that names a thing of others'.  field: its name.  rest: what goes with it."""

    name: str
    who: Who
    field: str
    foreign: object
    method: str = "GET"
    ids: Mapping[str, object] = field(default_factory=dict)
    rest: Mapping[str, Any] = field(default_factory=dict)
    words: str = "{}"  # how the id stands in the field

    def data(self, pk: object) -> dict[str, Any]:
        again = {key: value() if callable(value) else value for key, value in self.rest.items()}
        return again | {self.field: self.words.format(pk)}


def swaps(world: World) -> list[Swap]:
    """Each field of a form or a query that takes an id of something that not everyone knows of."""
    analyst, police = ("alfa", "analyst"), ("vakten", "reviewer")
    leads, hidden = world.cast.leads.pk, world.signals["leads"].pk
    stranger = world.cast.person("delta", "analyst").pk
    filters = [world.things["filter of Beta"].pk, world.things["filter of a colleague"].pk]
    report = {"circle": world.cast.circle.pk, "marking": "AMBER+STRICT", "basis": "own_observation", "scope": "exact"}
    one = report | {"type": "domain", "value": "ny.test"}
    file = {"file": lambda: SimpleUploadedFile("lista.csv", b"value\nny.test\n")}
    out = {"kind": "masked:csv", "reason": "report", "note": "Vi jämför."}
    seen = {"pk": world.signals["seen"].pk}
    return [
        Swap(name="signals:list", who=police, field="circle", foreign=leads),
        Swap(name="signals:queue", who=police, field="circle", foreign=leads),
        *(Swap(name="signals:list", who=analyst, field="f", foreign=pk) for pk in filters),
        *(
            Swap(name="signals:detail", who=analyst, field="f", foreign=pk, ids=seen, rest={"in": "list", "n": "0"})
            for pk in filters
        ),
        *(
            Swap(name="signals:bulk", who=police, method="POST", field="row", foreign=hidden, rest=rest)
            for rest in (
                {"act": "read", "place": "list"},
                {"act": "claim", "place": "queue"},
                {"act": "reject", "place": "queue", "reason_reject": "insufficient"},
            )
        ),
        Swap(
            name="signals:bulk",
            who=police,
            method="POST",
            field="trail",
            words="circle={}",
            foreign=leads,
            rest={"act": "read", "place": "list", "whole": "1"},
        ),
        Swap(name="signals:new", who=police, method="POST", field="circle", foreign=leads, rest=one),
        Swap(
            name="signals:new",
            who=analyst,
            method="POST",
            field="named",
            foreign=stranger,
            rest=one | {"marking": "RED"},
        ),
        Swap(
            name="signals:paste",
            who=police,
            method="POST",
            field="circle",
            foreign=leads,
            rest=report | {"lines": "a.test"},
        ),
        Swap(name="lists:import", who=police, method="POST", field="circle", foreign=leads, rest=report | file),
        Swap(name="lists:export", who=police, method="POST", field="circle", foreign=leads, rest=out),
        Swap(
            name="signals:filters",
            who=police,
            method="POST",
            field="trail",
            words="circle={}",
            foreign=leads,
            rest={"place": "list", "name": "Ny"},
        ),
        *(
            Swap(
                name="pages:settings",
                who=analyst,
                method="POST",
                field="list_filter",
                foreign=pk,
                rest={"desk": "1", "hold": "15"},
            )
            for pk in filters
        ),
    ]


def test_an_id_in_a_form_or_a_query_tells_no_more_than_one_in_an_address(world: World) -> None:
    def face(swap: Swap, pk: object) -> Face:
        cache.clear()
        with undone():
            found, _ = ask(world.browser(swap.who), swap.method, address(swap.name, **swap.ids), data=swap.data(pk))
        return found

    told = {
        f"{swap.name} {swap.field}": found
        for swap in swaps(world)
        if (found := told_apart(partial(face, swap, swap.foreign), partial(face, swap, NOWHERE)))
    }
    assert told == {}
    figure("access.fields", asked=len(swaps(world)), violations=len(told))


def test_a_machine_cannot_tell_anothers_from_what_is_not_there(world: World) -> None:
    cast = world.cast
    cast.token("vakten", "taxii")
    mine, hidden = feeds.inbox("vakten").pk, [feeds.inbox("alfa").pk, *(one.pk for one in feeds.feeds(cast.leads.pk))]
    elsewhere = (
        ObjectVersion.objects.filter(collection_id=hidden[1], type="indicator")
        .values_list("stix_id", flat=True)
        .first()
    )
    assert elsewhere is not None
    status = Status.objects.create(member=cast.alfa, at=timezone.now(), document="{}")
    unheard = f"indicator--{NOWHERE}"
    pairs: list[tuple[str, dict[str, object], dict[str, object]]] = [
        ("taxii:status", {"status_id": status.pk}, {"status_id": NOWHERE})
    ]
    for name, route in ROUTES.items():
        if route.door is Door.MACHINE and "collection_id" in route.takes:
            inner: dict[str, object] = {"object_id": elsewhere} if "object_id" in route.takes else {}
            pairs += [(name, {"collection_id": pk} | inner, {"collection_id": NOWHERE} | inner) for pk in hidden]
            if inner:  # its own collection, and an object that lies in another's
                pairs.append((name, {"collection_id": mine} | inner, {"collection_id": mine, "object_id": unheard}))
    violations, asked = [], 0

    def face(name: str, method: str, ids: dict[str, object]) -> Face:
        header = {"Authorization": f"Bearer {cast.token('vakten', 'taxii')}", "Accept": TAXII}
        body = {"data": b'{"objects": []}', "content_type": TAXII} if method == "POST" else {}
        with undone():
            found, _ = ask(Client(), method, address(name, **ids), headers=header, **body)
        return found

    face("taxii:status", "GET", {})  # the token's use is noted once a minute
    for name, foreign, unknown in pairs:
        for method in sorted(ROUTES[name].methods):
            asked += 1
            found = face(name, method, foreign)
            one, other = (partial(face, name, method, ids) for ids in (foreign, unknown))
            told = told_apart(one, other, asked=found)
            if told or found.status not in {403, 404}:
                violations.append(f"{method} {name} {foreign}: {found.status}, differs by {told}")
    assert not violations, "\n".join(violations)
    figure("access.machines", asked=asked, violations=len(violations))
