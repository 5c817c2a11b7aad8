"""What the demo's members have shared of how they work: invented, and shared through the hub's own service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from skyddsnat.demo.world.comparing import LEADS
from skyddsnat.demo.world.organisations import Coalition
from skyddsnat.hub.bulletins import services
from skyddsnat.hub.bulletins.services import PracticeDraft
from skyddsnat.hub.members.models import Person
from skyddsnat.policy.vocabulary import Marking


@dataclass(frozen=True, slots=True)
class Told:
    """One practice.  ago: days."""

    member: str
    measure: str
    level: int
    language: str
    ago: int
    title: str
    text: str
    marking: Marking = Marking.AMBER


TOLD = (
    Told(
        "alfa",
        "SKM-NET-01",
        3,
        "sv",
        40,
        "Borttagningar först, sedan tillägg",
        "Vi lät länge tillägg och borttagningar gå i samma körning, och när den stannade låg fel namn kvar längst. Nu går "
        "borttagningarna i en egen, kortare körning som aldrig väntar på den andra.\n\n"
        "Det krävde två kvällar och en genomgång med kundtjänst. Det vi skulle göra annorlunda: sätta larm på hur gammal den "
        "äldsta borttagningen är, från första dagen.",
        Marking.GREEN,
    ),
    Told(
        "epsilon",
        "SKM-NET-02",
        2,
        "en",
        25,
        "A look-up from each access type, every hour",
        "We found that one access type used a resolver that nobody had listed. Now a small probe in each access network asks for "
        "the test name every hour, and the abuse desk sees one line for each.\n\n"
        "It took a week, most of it to find out where the probes may stand. Begin with the guest networks: they were the gap.",
    ),
    Told(
        "gamma",
        "SKM-NET-08",
        2,
        "sv",
        12,
        "En person, en telefon, en timme",
        "Den som har jouren får häva en uppenbart felaktig blockering själv och skriver efteråt. Vi övar det varje kvartal med "
        "ett påhittat namn, och räknar tiden från samtal till vanligt svar.\n\n"
        "Det svåra var inte tekniken utan att få det sagt att jouren får göra det.",
        Marking.GREEN,
    ),
)


def share_some(coalition: Coalition, people: Mapping[str, Person], *, now: datetime) -> None:
    """Share them, each by its member's benchmark lead."""
    for one in TOLD:
        draft = PracticeDraft(
            circle=coalition.leads,
            marking=one.marking,
            measure=one.measure,
            level=one.level,
            language=one.language,
            title=one.title,
            text=one.text,
        )
        services.share(people[LEADS[one.member]], draft, now=now - timedelta(days=one.ago))
