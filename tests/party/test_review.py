"""What a person at a party is told to look at before approving: whatever a wicked hub could have changed in a specification."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import CompetitionFlag
from skyddsnat.party import review
from skyddsnat.protocols.benchmark import coding
from skyddsnat.protocols.benchmark.signing import fingerprint
from skyddsnat.protocols.benchmark.spec import Previous, SignOff, Specification
from tests.rounds import items, specification

VERSIONS = {"metrics": load_catalogue().metric_words.version, "maturity": load_catalogue().maturity.version}
SPEC = replace(specification(), objection_seconds=86_400, versions=VERSIONS)
NOW = SPEC.deadline - timedelta(days=7)
EARLIER = replace(
    SPEC,
    round="2026-q1",
    first_day=SPEC.first_day - timedelta(days=90),
    last_day=SPEC.first_day - timedelta(days=1),
    deadline=SPEC.deadline - timedelta(days=90),
)
ALL = tuple(SPEC.member_of)


PINNED = {party.id for party in SPEC.parties}


def told(spec: Specification, *before: Specification, pinned: Collection[str] = PINNED) -> str:
    accepted = {each.round: ALL for each in before}
    found = review.remarks(spec, catalogue=load_catalogue(), before=before, accepted=accepted, pinned=pinned, now=NOW)
    return " / ".join(found)


def told_later(spec: Specification) -> str:
    """By a party that has computed a round of these members before."""
    return told(replace(spec, previous=Previous(EARLIER.round, ALL, ())), EARLIER)


def test_of_an_ordinary_round_nothing_is_remarked() -> None:
    assert told_later(SPEC) == ""


def test_keys_that_the_party_has_not_seen_before_are_to_be_compared() -> None:
    """A hub could make up all members but one, and read that one's band off the median."""
    names = ", ".join(member.name for member in SPEC.members)
    assert told(SPEC) == f"keys not seen before, of {names}: ask each of them itself for its fingerprint, by telephone"
    shown = review.facts(SPEC)["members"][0]
    first = SPEC.members[0]
    assert shown["fingerprint"] == fingerprint(first.signing_key, first.opening_key)


def test_parties_that_nobody_here_has_pinned_are_to_be_compared() -> None:
    """With two keys of its own among the three a hub would read every value."""
    own, second, third = SPEC.parties
    spec, pinned = replace(SPEC, previous=Previous(EARLIER.round, ALL, ())), {own.id}
    assert (
        f"keys of computing parties not seen before, of {second.name}, {third.name}: ask each of them for its fingerprint, "
        "and pin it as a [[peer]]; with two of the three keys the hub would read every value"
    ) in told(SPEC, pinned=pinned)
    assert told(spec, EARLIER, pinned=pinned) == "", "as in the round before"
    other = replace(spec, parties=(own, second, replace(third, signing_key="7" * 64)))
    assert told(other, EARLIER, pinned=pinned) == (
        f"{third.name} computes with another key than in 2026-q1: ask it for its fingerprint, and pin it as a [[peer]]"
    )


def test_finer_bands_than_the_catalogues_are_remarked() -> None:
    first, *others = SPEC.items
    fine = replace(first, edges=tuple(Decimal(n) for n in range(1, 1000)), max=999)
    assert told_later(replace(SPEC, items=(fine, *others))).startswith(
        f"{first.id}: not as this program's catalogue has it"
    )
    neutral = next(one.id for one in load_catalogue().metrics.values() if one.is_neutral and one.competition == "green")
    (item,) = items([neutral])
    assert told_later(replace(SPEC, items=(item,))) == ""
    assert "catalogue" in told_later(replace(SPEC, items=(replace(item, neutral=False),))), "nobody is ranked by it"
    assert "catalogue" in told_later(replace(SPEC, items=(replace(first, id="MET-XXX-01"),)))


def test_definitions_of_another_catalogue_are_remarked() -> None:
    """Bands may be the same where what is counted is not."""
    assert told_later(replace(SPEC, versions=VERSIONS | {"metrics": "9.0.0"})) == (
        f"metrics as defined in version 9.0.0, this program's catalogue has {VERSIONS['metrics']}: ask what else is counted now"
    )


def test_red_metrics_and_amber_ones_without_counsel_are_remarked() -> None:
    book = load_catalogue().metrics.values()
    amber, red = (
        next(each.id for each in book if each.competition is flag)
        for flag in (CompetitionFlag.AMBER, CompetitionFlag.RED)
    )
    spec = replace(SPEC, items=items([amber, red]))
    assert told_later(spec) == f"{red}: red, never to be compared / {amber}: amber, and counsel has not signed"
    signed = replace(spec, sign_offs=(SignOff(amber, "counsel of Solros", datetime(2026, 11, 1, tzinfo=UTC)),))
    assert told_later(signed) == f"{red}: red, never to be compared"


def test_a_round_before_that_the_hub_leaves_out_or_tells_otherwise_is_remarked() -> None:
    """With it, totals and places would be opened that a change of members holds back."""
    assert "says that no round came before, and this party has computed 2026-q1" in told(SPEC, EARLIER)
    other = replace(SPEC, previous=Previous("2025-q4", ALL, ()))
    assert "says that 2025-q4 came before" in told(other, EARLIER)
    fewer = replace(SPEC, previous=Previous(EARLIER.round, ALL[1:], ()))
    assert "was computed on others" in told(fewer, EARLIER)


def test_ranks_and_totals_within_a_year_of_a_round_on_others_are_remarked() -> None:
    def asked(spec: Specification) -> str:
        now = replace(spec, previous=Previous(EARLIER.round, ALL[:-1], ()))
        found = review.remarks(
            now,
            catalogue=load_catalogue(),
            before=[EARLIER],
            accepted={EARLIER.round: ALL[:-1]},
            pinned=PINNED,
            now=NOW,
        )
        return " / ".join(found)

    ranked = replace(SPEC, members=tuple(replace(member, rank=True) for member in SPEC.members))
    unranked = replace(SPEC, members=tuple(replace(member, rank=False) for member in SPEC.members))
    total = coding.item_of_amount(load_catalogue().metrics["MET-BLK-01"], most=1000)
    assert "asks for ranks, though a round of the last year was computed on other members" in asked(ranked)
    assert "asks for ranks and totals, though" in asked(replace(ranked, items=(*SPEC.items, total)))
    assert asked(unranked) == ""
    assert told_later(ranked) == "", "on the same members"


def test_another_key_or_owner_under_a_members_name_is_remarked() -> None:
    first, *others = SPEC.members
    usual = replace(SPEC, previous=Previous(EARLIER.round, ALL, ()))
    swapped = replace(usual, members=(replace(first, signing_key="ab" * 32), *others))
    assert told(swapped, EARLIER) == (
        f"{first.id} signs with another key than in 2026-q1: ask {first.name} itself for its fingerprint"
    )
    sold = replace(usual, members=(replace(first, control_group="koncernen"), *others))
    assert f"{first.id} belongs to koncernen, in 2026-q1 to {first.id}" in told(sold, EARLIER)
