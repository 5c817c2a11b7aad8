"""Reads about sign-in, second factors, invitations and tokens."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, OuterRef, QuerySet, Subquery, UUIDField, Value
from django.utils import timezone

from skyddsnat.hub.accounts.models import ApiToken, Invitation
from skyddsnat.hub.accounts.tokens import STRONG
from skyddsnat.hub.members.models import Member, Person
from skyddsnat.hub.members.queries import reader_of, visible_people
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy import management
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Role, TokenScope

_strong = Prepared(
    lambda: Authenticator.objects.filter(user_id=Slot("person", UUIDField()), type__in=STRONG).values_list(Value(1))[:1]
)


def has_second_factor(person: Person) -> bool:
    """An authenticator app or a passkey; recovery codes alone do not count."""
    return _strong.one(person=person.pk) is not None


def may_manage_tokens(person: Person) -> bool:
    """Whether the person may make and revoke tokens of their own member."""
    try:
        management.check_tokens(reader_of(person), person.member_id)
    except PolicyRefusal:
        return False
    return True


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    """The tokens of the person's own member, for its engineers; for anyone else none."""
    who = reader_of(person)
    rows = ApiToken.objects.select_related("created_by")
    return rows.filter(member_id=who.member) if Role.ENGINEER in who.roles else rows.none()


def live_tokens(member: Member) -> QuerySet[ApiToken]:
    """The member's tokens that open something now."""
    return ApiToken.objects.filter(member=member, revoked_at=None, expires_at__gt=timezone.now())


def receives_feeds(member: Member) -> bool:
    """Whether a machine of the member fetches the feeds: it has a live token for them, and has used it."""
    rows = live_tokens(member).filter(last_used_at__isnull=False)
    return any(TokenScope.TAXII.value in scopes for scopes in rows.values_list("scopes", flat=True))


def live_tokens_made_by(person: Person) -> int:
    """How many machines stop when the person's access ends."""
    return ApiToken.objects.filter(created_by=person, revoked_at=None, expires_at__gt=timezone.now()).count()


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can prove themselves with.  codes_left: unused recovery codes."""

    app: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    has_codes: bool
    codes_left: int
    sessions: int

    @property
    def may_remove(self) -> bool:
        """The last strong factor stays."""
        return len(self.passkeys) + (self.app is not None) > 1


def factors_of(person: Person) -> Factors:
    """For the person's own page on security."""
    rows = list(Authenticator.objects.filter(user=person).order_by("created_at"))
    kinds = Authenticator.Type
    codes = next((row for row in rows if row.type == kinds.RECOVERY_CODES), None)
    return Factors(
        app=next((row for row in rows if row.type == kinds.TOTP), None),
        passkeys=tuple(row for row in rows if row.type == kinds.WEBAUTHN),
        has_codes=codes is not None,
        codes_left=len(codes.wrap().get_unused_codes()) if codes is not None else 0,
        sessions=UserSession.objects.filter(user_id=person.pk).count(),
    )


def people_for(viewer: Person) -> QuerySet[Person]:
    """The people whom the viewer may see, with `enrolled` and `invited_until` (an open invitation's last moment)."""
    factor = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=STRONG)
    open_invitation = Invitation.objects.filter(person_id=OuterRef("pk"), used_at=None, expires_at__gt=timezone.now())
    return visible_people(viewer).annotate(
        enrolled=Exists(factor), invited_until=Subquery(open_invitation.values("expires_at")[:1])
    )
