"""Letters about access: those who should notice are told, without any secret and without a link that signs in."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.queries import coordinators, people_with
from skyddsnat.policy.vocabulary import Role

log = logging.getLogger(__name__)


def about_factors(person: Person, what: str) -> None:
    """A factor came or went: the person, the engineers of their member and the auditors are told.

    what: `added` or `removed`.
    """
    told = [person, *people_with(Role.ENGINEER, member_id=person.member_id), *people_with(Role.AUDITOR)]
    _send(told, "accounts/letters/factor.txt", {"person": person, "what": what})


def about_access(person: Person, what: str, *, by: Actor) -> None:
    """Someone was invited, got other roles or was closed out: coordinators, auditors and the member's engineers are told.

    what: `invited`, `roles` or `closed`.  So no coordinator appoints a judge of content unnoticed.  Set-up on the server (the
    hub itself as actor) writes no letters: nobody is there yet to read them.
    """
    if by == HUB:
        return
    told = [*coordinators(), *people_with(Role.AUDITOR), *people_with(Role.ENGINEER, member_id=person.member_id)]
    _send(told, "accounts/letters/access.txt", {"person": person, "what": what})


def _send(people: Iterable[Person], template: str, facts: dict[str, object]) -> None:
    """One letter each, in the reader's language, once the change is certain."""
    readers = {person.pk: person for person in people}
    letters = [_letter(person, template, facts) for person in readers.values()]
    transaction.on_commit(lambda: _post(letters))


def _letter(reader: Person, template: str, facts: dict[str, object]) -> EmailMessage:
    with translation.override(reader.language):
        text = render_to_string(template, {**facts, "reader": reader, "base_url": settings.BASE_URL})
    subject, _, body = text.strip().partition("\n")
    return EmailMessage(subject=subject.strip(), body=body.strip() + "\n", to=[reader.email])


def _post(letters: list[EmailMessage]) -> None:
    """A mail server that is away must not undo what was done, nor hold the page up once for each letter.

    The log of changes has it in any case.
    """
    connection = mailers["default"]
    try:
        connection.open()
        for letter in letters:
            try:
                connection.send_messages([letter])
            except SMTPException as error:
                log.error("a notice was refused by the mail server (%s)", type(error).__name__)
        connection.close()
    except (SMTPException, OSError) as error:
        log.error("notices could not be sent (%s); check SKYDDSNAT_SMTP_HOST", type(error).__name__)
