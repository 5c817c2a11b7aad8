"""`skyddsnat hub init`: a coalition by a few questions."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skyddsnat.cli.hub_place import DEFAULT, Place, check_base_url, wrong_use

if TYPE_CHECKING:
    from skyddsnat.hub.members.founding import Template

EMPTY = "empty"
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def init(
    data: Annotated[Path, typer.Option("--data", envvar="SKYDDSNAT_DATA", help="The hub's folder.")] = DEFAULT,
    *,
    template: Annotated[
        str, typer.Option(help="'founders' lays out the founding members and their circles; 'empty' lays out nothing.")
    ] = "",
    name: Annotated[str, typer.Option(help="What the coalition is called.")] = "",
    base_url: Annotated[str, typer.Option(help="Where people reach the hub, https://…")] = "",
    email: Annotated[str, typer.Option(help="The first coordinator's address.")] = "",
    person: Annotated[str, typer.Option(help="The first coordinator's name.")] = "",
    member: Annotated[str, typer.Option(help="With 'empty': the organisation that convenes the coalition.")] = "",
    database: Annotated[str, typer.Option(help="postgresql://user:password@host/name; SQLite if left out.")] = "",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; take the defaults for what is left out.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Set up a hub: folder, keys, database, members, circles, and a link for the first coordinator.

    Can be run again: what is there stays as it is.  Exit codes: 0 fine, 2 wrong use.
    """
    ask = Questions(silent=yes or as_json)
    place = Place(data)
    if not place.env_file.exists():
        if database and not database.startswith(("postgresql://", "postgres://", "sqlite:")):
            wrong_use("the database could not be read, expected postgresql://user:password@host/name or sqlite:PATH")
        base_url = check_base_url(base_url or ask("Where will people reach the hub?", f"https://{socket.getfqdn()}"))
    made_settings = place.make(base_url=base_url, database=database)
    place.load()
    from skyddsnat.cli.hub_state import prepare

    public_key = prepare()
    facts: dict[str, Any] = {"data": str(place.data), "settings": "made" if made_settings else "kept"}
    facts |= _coalition(ask, template=template, name=name, member=member)
    facts["feed_public_key"] = public_key
    facts |= _first_coordinator(ask, home=facts.pop("home"), email=email, person=person)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        _tell(facts, place)


class Questions:
    """Asks on the terminal; silent, it answers with the default."""

    def __init__(self, *, silent: bool) -> None:
        self.silent = silent

    def __call__(self, question: str, default: str) -> str:
        if self.silent:
            return default
        return str(typer.prompt(question, default=default or None)).strip()


def _coalition(ask: Questions, *, template: str, name: str, member: str) -> dict[str, Any]:
    """Found the coalition and lay out the template.  `home` is the id of the member that convenes it."""
    from django.utils import timezone

    from skyddsnat.hub.members import founding, queries, services
    from skyddsnat.hub.members.models import Coalition

    if Coalition.objects.exists():
        first = queries.coordinators()
        home = first[0].member_id if first else template_home(template)
        return {"coalition": queries.coalition().name, "made": {}, "home": home}
    template = template or ask("Start from which template? (founders, empty)", "founders")
    if template == EMPTY:
        member = member or ask("Which organisation convenes the coalition?", "")
        if not member:
            wrong_use("no organisation was named, expected --member NAME: the one that convenes the coalition")
        name = name or ask("What is the coalition called?", member)
        services.found_coalition(name)
        return {"coalition": name, "made": {"members": 1}, "home": _convener(member)}
    chosen = _read_template(template)
    name = name or ask("What is the coalition called?", chosen.coalition)
    services.found_coalition(name)
    made = founding.lay_out(chosen, today=timezone.localdate())
    return {"coalition": name, "made": asdict(made), "home": chosen.coordinator}


def template_home(template: str) -> str:
    """Where the first coordinator works, when an earlier run stopped before there was one."""
    from skyddsnat.hub.members.models import Member

    first = Member.objects.filter(mandate="hotline").first() or Member.objects.first()
    if first is None:
        return _read_template(template or "founders").coordinator
    return first.pk


def _read_template(name: str) -> Template:
    from skyddsnat.hub.members import founding

    try:
        return founding.read(name)
    except founding.BadTemplate as bad:
        wrong_use(f"{bad}, {EMPTY}")


def _convener(name: str) -> str:
    from django.utils.text import slugify

    from skyddsnat.hub.members import services
    from skyddsnat.hub.members.actor import HUB

    member = services.create_member(HUB, id=slugify(name)[:40].strip("-") or "convener", name=name, kind="child-rights")
    return member.pk


def _first_coordinator(ask: Questions, *, home: str, email: str, person: str) -> dict[str, Any]:
    """Invite the first coordinator, unless there is one.  Returns the link, which is shown this once."""
    from django.conf import settings

    from skyddsnat.hub.accounts import services as accounts
    from skyddsnat.hub.members import queries, services
    from skyddsnat.hub.members.actor import HUB
    from skyddsnat.hub.members.models import Member

    present = queries.coordinators()
    if present:
        return {"coordinator": present[0].email, "invitation": None}
    email = email or ask("The first coordinator's e-mail address?", "")
    if not ADDRESS.fullmatch(email):
        wrong_use(f"got the address {email!r}, expected an e-mail address: --email NAME@HOST for the first coordinator")
    person = person or ask("The first coordinator's name?", email.partition("@")[0])
    added = services.create_person(
        HUB, Member.objects.get(pk=home), email=email, name=person, roles=["coordinator", "auditor"]
    )
    return {"coordinator": added.email, "invitation": settings.BASE_URL + accounts.invite(HUB, added)}


def _tell(facts: dict[str, Any], place: Place) -> None:
    words = {"members": "members", "circles": "circles", "legal": "legal bases"}
    made = ", ".join(f"{facts['made'][key]} {word}" for key, word in words.items() if facts["made"].get(key))
    typer.echo(f"{facts['coalition']}: {made or 'nothing new'}; settings {facts['settings']} in {place.env_file}")
    typer.echo(f"Key of the feed, for the agents: {facts['feed_public_key']}")
    if facts["invitation"]:
        typer.echo(f"Link for {facts['coordinator']}, works once, for 7 days:\n  {facts['invitation']}")
    else:
        typer.echo(f"Coordinator: {facts['coordinator']}; a new link: skyddsnat hub invite {facts['coordinator']}")
    typer.echo(f"Next: skyddsnat hub check --data {place.data}, then skyddsnat hub serve (docs/hub.md: proxy, systemd)")
