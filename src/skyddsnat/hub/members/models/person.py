"""The people who sign in.  A person belongs to exactly one member."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models.organisation import Member


class RoleChoice(models.TextChoices):
    """The roles with their words for people."""

    ANALYST = Role.ANALYST.value, _("analyst")
    REVIEWER = Role.REVIEWER.value, _("reviewer")
    ENGINEER = Role.ENGINEER.value, _("engineer")
    BENCHMARK_LEAD = Role.BENCHMARK_LEAD.value, _("benchmark lead")
    COORDINATOR = Role.COORDINATOR.value, _("coordinator")
    AUDITOR = Role.AUDITOR.value, _("auditor")


if TYPE_CHECKING:
    _Manager = BaseUserManager["Person"]
else:
    _Manager = BaseUserManager


class PersonManager(_Manager):
    """Makes people; there is no superuser."""

    def create_user(self, email: str, *, name: str, member: Member, roles: list[str], **rest: Any) -> Person:
        """A person without a usable password: the invitation link lets them choose one."""
        person = self.model(email=self.normalize_email(email).lower(), name=name, member=member, roles=roles, **rest)
        person.set_unusable_password()
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """A user of exactly one member."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="people")
    roles = models.JSONField(default=list)
    language = models.CharField(max_length=2, default="sv", choices=[("sv", _("Swedish")), ("en", _("English"))])
    theme = models.CharField(
        max_length=5,
        default="auto",
        choices=[("auto", _("as the device")), ("light", _("light")), ("dark", _("dark"))],
    )
    shortcuts = models.BooleanField(default=True, help_text=_("Single-letter keyboard shortcuts."))
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def has_role(self, role: Role) -> bool:
        """Whether this person holds the role."""
        return role.value in self.roles

    @property
    def role_labels(self) -> list[str]:
        """The roles in people's words, in the page's language."""
        return [str(RoleChoice(role).label) for role in self.roles]
