"""What the review queue is put in order by: how many owners stand behind a signal, and how many approvals.

Stored with the signal whenever its reports, its approvals or its state change, so that the queue is read from an index however
much waits (docs/adr/0025).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.policy.access import Stage
from skyddsnat.policy.signal_states import OPEN
from skyddsnat.policy.vocabulary import State

if TYPE_CHECKING:
    from skyddsnat.hub.signals.services.dossier import Dossier

JUDGED_AT: Final = frozenset({Stage.FIRST, Stage.SECOND})
WEIGHS_NOTHING: Final = MappingProxyType[str, Any]({"waits": False, "reports": 0, "approvals": 0})
"""A signal whose reports and approvals have gone on as another."""


def weigh(dossier: Dossier) -> None:
    """Put what the dossier holds on its signal, which the caller saves."""
    signal = dossier.signal
    signal.waits = State(signal.state) in OPEN and Stage(signal.stage) in JUDGED_AT
    signal.reports = len({report.member.control_group for report in dossier.standing_reports})
    signal.approvals = len(dossier.approvals)


def recount(member_id: str) -> None:
    """Count anew what the member has reported, now that it has another owner (settings.OWNER_CHANGED)."""
    standing = Submission.objects.filter(signal=OuterRef("pk"), episode=OuterRef("episode"), retracted_at=None)
    owners = standing.order_by().values("signal").annotate(n=Count("member__control_group", distinct=True))
    count = Coalesce(Subquery(owners.values("n"), output_field=IntegerField()), 0)
    Signal.objects.filter(Exists(standing.filter(member_id=member_id))).update(reports=count)
