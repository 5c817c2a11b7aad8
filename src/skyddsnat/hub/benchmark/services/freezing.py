"""From a draft to the exact bytes that three parties sign, and back while nobody is bound by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from types import MappingProxyType

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import CompetitionFlag
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.benchmark.limits import OPENS_AT_LEAST
from skyddsnat.hub.benchmark.models import BenchmarkKey, PeerGroup, PeerGroupMember, Round, RoundMember
from skyddsnat.hub.benchmark.queries.picture import sign_offs_of
from skyddsnat.hub.benchmark.queries.rounds import compared_with, last_release, releases_of
from skyddsnat.hub.benchmark.services.groups import organisation_of
from skyddsnat.hub.benchmark.services.planning import unfrozen
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Member
from skyddsnat.hub.members.queries import authority_of, coalition, wait_for_turn
from skyddsnat.policy import management
from skyddsnat.policy.benchmark import planning
from skyddsnat.policy.benchmark.disclosure import Rules, largest_amount, rung
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.protocols.benchmark import coding, spec_reader
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.spec import Item, SignOff, Specification, SpecMember, SpecParty

TOTALS = frozenset({"mean_if_rules_pass", "sum_if_rules_pass"})


@transaction.atomic
def freeze(actor: Actor, pk: str, *, now: datetime) -> Round:
    """Fix the specification: from now on the parties may sign it, and nothing of it changes.

    Raises PolicyRefusal("not_coordinator" | "frozen" | "needs_sign_off" | "keys_missing" | "too_few_members" |
    "party_competes" | "parties_share_owner" | "period_too_young" | "period_overlaps" | "round_under_way" | "deadline_past" |
    "bad_specification").
    """
    management.check_coordinator(authority_of(actor))
    wait_for_turn()  # a joint figure that is released meanwhile must be seen, as must this round there
    round_ = unfrozen(pk)
    PeerGroup.objects.select_for_update().get(pk=round_.group_id)  # its members and its other rounds stand still
    specification = specification_of(round_, now=now)
    round_.spec = specification.raw.decode()
    round_.spec_sha256, round_.frozen_at, round_.state_since = specification.sha256, now, now
    round_.save()
    RoundMember.objects.bulk_create(RoundMember(round=round_, member_id=one.id) for one in specification.members)
    record(actor, "round.frozen", kind="round", object_id=round_.pk, spec=specification.sha256)
    return round_


@transaction.atomic
def take_back(actor: Actor, pk: str, *, now: datetime) -> Round:
    """Make a frozen specification a draft again; what parties have signed of it is void.

    Raises PolicyRefusal("not_coordinator" | "not_frozen") once all three have signed: then the round can only be called off.
    """
    management.check_coordinator(authority_of(actor))
    round_: Round = Round.objects.select_for_update().get(pk=pk)
    if round_.state != Round.State.DRAFT or not round_.is_frozen:
        raise PolicyRefusal("not_frozen")
    record(actor, "round.taken_back", kind="round", object_id=round_.pk, spec=round_.spec_sha256)
    round_.statements.all().delete()
    round_.members.all().delete()
    round_.spec, round_.spec_sha256, round_.frozen_at, round_.state_since = "", "", None, now
    round_.save()
    return round_


def specification_of(round_: Round, *, now: datetime) -> Specification:
    """The specification that the draft would become now.  Raises PolicyRefusal as `freeze`."""
    memberships = list(round_.group.memberships.filter(left_at=None, member__left_at=None).select_related("member"))
    compared = [organisation_of(one.member) for one in memberships]
    parties = [one.member for one in round_.parties.select_related("member")]
    rules = load_catalogue().metric_words.release
    planning.check_members(compared)
    planning.check_parties(map(organisation_of, parties), compared)
    planning.check_period(round_.first_day, round_.last_day, opens=planning.day_of(now), rules=rules)
    if round_.deadline < now + OPENS_AT_LEAST:
        raise PolicyRefusal("deadline_past")
    members = [one.member_id for one in memberships]
    _check_overlap(round_, members)
    sign_offs = tuple(_sign_offs(round_))
    specification = Specification(
        round=round_.pk,
        title={"sv": round_.title_sv, "en": round_.title_en},
        coalition=coalition().name,
        peer_group=round_.group_id,
        first_day=round_.first_day,
        last_day=round_.last_day,
        deadline=round_.deadline,
        objection_seconds=round_.objection_seconds,
        versions=MappingProxyType(
            {"metrics": load_catalogue().metric_words.version, "maturity": load_catalogue().maturity.version}
        ),
        items=tuple(items_of(round_, compared, today=timezone.localdate(now))),
        rules=rules_of(four=all(one.four for one in memberships)),
        previous=last_release(members, round_.metrics),
        members=tuple(_members(memberships, ranks=_rested(members, today=timezone.localdate(now)))),
        parties=tuple(_parties(parties)),
        sign_offs=sign_offs,
    )
    try:
        return spec_reader.read(specification.raw)  # what cannot be read is never signed
    except BadRound as bad:
        raise PolicyRefusal("bad_specification", bad.message) from bad


def rules_of(*, four: bool) -> Rules:
    """The coalition's rules of disclosure, as they stand in the catalogue."""
    release = load_catalogue().metric_words.release
    exact = release.exact_value_rules
    return Rules(
        k=release.min_contributors,
        p=exact.p_percent,
        max_share=Fraction(exact.max_share),
        ladder=release.ladder,
        four_opted_in=four,
    )


def items_of(round_: Round, compared: Sequence[planning.Organisation], *, today: date) -> Iterator[Item]:
    """What is asked for.  A total is asked for only where one could be released: what is not needed is not taken."""
    book = load_catalogue()
    owners = len({one.group for one in compared})
    coarsen = book.metric_words.release.coarsen
    totals = round_.totals and _totals(round_, compared, owners=owners, today=today)
    for key in round_.metrics:
        metric = book.metrics[key]
        yield coding.item_of_metric(metric, planning.coarsening(metric, owners, coarsen))
        if totals and metric.additive and not _total_is_out(round_, key):
            yield coding.item_of_amount(metric, most=largest_amount(rules_of(four=False), len(compared)))
    if round_.maturity:
        yield from map(coding.item_of_question, book.questions.values())


def _total_is_out(round_: Round, metric: str) -> bool:
    """Whether a joint figure of any of these days was shown: a total of other members beside it could be subtracted from it."""
    return any(import_string(name)(metric, round_.first_day, round_.last_day) for name in settings.JOINT_FIGURES)


def _totals(round_: Round, compared: Sequence[planning.Organisation], *, owners: int, today: date) -> bool:
    step = rung(rules_of(four=False), owners)
    if step is None or not TOTALS & set(step.public):
        return False
    return _rested([one.id for one in compared], today=today)


def _rested(members: Iterable[str], *, today: date) -> bool:
    ids = tuple(sorted(members))
    return planning.members_rested(releases_of(ids), ids, today=today, rules=load_catalogue().metric_words.release)


def _sign_offs(round_: Round) -> Iterator[SignOff]:
    given = sign_offs_of(round_)
    for key in round_.metrics:
        metric = load_catalogue().metrics[key]
        planning.check_metric(metric, signed_off=key in given)
        if metric.competition is CompetitionFlag.AMBER:
            # The office, not the person: the specification goes to others and stays for good.
            yield SignOff(key, f"counsel of {given[key].person.member.name}", given[key].at.replace(microsecond=0))


def _members(memberships: list[PeerGroupMember], *, ranks: bool) -> Iterator[SpecMember]:
    """ranks: whether those that wished to are told theirs; for a year after a change of members nobody is."""
    keys = _keys(BenchmarkKey.Use.MEMBER, [one.member_id for one in memberships])
    for one in sorted(memberships, key=lambda each: each.member_id):
        key = keys[one.member_id]
        member = one.member
        wants = one.rank and ranks
        yield SpecMember(member.pk, member.name, member.control_group, key.signing_key, key.opening_key, rank=wants)


def _parties(parties: list[Member]) -> Iterator[SpecParty]:
    keys = _keys(BenchmarkKey.Use.PARTY, [one.pk for one in parties])
    for index, party in enumerate(parties):
        yield SpecParty(index, party.pk, party.name, keys[party.pk].signing_key)


def _keys(use: BenchmarkKey.Use, wanted: list[str]) -> dict[str, BenchmarkKey]:
    """The keys that count now.  Raises PolicyRefusal("keys_missing") naming who has none."""
    found = BenchmarkKey.objects.filter(use=use, member_id__in=wanted, ended_at=None, confirmed_at__isnull=False)
    keys = {key.member_id: key for key in found}
    if missing := sorted(set(wanted) - keys.keys()):
        raise PolicyRefusal("keys_missing", ", ".join(missing))
    return keys


def _check_overlap(round_: Round, members: Sequence[str]) -> None:
    """The same metric of the same days is compared once, and one after the other of different days.

    Two results of the same figures could be subtracted from each other.  Of two rounds at a time neither would know whom the
    other was computed on, and so neither would hold back what a change of members tells.
    """
    mine = _compared(round_)
    for other in compared_with(members).exclude(pk=round_.pk):
        if not mine & _compared(other):
            continue
        if other.first_day <= round_.last_day and other.last_day >= round_.first_day:
            raise PolicyRefusal("period_overlaps", other.pk)
        if not other.release and not other.abort:
            raise PolicyRefusal("round_under_way", other.pk)


def _compared(round_: Round) -> set[str]:
    return {*round_.metrics, *(["maturity"] if round_.maturity else [])}
