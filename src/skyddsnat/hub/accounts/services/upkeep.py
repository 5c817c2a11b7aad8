"""What the clock does to sign-in: ended sessions and old invitations go, since they hold data about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q

from skyddsnat.hub.accounts.models import EntryCode, Invitation, StoredSession
from skyddsnat.hub.accounts.services.factors import forget_factors
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Person

INVITATIONS_ARE_KEPT = timedelta(days=30)  # after their end; the log keeps who was invited when


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many rows went."""

    sessions: int
    invitations: int


@transaction.atomic
def clear_ended(now: datetime) -> Cleared:
    """Remove what has ended, and end the founding of a hub that was there before two hands were needed.  Repeatable.

    Also the names in proposals that nobody decided, and the factors of who is let in no more: of members that have left, and of
    accounts that an older version closed.
    """
    sessions, _ = StoredSession.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=StoredSession.objects.values("session_key")).delete()
    members.end_founding(now=now)
    members.forget_lapsed(now=now)
    let_out = Q(is_active=False) | Q(member__left_at__isnull=False)
    for person in Person.objects.filter(let_out, pk__in=Authenticator.objects.values("user_id")):
        forget_factors(HUB, person)
    invitations, _ = Invitation.objects.filter(expires_at__lt=now - INVITATIONS_ARE_KEPT).delete()
    EntryCode.objects.filter(expires_at__lt=now - INVITATIONS_ARE_KEPT).delete()
    return Cleared(sessions=sessions, invitations=invitations)
