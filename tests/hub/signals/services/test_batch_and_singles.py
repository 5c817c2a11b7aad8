"""A mixed list handed in at once leaves, row by row, what its lines leave one after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import orjson
import pytest

from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.audit.leaves import is_ours
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.members.queries import circles_of
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import CanaryMet, Event, Signal, Submission
from skyddsnat.hub.signals.services import SignalDraft
from skyddsnat.hub.taxii.intake import take_in
from skyddsnat.policy.vocabulary import Basis, HashKind, Marking, Scope, SignalType
from skyddsnat.protocols.stix import EXTENSION_ID, MARKING_IDS
from tests.cast import make_cast
from tests.hub.signals.conftest import Stage
from tests.worlds import standing, undone

pytestmark = pytest.mark.django_db

SIZE = 40
MADE_ANEW = {"id", "salt", "personal", "stamp", "leaf_index", "said", "added", "place"}
"""Ids, random bytes and what follows from them, and positions: in the feed, in the log, and in the list itself."""
BAD = ["192.0.2.7", "lek", "wikipedia.org", "xn--a.example-", "https://lek.test/", "list-7.canary.example"]
NOTES = ["", "", "Två kunder hörde av sig.", "Skriv till nagon@operator.example.", "x" * 1990]


def furnish(stage: Stage) -> list[str]:
    """Values that the circle knows already, in every way in which it can know one."""
    for member, name in [("alfa", "own"), ("beta", "others"), ("vakten", "police"), ("solros", "hotline")]:
        stage.signal(member, f"{name}.test")
    stage.report("gamma", stage.signal("beta", "supported.test").value)
    stage.verified("verified.test")
    stage.approve("vakten", stage.signal("beta", "judged.test"))
    for state in ("withdrawn", "rejected", "expired"):
        ended = stage.signal("beta", f"{state}.test")
        Signal.objects.filter(pk=ended.pk).update(state=state, episode=2)
    for name in ("disputed", "lifted"):
        stage.report("gamma", stage.signal("beta", f"{name}.test").value)
    Signal.objects.filter(
        pk__in=[s.pk for s in Signal.objects.all() if s.value in {"disputed.test", "lifted.test"}]
    ).update(state="disputed")
    Signal.objects.filter(pk__in=[s.pk for s in Signal.objects.all() if s.value == "lifted.test"]).update(lifted=True)
    taken_back = stage.report("alfa", stage.signal("beta", "taken-back.test").value)
    Submission.objects.filter(signal_id=taken_back.signal_id, member_id="alfa").update(retracted_at=stage.now)
    return sorted(signal.value for signal in Signal.objects.all())


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Stage, list[str]]]:
    """The stage, and what is known: made once, since each test takes back what it did."""
    with standing(django_db_blocker):
        stage = Stage(make_cast())
        yield stage, furnish(stage)


def drafts(known: Sequence[str], seed: int) -> list[SignalDraft]:
    """Known and new values, all types, some twice, some that cannot come in."""
    dice = Random(seed)
    found: list[SignalDraft] = []
    while len(found) < SIZE:
        text = dice.choice([dice.choice(known), dice.choice(BAD), f"new-{dice.randrange(12)}.test", "Ny-1.TEST."])
        type_, kind = SignalType.DOMAIN, None
        if dice.random() < 0.3:
            type_ = dice.choice([SignalType.URL, SignalType.HASH, SignalType.TERM])
            text = {"url": f"https://lek.test/{dice.randrange(9)}", "hash": "0a1b" * 16, "term": "påhittat ord"}[type_]
            kind = dice.choice([HashKind.SHA256, HashKind.PDQ]) if type_ is SignalType.HASH else None
        found.append(
            SignalDraft(
                type_,
                text,
                hash_kind=kind,
                scope=dice.choice(list(Scope)),
                basis=dice.choice(list(Basis)),
                note=dice.choice(NOTES),
                techniques=dice.choice([(), (), ("NO-SUCH-1",)]),
            )
        )
    return found


def stix(draft: SignalDraft, number: int, dice: Random, circles: Sequence[UUID]) -> dict[str, Any]:
    """The draft as a machine sends it, now and then in another circle or as something that is not taken."""
    patterns = {"domain": "domain-name:value", "url": "url:value"}
    kind = "SHA-256" if draft.hash_kind is HashKind.SHA256 else "PDQ"
    pattern = f"[{patterns.get(draft.type, f"file:hashes.'{kind}'")} = '{draft.text}']"
    at = "2026-11-20T10:00:00.000Z"
    thing = {
        "type": dice.choice(["indicator"] * 12 + ["malware"]),
        "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{number:012x}",
        **dict.fromkeys(("created", "modified", "valid_from"), at),
        "pattern_type": "skyddsnat-term" if draft.type is SignalType.TERM else "stix",
        "pattern": draft.text if draft.type is SignalType.TERM else pattern,
        "object_marking_refs": [MARKING_IDS[dice.choice([Marking.AMBER, Marking.AMBER_STRICT, Marking.AMBER_STRICT])]],
        "extensions": {
            EXTENSION_ID: {
                "extension_type": "property-extension",
                "scope": draft.scope.value,
                "basis": draft.basis.value,
                "circle": str(dice.choice(circles)),
            }
        },
    }
    return thing | ({"description": draft.note} if draft.note else {})


def place_of(thing: dict[str, Any]) -> tuple[str, str]:
    """Where the object goes and how it is marked."""
    return (thing["extensions"][EXTENSION_ID]["circle"], thing["object_marking_refs"][0])


def picture() -> Counter[str]:
    """Every row that has come or changed, without what is made anew each time; signals and reports by what they are about."""
    names: dict[str, str] = {}
    for signal in Signal.objects.all():
        names[str(signal.pk)] = f"{signal.circle_id}/{signal.type}/{signal.hash_kind}/{signal.value}/{signal.episode}"
    for report in Submission.objects.all():
        names[str(report.pk)] = f"{names[str(report.signal_id)]} by {report.member_id}"
    found: Counter[str] = Counter()
    for model in (Signal, Submission, Event, Entry, ObjectVersion, CanaryMet, Signal.named.through):
        rows = model._base_manager.all()
        for row in rows.select_related("collection") if model is ObjectVersion else rows:
            told = {
                field.attname: getattr(row, field.attname)
                for field in model._meta.concrete_fields
                if field.attname not in MADE_ANEW
            }
            if isinstance(row, Entry):
                assert is_ours(row)
                del told["at"]
                told["object_id"] = (
                    "met" if row.kind == "canary" else row.object_id
                )  # its number, which is never used again
            if isinstance(row, ObjectVersion):
                thing = orjson.loads(row.raw)
                properties = thing.get("extensions", {}).get(EXTENSION_ID, {})
                if "state" in properties and row.collection.kind == "inbox":  # a fate, whose id comes from the report's
                    thing["id"] = told["stix_id"] = "fate"
                told |= {"raw": thing, "superseded": row.superseded is not None}
            words = {name: names.get(str(value), str(value)) for name, value in told.items()}
            found[f"{model.__name__} {sorted(words.items())}"] += 1
    return found


def left_by(act: Callable[[], Any]) -> tuple[Any, Counter[str]]:
    """What the act says and leaves; then all of it is undone."""
    with undone():
        said = act()
        found = picture()
    return said, found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("marking", [Marking.AMBER, Marking.RED])
def test_a_persons_list_leaves_what_its_lines_leave(
    furnished: tuple[Stage, list[str]], marking: Marking, seed: int
) -> None:
    stage, known = furnished
    things = drafts(known, seed)
    named = [stage.cast.person("solros", "reviewer")] if marking is Marking.RED else []
    later = stage.now + timedelta(hours=1)

    def hand_in(some: Sequence[SignalDraft]) -> list[tuple[str, str, tuple[str, ...]]]:
        done = services.submit(
            stage.actor("alfa"),
            some,
            circle=stage.cast.circle,
            marking=marking,
            channel="csv",
            now=later,
            named=named,
            room=1_000,
        )
        return [(one.status.value, one.code, one.warnings) for one in done]

    together = left_by(lambda: hand_in(things))
    apart = left_by(lambda: [hand_in([thing])[0] for thing in things])
    assert together[0] == apart[0]
    assert {status for status, _, _ in together[0]} == {"created", "corroborated", "repeated", "refused"}
    assert together[1] == apart[1]


@pytest.mark.parametrize("seed", range(4, 8))
def test_an_envelope_leaves_what_its_objects_leave(furnished: tuple[Stage, list[str]], seed: int) -> None:
    stage, known = furnished
    dice = Random(seed)
    circles = [stage.cast.circle.pk, stage.cast.circle.pk, stage.cast.leads.pk, UUID(int=7)]
    things = [stix(one, number, dice, circles) for number, one in enumerate(drafts(known, seed))]
    things += dice.sample(things, 10)  # a client that sends what it has sent
    things.sort(key=place_of)  # each circle and marking is handed in by itself, and so must it be one after another
    good = stix(SignalDraft(SignalType.DOMAIN, "one-id.test"), SIZE, Random(0), circles[:1])
    things += [good, good | {"pattern": "[domain-name:value = 'same-id.test']"}]
    reader, inbox = MachineReader("alfa", "t" * 8, circles_of("alfa")), feeds.inbox("alfa")
    later = stage.now + timedelta(hours=1)

    def post(some: Sequence[dict[str, Any]]) -> list[str]:
        status = orjson.loads(take_in(reader, inbox, some, now=later))
        told = [
            (one["id"], one["version"], one["message"].partition(": ")[2] or one["message"])
            for one in [*status.get("successes", []), *status.get("failures", [])]
        ]
        return sorted(map(str, told))

    together = left_by(lambda: post(things))
    apart = left_by(lambda: sorted(line for thing in things for line in post([thing])))
    assert together[0] == apart[0]
    assert together[1] == apart[1]
    assert sum(together[1].values()) > SIZE
