"""What a person should look at before approving a round: the specification in words, and what in it is out of the ordinary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from skyddsnat.catalogue.release import FLOOR_CONTRIBUTORS, ReleaseRules
from skyddsnat.catalogue.whole import Catalogue
from skyddsnat.party import precedent
from skyddsnat.policy.benchmark import planning
from skyddsnat.policy.benchmark.disclosure import Rules
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.protocols.benchmark.fields import moment_text
from skyddsnat.protocols.benchmark.signing import fingerprint
from skyddsnat.protocols.benchmark.spec import Specification


def facts(spec: Specification) -> dict[str, Any]:
    """The specification as `status` shows it."""
    owners: dict[str, list[str]] = defaultdict(list)
    for member in spec.members:
        owners[member.control_group].append(member.name)
    return {
        "round": spec.round,
        "title": dict(spec.title),
        "coalition": spec.coalition,
        "peer_group": spec.peer_group,
        "spec": spec.sha256,
        "period": {"from": spec.first_day.isoformat(), "to": spec.last_day.isoformat()},
        "deadline": moment_text(spec.deadline),
        "objection_seconds": spec.objection_seconds,
        "items": [
            {"id": item.id, "kind": item.kind.value, "max": item.max, "neutral": item.neutral} for item in spec.items
        ],
        "members": [
            {
                "id": member.id,
                "name": member.name,
                "rank": member.rank,
                "fingerprint": fingerprint(member.signing_key, member.opening_key),
            }
            for member in spec.members
        ],
        "control_groups": {group: sorted(names) for group, names in sorted(owners.items())},
        "rules": _rules(spec.rules),
        "previous": spec.previous.round if spec.previous else None,
        "parties": [
            {"index": party.index, "id": party.id, "name": party.name, "fingerprint": fingerprint(party.signing_key)}
            for party in spec.parties
        ],
        "sign_offs": [{"metric": each.metric, "by": each.by, "at": moment_text(each.at)} for each in spec.sign_offs],
    }


def _rules(rules: Rules) -> dict[str, Any]:
    return {
        "k": rules.k,
        "p": rules.p,
        "max_share": str(rules.max_share),
        "four_opted_in": rules.four_opted_in,
        "ladder": [
            {"low": rung.low, "high": rung.high, "public": [*rung.public], "private": [*rung.private]}
            for rung in rules.ladder
        ],
    }


def remarks(
    spec: Specification,
    *,
    catalogue: Catalogue,
    before: Sequence[Specification],
    accepted: Mapping[str, tuple[str, ...]],
    pinned: Collection[str],
    now: datetime,
) -> list[str]:
    """What is out of the ordinary, one line each.

    before: rounds that this party has computed.  accepted: by round, on whom, where it has handed in its shares of a result.
    pinned: parties whose key this one knows from elsewhere, itself among them.
    """
    usual = catalogue.metric_words.release
    return [
        *_time(spec, usual, now),
        *_rules_remarks(spec.rules, usual),
        *precedent.definitions(spec, catalogue),
        *precedent.items(spec, catalogue),
        *_members(spec),
        *precedent.parties(spec, before, pinned),
        *precedent.members(spec, before),
        *precedent.rounds(spec, before, accepted),
        *precedent.resting(spec, before, accepted, usual),
        *_differencing(spec, before),
    ]


def _time(spec: Specification, usual: ReleaseRules, now: datetime) -> list[str]:
    found = []
    if spec.deadline <= now:
        found.append("the deadline has passed")
    try:
        planning.check_period(spec.first_day, spec.last_day, opens=planning.day_of(now), rules=usual)
    except PolicyRefusal:
        found.append(
            f"the period ends less than {usual.data_age_months_min} months ago: figures this young are not compared"
        )
    if spec.objection_seconds < 3600:
        found.append(f"members have {spec.objection_seconds} s to object to the list of submissions, usually a day")
    return found


def _rules_remarks(rules: Rules, usual: ReleaseRules) -> list[str]:
    found = []
    if rules.k < max(FLOOR_CONTRIBUTORS, usual.min_contributors):
        found.append(f"k is {rules.k}, usually {usual.min_contributors}")
    if rules.p < usual.exact_value_rules.p_percent:
        found.append(f"p is {rules.p} %, usually {usual.exact_value_rules.p_percent} %")
    if rules.max_share > usual.exact_value_rules.max_share:
        found.append(f"one member may hold {rules.max_share} of a total, usually {usual.exact_value_rules.max_share}")
    if rules.ladder != usual.ladder:
        found.append("the release ladder is not the catalogue's: compare it rung by rung")
    if rules.four_opted_in:
        found.append("a group of four learns above or below, since all four have agreed: see that they have")
    return found


def _members(spec: Specification) -> list[str]:
    groups = len({member.control_group for member in spec.members})
    found = []
    if groups < FLOOR_CONTRIBUTORS:
        found.append(
            f"{groups} owners behind {len(spec.members)} members: below {FLOOR_CONTRIBUTORS} nothing is released"
        )
    if groups < len(spec.members):
        found.append(f"{len(spec.members) - groups} members share an owner with another: they count as one")
    return found


def _differencing(spec: Specification, before: Iterable[Specification]) -> list[str]:
    """A second round over the same figures without one member would tell that member's value by subtraction."""
    found, ids = [], {member.id for member in spec.members}
    for other in before:
        overlaps = spec.first_day <= other.last_day and other.first_day <= spec.last_day
        shared = {item.id for item in spec.items} & {item.id for item in other.items}
        if other.round == spec.round or not overlaps or not shared:
            continue
        changed = ids ^ {member.id for member in other.members}
        who = f", and differs by {', '.join(sorted(changed)[:5])}" if changed else ""
        found.append(
            f"round {other.round} compared {len(shared)} of these items for the same period{who}: "
            "two results of the same figures can be subtracted from each other; ask why it is repeated"
        )
    return found
