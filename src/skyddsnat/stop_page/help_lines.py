"""Help and support that the page points to, with where each fact comes from.

A number that has moved is worse than none: the operator checks them each month and says so in stop-page.toml; `status` reminds.
checked: whether the fact was read in its source, not only known; docs/operator/stop-page.md lists what is to be confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from skyddsnat.catalogue.text import Text


class Kind(StrEnum):
    """For whom.  HELP: who worries about their own sexual thoughts.  SUPPORT: children and those around them."""

    HELP = "help"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """One line.  phone: as people write it, "" if there is none.  source: where the fact was read."""

    id: str
    kind: Kind
    name: str
    about: Text
    phone: str
    url: str
    source: str
    checked: bool

    @property
    def to_confirm(self) -> str:
        """What somebody has to confirm before customers are sent there, in words."""
        facts = [f"the number {self.phone} and when it is answered"] if self.phone else []
        read = "" if self.checked else f" ({self.source})"
        return f"{self.name}: {', '.join([*facts, f'the address {self.url}'])}, and what the page says of it{read}"


LINES: Final = (
    HelpLine(
        id="preventell",
        kind=Kind.HELP,
        name="Preventell",
        about=Text(
            "Nationell hjälplinje vid Karolinska universitetssjukhuset för dig som är orolig för dina sexuella tankar "
            "eller handlingar, också för den som dras till barn. Närstående kan också ringa. Du får vara anonym.",
            "National helpline at Karolinska University Hospital for anyone who worries about their sexual thoughts or "
            "acts, also if you are drawn to children. Those close to you can call too. You may stay anonymous.",
        ),
        phone="020-66 77 88",
        url="https://preventell.se/",
        source="Arbetsmarknadsdepartementet, press release of January 2020 (the line and whom it is for); number not confirmed",
        checked=False,
    ),
    HelpLine(
        id="bris",
        kind=Kind.SUPPORT,
        name="Bris",
        about=Text(
            "Stöd för dig under 18 år: ring, chatta eller mejla. Det är gratis och syns inte på telefonräkningen.",
            "Support for you under 18: call, chat or e-mail. It is free and does not show on the telephone bill.",
        ),
        phone="116 111",
        url="https://www.bris.se/",
        source="catalogue SKM-COM-03 (SRC-GSMA-2024) for the number and that it is free; address not confirmed",
        checked=False,
    ),
    HelpLine(
        id="ditt-ecpat",
        kind=Kind.SUPPORT,
        name="Ditt ECPAT",
        about=Text(
            "För dig under 18 år som har blivit utsatt för hot, tvång eller spridda bilder. De kan hjälpa dig att få bort dem.",
            "For you under 18 who have met threats, coercion or shared pictures. They can help you to have them removed.",
        ),
        phone="",
        url="https://dittecpat.se/",
        source="catalogue SKM-EDU-03 (SRC-ECPAT-EXTORT, SRC-ECPAT-HOTLINE) for the service; address not confirmed",
        checked=False,
    ),
    HelpLine(
        id="ecpat-hotline",
        kind=Kind.SUPPORT,
        name="ECPAT Hotline",
        about=Text(
            "Tipsa om övergrepp mot barn som du har mött på nätet. Du får vara anonym. Skicka aldrig bilder.",
            "Report abuse of children that you have met online. You may stay anonymous. Never send pictures.",
        ),
        phone="",
        url="https://ecpat.se/hotline/",
        source="catalogue SRC-ECPAT-HOTLINE",
        checked=True,
    ),
    HelpLine(
        id="police",
        kind=Kind.SUPPORT,
        name="Polisen",
        about=Text(
            "Ring 112 om ett barn är i fara nu. Annars 114 14.",
            "Call 112 if a child is in danger now. Otherwise 114 14.",
        ),
        phone="112",
        url="https://polisen.se/",
        source="general knowledge",
        checked=False,
    ),
)
