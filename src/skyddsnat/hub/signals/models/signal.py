"""A signal: one row for one normal form in one circle, with its state."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skyddsnat.hub.vault.fields import BlindIndexField, SealedTextField
from skyddsnat.hub.vault.shown import shown
from skyddsnat.policy.access import Stage
from skyddsnat.policy.normal_form import mask
from skyddsnat.policy.signal_states import FINAL
from skyddsnat.policy.vocabulary import Ceiling, HashKind, Marking, Scope, SignalType, State

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


NOT_ENDED = ~models.Q(state__in=sorted(state.value for state in FINAL)) & models.Q(lifted=False)
"""The query twin of `not policy.signal_states.is_final`."""


def index_of(type: str, value: str) -> str:
    """What stands for a value in normal form where it is looked up: the same for all its signals, in all circles."""
    index: BlindIndexField = Signal._meta.get_field("value_index")
    return index.index(value, type=type)


def indexes_of(values: Iterable[tuple[str, str]]) -> list[str]:
    """The same of many, each with its type, with the keys looked up once."""
    index: BlindIndexField = Signal._meta.get_field("value_index")
    return index.indexes((type, value) for type, value in values)


def life_of(signal: Signal) -> dict[str, Any]:
    """What all lives of a value in its circle have in common, by column."""
    return {
        "circle": signal.circle_id,
        "type": signal.type,
        "hash_kind": signal.hash_kind,
        "value_index": signal.value_index,
    }


class SignalQuerySet(models.QuerySet["Signal"]):
    """Every read starts at `visible_to`."""

    def visible_to(self, person: Person) -> SignalQuerySet:
        """The query twin of `policy.access.may_read`."""
        from skyddsnat.hub.signals.access import visible_signals

        rows: SignalQuerySet = visible_signals(self, person)
        return rows

    def open(self) -> SignalQuerySet:
        """Those that have not come to an end: of one value there is one in a circle at most."""
        return self.filter(NOT_ENDED)

    def of_value(self, signal: Signal) -> SignalQuerySet:
        """The lives of one value in its circle: the ended ones and the one that goes on, this one among them."""
        return self.filter(**life_of(signal)).order_by("episode")

    def with_values(self, values: Iterable[tuple[str, str]]) -> SignalQuerySet:
        """The rows with one of these types and values, in normal form.  A value is sealed: it is found whole or not at all."""
        rows: SignalQuerySet = self.filter(value_index__in=set(indexes_of(values)))
        return rows


class Signal(models.Model):
    """Something observable on which a member can act; a lead until it is verified.

    value is the normal form, sealed; value_index finds it.  A signal that has ended stays as it is for those who saw it; a new
    report of its value is another signal, which begins hidden like any other (docs/adr/0013).  episode counts these lives of a
    value, and rises too when a published id had to be revoked: STIX forbids it to return.
    ceiling is worked out by policy and stored, so that no query has to.
    """

    class Type(models.TextChoices):
        DOMAIN = SignalType.DOMAIN.value, _("domain")
        URL = SignalType.URL.value, _("URL")
        HASH = SignalType.HASH.value, pgettext_lazy("signal", "hash")
        TERM = SignalType.TERM.value, _("term")

    class StateChoice(models.TextChoices):
        DRAFT = State.DRAFT.value, _("draft")
        SUBMITTED = State.SUBMITTED.value, _("submitted")
        IN_REVIEW = State.IN_REVIEW.value, _("in review")
        CORROBORATED = State.CORROBORATED.value, _("corroborated")
        VERIFIED = State.VERIFIED.value, _("verified")
        DISPUTED = State.DISPUTED.value, _("disputed")
        REJECTED = State.REJECTED.value, _("rejected")
        WITHDRAWN = State.WITHDRAWN.value, _("withdrawn")
        EXPIRED = State.EXPIRED.value, _("expired")

    class CeilingChoice(models.TextChoices):
        NONE = Ceiling.NONE.wire, _("none")
        INFORM = Ceiling.INFORM.wire, _("inform")
        OBSERVE = Ceiling.OBSERVE.wire, _("observe")
        BLOCK = Ceiling.BLOCK.wire, _("block")

    class ScopeChoice(models.TextChoices):
        EXACT = Scope.EXACT.value, _("this host only")
        SUBDOMAINS = Scope.SUBDOMAINS.value, _("the whole domain")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of its own: another one begins with the same column, and each costs every row that comes in.
    circle = models.ForeignKey("members.Circle", on_delete=models.PROTECT, related_name="+", db_index=False)
    type = models.CharField(max_length=10, choices=Type)
    hash_kind = models.CharField(max_length=10, blank=True, choices=[(kind.value, kind.value) for kind in HashKind])
    value = SealedTextField(max_length=2048)
    value_index = BlindIndexField(of="value", beside=("type",))
    scope = models.CharField(max_length=10, choices=ScopeChoice, default=ScopeChoice.EXACT)
    marking = models.CharField(
        max_length=12, choices=[(m.value, m.value) for m in Marking], default=Marking.AMBER_STRICT.value
    )
    named = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    techniques = models.JSONField(default=list)

    state = models.CharField(max_length=12, choices=StateChoice, default=StateChoice.DRAFT)
    stage = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Stage], default=Stage.NONE.value)
    origins = models.JSONField(default=list)  # mandates whose verdict stands, strongest first
    ceiling = models.CharField(max_length=8, choices=CeilingChoice, default=CeilingChoice.NONE)
    lifted = models.BooleanField(default=False)  # disputed and lifted: a confirmed false positive, suspended everywhere
    episode = models.PositiveIntegerField(default=1)

    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)
    submitted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    claimed_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=20, blank=True)  # why the episode ended, a fixed code

    # What the review queue is put in order by, of the current episode; kept by services.weight, so that no query counts it.
    waits = models.BooleanField(default=False)  # for a reviewer
    reports = models.PositiveSmallIntegerField(default=0)  # owners that stand behind it
    approvals = models.PositiveSmallIntegerField(default=0)  # that stand

    objects: ClassVar[Any] = SignalQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "type", "hash_kind", "value_index"],
                condition=NOT_ENDED,
                name="one_open_signal_a_value_in_a_circle",
            ),
            models.UniqueConstraint(
                fields=["circle", "type", "hash_kind", "value_index", "episode"], name="one_signal_a_value_and_episode"
            ),
        ]
        indexes = [  # one that ends with the order of a list lets it be read from there; to sort costs all that is there
            models.Index(fields=["circle", "state"], name="signal_circle_state"),
            models.Index(fields=["state", "changed_at"], name="signal_state_changed"),
            models.Index(fields=["waits", "-approvals", "-reports", "submitted_at", "id"], name="signal_queue"),
            # Hardly any signal is claimed: those that are not stand in no index of claims.
            models.Index(fields=["claimed_at"], condition=models.Q(claimed_at__isnull=False), name="signal_claimed"),
            models.Index(fields=["claimed_by"], condition=models.Q(claimed_by__isnull=False), name="signal_claimed_by"),
            models.Index(fields=["state", "valid_until"], name="signal_state_until"),
            models.Index(fields=["valid_until", "-changed_at", "id"], name="signal_until"),
            models.Index(fields=["type", "changed_at"], name="signal_type_changed"),
            models.Index(fields=["circle", "changed_at"], name="signal_circle_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.type} signal"  # never the value: this text reaches logs and error pages

    # Django's own would make every choice of the field hashable anew, and so translate all of them, for each word on a page.
    def get_type_display(self) -> str:  # type: ignore[no-redef]
        """The type in words."""
        return str(self.Type(self.type).label)

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """The state in words."""
        return str(self.StateChoice(self.state).label)

    def get_ceiling_display(self) -> str:  # type: ignore[no-redef]
        """The ceiling in words."""
        return str(self.CeilingChoice(self.ceiling).label)

    def get_scope_display(self) -> str:  # type: ignore[no-redef]
        """The scope in words."""
        return str(self.ScopeChoice(self.scope).label)

    @property
    def masked(self) -> str:
        """The hint that stands on pages in place of the value."""
        return shown(lambda: mask(SignalType(self.type), self.value))

    @property
    def reference(self) -> str:
        """What people call the signal by when they talk to each other: tells nothing of the value."""
        return self.pk.hex[:8].upper()

    @property
    def is_domain(self) -> bool:
        """Whether a scope means anything."""
        return self.type == self.Type.DOMAIN
