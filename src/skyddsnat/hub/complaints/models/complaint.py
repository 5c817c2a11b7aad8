"""A complaint as a member's stop page handed it in."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from skyddsnat.catalogue.text import LANGUAGES
from skyddsnat.hub.complaints.models.case import Case
from skyddsnat.hub.vault.fields import SealedTextField
from skyddsnat.policy.complaints import LONGEST_CONTACT, Reason
from skyddsnat.protocols.complaint import receipt_of


class Complaint(models.Model):
    """One complaint.  key: the stop page's own id, so that one that is handed in again is one.

    contact: how to reach the complainant, sealed; it is erased at contact_until at the latest.
    lifted_here_at: when the member that took it in had lifted the block, at its own resolvers or by the feed.
    """

    class Reason(models.TextChoices):
        NOT_ILLEGAL = Reason.NOT_ILLEGAL.value, pgettext_lazy("complaint", "there is nothing unlawful there")
        WRONG_SCOPE = Reason.WRONG_SCOPE.value, pgettext_lazy("complaint", "more is blocked than should be")
        NEW_OWNER = Reason.NEW_OWNER.value, pgettext_lazy("complaint", "the address has another owner now")
        UNSURE = Reason.UNSURE.value, pgettext_lazy("complaint", "does not know why it is blocked")

    class By(models.TextChoices):
        ENTRY = "entry", pgettext_lazy("complaint", "by the entry's reference")
        NAME = "name", pgettext_lazy("complaint", "by a name typed in")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.UUIDField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="complaints")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason)
    by = models.CharField(max_length=5, choices=By)
    language = models.CharField(max_length=2, choices=[(tag, tag) for tag in LANGUAGES])
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField(db_index=True)
    contact = SealedTextField(max_length=LONGEST_CONTACT, blank=True)
    has_contact = models.BooleanField()  # also once it has been erased: whether a reply could be sent
    contact_until = models.DateTimeField(null=True, db_index=True)
    lifted_here_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["sent_at"]
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="one_complaint_a_key")]
        indexes = [models.Index(fields=["member", "received_at"], name="complaint_member_received")]

    def __str__(self) -> str:
        return f"complaint {self.receipt}"

    @property
    def receipt(self) -> str:
        """What the complainant was given to ask by."""
        return receipt_of(self.key)
