"""A round: what was agreed to be compared, and how far it has come."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.vault.fields import SealedTextField
from skyddsnat.policy.benchmark.states import Abort, RoundState
from skyddsnat.protocols.benchmark import spec_reader
from skyddsnat.protocols.benchmark.spec import Specification

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


class RoundQuerySet(models.QuerySet["Round"]):
    """Every read starts at `visible_to` or, for machines, at `of_member`."""

    def visible_to(self, person: Person) -> RoundQuerySet:
        """Rounds that the person may know of."""
        from skyddsnat.hub.benchmark.access import visible_rounds

        rows: RoundQuerySet = visible_rounds(self, person)
        return rows

    def of_member(self, member_id: Any, *, as_member: bool, as_party: bool) -> RoundQuerySet:
        """Rounds in which the organisation takes part, in the capacities that its token is for.  member_id: or a slot for it."""
        from skyddsnat.hub.benchmark.access import rounds_of

        rows: RoundQuerySet = rounds_of(self, member_id, as_member=as_member, as_party=as_party)
        return rows


class Round(models.Model):
    """One collection of a set of metrics.

    spec: the exact canonical bytes as text, "" until they are frozen; what the three parties sign.  metrics: catalogue ids;
    maturity: with the thirty questions as well.  totals: also the sums of additive metrics where the ladder knows them.
    abort: code of the end without a result.  release: JSON as everyone in the round may read it, "" before.
    """

    class State(models.TextChoices):
        DRAFT = RoundState.DRAFT.value, pgettext_lazy("round", "draft")
        APPROVED = RoundState.APPROVED.value, pgettext_lazy("round", "approved")
        OPEN = RoundState.OPEN.value, pgettext_lazy("round", "open")
        CLOSED = RoundState.CLOSED.value, pgettext_lazy("round", "closed")
        COMPUTING = RoundState.COMPUTING.value, pgettext_lazy("round", "computing")
        VERIFYING = RoundState.VERIFYING.value, pgettext_lazy("round", "verifying")
        RELEASED = RoundState.RELEASED.value, pgettext_lazy("round", "released")
        ARCHIVED = RoundState.ARCHIVED.value, pgettext_lazy("round", "archived")
        ABORTED = RoundState.ABORTED.value, pgettext_lazy("round", "stopped")

    class AbortCode(models.TextChoices):
        PARTY_UNAVAILABLE = Abort.PARTY_UNAVAILABLE.value, _("a party could not be reached")
        ROOT_MISMATCH = Abort.ROOT_MISMATCH.value, _("the parties had different lists of submissions")
        VERDICT_MISMATCH = Abort.VERDICT_MISMATCH.value, _("the parties judged submissions differently")
        VERSION_MISMATCH = Abort.VERSION_MISMATCH.value, _("the parties ran different versions")
        OUTPUT_INCONSISTENT = Abort.OUTPUT_INCONSISTENT.value, _("the parties' results did not fit together")
        PEER_IDENTITY = Abort.PEER_IDENTITY.value, _("someone posed as a party")
        SECOND_RUN = Abort.SECOND_RUN.value, _("a second run of the same submissions was asked for")
        TIME_LIMIT = Abort.TIME_LIMIT.value, _("it took too long")
        OBJECTION = Abort.OBJECTION.value, _("a member proved that its latest submission was left out")
        TOO_FEW = Abort.TOO_FEW.value, _("too few handed in for anything to be released")
        SPECIFICATION = Abort.SPECIFICATION.value, _("a party refused the specification")
        WITHDRAWN = Abort.WITHDRAWN.value, _("the coordinator called it off")

    id = models.SlugField(primary_key=True, max_length=40)
    title_sv = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    group = models.ForeignKey("benchmark.PeerGroup", on_delete=models.PROTECT, related_name="rounds")
    owner = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    deadline = models.DateTimeField(db_index=True)
    objection_seconds = models.PositiveIntegerField(default=86_400)
    metrics = models.JSONField(default=list)
    maturity = models.BooleanField(default=False)
    totals = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, db_index=True)
    state_since = models.DateTimeField()
    abort = models.CharField(max_length=20, choices=AbortCode, blank=True)
    spec = models.TextField(blank=True)
    spec_sha256 = models.CharField(max_length=64, blank=True)
    release = models.TextField(blank=True)
    destroyed_at = models.DateTimeField(null=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-deadline", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """In the reader's language."""
        return self.title_en if get_language() == "en" else self.title_sv

    @property
    def standing(self) -> str:
        """The state in words; a draft whose specification is fixed waits for the parties."""
        if self.state == self.State.DRAFT and self.is_frozen:
            return str(_("to be signed by the parties"))
        return str(self.get_state_display())

    @property
    def is_frozen(self) -> bool:
        """Whether the specification is fixed, to be signed or signed."""
        return bool(self.spec)

    @cached_property
    def specification(self) -> Specification:
        """As it was frozen.  Raises BadRound for a draft that has none."""
        return spec_reader.read(self.spec.encode())


class RoundMember(models.Model):
    """A member of a frozen round, in the order of the specification."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="members")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["member_id"]
        constraints = [models.UniqueConstraint(fields=["round", "member"], name="benchmark_member_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.round_id}"


class RoundParty(models.Model):
    """A computing party of a round.  index: 0, 1 or 2, its place on the line."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="parties")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    index = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["round", "member"], name="benchmark_party_once"),
            models.UniqueConstraint(fields=["round", "index"], name="benchmark_index_once"),
        ]

    def __str__(self) -> str:
        return f"party {self.index} of {self.round_id}"


class SignOff(models.Model):
    """Counsel's word that an amber metric may be in this round.  note: the reason, for whoever asks later."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="sign_offs")
    metric = models.CharField(max_length=20)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = SealedTextField(max_length=600, bound=("round_id", "metric"))

    class Meta:
        ordering = ["metric"]
        constraints = [models.UniqueConstraint(fields=["round", "metric"], name="benchmark_one_sign_off")]

    def __str__(self) -> str:
        return f"{self.metric} in {self.round_id}"
