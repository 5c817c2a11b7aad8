"""The pages as HTML: one file each, no script, no picture, nothing from anywhere else, and nothing that a visitor has sent but
what they typed into the form."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from skyddsnat.catalogue.text import LANGUAGES, Text
from skyddsnat.stop_page import texts
from skyddsnat.stop_page.config import Config
from skyddsnat.stop_page.form import Filled
from skyddsnat.stop_page.help_lines import HelpLine, Kind

OWN: Final = "/_stop"
"""Where the service's own addresses begin.  Every other address is one that was blocked."""

STYLE: Final = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP: Final = (
    f"default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; style-src 'sha256-{_STYLE_HASH}'"
)

_NUMBER: Final = re.compile(r"\+?\d[\d -]{4,}\d")


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one operator."""

    config: Config

    def stopped(self, language: str) -> str:
        """What is shown in place of a blocked address."""
        say = self._say(language)
        body = (
            f"<h1>{say(texts.TITLE)}</h1><p class=lead>{say(texts.LEAD)}</p><p>{say(texts.NO_BLAME)} "
            f'<a href="{self._complaint(language)}">{say(texts.WRONG_BLOCK)}</a></p>'
            f"{self._lines(Kind.HELP, texts.HELP_HEAD, texts.HELP, language)}"
            f"{self._lines(Kind.SUPPORT, texts.SUPPORT_HEAD, texts.SUPPORT, language)}"
            f"<section><h2>{say(texts.COMPLAIN_HEAD)}</h2><p>{say(texts.COMPLAIN)}</p>"
            f'<p><a class="btn" href="{self._complaint(language)}">{say(texts.COMPLAIN_LINK)}</a></p></section>'
            f"<section><h2>{say(texts.PRIVACY_HEAD)}</h2><p>{say(texts.PRIVACY)}</p></section>"
            f"<p class=note>{say(texts.LAW)} {say(texts.WHO_JUDGES)}</p>"
        )
        return self._frame(language, say(texts.TITLE), body, other=f"{OWN}/{_other(language)}")

    def complaint(self, language: str, filled: Filled, *, encrypted: bool) -> str:
        """The form, with what was typed and what is wrong with it."""
        say = self._say(language)
        warning = "" if encrypted else f"<p class=note>{say.whole(texts.NOT_ENCRYPTED)}</p>"
        body = (
            f"<h1>{say(texts.FORM_TITLE)}</h1><p class=lead>{say(texts.FORM_LEAD)}</p>{self._wrong(filled, language)}"
            f'<form method="post" action="{OWN}/{language}/complaint" autocomplete="off">'
            f'<input type="hidden" name="form" value="{escape(filled.form)}">'
            f"{_field('what', say(texts.WHAT), say(texts.WHAT_HINT), filled.what, wrong='what' in filled.wrong)}"
            f"{self._reasons(filled, language)}"
            f"{_field('contact', say(texts.CONTACT), say(texts.CONTACT_HINT), filled.contact, wrong='contact' in filled.wrong)}"
            f"{warning}<p><button>{say(texts.SEND)}</button></p></form>"
            f'<p><a href="{OWN}/{language}">{say(texts.BACK)}</a></p>'
        )
        return self._frame(language, say(texts.FORM_TITLE), body, other=f"{OWN}/{_other(language)}/complaint")

    def taken(self, language: str, receipt: str) -> str:
        """The complaint is on the disk."""
        say = self._say(language)
        body = (
            f"<h1>{say(texts.TAKEN_TITLE)}</h1><section><h2>{say(texts.RECEIPT)}</h2><p class=receipt>{escape(receipt)}</p>"
            f"<p>{say.whole(texts.TAKEN)}</p></section><p>{say(texts.TAKEN_NEXT)}</p>"
            f'<p><a href="{OWN}/{language}">{say(texts.BACK)}</a></p>'
        )
        return self._frame(language, say(texts.TAKEN_TITLE), body, other="")

    def _frame(self, language: str, title: str, body: str, *, other: str) -> str:
        say = self._say(language)
        to = _other(language)
        switch = f'<a lang="{to}" hreflang="{to}" href="{other}">{say(texts.OTHER_LANGUAGE)}</a>' if other else ""
        operator = escape(self.config.operator)
        return (
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} – {operator}</title>'
            f"<style>{STYLE}</style></head><body><header class=top><strong>{operator}</strong>{switch}</header>"
            f"<main>{body}</main><footer>{operator} · {say.whole(self.config.support)}</footer></body></html>"
        )

    def _say(self, language: str) -> _Say:
        return _Say(language=language, operator=self.config.operator, support=self.config.support.get(language))

    def _lines(self, kind: Kind, head: Text, words: Text, language: str) -> str:
        say = self._say(language)
        rows = "".join(_line(line, say) for line in self.config.lines if line.kind is kind)
        return f"<section><h2>{say(head)}</h2><p>{say(words)}</p><ul class=lines>{rows}</ul></section>"

    def _complaint(self, language: str) -> str:
        return escape(f"{self.config.own_address}{OWN}/{language}/complaint")

    def _wrong(self, filled: Filled, language: str) -> str:
        if not filled.wrong:
            return ""
        say = self._say(language)
        rows = "".join(f"<p class=error>{say(texts.WRONG[code])}</p>" for code in filled.wrong.values())
        return f'<section class=wrong role="alert"><h2>{say(texts.WRONG_HEAD)}</h2>{rows}</section>'

    def _reasons(self, filled: Filled, language: str) -> str:
        say = self._say(language)
        rows = "".join(
            f'<label class=choice><input type="radio" name="reason" value="{reason}" required'
            f"{' checked' if filled.reason == reason else ''}>{say(text)}</label>"
            for reason, text in texts.REASONS.items()
        )
        return f"<fieldset><legend>{say(texts.REASON)}</legend>{rows}</fieldset>"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Say:
    """A text in one language, filled in and escaped."""

    language: str
    operator: str
    support: str

    def __call__(self, text: Text, **more: str) -> str:
        filled = text.get(self.language).format(operator=self.operator, support=self.support, **more)
        return escape(filled)

    def whole(self, text: Text) -> str:
        """The same for a page's body, where no end of a line tears a telephone number apart."""
        return _NUMBER.sub(r"<span class=number>\g<0></span>", self(text))


def language_of(accepted: str) -> str:
    """Swedish or English, by what the browser prefers; Swedish where it prefers neither."""
    tags = (part.split(";")[0].strip().split("-")[0] for part in accepted.lower().split(","))
    return next((tag for tag in tags if tag in LANGUAGES), "sv")


def _other(language: str) -> str:
    return "en" if language == "sv" else "sv"


def _line(line: HelpLine, say: _Say) -> str:
    call = ""
    if line.phone:
        number = escape("".join(line.phone.split()).replace("-", ""))
        call = f'<a class="btn btn-main" href="tel:{number}">{say(texts.CALL, phone=line.phone)}</a>'
    visit = f'<a class="btn" rel="noreferrer" href="{OWN}/go/{line.id}">{say(texts.VISIT, name=line.name)}</a>'
    return f"<li><h3>{escape(line.name)}</h3><p>{say(line.about)}</p><div class=ways>{call}{visit}</div></li>"


def _field(name: str, label: str, hint: str, value: str, *, wrong: bool) -> str:
    marks = ' aria-invalid="true"' if wrong else ""
    needed = " required" if name == "what" else ""
    return (
        f'<div class=field><label for="{name}">{label}</label><p class=hint id="{name}-hint">{hint}</p>'
        f'<input type="text" id="{name}" name="{name}" value="{escape(value)}" maxlength="300"'
        f' aria-describedby="{name}-hint"{needed}{marks}></div>'
    )
