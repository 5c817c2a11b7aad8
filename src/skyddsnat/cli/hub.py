"""`skyddsnat hub`: set up, serve and keep a coalition's hub.  Exit codes: 0 fine, 1 a finding, 2 wrong use."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skyddsnat.cli import hub_audit, hub_canary
from skyddsnat.cli.hub_backup import backup, restore
from skyddsnat.cli.hub_clock import clock
from skyddsnat.cli.hub_init import init
from skyddsnat.cli.hub_keys import app as keys
from skyddsnat.cli.hub_place import DEFAULT, Place, refused, wrong_use

if TYPE_CHECKING:
    from datetime import datetime

    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.services.lifecycle import Swept

FINDING = 1

app = typer.Typer(
    no_args_is_help=True,
    help="Set up, serve and keep a coalition's hub.  Exit codes: 0 fine, 1 a finding, 2 wrong use.",
)
app.command()(init)
app.add_typer(keys, name="keys")
app.add_typer(hub_audit.app, name="audit")
app.add_typer(hub_canary.app, name="canary")
app.command()(clock)
app.command()(backup)
app.command()(restore)

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

    missing = [
        one
        for one in examine()
        if not one.ok and one.what in {"database", "static files", "feed key", "log key", "vault keys"}
    ]
    if missing:
        typer.echo(f"{missing[0].what}: {missing[0].detail}", err=True)
        raise typer.Exit(FINDING)
    from skyddsnat.hub.serving import serve as serve_hub

    serve_hub(host=host, port=port, workers=workers, threads=threads)


@app.command()
def tick(data: DataOption = DEFAULT, *, as_json: JsonOption = False) -> None:
    """Do what the clock demands: expire, lapse, clear away, do what was held.  Run it every minute; twice does no harm."""
    Place(data).load()
    from django.utils import timezone

    from skyddsnat.hub.accounts import services as accounts
    from skyddsnat.hub.benchmark import services as benchmark
    from skyddsnat.hub.bulletins import services as bulletins
    from skyddsnat.hub.lists import services as lists
    from skyddsnat.hub.members import services as members
    from skyddsnat.hub.pages import services as pages
    from skyddsnat.hub.pages.status import TICK
    from skyddsnat.hub.signals.services import batches, marks

    now = timezone.now()
    swept, cleared = _sweep(now), accounts.clear_ended(now)
    done = {
        "signals_expired": swept.expired,
        "claims_released": swept.released,
        "bulk_acts_done": batches.run_due(now),
        "marks_forgotten": marks.forget(now),
        "legal_bases_lapsed": members.lapse_ended(timezone.localdate(now)),
        "imports_ended": lists.tend(now),
        "rounds_moved": benchmark.tend(now),
        **_tend_complaints(now),
        "practices_ended": bulletins.tend(now),
        "sessions_cleared": cleared.sessions,
        "invitations_cleared": cleared.invitations,
        "entries_sequenced": _close_the_books(),
    }
    pages.beat(TICK, now=now)
    if as_json:
        typer.echo(json.dumps(done))
    else:
        typer.echo(", ".join(f"{what.replace('_', ' ')}: {count}" for what, count in done.items()))


def _sweep(now: datetime) -> Swept:
    """End what has run out.  A feed that stands still, since the clock is wrong, is told and stops nothing else."""
    from skyddsnat.hub.feed.services import FeedRefusal
    from skyddsnat.hub.signals.services import lifecycle

    try:
        return lifecycle.sweep(now)
    except FeedRefusal as refusal:
        typer.echo(f"nothing expires: {refusal}", err=True)
        return lifecycle.Swept(0, 0)


def _tend_complaints(now: datetime) -> dict[str, int]:
    """Erase contacts at their end date, and close cases whose block has ended."""
    from skyddsnat.hub.complaints import services as complaints

    tended = complaints.tend(now)
    return {"contacts_erased": tended.erased, "names_erased": tended.names, "complaints_closed": tended.ended}


def _close_the_books() -> int:
    """Give waiting entries their place; a log that refuses is told, and stops nothing else of the clock's work."""
    from skyddsnat.hub.audit.services import LogRefusal
    from skyddsnat.hub.audit.services.clerk import close_the_books

    try:
        return close_the_books()
    except LogRefusal as refusal:
        typer.echo(f"the log stands still: {refusal}", err=True)
        return 0


@app.command()
def check(
    data: DataOption = DEFAULT,
    *,
    public: Annotated[bool, typer.Option(help="Also ask the public address, as a browser would.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check settings, database, files and keys before others are let in.  Exit code 1 if something is wrong."""
    Place(data).load()
    from django.conf import settings
    from django.utils import timezone

    from skyddsnat.cli.hub_public import examine_public
    from skyddsnat.cli.hub_state import examine

    findings = list(examine())
    if public:
        findings.append(examine_public(settings.BASE_URL, now=timezone.now()))
    fine = all(finding.ok for finding in findings)
    if as_json:
        lines = [{"ok": one.ok, "what": one.what, "detail": one.detail} for one in findings]
        typer.echo(json.dumps({"ok": fine, "checks": lines}, ensure_ascii=False))
    else:
        for one in findings:
            typer.echo(f"{'ok  ' if one.ok else 'FAIL'}  {one.what}: {one.detail}")
    raise typer.Exit(0 if fine else FINDING)


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
        refused(refusal)
    if as_json:
        typer.echo(json.dumps({"email": person.email, "invitation": link}))
    else:
        typer.echo(f"Link for {person.email}, works once, for 7 days:\n  {link}")


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
