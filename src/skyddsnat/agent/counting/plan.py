"""The counting itself, written once for any engine that ibis speaks: DuckDB at the agent, Spark where logs fill a cluster.

Distinct first: a log repeats few names very often, so the list is asked once for each different name and not for each row.
Only suffixes with as many labels as some listed name has are asked for, whatever the length of the name.

Shapes: `logs` (ts timestamp or day date, resolver, qname), `hits` (resolver, token int64 or null, qname, bucket int64, n int64),
`listed` (name, tree bool: whether all below it is blocked too).  Names are in lower case without a last dot.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import ibis

from skyddsnat.agent.counting.times import BUCKET, DAY

if TYPE_CHECKING:
    from ibis.expr.types import Table

LOGS: Final = {"ts": "timestamp", "resolver": "string", "qname": "string"}
HITS: Final = {"resolver": "string", "token": "int64", "qname": "string", "bucket": "int64", "n": "int64"}
LISTED: Final = {"name": "string", "tree": "boolean"}
BUCKETS_A_DAY: Final = DAY // BUCKET


def covered(names: Table, listed: Table, *, depths: Sequence[int]) -> Table:
    """(qname, entry) of each name that the list covers, by its nearest entry.

    names: a column qname, each name once.  depths: the numbers of labels that listed names have.
    """
    label = r"[^.]+\."
    ends = [names.qname.re_extract(rf"{label * (depth - 1)}[^.]+$", 0) for depth in depths]
    suffixes = names.select("qname", suffix=ibis.array(ends).unnest())
    on = (suffixes.suffix == listed.name) & (listed.tree | (suffixes.qname == listed.name))
    found = suffixes.inner_join(listed, on)
    return found.group_by("qname").agg(entry=found.suffix.argmax(found.suffix.length()))


def hit_counts(logs: Table, listed: Table, *, depths: Sequence[int]) -> Table:
    """(day, resolver, n): look-ups of listed names in a log of all look-ups.  Reads the names twice (docs/adr/0046).

    A log kept in a folder for each day has a column `day`, which costs nothing to read; then its times are not read.
    """
    found = covered(logs.select("qname").distinct(), listed, depths=depths)
    hits = logs.semi_join(found, "qname")
    day = hits.day if "day" in hits.columns else hits.ts.date()
    return hits.group_by(day=day, resolver=hits.resolver).agg(n=hits.count())


def mapped(hits: Table, listed: Table, *, depths: Sequence[int]) -> Table:
    """The hits with their day since the epoch and their entry; entry is null where no list covers the name."""
    found = covered(hits.select("qname").distinct(), listed, depths=depths)
    joined = hits.left_join(found, "qname")
    return joined.select("resolver", "token", "bucket", "n", "entry", day=joined.bucket // BUCKETS_A_DAY)


def squeezed(hits: Table, listed: Table, *, depths: Sequence[int]) -> Table:
    """The hits with each name's entry in its place, "" where no list covers it: the same to count, and no longer as many as
    names that somebody makes up below one entry.  Columns as HITS."""
    found = covered(hits.select("qname").distinct(), listed, depths=depths)
    named = hits.left_join(found, "qname").select(
        "resolver", "token", "bucket", "n", qname=ibis.coalesce(found.entry, "")
    )
    summed = named.group_by("resolver", "token", "qname", "bucket").agg(n=named.n.sum().cast("int64"))
    return summed.select(*HITS)


def by_resolver(found: Table) -> Table:
    """(day, resolver, hits, lookups, elsewhere): M1 and M2 of each resolver, and hits of names that are on no list of ours.

    lookups: distinct (token, entry, five minutes), 0 where no token is known.
    """
    ours = found.filter(found.entry.notnull())
    raw = found.group_by("day", "resolver").agg(
        hits=ibis.ifelse(found.entry.notnull(), found.n, 0).sum(),
        elsewhere=ibis.ifelse(found.entry.isnull(), found.n, 0).sum(),
    )
    once = ours.filter(ours.token.notnull()).select("day", "resolver", "token", "entry", "bucket").distinct()
    lookups = once.group_by("day", "resolver").agg(lookups=once.count())
    joined = raw.left_join(lookups, ["day", "resolver"])
    return joined.select("day", "resolver", "hits", "elsewhere", lookups=joined.lookups.fill_null(0))


def by_day(found: Table) -> Table:
    """(day, lookups, clients): M2 over all resolvers, so that a client that asks two of them counts once; M4."""
    ours = found.filter(found.entry.notnull() & found.token.notnull())
    once = ours.select("day", "token", "entry", "bucket").distinct()
    return once.group_by("day").agg(lookups=once.count(), clients=once.token.nunique())


def by_entry(found: Table) -> Table:
    """(day, entry, hits, lookups).  For this machine alone."""
    ours = found.filter(found.entry.notnull())
    once = ours.select("day", "token", "entry", "bucket").distinct()
    lookups = once.filter(once.token.notnull()).group_by("day", "entry").agg(lookups=ibis._.count())
    raw = ours.group_by("day", "entry").agg(hits=ours.n.sum())
    joined = raw.left_join(lookups, ["day", "entry"])
    return joined.select("day", "entry", "hits", lookups=joined.lookups.fill_null(0))
