"""What is done with some rows of an import, inside the caller's transaction.  Each returns whether more rows wait right now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.lists.drafts import digest, unpack
from skyddsnat.hub.lists.limits import TRIES_AGAIN, rows_a_day
from skyddsnat.hub.lists.models import GUESSED, Import, ImportRow
from skyddsnat.hub.lists.services.incoming import end, pace_for
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.signals import services as signals
from skyddsnat.hub.signals.services.drafts import Outcome, SignalDraft
from skyddsnat.policy.normal_form import normalise
from skyddsnat.policy.transfers import Pace
from skyddsnat.policy.vocabulary import Marking

TWICE = "twice"
"""The code of a row whose value stands earlier in the same list."""

WRITTEN = ["draft", "digest", "expected", "became", "code", "warnings", "signal_id"]
NEW = (ImportRow.Outcome.CREATED, ImportRow.Outcome.CORROBORATED)


def check_rows(made: Import, size: int, *, now: datetime) -> bool:
    """Say of the next rows what would become of them.  Nothing else changes, but that an exported list's mark raises an alarm."""
    rows = _next(made, made.checked, size)
    actor = Actor.of(made.person)
    outcomes = _outcomes(made, [row for row in rows if row.draft], signals.preview, now=now)
    for row in rows:
        if row.place in outcomes:
            _expect(row, outcomes[row.place])
    _find_repeats(made, [row for row in rows if row.digest])
    met = [outcome.draft for outcome in outcomes.values() if outcome.code == "canary"]
    signals.canaries_met(actor, met, channel=made.channel, now=now)
    _write(rows)
    told = [(row.expected, row.code) for row in rows]
    made.expected = _counted(made.expected, [*told, *((GUESSED, row.type) for row in rows if row.guessed)])
    made.checked = rows[-1].place if rows else made.total
    if made.checked < made.total:
        return True
    made.state = Import.State.READY
    return False


def take_rows(made: Import, size: int, *, now: datetime) -> bool:
    """Take in the next rows and drop their values.  At the member's limit the import waits."""
    room = _room(made, now)
    if room <= 0:
        made.not_before = now + TRIES_AGAIN
        return False
    made.not_before = None
    rows = _next(made, made.handled, min(size, room))
    outcomes = _outcomes(
        made,
        [row for row in rows if row.draft and row.expected != ImportRow.Outcome.REFUSED],
        signals.submit,
        now=now,
        channel=made.channel,
    )
    for row in rows:
        outcome = outcomes.get(row.place)
        row.became = outcome.status.value if outcome else ImportRow.Outcome.REFUSED
        if outcome is not None:
            row.code = outcome.code or (row.code if row.became == ImportRow.Outcome.REPEATED else "")
            row.signal_id = outcome.signal_id
        row.draft = row.digest = ""
    _write(rows)
    made.became = _counted(made.became, ((row.became, row.code) for row in rows))
    made.handled = rows[-1].place if rows else made.total
    if made.handled < made.total:
        return True
    end(made, Import.State.DONE, now=now)
    counts = {outcome.value: made.became.get(outcome.value, 0) for outcome in (*NEW, ImportRow.Outcome.REPEATED)}
    refused = made.became.get(ImportRow.Outcome.REFUSED.value, 0)
    record(Actor.of(made.person), "import.ended", kind="import", object_id=made.pk, **counts, refused=refused)
    return False


def drop_rows(made: Import, size: int) -> bool:
    """Drop the values of an import that has ended early."""
    rows = _next(made, made.handled, size)
    for row in rows:
        row.became = ImportRow.Outcome.REFUSED if row.expected == ImportRow.Outcome.REFUSED else ImportRow.Outcome.LEFT
        row.draft = row.digest = ""
    _write(rows)
    made.became = _counted(made.became, ((row.became, row.code) for row in rows))
    made.handled = rows[-1].place if rows else made.total
    return made.handled < made.total


def _next(made: Import, after: int, size: int) -> list[ImportRow]:
    return list(made.rows.filter(place__gt=after).order_by("place")[:size])


def _write(rows: Sequence[ImportRow]) -> None:
    """As one statement: an update of each would take longer than the work itself."""
    ImportRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN)


def _outcomes(made: Import, rows: Sequence[ImportRow], ask: Any, *, now: datetime, **more: Any) -> dict[int, Outcome]:
    """What `signals.preview` or `signals.submit` says of each row, by place.  Rows of one marking go together."""
    groups: dict[Marking, list[tuple[int, SignalDraft]]] = {}
    for row in rows:
        draft, marking = unpack(row.draft)
        groups.setdefault(marking, []).append((row.place, draft))
    found: dict[int, Outcome] = {}
    for marking, group in groups.items():
        outcomes = ask(
            Actor.of(made.person),
            [draft for _, draft in group],
            circle=made.circle,
            marking=marking,
            now=now,
            named=list(made.named.all()),
            room=len(group),
            **more,
        )
        found |= {place: outcome for (place, _), outcome in zip(group, outcomes, strict=True)}
    return found


def _expect(row: ImportRow, outcome: Outcome) -> None:
    row.expected, row.code = outcome.status.value, outcome.code
    row.warnings = " ".join([*row.warnings.split(), *outcome.warnings])[:60]
    if not outcome.code:
        form = normalise(outcome.draft.type, outcome.draft.text, hash_kind=outcome.draft.hash_kind)
        row.digest = digest(form.type.value, form.hash_kind.value if form.hash_kind else "", form.value)


def _find_repeats(made: Import, rows: Sequence[ImportRow]) -> None:
    if not rows:
        return
    earlier = ImportRow.objects.filter(import_of=made, place__lt=rows[0].place, digest__in={row.digest for row in rows})
    said = set(earlier.values_list("digest", flat=True))
    for row in rows:
        if row.digest in said:
            row.expected, row.code = ImportRow.Outcome.REPEATED, TWICE
        said.add(row.digest)


def _counted(counts: dict[str, int], rows: Iterable[tuple[str, str]]) -> dict[str, int]:
    tally = Counter(counts)
    for outcome, code in rows:
        tally[str(outcome)] += 1
        if code:
            tally[f"{outcome}:{code}"] += 1
    return dict(tally)


def _room(made: Import, now: datetime) -> int:
    """How many rows may come in now."""
    if pace_for(made) is Pace.HOURLY:
        return signals.room_this_hour(made.member, now=now)
    lately = Import.objects.filter(member=made.member, confirmed_at__gt=now - timedelta(days=1))
    taken: int = sum(one.became.get(outcome.value, 0) for one in lately for outcome in NEW)
    return rows_a_day() - taken
