"""A table with one of each: a total over months with a break, a figure held back and one withdrawn; an index."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from skyddsnat.catalogue.text import Text
from skyddsnat.protocols.series import Context, Figure, Frequency, Observation, Series, Status, Table

NASTY = '=HYPERLINK("https://elsewhere.test/";"x"), @SUM(A1) & <b>\r\nrad två'
"""What somebody could type as a note on a figure."""

CONTEXT = Context(
    method="1",
    list_source=Text("Koalitionens lista", "The coalition's list"),
    list_versions=(28, 31),
    entries_mean=(2_870, 2_914),
    resolvers="most",
    subscriptions=(3_000_000, None),
    block_ttl=(60, 60),
    owners=5,
    gaps=Text("Några dagar saknas.", "Some days are missing."),
    released_on=date(2026, 11, 20),
)


def observation(period: str, status: Status, value: str = "", **context: object) -> Observation:
    """A figure; without a value where the text is empty."""
    return Observation(period, status, Decimal(value) if value else None, replace(CONTEXT, **context))  # type: ignore[arg-type]


TOTAL = Series(
    metric="MET-BLK-01",
    figure=Figure.TOTAL,
    frequency=Frequency.MONTH,
    public=True,
    name=Text("Blockerade uppslagningar", "Blocked queries"),
    unit=Text("uppslagningar per månad", "queries per month"),
    definition=Text("DNS-frågor som besvarats med blockering.", "DNS queries answered with a block."),
    caveat=Text("Räknar frågor, inte personer.", "Counts queries, not people."),
    observations=(
        observation("2026-07", Status.NORMAL, "412340"),
        observation("2026-08", Status.BREAK, "398120", events=Text(NASTY, NASTY)),
        observation("2026-09", Status.SUPPRESSED, owners=None, subscriptions=None),
        observation("2026-10", Status.MISSING, released_on=None),
    ),
)
INDEX = replace(
    TOTAL,
    metric="MET-BLK-08",
    figure=Figure.INDEX,
    name=Text("Index mot fast listpanel", "Fixed-panel index"),
    unit=Text("index (basmånad = 100)", "index (base month = 100)"),
    observations=(observation("2026-07", Status.NORMAL, "100"), observation("2026-08", Status.NORMAL, "97.5")),
)
TABLE = Table("Nordkoalitionen", datetime(2026, 11, 28, 12, tzinfo=UTC), (TOTAL, INDEX))
