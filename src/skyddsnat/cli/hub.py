"""`skyddsnat hub`: set up, serve and keep a coalition's hub.  Exit codes: 0 fine, 1 a finding, 2 wrong use."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skyddsnat.cli.hub_init import init
from skyddsnat.cli.hub_place import DEFAULT, Place, wrong_use

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

FINDING = 1
STOP_WITHIN = 8  # seconds for open requests to end after SIGTERM

app = typer.Typer(
    no_args_is_help=True,
    help="Set up, serve and keep a coalition's hub.  Exit codes: 0 fine, 1 a finding, 2 wrong use.",
)
app.command()(init)

DataOption = Annotated[Path, typer.Option("--data", envvar="SKYDDSNAT_DATA", help="The hub's folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]


@app.command()
def migrate(data: DataOption = DEFAULT, *, as_json: JsonOption = False) -> None:
    """Bring tables, cache and static files up to date.  Can be run again; run it after each upgrade."""
    Place(data).load()
    from skyddsnat.cli.hub_state import pending_migrations, prepare

    applied = pending_migrations()
    prepare()
    if as_json:
        typer.echo(json.dumps({"applied": applied}))
    else:
        typer.echo(f"{applied} migrations applied; cache and static files are in place")


@app.command()
def serve(
    data: DataOption = DEFAULT,
    *,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes; one for each core is plenty.")] = 2,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Threads in each process.")] = 4,
    behind_tls_proxy: Annotated[
        bool,
        typer.Option(
            "--behind-tls-proxy",
            help="Needed for an address that others can reach: you say that a TLS proxy is before it.",
        ),
    ] = False,
) -> None:
    """Serve the hub until SIGTERM or Ctrl-C, which end it within ten seconds."""
    if not _is_loopback(host) and not behind_tls_proxy:
        wrong_use(
            f"got the address {host}, which others can reach without encryption, expected 127.0.0.1; "
            "add --behind-tls-proxy if a proxy that speaks TLS is the only one that can reach it"
        )
    Place(data).load()
    from skyddsnat.cli.hub_state import examine

    missing = [one for one in examine() if not one.ok and one.what in {"database", "static files", "feed key"}]
    if missing:
        typer.echo(f"{missing[0].what}: {missing[0].detail}", err=True)
        raise typer.Exit(FINDING)
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "skyddsnat.hub.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN,
    ).serve()


@app.command()
def tick(data: DataOption = DEFAULT, *, as_json: JsonOption = False) -> None:
    """Do what the clock demands: expire signals, claims, legal bases, sessions.  Run it every minute; twice does no harm."""
    Place(data).load()
    from django.utils import timezone

    from skyddsnat.hub.accounts import services as accounts
    from skyddsnat.hub.members import services as members
    from skyddsnat.hub.signals.services import lifecycle

    now = timezone.now()
    swept, cleared = lifecycle.sweep(now), accounts.clear_ended(now)
    done = {
        "signals_expired": swept.expired,
        "claims_released": swept.released,
        "legal_bases_lapsed": members.lapse_ended(timezone.localdate(now)),
        "sessions_cleared": cleared.sessions,
        "invitations_cleared": cleared.invitations,
    }
    if as_json:
        typer.echo(json.dumps(done))
    else:
        typer.echo(", ".join(f"{what.replace('_', ' ')}: {count}" for what, count in done.items()))


@app.command()
def check(data: DataOption = DEFAULT, *, as_json: JsonOption = False) -> None:
    """Check settings, database, files and keys before others are let in.  Exit code 1 if something is wrong."""
    Place(data).load()
    from skyddsnat.cli.hub_state import examine

    findings = list(examine())
    fine = all(finding.ok for finding in findings)
    if as_json:
        lines = [{"ok": one.ok, "what": one.what, "detail": one.detail} for one in findings]
        typer.echo(json.dumps({"ok": fine, "checks": lines}, ensure_ascii=False))
    else:
        for one in findings:
            typer.echo(f"{'ok  ' if one.ok else 'FAIL'}  {one.what}: {one.detail}")
    raise typer.Exit(0 if fine else FINDING)


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")],
    data: DataOption = DEFAULT,
    *,
    as_json: JsonOption = False,
) -> None:
    """Copy a SQLite database while the hub runs.  Keys are not in it: keep hub.env and *.key apart.  PostgreSQL: use pg_dump."""
    Place(data).load()
    from django.db import connection

    if connection.vendor != "sqlite":
        wrong_use("the database is PostgreSQL, expected SQLite; run pg_dump instead (docs/hub.md)")
    if to.exists():
        wrong_use(f"{to} is there already, expected a new file; choose another name")
    with connection.cursor() as cursor:
        # A copied file would miss what still stands in the write-ahead log.
        cursor.execute("VACUUM INTO %s", [str(to)])
    size = to.stat().st_size
    typer.echo(json.dumps({"file": str(to), "bytes": size}) if as_json else f"{to}: {size} bytes")


@app.command()
def invite(
    email: Annotated[str, typer.Argument(help="Whom to invite.")],
    data: DataOption = DEFAULT,
    *,
    member: Annotated[str, typer.Option(help="For someone new: the id of the member.")] = "",
    name: Annotated[str, typer.Option(help="For someone new: the person's name.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="For someone new; can be repeated.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a one-time link: for someone new, or for someone who has lost the way in.  It stands in the log."""
    Place(data).load()
    from django.conf import settings

    from skyddsnat.hub.accounts import services as accounts
    from skyddsnat.hub.members.actor import HUB
    from skyddsnat.policy.errors import PolicyRefusal

    try:
        person = _find_or_add(email, member=member, name=name, roles=role or [])
        link = settings.BASE_URL + accounts.invite(HUB, person)
    except PolicyRefusal as refusal:
        wrong_use(f"refused ({refusal.code}); {REFUSALS.get(refusal.code, 'see docs/hub.md')}")
    if as_json:
        typer.echo(json.dumps({"email": person.email, "invitation": link}))
    else:
        typer.echo(f"Link for {person.email}, works once, for 7 days:\n  {link}")


REFUSALS = {
    "no_roles": "expected at least one --role",
    "inactive": "the person's access is closed; a coordinator can open it again",
    "member_has_left": "the member has left the coalition",
}


def _find_or_add(email: str, *, member: str, name: str, roles: list[str]) -> Person:
    from skyddsnat.hub.members import services
    from skyddsnat.hub.members.actor import HUB
    from skyddsnat.hub.members.models import Member, Person
    from skyddsnat.policy.vocabulary import Role

    person = Person.objects.select_related("member").filter(email__iexact=email).first()
    if person is not None:
        return person
    if not (member and name and roles):
        wrong_use(f"nobody has the address {email!r}; for someone new add --member ID --name NAME --role ROLE")
    unknown = [role for role in roles if role not in {known.value for known in Role}]
    if unknown:
        wrong_use(f"got the role {unknown[0]!r}, expected one of: {', '.join(role.value for role in Role)}")
    home = Member.objects.filter(pk=member).first()
    if home is None:
        known = ", ".join(Member.objects.values_list("pk", flat=True))
        wrong_use(f"got the member {member!r}, expected one of: {known}")
    return services.create_person(HUB, home, email=email, name=name, roles=roles)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        wrong_use(f"got the address {host!r}, expected an IP address such as 127.0.0.1")
