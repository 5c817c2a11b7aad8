"""Programs that fill a hub's database beside the hub: `python -m benchmarks.fill ROLE …`; each prints one line of JSON.

set-up               tables, keys, the cast, a token, and sessions of signed-in people
publish COUNT        verified domains through the feed's own service, until its collection holds COUNT objects
signals COUNT        signals in every state with reports, judgements and feedback, for the pages
tokens COUNT         tokens for that many agents
waiting              signals that nobody has judged: value and id
size                 megabytes that the database takes
load FROM COUNT      verified domains straight into the feed's table, for a million of them
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import batched, cycle, islice
from typing import Any

import django


def main(role: str, *arguments: str) -> Any:
    """Play one role."""
    django.setup()
    numbers = [int(argument) for argument in arguments]
    roles = {"set-up": set_up, "publish": publish, "load": load, "signals": signals, "tokens": tokens}
    roles |= {"size": size, "waiting": waiting}
    return roles[role](*numbers)


def set_up() -> dict[str, Any]:
    """An empty hub with the cast."""
    from skyddsnat.cli.hub_state import prepare
    from skyddsnat.hub.feed import queries as feeds
    from tests.cast import PASSWORD, TOTP_SECRET, make_cast
    from tests.hub.feed.indicators import listed

    keys, cast = prepare(), make_cast()
    for member in cast.members.values():
        member.default_circle = cast.circle
        member.save()
    inform, verified = feeds.feeds(cast.circle.pk)
    return {
        "feed_key": keys.feed,
        "log_key": keys.log,
        "token": cast.token("alfa", "taxii"),
        "stats": cast.token("alfa", "stats"),
        "circle": str(cast.circle.pk),
        "inform": str(inform.pk),
        "verified": str(verified.pk),
        "inbox": str(feeds.inbox("alfa").pk),
        "template": listed("name.example"),
        "sign_in": {"password": PASSWORD, "totp_secret": TOTP_SECRET},
        "sessions": sessions(cast),
    }


def sessions(cast: Any) -> dict[str, str]:
    """Session cookies of people who have just signed in, by `member.role`."""
    from django.conf import settings
    from django.test import Client

    from tests.sign_in import hold_secrets

    hold_secrets()
    who = [("alfa", "analyst"), ("solros", "reviewer"), ("vakten", "reviewer"), ("solros", "coordinator")]
    found = {}
    for member, role in who:
        client = cast.sign_in(Client(), cast.person(member, role))
        found[f"{member}.{role}"] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


def publish(count: int) -> dict[str, Any]:
    """Publish names in the circle's verified feed, as the review would; markings and identities count among the objects."""
    from django.db import transaction
    from django.utils import timezone

    from skyddsnat.hub.feed.models import ObjectVersion
    from skyddsnat.hub.feed.services import publish as give_out

    verified = _verified()
    missing = count - ObjectVersion.objects.filter(collection=verified).count()
    for some in batched(_things(missing, 0), 2_000, strict=False):
        with transaction.atomic():
            give_out(verified, some, now=timezone.now())
    return {"published": missing}


def load(start: int, count: int) -> dict[str, Any]:
    """Rows as `publish` would write them, at the database's own speed, at positions before all that are there."""
    from django.db import connection, transaction
    from django.db.models import Min
    from django.utils import timezone

    from skyddsnat.hub.feed.models import ObjectVersion
    from skyddsnat.protocols.stix import to_us

    lowest = ObjectVersion.objects.aggregate(lowest=Min("added"))["lowest"] or to_us(timezone.now()) // 1000 * 1000
    first = lowest - 1000 * (count + 1)
    table, columns = ObjectVersion._meta.db_table, [field.column for field in ObjectVersion._meta.concrete_fields]
    rows = _rows(columns, first, start, count)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.execute(
                "PRAGMA cache_size=-1000000"
            )  # 1 GB: ids come in no order, and each has its place in an index
            sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608
            for some in batched(rows, 10_000, strict=False):
                cursor.executemany(sql, some)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"first": first, "last": first + 1000 * (count - 1)}


def signals(count: int) -> dict[str, Any]:
    """Signals for the pages, and what the database wants to know of its tables before it plans queries well."""
    from django.db import connection

    from skyddsnat.hub.members.models import Circle, Coalition, Member, Person
    from tests.cast import Cast
    from tests.hub.signals.many import YEARS, make_signals

    circles = {circle.name: circle for circle in Circle.objects.all()}
    people = {(one.member_id, role): one for one in Person.objects.select_related("member") for role in one.roles}
    members = {one.pk: one for one in Member.objects.all()}
    coalition, (circle, leads) = (
        Coalition.objects.get(),
        (circles["Nationell blockering"], circles["Operatörernas uppslag"]),
    )
    make_signals(
        Cast(coalition=coalition, circle=circle, leads=leads, members=members, people=people), count, states=YEARS
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"signals": count}


def tokens(count: int) -> list[str]:
    """A token for each of many agents, of the operators in turn."""
    from skyddsnat.hub.accounts import services as accounts
    from skyddsnat.hub.members.actor import HUB
    from skyddsnat.hub.members.models import Member
    from skyddsnat.policy.vocabulary import TokenScope
    from tests.cast import OPERATORS

    members = [Member.objects.get(pk=name) for name in OPERATORS]
    owners = islice(cycle(members), count)
    return [accounts.issue_token(HUB, owner, label="agent", scopes=[TokenScope.TAXII])[1] for owner in owners]


def waiting() -> dict[str, str]:
    """The signals in the database, by value: a program on a page finds them as little as anyone else."""
    from skyddsnat.hub.signals.models import Signal

    return {signal.value: str(signal.pk) for signal in Signal.objects.all()}


def size() -> dict[str, float]:
    """How much disk the database takes."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return {"mb": cursor.fetchone()[0] / 1e6}


def _rows(columns: list[str], first: int, start: int, count: int) -> Iterator[tuple[Any, ...]]:
    """The table's rows.  Their hash is the first one's: a million hashes would take longer than all the rest.

    The database is asked before the first row and not afterwards: it answers nothing else while rows are copied.
    """
    from django.db import connection

    from skyddsnat.hub.feed.models import Collection
    from skyddsnat.protocols.feedhead import object_hash
    from skyddsnat.protocols.stix import version_us

    one = next(_things(1, start))
    same = {
        "collection_id": Collection._meta.pk.get_db_prep_value(_verified().pk, connection),
        "type": "indicator",
        "version": version_us(one),
        "spec": "2.1",
        "superseded": None,
        "revoked": False,
    }
    digest = object_hash(one)
    rows = (same | _row(thing, first + 1000 * at, digest) for at, thing in enumerate(_things(count, start)))
    return (tuple(row[column] for column in columns) for row in rows)


def _row(thing: dict[str, Any], added: int, digest: str) -> dict[str, Any]:
    import orjson

    from skyddsnat.hub.feed.models import ObjectVersion

    raw, said = (ObjectVersion._meta.get_field(name) for name in ("raw", "said"))
    return {
        "added": added,
        "stix_id": thing["id"],
        "raw": raw.seal(orjson.dumps(thing).decode(), str(added)).envelope,
        "said": said.seal(digest, str(added)).envelope,
    }


def _things(count: int, start: int) -> Iterator[dict[str, Any]]:
    from benchmarks.objects import published
    from tests.hub.feed.indicators import listed

    return published(listed("name.example"), count, start=start)


def _verified() -> Any:
    from skyddsnat.hub.feed.models import Collection

    return Collection.objects.get(kind="verified", circle__name="Nationell blockering")


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
