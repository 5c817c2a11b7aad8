"""How a machine proves who it is: Basic (member id : token) or Bearer, one scope a route (reference: security.md, "Tokens")."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.accounts.uses import uses
from skyddsnat.hub.members.queries import circles_of
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy.vocabulary import TokenScope

log = logging.getLogger(__name__)

TOKEN_FORM = re.compile(r"skn_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are not a second factor
NOBODY = hashlib.sha256(b"no such token").hexdigest()


@dataclass(frozen=True, slots=True)
class MachineReader:
    """A member's machine.  circles: those that the member is in now.  scopes: what was asked for and its token is for."""

    member_id: str
    token_id: str
    circles: frozenset[UUID]
    scopes: frozenset[TokenScope] = frozenset()


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request carried.  user: the member id of Basic; None with Bearer."""

    user: str | None
    token_id: str
    secret: str


def fingerprint(secret: str) -> str:
    """What is stored of a secret.  It has 256 random bits, so a slow hash would add nothing but load."""
    return hashlib.sha256(secret.encode()).hexdigest()


def authenticate(request: HttpRequest, *scopes: TokenScope) -> MachineReader | None:
    """The machine behind the request, if its token is good for one of the scopes; None for any other reason, not saying which."""
    credentials = read_credentials(request.headers.get("Authorization", ""))
    if credentials is None:
        return None
    now = timezone.now()
    token = _find(credentials.token_id)
    # Compare also when there is no such token, so that the time taken does not tell which ids exist.
    matches = hmac.compare_digest(fingerprint(credentials.secret), token.secret_sha256 if token else NOBODY)
    opened = _opened(token, credentials, scopes, now) if token is not None else frozenset()
    if token is None or not matches or not opened:
        log.warning("a machine's token was refused (scope %s)", " or ".join(scope.value for scope in scopes))
        return None
    uses.note(token.id, last=token.last_used_at, now=now)
    return MachineReader(token.member_id, token.id, circles_of(token.member_id), opened)


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


@dataclass(frozen=True, slots=True)
class _Token:
    """What there is to judge of a usable token."""

    id: str
    secret_sha256: str
    member_id: str
    scopes: list[str]
    expires_at: datetime
    last_used_at: datetime | None


_by_id = Prepared(
    lambda: (
        _usable()
        .filter(pk=Slot("id", CharField()))
        .order_by()
        .values_list("id", "secret_sha256", "member_id", "scopes", "expires_at", "last_used_at")
    )
)


def _find(token_id: str) -> _Token | None:
    row = _by_id.one(id=token_id)
    return _Token(*row) if row is not None else None


def _opened(
    token: _Token, credentials: Credentials, scopes: tuple[TokenScope, ...], now: datetime
) -> frozenset[TokenScope]:
    """Of the scopes that the route is for, those of the token; none if it does not stand."""
    if (credentials.user is not None and credentials.user != token.member_id) or token.expires_at <= now:
        return frozenset()
    return frozenset(scope for scope in scopes if scope.value in token.scopes)
