"""Tokens for machines: made by a member's own engineer, shown once, revoked at any time."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.accounts.tokens import fingerprint
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Member, Person
from skyddsnat.hub.members.queries import authority_of
from skyddsnat.hub.members.services import check_names
from skyddsnat.policy import management
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import TokenScope

ID_ALPHABET = string.ascii_lowercase + string.digits
ID_LENGTH = 12
SECRET_BYTES = 32  # 256 bits: 43 characters of base64url
DEFAULT_DAYS = 90
LONGEST_DAYS = 366


@transaction.atomic
def issue_token(
    actor: Actor, member: Member, *, label: str, scopes: Iterable[TokenScope | str], days: int = DEFAULT_DAYS
) -> tuple[ApiToken, str]:
    """A new token and its plain text, `skn_<id>_<secret>`, which is never to be had again.

    Raises PolicyRefusal("not_own_engineer" | "no_scope" | "bad_days" | "member_has_left" | "imagery").
    """
    management.check_tokens(authority_of(actor), member.pk)
    check_names(label)
    wanted = {TokenScope(scope) for scope in scopes}
    if not wanted:
        raise PolicyRefusal("no_scope")
    if not 1 <= days <= LONGEST_DAYS:
        raise PolicyRefusal("bad_days", f"{days}, expected 1 to {LONGEST_DAYS}")
    if member.left_at is not None:
        raise PolicyRefusal("member_has_left")
    now = timezone.now()
    identity = "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        id=identity,
        secret_sha256=fingerprint(secret),
        member=member,
        label=label,
        scopes=[scope.value for scope in TokenScope if scope in wanted],
        created_by_id=actor.person_id,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    record(actor, "token.issued", kind="token", object_id=identity, of=member.pk, scopes=token.scopes, days=days)
    return token, f"skn_{identity}_{secret}"


@transaction.atomic
def revoke_token(actor: Actor, token: ApiToken) -> None:
    """The token opens nothing from now on.  A second call changes nothing.  Raises PolicyRefusal("not_own_engineer")."""
    management.check_tokens(authority_of(actor), token.member_id)
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record(actor, "token.revoked", kind="token", object_id=token.pk, of=token.member_id)


@transaction.atomic
def revoke_all_of(actor: Actor, *, maker: Person) -> int:
    """Revoke what one person made; for the end of that person's access, which policy has allowed already."""
    rows = list(ApiToken.objects.filter(created_by=maker, revoked_at=None))
    for token in rows:
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
        record(actor, "token.revoked", kind="token", object_id=token.pk, of=token.member_id, with_maker=True)
    return len(rows)
