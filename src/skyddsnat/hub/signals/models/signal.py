"""A signal: one row for one normal form in one circle, with its state."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.policy.access import Stage
from skyddsnat.policy.normal_form import mask
from skyddsnat.policy.vocabulary import Ceiling, HashKind, Marking, Scope, SignalType, State

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


class SignalQuerySet(models.QuerySet["Signal"]):
    """Every read starts at `visible_to`."""

    def visible_to(self, person: Person) -> SignalQuerySet:
        """The query twin of `policy.access.may_read`."""
        from skyddsnat.hub.signals.access import visible_signals

        rows: SignalQuerySet = visible_signals(self, person)
        return rows


class Signal(models.Model):
    """Something observable on which a member can act; a lead until it is verified.

    value is the normal form.  episode rises when a final signal comes back, since STIX forbids a revoked id to return.
    ceiling is worked out by policy and stored, so that no query has to.
    """

    class Type(models.TextChoices):
        DOMAIN = SignalType.DOMAIN.value, _("domain")
        URL = SignalType.URL.value, _("URL")
        HASH = SignalType.HASH.value, _("hash")
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
    circle = models.ForeignKey("members.Circle", on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=10, choices=Type)
    hash_kind = models.CharField(max_length=10, blank=True, choices=[(kind.value, kind.value) for kind in HashKind])
    value = models.CharField(max_length=2048)
    scope = models.CharField(max_length=10, choices=ScopeChoice, default=ScopeChoice.EXACT)
    marking = models.CharField(
        max_length=12, choices=[(m.value, m.value) for m in Marking], default=Marking.AMBER_STRICT.value
    )
    named = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    techniques = models.JSONField(default=list)

    state = models.CharField(max_length=12, choices=StateChoice, default=StateChoice.DRAFT, db_index=True)
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
    valid_until = models.DateTimeField(null=True, db_index=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=20, blank=True)  # why the episode ended, a fixed code

    objects: ClassVar[Any] = SignalQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "type", "hash_kind", "value"], name="one_signal_a_value_in_a_circle"
            ),
        ]
        indexes = [models.Index(fields=["circle", "state"], name="signal_circle_state")]

    def __str__(self) -> str:
        return f"{self.type} signal"  # never the value: this text reaches logs and error pages

    @property
    def masked(self) -> str:
        """The hint that stands on pages in place of the value."""
        return mask(SignalType(self.type), self.value)

    @property
    def reference(self) -> str:
        """What people call the signal by when they talk to each other: tells nothing of the value."""
        return self.pk.hex[:8].upper()

    @property
    def is_domain(self) -> bool:
        """Whether a scope means anything."""
        return self.type == self.Type.DOMAIN
