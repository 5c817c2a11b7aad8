"""A round as a draft: what a coordinator plans, and what counsel signs off, before anything is fixed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import CompetitionFlag, Metric
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.benchmark.limits import CLOSES_WITHIN, LONGEST_OBJECTION
from skyddsnat.hub.benchmark.models import PeerGroup, Round, RoundParty, SignOff
from skyddsnat.hub.benchmark.services.groups import ID_FORM, organisation_of
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Member
from skyddsnat.hub.members.queries import authority_of, reader_of
from skyddsnat.hub.members.services import check_names, check_prose
from skyddsnat.policy import management
from skyddsnat.policy.benchmark import planning
from skyddsnat.policy.benchmark.sight import check_counsel
from skyddsnat.policy.errors import PolicyRefusal

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

GOVERNANCE = "MET-GOV-01"
"""Goes with the maturity model: the figure that its answers are read beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a coordinator may decide of a round.  parties: in the order of their places 0, 1, 2."""

    title_sv: str
    title_en: str
    group: PeerGroup
    first_day: date
    last_day: date
    deadline: datetime
    parties: Sequence[Member]
    metrics: Iterable[str] = ()
    maturity: bool = False
    totals: bool = False
    objection_seconds: int = 86_400


@transaction.atomic
def plan_round(actor: Actor, id: str, draft: Draft, *, now: datetime) -> Round:
    """A new draft.  actor: a coordinator.

    Raises PolicyRefusal("not_coordinator" | "bad_round_id" | "name_taken" | "unknown_metric" | "red_metric" | "no_metric" |
    "period_backwards" | "period_too_young" | "deadline_past" | "deadline_far" | "not_three_parties" | "party_competes" |
    "parties_share_owner" | "group_closed" | "imagery").
    """
    management.check_coordinator(authority_of(actor))
    if actor.person_id is None or actor.member_id is None:
        raise PolicyRefusal("not_coordinator", "a round is planned by a person")
    if not ID_FORM.fullmatch(id):
        raise PolicyRefusal("bad_round_id")
    if Round.objects.filter(pk=id).exists():
        raise PolicyRefusal("name_taken")
    round_ = Round(id=id, owner_id=actor.member_id, planned_by_id=actor.person_id, planned_at=now, state_since=now)
    _write(round_, draft, now=now)
    record(actor, "round.planned", kind="round", object_id=round_.pk, group=draft.group.pk, metrics=len(round_.metrics))
    return round_


@transaction.atomic
def change_round(actor: Actor, pk: str, draft: Draft, *, now: datetime) -> Round:
    """Change a draft that is not frozen.  Raises as `plan_round`, and "frozen".

    Sign-offs of metrics that stay are kept while the group and the days stay too: counsel's word was about those.
    """
    management.check_coordinator(authority_of(actor))
    round_ = unfrozen(pk)
    before = _signed_for(round_)
    _write(round_, draft, now=now)
    kept = round_.metrics if _signed_for(round_) == before else []
    round_.sign_offs.exclude(metric__in=kept).delete()
    record(actor, "round.changed", kind="round", object_id=round_.pk, metrics=len(round_.metrics))
    return round_


@transaction.atomic
def discard_round(actor: Actor, pk: str) -> None:
    """Throw a draft away that was never approved; the log keeps that it was there.

    Raises PolicyRefusal("not_coordinator" | "frozen").
    """
    management.check_coordinator(authority_of(actor))
    round_ = unfrozen(pk)
    record(actor, "round.discarded", kind="round", object_id=round_.pk)
    round_.delete()


@transaction.atomic
def sign_off(person: Person, pk: str, *, metric: str, note: str, now: datetime) -> SignOff:
    """Counsel lets an amber metric into this round, with a reason.  Once given it is replaced, not taken back.

    Raises PolicyRefusal("not_counsel" | "own_plan" | "frozen" | "not_amber" | "no_note" | "imagery" | "personal_data").
    """
    round_ = unfrozen(pk)
    check_counsel(reader_of(person), planner=round_.planned_by_id)
    if metric not in round_.metrics or load_catalogue().metrics[metric].competition is not CompetitionFlag.AMBER:
        raise PolicyRefusal("not_amber")
    if not note.strip():
        raise PolicyRefusal("no_note")
    check_prose(note)
    round_.sign_offs.filter(metric=metric).delete()
    said = SignOff.objects.create(round=round_, metric=metric, person=person, at=now, note=note.strip())
    record(Actor.of(person), "round.signed_off", kind="round", object_id=round_.pk, metric=metric)
    return said


def _signed_for(round_: Round) -> tuple[str, date, date]:
    return round_.group_id, round_.first_day, round_.last_day


def unfrozen(pk: str) -> Round:
    """The draft, locked.  Raises PolicyRefusal("frozen") once its specification is fixed."""
    round_: Round = Round.objects.select_for_update().get(pk=pk)
    if round_.is_frozen or round_.state != Round.State.DRAFT:
        raise PolicyRefusal("frozen")
    return round_


def chosen_metrics(draft: Draft) -> list[Metric]:
    """The metrics in the catalogue's order.  Raises PolicyRefusal("unknown_metric" | "red_metric" | "no_metric")."""
    book, wanted = load_catalogue().metrics, set(draft.metrics)
    if draft.maturity:
        wanted.add(GOVERNANCE)
    if not wanted:
        raise PolicyRefusal("no_metric")
    if unknown := wanted - book.keys():
        raise PolicyRefusal("unknown_metric", ", ".join(sorted(unknown)))
    found = [metric for key, metric in book.items() if key in wanted]
    for metric in found:
        planning.check_metric(metric, signed_off=True)  # whether counsel has signed is asked when it is frozen
    return found


def _write(round_: Round, draft: Draft, *, now: datetime) -> None:
    check_names(draft.title_sv, draft.title_en)
    found = chosen_metrics(draft)
    if draft.group.closed_at is not None:
        raise PolicyRefusal("group_closed")
    rules = load_catalogue().metric_words.release
    planning.check_period(draft.first_day, draft.last_day, opens=planning.day_of(now), rules=rules)
    if draft.deadline <= now:
        raise PolicyRefusal("deadline_past")
    if draft.deadline > now + CLOSES_WITHIN:
        raise PolicyRefusal("deadline_far")
    if not 0 <= draft.objection_seconds <= LONGEST_OBJECTION:
        raise PolicyRefusal("bad_window")
    compared = [one.member for one in draft.group.memberships.filter(left_at=None).select_related("member")]
    planning.check_parties(map(organisation_of, draft.parties), map(organisation_of, compared))
    if any(party.left_at is not None for party in draft.parties):
        raise PolicyRefusal("member_has_left")
    round_.title_sv, round_.title_en, round_.group = draft.title_sv, draft.title_en, draft.group
    round_.first_day, round_.last_day = draft.first_day, draft.last_day
    round_.deadline = draft.deadline.replace(microsecond=0)
    round_.objection_seconds = draft.objection_seconds
    round_.metrics = [metric.id for metric in found]
    round_.maturity, round_.totals = draft.maturity, draft.totals
    round_.save()
    round_.parties.all().delete()
    RoundParty.objects.bulk_create(
        RoundParty(round=round_, member=party, index=index) for index, party in enumerate(draft.parties)
    )
