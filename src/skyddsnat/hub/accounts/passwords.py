"""Passwords that are refused beside the short and the common ones: words of the house, and what has been stolen elsewhere.

Composition is nobody's business (ASVS 6.2.5); what counts is what an attacker would try first.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.translation import gettext as _

from skyddsnat.hub.members.queries import house_names

PRODUCT_WORDS: Final = (
    "skyddsnät",
    "skyddsnat",
    "koalition",
    "coalition",
    "blockering",
    "blocking",
    "kryphål",
    "nätverk",
)
"""Words that stand on every hub.  Its own names come to them: of the coalition, the members, the circles, their domains."""
SHORTEST_WORD: Final = 4
LEAST_LEFT: Final = 8
"""Letters and digits that must be left without the words of the house."""
NOT_WORD: Final = re.compile(r"[\W_]+")
LOOKALIKES: Final = str.maketrans("01345@$!7", "oieasasit")
_HASH: Final = re.compile(rb"[0-9A-F]{40}")


class HouseWordsValidator:
    """Refuses a password that is little more than names which everyone knows here (ASVS 6.2.11)."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        del user
        told, readings = house_words(), {_plain(password), _plain(password.translate(LOOKALIKES))}
        if any(_found(reading, told) and len(_without(reading, told)) < LEAST_LEFT for reading in readings):
            raise ValidationError(
                _("The password is little more than names that everyone knows here. Add words of your own."),
                code="password_of_the_house",
            )

    def get_help_text(self) -> str:
        """For the form."""
        return _("Not the names of the coalition, its members or this system.")


class StolenPasswordValidator:
    """Refuses what stands in lists of stolen passwords (ASVS 6.2.12).

    Always: Django's 20,000, also with digits and signs put before or after.  With `BREACHED_PASSWORDS`: the operator's own
    file of SHA-1 hashes in order, a line each, `HASH` or `HASH:COUNT`, as Have I Been Pwned gives it out; it is searched where it
    lies, and nothing of a password leaves the machine.
    """

    @cached_property
    def common(self) -> frozenset[str]:
        """The shipped list."""
        return frozenset(CommonPasswordValidator().passwords)

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        del user
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password.casefold())
        plain = {
            core,
            core.translate(LOOKALIKES),
            core[: len(core) // 2] if core == core[: len(core) // 2] * 2 else core,
        }
        if self.common & {one for one in plain if len(one) >= SHORTEST_WORD} or self._is_in_file(password):
            raise ValidationError(
                _("This password, or one very like it, is on lists of stolen passwords. Choose another."),
                code="password_stolen",
            )

    def get_help_text(self) -> str:
        """For the form."""
        return _("Not one that has been used and stolen elsewhere.")

    def _is_in_file(self, password: str) -> bool:
        path = settings.BREACHED_PASSWORDS
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        return path is not None and stands_in(path, digest.encode())


def stands_in(path: Path, wanted: bytes) -> bool:
    """Whether the ordered file has a line that begins with the hash: some forty seeks, however long it is.

    Raises ImproperlyConfigured for a file that is not there or not of that form: whoever set it wants it asked.
    """
    try:
        with path.open("rb") as file:
            low, high = 0, file.seek(0, 2)
            while low < high:
                middle = (low + high) // 2
                file.seek(max(0, middle - 1))
                if middle:
                    file.readline()
                line = file.readline().strip()
                if line and not _HASH.match(line):
                    raise ImproperlyConfigured(f"{path} has a line that begins with no SHA-1 hash; see docs/hub.md")
                if not line or line[:40] >= wanted:
                    high = middle
                else:
                    low = middle + 1
            file.seek(max(0, low - 1))
            if low:
                file.readline()
            return file.readline()[:40] == wanted
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error.strerror}; set or unset it") from error


def house_words() -> frozenset[str]:
    """The words of this hub, without spaces and signs: whole names, and each of their words."""
    names = [*PRODUCT_WORDS, *house_names()]
    parts = (part for name in names for part in (name, *NOT_WORD.split(name)))
    return frozenset(word for part in parts if len(word := _plain(part)) >= SHORTEST_WORD)


def _plain(text: str) -> str:
    return NOT_WORD.sub("", text.casefold())


def _found(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _without(text: str, words: Iterable[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return re.sub(r"\d", "", text)
