"""Bring a database of an earlier release up to this one: `python -m tests.survival.upgrade FILE`, in a process of its own.

FILE holds every row of a small coalition as the release's own code wrote it, and what that code answered.  The tables are made
by the release's migrations, the rows go in through its historical models, then all later migrations run.  Then each noun goes
one migration back, as to the code before this one, and forth again.  Prints what differs.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import django
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from tests.programs import start_django

OURS = ("members", "accounts", "audit", "feed", "signals", "agents")


def as_of_release(rows: list[dict[str, Any]]) -> None:
    """The release's tables with its rows."""
    executor = MigrationExecutor(connection)
    later = {app.label for app in django.apps.apps.get_app_configs() if app.name.startswith("skyddsnat.")}
    targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] not in later]
    targets += [(app, "0001_initial") for app in OURS]
    state = executor.migrate(targets)
    state.clear_delayed_apps_cache()  # relations too
    apps = state.apps
    with transaction.atomic():
        many: list[tuple[Any, str, list[Any]]] = []
        for row in rows:
            model = apps.get_model(row["model"])
            made = model(pk=model._meta.pk.to_python(row["pk"]))
            for name, value in row["fields"].items():
                field = model._meta.get_field(name)
                if field.many_to_many:
                    many.append((made, name, value))
                else:
                    setattr(made, field.attname, field.to_python(value))
            model._base_manager.bulk_create([made])
        for made, name, value in many:
            getattr(made, name).set(value)
    models = [apps.get_model(label) for label in {row["model"] for row in rows}]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def back_and_forth() -> list[str]:
    """Undo the newest migration of each noun, with the rows in place, and do it again.  Which ones.

    Of nouns with more than one; one on which another noun has built since cannot be undone alone.
    """
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    nouns = {app.label for app in django.apps.apps.get_app_configs() if app.name.startswith("skyddsnat.")}
    newest = {key for key in graph.leaf_nodes() if key[0] in nouns}
    before = {
        key: parent.key
        for key in newest
        for parent in graph.node_map[key].parents
        if parent.key[0] == key[0] and {child.key for child in graph.node_map[key].children} <= newest
    }
    MigrationExecutor(connection).migrate(list(before.values()))
    MigrationExecutor(connection).migrate(list(before))
    assert not MigrationExecutor(connection).migration_plan(list(newest)), "forth again"
    return sorted(".".join(key) for key in before)


def differences(expected: dict[str, Any]) -> Iterator[str]:
    """What this release answers otherwise than the earlier one did."""
    from skyddsnat.hub.audit.models import Entry
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.models import Signal, Submission

    yield from _feeds(expected["collections"])
    if sorted(signal.value for signal in Signal.objects.all()) != expected["values"]:
        yield "the signals' values"
    if sorted({report.note for report in Submission.objects.all()}) != expected["notes"]:
        yield "the reporters' notes"
    for email, told in expected["people"].items():
        person = Person.objects.get(email=email)
        if sorted(signal.value for signal in Signal.objects.visible_to(person)) != told["sees"]:
            yield f"what {email} sees"
    actions = list(Entry.objects.order_by("pk").values_list("action", flat=True))
    if actions[: len(expected["audit"])] != expected["audit"]:
        yield "the log"
    yield from _secrets(expected)
    for label, count in expected["counts"].items():
        model = django.apps.apps.get_model(label)
        if model._default_manager.count() < count:
            yield f"rows of {label}: {model._default_manager.count()}, expected {count}"


def _feeds(collections: dict[str, dict[str, Any]]) -> Iterator[str]:
    from skyddsnat.hub.feed import queries as feeds
    from skyddsnat.protocols.feedhead import FORMAT
    from skyddsnat.protocols.taxii import PageQuery

    for key, told in collections.items():
        rows = [row.raw for row in feeds.page(UUID(key), PageQuery()).rows]
        found = feeds.digest(UUID(key), at=told["position"])
        sums = asdict(found.set) if told.get("format") == FORMAT else _sums_of_0_1(UUID(key))
        now = {"position": found.position, **sums, "rows": len(rows)}
        now["sha256_of_rows"] = hashlib.sha256("".join(rows).encode()).hexdigest()
        if wrong := [name for name, value in now.items() if value != told[name]]:
            yield f"feed {told['title']}: {wrong}"


def _sums_of_0_1(key: UUID) -> dict[str, Any]:
    """The live set as the first release digested it: all lines at once."""
    from skyddsnat.hub.feed.models import ObjectVersion

    live = ObjectVersion.objects.filter(collection=key, type="indicator", superseded=None, revoked=False)
    known = [(f"{row.stix_id}|{row.version}", row.said) for row in live]
    lines = {"sha256": [line for line, _ in known], "content": [f"{line}|{said}" for line, said in known]}
    return {"count": len(known)} | {
        name: hashlib.sha256("\n".join(sorted(one)).encode()).hexdigest() for name, one in lines.items()
    }


def _secrets(expected: dict[str, Any]) -> Iterator[str]:
    """Tokens still open what they opened, and authenticator apps still fit."""
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.models import Authenticator
    from django.test import Client

    sealed = Authenticator.objects.filter(type="totp").first()
    if sealed is None or get_adapter().decrypt(sealed.data["secret"]) != expected["totp"]:
        yield "the second factors"
    headers = {"Authorization": f"Bearer {expected['token']}", "Accept": "application/taxii+json;version=2.1"}
    if Client().get("/taxii2/skyddsnat/collections/", headers=headers).status_code != 200:
        yield "the machines' tokens"


def pages(expected: dict[str, Any]) -> Iterator[str]:
    """Pages that do not open for people of the earlier release."""
    from django.test import Client

    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.models import Signal
    from tests.cast import Cast
    from tests.sign_in import hold_secrets

    hold_secrets()
    for email in ("reviewer@vakten.test", "coordinator@solros.test", "analyst@alfa.test", "engineer@alfa.test"):
        person, client = Person.objects.get(email=email), Client()
        Cast.sign_in(None, client, person)  # type: ignore[arg-type]
        paths = [
            "/",
            "/signals/",
            "/members/",
            "/account/security/",
            "/audit/",
            "/agents/",
            "/settings/",
            "/signals/review/",
            "/bulletins/practices/",
            "/complaints/",
            "/statistics/",
            "/statistics/reports/",
            "/benchmark/",
            "/open/",
        ]
        paths += [f"/signals/{signal.pk}/" for signal in Signal.objects.visible_to(person)]
        for path in paths:
            status = client.get(path, follow=True).status_code
            if status not in (200, 403):
                yield f"{path} for {email}: {status}"


def main(file: str) -> dict[str, Any]:
    """Up to this release, and what that did."""
    kept = json.loads(Path(file).read_text(encoding="utf-8"))
    as_of_release(kept["rows"])
    call_command("migrate", verbosity=0, stdout=io.StringIO())
    call_command("createcachetable", verbosity=0)
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    found = list(differences(kept["expected"]))
    undone = back_and_forth()
    return {
        "rows": len(kept["rows"]),
        "differences": found,
        "undone": undone,
        "differences_afterwards": list(differences(kept["expected"])),
        "pages": list(pages(kept["expected"])),
    }


if __name__ == "__main__":
    start_django()
    print(json.dumps(main(sys.argv[1])))
