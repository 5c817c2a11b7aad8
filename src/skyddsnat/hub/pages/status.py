"""How the hub is, in words for the people who rely on it: what works, what does not, and what to do about it."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import connection
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skyddsnat.hub.agents import queries as agents
from skyddsnat.hub.audit.queries import waiting_entries
from skyddsnat.hub.audit.queries.tree import newest
from skyddsnat.hub.audit.queries.witnesses import settled_size, witnesses
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.services import how_far_ahead
from skyddsnat.hub.lists import queries as lists
from skyddsnat.hub.pages.models import Heartbeat

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

TICK = "tick"
TICK_LATE = timedelta(minutes=5)  # it is run every minute
LOG_LATE = timedelta(minutes=2)  # entries get their place within seconds
LEAST_FREE = 1024**3
"""Bytes on the database's disk below which someone should make room."""


class Light(StrEnum):
    """How a part is.  The words beside it say the same: colour is never all."""

    OK = "ok"
    WARN = "warn"
    BAD = "danger"
    NONE = "neutral"


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the page.  todo: what a person does about it; empty where there is nothing to do."""

    title: str | Promise
    light: Light
    says: str
    todo: str = ""
    since: datetime | None = None  # for what works: when it last did; for what does not: since when


def status_of(person: Person, *, now: datetime) -> list[Part]:
    """All parts, in the order of what stops people first.  Tells nothing that this person could not see elsewhere."""
    parts = [
        *(_database(), _timer(now), _publishing(now)),
        *(_feeds(person), _log(now), _agents(person, now), _imports(person)),
    ]
    return [part for part in parts if part is not None]


def worst(parts: list[Part]) -> Light:
    """The light that stands above all."""
    return next((light for light in (Light.BAD, Light.WARN) if any(part.light is light for part in parts)), Light.OK)


def _database() -> Part:
    free = _free_bytes()
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor)
    if free is not None and free < LEAST_FREE:
        told = _("%(kind)s answers, but only %(free)s MB are free on its disk.") % {
            "kind": kind,
            "free": intcomma(free // 1024**2),
        }
        todo = _(
            "The hub's administrator makes room. When the disk is full, reading goes on and nothing new is taken in."
        )
        return Part(_("Database"), Light.WARN, told, todo)
    return Part(_("Database"), Light.OK, _("%(kind)s answers.") % {"kind": kind})


def _free_bytes() -> int | None:
    """Free space beside a SQLite file; None where the database is elsewhere."""
    name = str(settings.DATABASES["default"]["NAME"])
    folder = Path(name).parent
    if connection.vendor != "sqlite" or "memory" in name or not os.access(folder, os.R_OK):
        return None
    return shutil.disk_usage(folder).free


def _timer(now: datetime) -> Part:
    beat = Heartbeat.objects.filter(name=TICK).first()
    title = _("The clock's work")
    if beat is None or now - beat.at > TICK_LATE:
        told = _("Signals do not expire by themselves just now.")
        todo = _("The hub's administrator looks after the timer of “skyddsnat hub tick”.")
        return Part(title, Light.BAD, told, todo, beat.at if beat else None)
    return Part(title, Light.OK, _("Expiry, claims and clearing up run as they should."), since=beat.at)


def _publishing(now: datetime) -> Part | None:
    """Spoken of only while the newest position lies ahead of the clock."""
    far = how_far_ahead(now=now)
    if far is None:
        return None
    title, ends = _("Publishing"), {"ends": date_format(localtime(far.ends), "SHORT_DATETIME_FORMAT")}
    if far.confirmed:
        told = _(
            "The hub's clock was ahead and has been set right. The hub publishes; its feeds are dated ahead until %(ends)s."
        )
        return Part(title, Light.WARN, told % ends)
    told = _(
        "Nothing new is published, withdrawals neither: the hub's clock is behind what it has published. It ends at %(ends)s."
    )
    todo = _(
        "The hub's administrator compares the clock with another one. If it is right, “skyddsnat hub clock” "
        "lets the hub publish at once; a name that is blocked wrongly is freed at each agent meanwhile by “agent unblock”."
    )
    return Part(title, Light.BAD, told % ends, todo)


def _feeds(person: Person) -> Part | None:
    found = feeds.collections_for(person.member_id)
    if not found:
        return None
    last = max(feeds.last_position(one.pk) for one in found)
    moment = datetime.fromtimestamp(last / 1_000_000, tz=UTC) if last else None
    told = ngettext("%d collection to read.", "%d collections to read.", len(found)) % len(found)
    return Part(_("Your feeds"), Light.OK, told, since=moment)


def _log(now: datetime) -> Part:
    title, oldest, checkpoint = _("The log"), waiting_entries(), newest()
    if oldest is not None and now - oldest > LOG_LATE:
        told = _("Entries wait to be put into the signed log.")
        return Part(title, Light.WARN, told, _("The hub's administrator looks at its messages."), oldest)
    if checkpoint is None:
        return Part(title, Light.NONE, _("Nothing has been signed yet."))
    heard = witnesses(now=now)
    settled = settled_size(heard)
    told = _(
        "%(size)s entries are signed. Most members whose agents watch the log have confirmed the first %(settled)s."
    ) % {
        "size": intcomma(checkpoint.size),
        "settled": intcomma(settled),
    }
    return Part(title, Light.OK if heard else Light.NONE, told, since=checkpoint.at)


def _agents(person: Person, now: datetime) -> Part | None:
    found = agents.standings(person, now=now)
    if not found:
        return None
    well = sum(1 for one in found if not one.troubles)
    told = _("%(well)d of %(all)d agents that you can see are as they should be.") % {"well": well, "all": len(found)}
    todo = "" if well == len(found) else _("The page of agents says what each of the others needs.")
    return Part(_("Agents"), Light.OK if well == len(found) else Light.WARN, told, todo)


def _imports(person: Person) -> Part | None:
    running = lists.imports(person).filter(state__in=("receiving", "checking", "running")).count()
    if not running:
        return None
    told = ngettext("%d list is on its way in.", "%d lists are on their way in.", running) % running
    return Part(_("Imports"), Light.OK, told)
