"""A round of confidential benchmarking for tests: specification, everyone's keys, and the result worked out in the clear."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.benchmark import disclosure
from skyddsnat.policy.benchmark.disclosure import Rules
from skyddsnat.policy.benchmark.planning import coarsening
from skyddsnat.protocols.benchmark import coding, release, signing
from skyddsnat.protocols.benchmark.field import P
from skyddsnat.protocols.benchmark.spec import Item, Specification, SpecMember, SpecParty

NAMES = ("alfa", "beta", "delta", "epsilon", "gamma", "eta", "jota", "kappa", "lambda", "my", "ny", "omega")
PARTIES = ("solros", "institutet", "registret")

type Values = Mapping[str, Mapping[str, int | None]]
"""Code or amount by member and item; None is missing."""


def signing_key(who: str) -> Ed25519PrivateKey:
    """The same key for the same name, each time."""
    return Ed25519PrivateKey.from_private_bytes(sha256(b"sign " + who.encode()).digest())


def opening_key(who: str) -> X25519PrivateKey:
    """The same key for the same name, each time."""
    return X25519PrivateKey.from_private_bytes(sha256(b"open " + who.encode()).digest())


@cache
def rules() -> Rules:
    """The catalogue's."""
    words = load_catalogue().metric_words.release
    exact = words.exact_value_rules
    return Rules(words.min_contributors, exact.p_percent, Fraction(exact.max_share), words.ladder)


def items(names: Sequence[str], *, members: int = 5) -> tuple[Item, ...]:
    """Items by metric id, question id, or `<metric id>.amount`."""
    catalogue = load_catalogue()
    metrics, questions = catalogue.metric_words.metrics, catalogue.maturity.questions
    coarsen = catalogue.metric_words.release.coarsen
    found = []
    for name in names:
        metric = metrics.get(name.removesuffix(".amount"))
        if metric is None:
            found.append(coding.item_of_question(questions[name]))
        elif name.endswith(".amount"):
            found.append(coding.item_of_amount(metric))
        else:
            found.append(coding.item_of_metric(metric, coarsening(metric, members, coarsen)))
    return tuple(found)


def members(count: int) -> tuple[SpecMember, ...]:
    """So many members, each under an owner of its own; all want to know their rank."""
    names = [*NAMES, *(f"medlem-{n:03}" for n in range(count))][:count]
    return tuple(
        SpecMember(
            id=name,
            name=name.capitalize(),
            control_group=name,
            signing_key=signing.public_hex(signing_key(name)),
            opening_key=opening_key(name).public_key().public_bytes_raw().hex(),
            rank=True,
        )
        for name in sorted(names)
    )


def specification(
    names: Sequence[str] = ("MET-BLK-05", "MET-LST-03", "MQ-A1"), *, count: int = 5, name: str = "2026-q2"
) -> Specification:
    """A round of five members and three items, unless told otherwise."""
    return Specification(
        round=name,
        title={"sv": "Andra kvartalet 2026", "en": "Second quarter of 2026"},
        coalition="Provkoalitionen",
        peer_group="operatorer",
        first_day=date(2026, 4, 1),
        last_day=date(2026, 6, 30),
        deadline=datetime(2026, 11, 30, 12, tzinfo=UTC),
        objection_seconds=0,
        versions={"metrics": "1.0.0", "maturity": "1.0.0"},
        items=items(names, members=count),
        rules=rules(),
        previous=None,
        members=members(count),
        parties=tuple(
            SpecParty(index, party, party.capitalize(), signing.public_hex(signing_key(party)))
            for index, party in enumerate(PARTIES)
        ),
    )


def random_values(spec: Specification, rng: random.Random, *, missing: float = 0.0) -> Values:
    """A value for each member and item; some are missing."""
    return {
        member.id: {
            item.id: None if rng.random() < missing else rng.randint(0, min(item.max, 10**6)) for item in spec.items
        }
        for member in spec.members
    }


@dataclass(frozen=True, slots=True)
class Plain:
    """A round's result, worked out in the clear.  opened: name to value.  private: member to name to value."""

    opened: Mapping[str, int]
    private: Mapping[str, Mapping[str, int]]


def plain_result(spec: Specification, values: Values, *, measured: Mapping[str, Sequence[str]] | None = None) -> Plain:
    """The oracle: what the parties must open and seal for these accepted members, by plain sorting.

    measured: items that each member's agent has counted.
    """
    opened: dict[str, int] = {}
    private: dict[str, dict[str, int]] = {member: {} for member in values}
    for item in spec.items:
        _plain_item(spec, item, values, measured or {}, opened, private)
    return Plain(opened, private)


def _plain_item(
    spec: Specification,
    item: Item,
    values: Values,
    measured: Mapping[str, Sequence[str]],
    opened: dict[str, int],
    private: dict[str, dict[str, int]],
) -> None:
    present = {member: number for member, row in values.items() if (number := row[item.id]) is not None}
    groups = len({spec.member_of[member].control_group for member in present})
    opened |= {f"{item.id}/members": len(present), f"{item.id}/groups": groups}
    allowed = release.plan_of(spec, item, members=len(present), groups=groups, accepted=tuple(sorted(values)))
    if not allowed.opens_anything:
        return
    numbers = sorted(present.values())
    if allowed.tested:
        opened[f"{item.id}/released"] = int(disclosure.safe_total(numbers, spec.rules))
        if not opened[f"{item.id}/released"]:
            return
    for name, point in allowed.points:
        opened[f"{item.id}/{name}"] = sum(weight * numbers[position] for position, weight in point.weights)
    if "sum" in allowed.public:
        opened[f"{item.id}/sum"] = sum(numbers)
    if "measured" in allowed.public:
        opened[f"{item.id}/measured"] = sum(item.id in measured.get(member, ()) for member in present)
    for member, number in present.items():
        below, above = sum(n < number for n in numbers), sum(n > number for n in numbers)
        places = {
            "place": disclosure.place(len(numbers), below, above),
            "third": disclosure.third(len(numbers), below, above),
            "side": disclosure.side(below, above),
        }
        wants = {"place"} if spec.member_of[member].rank else set[str]()
        private[member] |= {
            f"{item.id}/{name}": places[name] for name in allowed.private if name in {"third", "side"} | wants
        }


def dealt(values: Mapping[str, int], rng: random.Random) -> list[dict[str, str]]:
    """Three parties' output shares of opened values."""
    shares: list[dict[str, str]] = [{}, {}, {}]
    for name, value in values.items():
        slope = rng.randrange(P)
        for index, party in enumerate(shares):
            party[name] = str((value + slope * (index + 1)) % P)
    return shares


def owned_by(spec: Specification, owners: Mapping[str, str]) -> Specification:
    """The same round, with some members under another owner."""
    return replace(
        spec,
        members=tuple(replace(m, control_group=owners.get(m.id, m.control_group)) for m in spec.members),
    )
