"""What of a specification is not as the catalogue has it, or not as in the rounds that this party has computed.

The hub writes the specification.  Finer bands, a round before that is left out, or another key under a member's name would let it
learn what the rules hold back; three parties who look are why it cannot (docs/benchmarking/protocol.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from skyddsnat.catalogue.metrics import CompetitionFlag
from skyddsnat.catalogue.release import ReleaseRules
from skyddsnat.catalogue.whole import Catalogue
from skyddsnat.policy.benchmark import planning
from skyddsnat.policy.benchmark.disclosure import ItemKind, largest_amount
from skyddsnat.protocols.benchmark import coding
from skyddsnat.protocols.benchmark.spec import Item, Specification, metric_of

ASK = "ask, since what a change of members holds back hangs on it"
NAMED = 5
"""Of a long list, so many are named."""


def definitions(spec: Specification, catalogue: Catalogue) -> Iterator[str]:
    """Catalogues of another version: bands and names may be the same where what is counted is not."""
    own = {"metrics": catalogue.metric_words.version, "maturity": catalogue.maturity.version}
    for what, version in sorted(spec.versions.items()):
        if own.get(what) != version:
            yield (
                f"{what} as defined in version {version}, this program's catalogue has {own.get(what, 'none')}: "
                "ask what else is counted now"
            )


def items(spec: Specification, catalogue: Catalogue) -> Iterator[str]:
    """Items that are not the catalogue's, red metrics, and amber ones without counsel's name."""
    odd = [item.id for item in spec.items if item != _usual(item, spec, catalogue)]
    if odd:
        yield f"{_names(odd)}: not as this program's catalogue has it for a group of this size; finer bands tell more"
    flags = {item.id: _flag(item, catalogue) for item in spec.items}
    signed = {each.metric for each in spec.sign_offs}
    if red := [name for name, flag in flags.items() if flag is CompetitionFlag.RED]:
        yield f"{_names(red)}: red, never to be compared"
    amber = [name for name, flag in flags.items() if flag is CompetitionFlag.AMBER and metric_of(name) not in signed]
    if amber:
        yield f"{_names(amber)}: amber, and counsel has not signed"


def rounds(
    spec: Specification, before: Sequence[Specification], accepted: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """before: rounds that this party has computed.  accepted: on whom, of those whose result it has handed in its shares of."""
    ids, metrics = set(spec.member_of), _metrics(spec)
    known = [
        each for each in before if each.round in accepted and each.round != spec.round and ids & set(each.member_of)
    ]
    alike = [each for each in known if metrics & _metrics(each)]
    last = max(alike or known, key=lambda each: each.deadline, default=None)
    if last is None:
        return
    told = spec.previous
    if told is None or told.round != last.round:
        came = told.round if told else "no round"
        yield f"says that {came} came before, and this party has computed {last.round} of these members: {ASK}"
    elif told.members != accepted[last.round]:
        yield f"says that {last.round} was computed on others than it was: {ASK}"


def resting(
    spec: Specification, before: Sequence[Specification], accepted: Mapping[str, tuple[str, ...]], usual: ReleaseRules
) -> Iterator[str]:
    """Ranks and totals that are asked for within a year of a round on other members: they would tell of the one that left."""
    ids = tuple(sorted(spec.member_of))
    history = [
        (each.deadline.date(), accepted[each.round])
        for each in before
        if each.round in accepted and each.round != spec.round and set(ids) & set(each.member_of)
    ]
    if planning.members_rested(history, ids, today=spec.deadline.date(), rules=usual):
        return
    asked = ["ranks"] if any(one.rank for one in spec.members) else []
    asked += ["totals"] if any(item.kind is ItemKind.AMOUNT for item in spec.items) else []
    if asked:
        yield f"asks for {' and '.join(asked)}, though a round of the last year was computed on other members: {ASK}"


def members(spec: Specification, before: Sequence[Specification]) -> Iterator[str]:
    """Members whose keys this party has not seen before, or that have another key or owner than in the last round it computed.

    A hub could give keys of its own to names of others, and read the one real member's band off what it made up.
    """
    earlier = {
        one.id: (each.round, one) for each in sorted(before, key=lambda each: each.deadline) for one in each.members
    }
    if new := [one.name for one in spec.members if one.id not in earlier]:
        yield f"keys not seen before, of {', '.join(new)}: ask each of them itself for its fingerprint, by telephone"
    for one in spec.members:
        name, then = earlier.get(one.id, ("", one))
        if then.signing_key != one.signing_key:
            yield f"{one.id} signs with another key than in {name}: ask {one.name} itself for its fingerprint"
        if then.control_group != one.control_group:
            yield f"{one.id} belongs to {one.control_group}, in {name} to {then.control_group}: ask whether its owner has changed"


def parties(spec: Specification, before: Sequence[Specification], pinned: Collection[str]) -> Iterator[str]:
    """Other parties with a key that is not pinned (other than a pinned one is refused) and not that of the last round."""
    rounds = sorted(before, key=lambda each: each.deadline)
    earlier = {party.id: (each.round, party.signing_key) for each in rounds for party in each.parties}
    unknown = [party for party in spec.parties if party.id not in pinned]
    if new := [party.name for party in unknown if party.id not in earlier]:
        yield (
            f"keys of computing parties not seen before, of {', '.join(new)}: ask each of them for its fingerprint, "
            "and pin it as a [[peer]]; with two of the three keys the hub would read every value"
        )
    for party in unknown:
        name, key = earlier.get(party.id, ("", party.signing_key))
        if key != party.signing_key:
            yield (
                f"{party.name} computes with another key than in {name}: ask it for its fingerprint, "
                "and pin it as a [[peer]]"
            )


def _usual(item: Item, spec: Specification, catalogue: Catalogue) -> Item | None:
    question, metric = catalogue.questions.get(item.id), catalogue.metrics.get(metric_of(item.id))
    if question is not None:
        return coding.item_of_question(question)
    if metric is None:
        return None
    if item.kind is ItemKind.AMOUNT:
        return (
            coding.item_of_amount(metric, most=largest_amount(spec.rules, len(spec.members)))
            if metric.additive
            else None
        )
    owners = len({one.control_group for one in spec.members})
    return coding.item_of_metric(metric, planning.coarsening(metric, owners, catalogue.metric_words.release.coarsen))


def _flag(item: Item, catalogue: Catalogue) -> CompetitionFlag | None:
    metric = catalogue.metrics.get(metric_of(item.id))
    return metric.competition if metric else None


def _metrics(spec: Specification) -> set[str]:
    return {metric_of(item.id) for item in spec.items}


def _names(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return ", ".join(ids[:NAMED]) + more
