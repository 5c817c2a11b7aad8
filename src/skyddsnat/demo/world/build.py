"""Fill an empty hub with the demo's coalition, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from skyddsnat.demo.world.acts import Acts
from skyddsnat.demo.world.assessing import assess_all
from skyddsnat.demo.world.clock import Clock
from skyddsnat.demo.world.comparing import Comparing, set_up
from skyddsnat.demo.world.complaining import complain_some
from skyddsnat.demo.world.counted import count_a_year
from skyddsnat.demo.world.decisions import propose_some
from skyddsnat.demo.world.desks import arrange
from skyddsnat.demo.world.history import LENGTH, write_history
from skyddsnat.demo.world.organisations import Coalition, found
from skyddsnat.demo.world.others import first_reports
from skyddsnat.demo.world.people import Login, invite_all, issue_tokens
from skyddsnat.demo.world.practices import share_some
from skyddsnat.hub.audit.keys import ensure_log_key
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.keys import ensure_key
from skyddsnat.hub.feed.models import Collection
from skyddsnat.hub.members.models import Coalition as Founded
from skyddsnat.hub.signals.models import Signal


@dataclass(frozen=True, slots=True)
class World:
    """What was made, with the secrets that nothing but this object and credentials.json will ever hold."""

    coalition: Coalition
    logins: dict[str, Login]
    tokens: dict[str, dict[str, str]]
    signals: int
    comparing: Comparing

    def credentials(self, base_url: str) -> dict[str, Any]:
        """The contents of credentials.json (DESIGN § 9)."""
        return {
            "base_url": base_url,
            "members": [
                {
                    "id": member.pk,
                    "name": member.name,
                    "kind": member.kind,
                    "mandate": member.mandate or None,
                    "inbox": str(feeds.inbox(member.pk).pk),
                    "tokens": self.tokens[member.pk],
                }
                for member in self.coalition.members.values()
            ],
            "people": [
                {
                    "email": email,
                    "password": login.password,
                    "totp_secret": login.totp_secret,
                    "member": login.person.member_id,
                    "roles": login.person.roles,
                }
                for email, login in self.logins.items()
            ],
            "collections": [
                {
                    "id": str(collection.pk),
                    "title": collection.title,
                    "kind": collection.kind,
                    "circle": str(collection.circle_id) if collection.circle_id else None,
                    "member": collection.member_id,
                }
                for collection in Collection.objects.order_by("title")
            ],
            "feed_public_key": ensure_key(settings.FEED_KEY_FILE),
            "log_public_key": ensure_log_key().text(),
        }


def is_built() -> bool:
    """Whether the hub has its coalition already."""
    return Founded.objects.exists()


def build(*, keep: Callable[[World], None], now: datetime | None = None, share: float = 1) -> World:
    """Make everything in one transaction: either the whole world is there, or nothing of it.

    keep: puts the credentials away, as the last act inside the transaction, so that there is no world without them.
    share: how much of the two months' work and of the counted months to make.
    """
    until = (now or datetime.now(UTC)).replace(microsecond=0)
    clock = Clock(until - LENGTH)
    with clock.running(), transaction.atomic():
        coalition = found(now=clock.now)
        logins = invite_all(coalition.members)
        people = {email.partition(".")[0]: login.person for email, login in logins.items()}
        write_history(Acts(coalition, people, clock), until=until, share=share)
        for member in coalition.members:
            feeds.collections_for(member)
        tokens = {name: issue_tokens(member) for name, member in coalition.members.items()}
        first_reports(now=until)
        propose_some(coalition, people, now=until)
        arrange(people, now=until)
        comparing = set_up(coalition, people, tokens, now=until)
        assess_all(comparing, people, now=until)
        share_some(coalition, people, now=until)
        count_a_year(people, now=until, share=share)
        complain_some(people, now=until)
        world = World(coalition, logins, tokens, Signal.objects.count(), comparing)
        keep(world)
    return world
