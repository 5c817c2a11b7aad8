"""The set-up steps that a person has not taken yet, by role.  A step that is done is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.accounts import queries as accounts
from skyddsnat.hub.agents import queries as agents
from skyddsnat.hub.members import queries as members
from skyddsnat.policy.vocabulary import MemberKind, Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do once: what, why, and where."""

    title: str | Promise
    text: str | Promise
    href: str
    label: str | Promise


def unfinished_steps(person: Person) -> list[Step]:
    """What is left, most urgent first."""
    return [*_sign_in(person), *_engineer(person), *_coordinator(person)]


def _sign_in(person: Person) -> Iterator[Step]:
    factors = accounts.factors_of(person)
    if factors.codes_left == 0:
        yield Step(
            _("Save your recovery codes"),
            _("Without them nobody can let you in quickly if your telephone is lost."),
            reverse("accounts:security"),
            _("Get the codes"),
        )
    if (factors.app is not None) + len(factors.passkeys) < 2:
        yield Step(
            _("Add a second way to prove who you are"),
            _("A passkey beside the authenticator app, so that one lost device does not shut you out."),
            reverse("accounts:security"),
            _("Add one"),
        )


def _engineer(person: Person) -> Iterator[Step]:
    if not person.has_role(Role.ENGINEER) or person.member.kind != MemberKind.OPERATOR.value:
        return
    if not accounts.live_tokens(person.member).exists():
        yield Step(
            _("Make the agent's tokens"),
            _("One with scope taxii to take the feed, one with scope stats to report how it goes."),
            reverse("accounts:token_new"),
            _("Make a token"),
        )
    if not agents.has_agent(person.member_id):
        yield Step(
            _("Start your agent"),
            _("skyddsnat agent init writes its settings, skyddsnat agent doctor says what is missing."),
            reverse("agents:list"),
            _("See agents"),
        )


def _coordinator(person: Person) -> Iterator[Step]:
    if not person.has_role(Role.COORDINATOR):
        return
    if not members.visible_circles(person).filter(closed_at=None).exists():
        yield Step(
            _("Create the first circle"),
            _("Without a circle nobody can share anything."),
            reverse("members:circle_new"),
            _("Create a circle"),
        )
    if not members.legal_register().exists():
        yield Step(
            _("Fill in the register of legal bases"),
            _("Each thing that the coalition does needs a basis, a purpose and an end date."),
            reverse("members:legal"),
            _("Open the register"),
        )
