"""`skyddsnat hub init`: a coalition by a few questions.  All answers are checked before anything is made."""

from __future__ import annotations

import json
import re
import socket
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skyddsnat.cli.hub_place import DEFAULT, Place, check_base_url, refused, wrong_use
from skyddsnat.hub.members.blueprint import BadTemplate, Template, read
from skyddsnat.policy.errors import PolicyRefusal

if TYPE_CHECKING:
    from skyddsnat.cli.hub_state import PublicKeys

EMPTY = "empty"
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
DATABASES = ("postgresql://", "postgres://", "sqlite:")


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
    database: Annotated[
        str,
        typer.Option(
            envvar="SKYDDSNAT_DATABASE",
            help="postgresql://user@host/name; SQLite if left out.  One with a password belongs into a file: everyone on the "
            "machine sees what is written here.",
        ),
    ] = "",
    database_file: Annotated[
        Path | None,
        typer.Option(envvar="SKYDDSNAT_DATABASE_FILE", help="A file of mode 0600 with the database's address in it."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; take the defaults for what is left out.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Set up a hub: folder, keys, database, members, circles, and a link for the first coordinator.

    Can be run again: what is there stays as it is.  Exit codes: 0 fine, 2 wrong use.
    """
    place = Place(data)
    facts = _as_it_is(place) if place.env_file.exists() else None
    if facts is None:
        ask = Questions(silent=yes or as_json)
        if not place.env_file.exists():
            base_url = check_base_url(base_url or ask("Where will people reach the hub?", _own_address()))
        database = _database(database, database_file)
        blueprint = _check_template(ask, template, member)
        name = name or ask("What is the coalition called?", blueprint.coalition)
        email = _check_email(email or ask("The first coordinator's e-mail address?", ""))
        person = person or ask("The first coordinator's name?", email.partition("@")[0])
        try:
            facts = _make(place, Answers(base_url, database, blueprint, name, email, person))
        except PolicyRefusal as refusal:
            refused(refusal)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        _tell(facts, place)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the newcomer said, checked.  database: the line for hub.env, "" for SQLite in the folder."""

    base_url: str
    database: str
    blueprint: Template
    name: str
    email: str
    person: str


class Questions:
    """Asks on the terminal; silent, it answers with the default."""

    def __init__(self, *, silent: bool) -> None:
        self.silent = silent

    def __call__(self, question: str, default: str) -> str:
        if self.silent:
            return default
        return str(typer.prompt(question, default=default or None)).strip()


def _as_it_is(place: Place) -> dict[str, Any] | None:
    """What an earlier run has made; None when that run stopped before there was a coordinator."""
    place.load()
    from skyddsnat.cli.hub_state import prepare
    from skyddsnat.hub.members import queries

    keys = prepare()
    present = queries.coordinators()
    if not present:
        return None
    coalition = queries.coalition().name
    return _facts(place, coalition, made={}, keys=keys, coordinator=present[0].email, invitation=None)


def _make(place: Place, answers: Answers) -> dict[str, Any]:
    place.make(base_url=answers.base_url, database=answers.database)
    place.load()
    from django.conf import settings
    from django.utils import timezone

    from skyddsnat.cli.hub_state import prepare
    from skyddsnat.hub.accounts import services as accounts
    from skyddsnat.hub.members import founding, services
    from skyddsnat.hub.members.actor import HUB
    from skyddsnat.hub.members.models import Member

    keys = prepare()
    coalition = services.found_coalition(answers.name)
    made = asdict(founding.lay_out(answers.blueprint, today=timezone.localdate()))
    home = Member.objects.get(pk=answers.blueprint.coordinator)
    first, path = accounts.add_person(
        HUB, home, email=answers.email, name=answers.person, roles=["coordinator", "auditor"]
    )
    link = settings.BASE_URL + path
    return _facts(place, coalition.name, made=made, keys=keys, coordinator=first.email, invitation=link)


def _facts(
    place: Place, coalition: str, *, made: dict[str, int], keys: PublicKeys, coordinator: str, invitation: str | None
) -> dict[str, Any]:
    return {
        "coalition": coalition,
        "data": str(place.data),
        "made": made,
        "feed_public_key": keys.feed,
        "log_public_key": keys.log,
        "coordinator": coordinator,
        "invitation": invitation,
    }


def _own_address() -> str:
    return f"https://{socket.getfqdn()}"


def _database(text: str, file: Path | None) -> str:
    """The setting.  Of a file the place alone goes into hub.env, never what stands in it."""
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            wrong_use(f"{file} cannot be read ({type(error).__name__}), expected one line with the database's address")
    if (text or file is not None) and not text.startswith(DATABASES):
        wrong_use("the database could not be read, expected postgresql://user:password@host/name or sqlite:PATH")
    if file is not None:
        return f"SKYDDSNAT_DATABASE_FILE={file.resolve()}"
    return f"SKYDDSNAT_DATABASE={text}" if text else ""


def _check_email(text: str) -> str:
    if not ADDRESS.fullmatch(text):
        wrong_use(f"got the address {text!r}, expected an e-mail address: --email NAME@HOST for the first coordinator")
    return text


def _check_template(ask: Questions, name: str, member: str) -> Template:
    """The blueprint by its name; the empty one has the convener alone."""
    name = name or ask("Start from which template? (founders, empty)", "founders")
    if name != EMPTY:
        try:
            return read(name)
        except BadTemplate as bad:
            wrong_use(f"{bad}, {EMPTY}")
    member = member or ask("Which organisation convenes the coalition?", "")
    key = _id_of(member)
    if not key:
        wrong_use(f"got the organisation {member!r}, expected --member NAME: the one that convenes the coalition")
    return Template(coalition=member, coordinator=key, members=({"id": key, "name": member, "kind": "child-rights"},))


def _id_of(name: str) -> str:
    """A member's id made from its name: small letters, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")


def _tell(facts: dict[str, Any], place: Place) -> None:
    words = {"members": "members", "circles": "circles", "legal": "legal bases"}
    made = ", ".join(f"{facts['made'][key]} {word}" for key, word in words.items() if facts["made"].get(key))
    typer.echo(f"{facts['coalition']}: {made or 'nothing new'}; settings in {place.env_file}")
    typer.echo(f"Key of the feed, for the agents: {facts['feed_public_key']}")
    typer.echo(f"Key of the log, for the agents: {facts['log_public_key']}")
    if facts["invitation"]:
        typer.echo(f"Link for {facts['coordinator']}, works once, for 7 days:\n  {facts['invitation']}")
    else:
        typer.echo(f"Coordinator: {facts['coordinator']}; a new link: skyddsnat hub invite {facts['coordinator']}")
    typer.echo(f"Next: skyddsnat hub check --data {place.data}, then skyddsnat hub serve (docs/hub.md: proxy, systemd)")
