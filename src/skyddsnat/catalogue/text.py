"""A text in both languages of the coalition."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("sv", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One statement in Swedish and in English.  Every text that a person reads in the catalogue is one of these."""

    sv: str
    en: str

    def get(self, language: str) -> str:
        """The text for a language tag such as "sv" or "sv-SE"; English for a language that we do not have."""
        return self.sv if language.lower().split("-")[0] == "sv" else self.en

    def contains(self, words: str) -> bool:
        """Whether the words stand in the text in either language, whatever their case (for the search box)."""
        sought = words.casefold()
        return sought in self.sv.casefold() or sought in self.en.casefold()


EMPTY = Text("", "")
