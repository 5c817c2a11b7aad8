"""What the clock does to sign-in: ended sessions and old invitations go, since they hold data about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.db import transaction

from skyddsnat.hub.accounts.models import EntryCode, Invitation, StoredSession
from skyddsnat.hub.members import services as members

INVITATIONS_ARE_KEPT = timedelta(days=30)  # after their end; the log keeps who was invited when


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many rows went."""

    sessions: int
    invitations: int


@transaction.atomic
def clear_ended(now: datetime) -> Cleared:
    """Remove what has ended, and end the founding of a hub that was there before two hands were needed.  Repeatable."""
    sessions, _ = StoredSession.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=StoredSession.objects.values("session_key")).delete()
    members.end_founding(now=now)
    invitations, _ = Invitation.objects.filter(expires_at__lt=now - INVITATIONS_ARE_KEPT).delete()
    EntryCode.objects.filter(expires_at__lt=now - INVITATIONS_ARE_KEPT).delete()
    return Cleared(sessions=sessions, invitations=invitations)
