"""The demo's people, each with a password and an authenticator app of their own, and the members' tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from skyddsnat import hub
from skyddsnat.hub.accounts import services as accounts
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Member, Person
from skyddsnat.policy.vocabulary import TokenScope

CAST_FILE = Path(hub.__file__).parent / "pages" / "demo_cast.yaml"
TOKEN_DAYS = 365


@dataclass(frozen=True, slots=True)
class Login:
    """How one person signs in."""

    person: Person
    password: str
    totp_secret: str


def read_cast() -> list[dict[str, Any]]:
    """The people as the cast file has them."""
    rows: list[dict[str, Any]] = yaml.safe_load(CAST_FILE.read_text(encoding="utf-8"))["people"]
    return rows


def invite_all(organisations: dict[str, Member]) -> dict[str, Login]:
    """Make everyone in the cast file and let them come in by their link; by e-mail address."""
    return {row["email"]: _come_in(row, organisations[row["member"]]) for row in read_cast()}


def _come_in(row: dict[str, Any], member: Member) -> Login:
    person = members.create_person(
        HUB, member, email=row["email"], name=row["name"], roles=row["roles"], language=row["language"]
    )
    link = accounts.invite(HUB, person)
    login = Login(person, secrets.token_urlsafe(12), generate_totp_secret())
    accounts.accept_invitation(link.strip("/").rsplit("/", 1)[-1], password=login.password)
    TOTP.activate(person, login.totp_secret)
    RecoveryCodes.activate(person)
    return login


def issue_tokens(member: Member) -> dict[str, str]:
    """One token a scope."""
    return {
        scope.value: accounts.issue_token(HUB, member, label=f"demo {scope.value}", scopes=[scope], days=TOKEN_DAYS)[1]
        for scope in (TokenScope.TAXII, TokenScope.STATS, TokenScope.SHARES, TokenScope.COMPLAINTS)
    }
