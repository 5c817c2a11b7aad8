"""The coalition and its member organisations."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.vault.fields import SealedTextField
from skyddsnat.policy.vocabulary import Mandate, MemberKind


def new_namespace() -> str:
    """A secret one, as text."""
    return str(uuid.uuid4())


class Coalition(models.Model):
    """The one row that says which coalition this hub serves.

    namespace is secret, and sealed: with a known one, whoever sees an id in a log could test whether a guessed name is listed.
    two_hands_since: when people of two organisations who can confirm for each other had come in; from then on, and for good, no
    one person changes who is in the coalition.
    """

    name = models.CharField(max_length=120)
    namespace = SealedTextField(max_length=36, default=new_namespace, bound=("identity",))
    identity = models.UUIDField(default=uuid.uuid4)
    created_at = models.DateTimeField(auto_now_add=True)
    two_hands_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """An organisation.  Its id is short and stands in TAXII user names, so it never changes.

    contact_email, on_call_phone: the desk's, never a person's own; on_call_tested: when the number was last tried.
    """

    class Kind(models.TextChoices):
        OPERATOR = MemberKind.OPERATOR.value, _("operator")
        TECHNOLOGY = MemberKind.TECHNOLOGY.value, _("technology company")
        REGISTRY = MemberKind.REGISTRY.value, _("registry")
        CHILD_RIGHTS = MemberKind.CHILD_RIGHTS.value, _("child-rights organisation")
        LAW_ENFORCEMENT = MemberKind.LAW_ENFORCEMENT.value, _("law enforcement")
        AUTHORITY = MemberKind.AUTHORITY.value, _("authority")
        RESEARCH = MemberKind.RESEARCH.value, _("research")
        OBSERVER = MemberKind.OBSERVER.value, _("observer")

    class MandateChoice(models.TextChoices):
        NONE = "", _("no mandate")
        POLICE = Mandate.POLICE.value, _("police")
        HOTLINE = Mandate.HOTLINE.value, _("hotline")

    id = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    mandate = models.CharField(max_length=10, choices=MandateChoice, blank=True, default="")
    control_group = models.SlugField(max_length=40, help_text=_("Members under one owner share this and count as one."))
    default_circle = models.ForeignKey(
        "members.Circle", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    contact_email = models.EmailField(blank=True)
    on_call_phone = models.CharField(max_length=40, blank=True)
    on_call_tested = models.DateField(null=True, blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_police(self) -> bool:
        return self.kind == self.Kind.LAW_ENFORCEMENT or self.mandate == self.MandateChoice.POLICE


class MemberDomain(models.Model):
    """A name that the member itself needs; nobody can list it (protect list)."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(max_length=253, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
