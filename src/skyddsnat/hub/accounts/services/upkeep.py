"""What the clock does to sign-in: ended sessions and old invitations go, since they hold data about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from skyddsnat.hub.accounts.models import Invitation

INVITATIONS_ARE_KEPT = timedelta(days=30)  # after their end; the log keeps who was invited when


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many rows went."""

    sessions: int
    invitations: int


@transaction.atomic
def clear_ended(now: datetime) -> Cleared:
    """Remove what has ended.  Repeating it changes nothing."""
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    invitations, _ = Invitation.objects.filter(expires_at__lt=now - INVITATIONS_ARE_KEPT).delete()
    return Cleared(sessions=sessions, invitations=invitations)
