"""What a guard reports: a stable code, how hard it stops, and where it points.  Never the text itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """stop: the text is not stored.  warn: the writer is told and may go on."""

    STOP = "stop"
    WARN = "warn"


class ImageryRule(StrEnum):
    """Why a text is taken for a picture, film or sound.  The hub has a sentence for each, with what to do instead."""

    TOO_LARGE = "too_large"
    HIDDEN_CHARACTERS = "hidden_characters"
    MEDIA_MARKUP = "media_markup"
    MEDIA_FILE = "media_file"
    ENCODED_MEDIA = "encoded_media"
    ENCODED_BLOCK = "encoded_block"
    OPAQUE_TOKENS = "opaque_tokens"
    UNBROKEN_RUN = "unbroken_run"
    NUMBER_ROWS = "number_rows"
    CHARACTER_PICTURE = "character_picture"
    MEDIA_OBJECT = "media_object"
    TOO_DEEP = "too_deep"
    SPLIT_MEDIA = "split_media"


class PersonalDataKind(StrEnum):
    """What kind of personal data stands in a text."""

    PERSONNUMMER = "personnummer"
    SAMORDNINGSNUMMER = "samordningsnummer"
    PHONE = "phone"
    EMAIL = "email"
    IP = "ip"


class ShapeRule(StrEnum):
    """What is wrong with a free text as such."""

    TOO_LONG = "too_long"
    HASH_LIST = "hash_list"


@dataclass(frozen=True, slots=True)
class ImageryFinding:
    """start, end: characters of the text that the page may point at; the whole text when it cannot tell."""

    rule: ImageryRule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PersonalDataFinding:
    """start, end: the characters that hold the data.  A page may mark them; nothing may log them."""

    kind: PersonalDataKind
    severity: Severity
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of `inspect_text`, whichever guard made it.

    code: an `ImageryRule`, a `PersonalDataKind` or a `ShapeRule`; the three share no word.
    """

    code: ImageryRule | PersonalDataKind | ShapeRule
    severity: Severity
    start: int
    end: int
