"""How a machine proves who it is: Basic (member id : token) or Bearer, one scope a route (reference: security.md, "Tokens")."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.members.queries import circles_of
from skyddsnat.policy.vocabulary import TokenScope

log = logging.getLogger(__name__)

TOKEN_FORM = re.compile(r"skn_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")
USE_IS_NOTED_EVERY = timedelta(minutes=1)
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are not a second factor
NOBODY = hashlib.sha256(b"no such token").hexdigest()


@dataclass(frozen=True, slots=True)
class MachineReader:
    """A member's machine.  circles: those that the member is in now."""

    member_id: str
    token_id: str
    circles: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request carried.  user: the member id of Basic; None with Bearer."""

    user: str | None
    token_id: str
    secret: str


def fingerprint(secret: str) -> str:
    """What is stored of a secret.  It has 256 random bits, so a slow hash would add nothing but load."""
    return hashlib.sha256(secret.encode()).hexdigest()


def authenticate(request: HttpRequest, scope: TokenScope) -> MachineReader | None:
    """The machine behind the request, if its token is good for this scope; None for every other reason, without saying which."""
    credentials = read_credentials(request.headers.get("Authorization", ""))
    if credentials is None:
        return None
    now = timezone.now()
    token = _usable().filter(pk=credentials.token_id).first()
    # Compare also when there is no such token, so that the time taken does not tell which ids exist.
    matches = hmac.compare_digest(fingerprint(credentials.secret), token.secret_sha256 if token else NOBODY)
    if token is None or not matches or not _stands(token, credentials, scope, now):
        log.warning("a machine's token was refused (scope %s)", scope.value)
        return None
    _note_use(token, now)
    return MachineReader(member_id=token.member_id, token_id=token.pk, circles=circles_of(token.member_id))


def read_credentials(header: str) -> Credentials | None:
    """Parse an Authorization header; None for whatever is not Basic or Bearer with a token of ours."""
    kind, _, rest = header.strip().partition(" ")
    user: str | None = None
    plain = rest.strip()
    if kind.lower() == "basic":
        try:
            user, colon, plain = base64.b64decode(plain, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, ValueError):
            return None
        if not colon:
            return None
    elif kind.lower() != "bearer":
        return None
    match = TOKEN_FORM.fullmatch(plain)
    return Credentials(user=user, token_id=match[1], secret=match[2]) if match else None


def _usable() -> QuerySet[ApiToken]:
    """Tokens whose member is in the coalition and whose maker may still sign in, or that set-up made."""
    factor = Authenticator.objects.filter(user_id=OuterRef("created_by_id"), type__in=STRONG)
    maker_stands = Q(created_by__is_active=True) & Q(created_by__member__left_at=None) & Q(Exists(factor))
    return ApiToken.objects.filter(Q(created_by=None) | maker_stands, member__left_at=None, revoked_at=None)


def _stands(token: ApiToken, credentials: Credentials, scope: TokenScope, now: datetime) -> bool:
    if credentials.user is not None and credentials.user != token.member_id:
        return False
    return token.expires_at > now and scope.value in token.scopes


def _note_use(token: ApiToken, now: datetime) -> None:
    """Write at most once a minute: an agent polls every two seconds."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_IS_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
