"""In no cell of a CSV file does a picture get in, in a column that is read or in one that is not."""

from __future__ import annotations

import csv
import io
import random

from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.hub.signals.reading import COLUMNS, read_csv
from skyddsnat.hub.signals.services import SignalDraft, Status
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Marking, SignalType
from tests.figures import figure
from tests.hub.signals.conftest import Stage
from tests.hub.taxii.test_no_field_carries_a_picture import FORMATS, TRANSPORTS
from tests.policy.guards.corpus import ENCODINGS
from tests.policy.guards.formats import EVERY_FORMAT

LIKE = SignalDraft(type=SignalType.DOMAIN, text="")
ORDINARY = {
    "value": "namn.example",
    "type": "domain",
    "scope": "exact",
    "basis": "own_observation",
    "note": "Sett av oss.",
}
CELLS = [(column, kind) for column in (*COLUMNS, "unread") for kind in ("domain", "term", "url", "hash")]


def table(**cells: str) -> bytes:
    """A file of one row, quoted as a spreadsheet does it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=[*ORDINARY, *(name for name in cells if name not in ORDINARY)])
    writer.writeheader()
    writer.writerow(ORDINARY | cells)
    return out.getvalue().encode()


def outcome(stage: Stage, data: bytes) -> str:
    """What becomes of the file's one row: `file` or `row` where that is refused, else `taken`."""
    try:
        (row,) = read_csv(data, like=LIKE)
    except PolicyRefusal:
        return "file"
    if row.draft is None:
        return "row"
    rest = {"circle": stage.cast.circle, "marking": Marking.AMBER_STRICT, "now": stage.now, "channel": "csv"}
    (told,) = services.submit(stage.actor("alfa"), [row.draft], **rest)
    return "row" if told.status is Status.REFUSED else "taken"


def test_an_ordinary_row_is_taken_and_a_picture_by_no_cell_of_it(stage: Stage) -> None:
    rng, became = random.Random(1), {}
    for number, transport in enumerate(TRANSPORTS):
        hidden = ENCODINGS[transport](EVERY_FORMAT[FORMATS[number % len(FORMATS)]](rng, 16))
        for column, kind in CELLS:
            cells = {"type": kind} | {column: hidden}
            if kind in ("url", "term") and column != "value":
                cells["value"] = "https://namn.example/sida" if kind == "url" else "solglimt"
            became[transport, column, kind] = outcome(stage, table(**cells))
    taken = {where for where, what in became.items() if what == "taken"}
    assert {column for _, column, _ in taken} <= {"unread"}
    kept = {signal.value for signal in Signal.objects.all()} | {one.note for one in Submission.objects.all()}
    strange = kept - {"namn.example", "https://namn.example/sida", "solglimt", ORDINARY["note"]}
    assert strange == set()
    figure("guards.csv_cells", cells=len(became), transports=len(TRANSPORTS), kept=len(strange))
    assert outcome(stage, table()) == "taken"
