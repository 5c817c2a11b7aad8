"""What a person chooses about the pages themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skyddsnat.hub.pages.models import Heartbeat

if TYPE_CHECKING:
    from datetime import datetime

    from skyddsnat.hub.members.models import Person


def choose_language(person: Person, language: str) -> None:
    """Remember the language, also on other devices.  No entry in the log: it is nobody's business."""
    person.language = language
    person.save(update_fields=["language"])


def change_settings(person: Person, *, language: str, theme: str, shortcuts: bool) -> None:
    """Save the person's own choices.  No entry in the log: they change nothing for anybody else."""
    person.language, person.theme, person.shortcuts = language, theme, shortcuts
    person.save(update_fields=["language", "theme", "shortcuts"])


def beat(name: str, *, now: datetime) -> None:
    """Note that something was done that must be done again and again.  No entry in the log: it changes nothing of anyone's."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
