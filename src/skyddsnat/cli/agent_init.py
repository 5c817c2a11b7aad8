"""`skyddsnat agent init`: a few questions, or the same as options, and the files of a site."""

from __future__ import annotations

import os
import re
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from skyddsnat.agent.client import CollectionInfo
from skyddsnat.agent.config import DEFAULT_PATH
from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.sample_toml import KnownResolver
from skyddsnat.agent.samples import BRIDGE_PORT, Endpoint
from skyddsnat.agent.setup import Answers, Offer, Written, discover, source_address, write_site

console = Console(highlight=False)
_ENDPOINT = re.compile(r"\[?(?P<address>[0-9A-Fa-f.:]+?)\]?(?:[@#](?P<port>\d{1,5}))?")

KINDS = tuple(kind for kind in ResolverKind if kind is not ResolverKind.OTHER)
RESOLVER_FORM = (
    f"name=kind:address or name=kind:address@port, with a kind of {', '.join(KINDS)} or {ResolverKind.OTHER}"
)


def init(
    config: Annotated[Path, typer.Option("--config", "-c", help="Where to write agent.toml.")] = DEFAULT_PATH,
    hub: Annotated[str, typer.Option("--hub", help="Address of the hub, https://…")] = "",
    name: Annotated[str, typer.Option("--name", help="What to call this agent, such as alfa-sthlm-1.")] = "",
    token_file: Annotated[Path | None, typer.Option("--token-file", help="File with the token of scope taxii.")] = None,
    report_token_file: Annotated[
        Path | None, typer.Option("--report-token-file", help="File with the token of scope stats.")
    ] = None,
    public_key: Annotated[
        str, typer.Option("--public-key", help="The feed's public key, as the coordinator gave it to you.")
    ] = "",
    log_public_key: Annotated[
        str, typer.Option("--log-public-key", help="The log's public key, as the coordinator gave it to you.")
    ] = "",
    collection: Annotated[
        list[str] | None, typer.Option("--collection", help="Id of a verified collection; all of them if left out.")
    ] = None,
    zone: Annotated[str, typer.Option("--zone", help="Parent of the two zones, such as rpz.skyddsnat.example.")] = "",
    primary: Annotated[
        str,
        typer.Option(
            "--primary",
            help='Where Knot DNS answers, such as 192.0.2.10 or 192.0.2.10@53; bind:192.0.2.10 for BIND; "none" for files only.',
        ),
    ] = "",
    agent_address: Annotated[
        str,
        typer.Option(
            "--agent-address",
            help="This machine's address, as primary and resolvers see it; where the way there begins if left out.",
        ),
    ] = "",
    resolver: Annotated[
        list[str] | None,
        typer.Option("--resolver", help="name=kind:address, such as sthlm-1=unbound:192.0.2.21; repeat for each."),
    ] = None,
    must_not_block: Annotated[
        list[str] | None, typer.Option("--must-not-block", help="A lawful name to test after each publish; repeat.")
    ] = None,
    protect: Annotated[list[str] | None, typer.Option("--protect", help="A domain of your own; repeat.")] = None,
    data_dir: Annotated[Path, typer.Option("--data-dir", help="State and journal.")] = Path("/var/lib/skyddsnat/agent"),
    zone_dir: Annotated[Path, typer.Option("--zone-dir", help="Zone files.")] = Path("/var/lib/skyddsnat/zones"),
    *,
    observe: Annotated[
        bool | None,
        typer.Option(
            "--observe/--block",
            help="Begin with everything but the block, or block from the first list on; where nobody can be asked, block.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an agent.toml that is there.")] = False,
) -> None:
    """Set up a site: ask the hub what it offers, write agent.toml and TSIG keys, print what primary and resolvers need."""
    config = config.absolute()
    try:
        url = _asked(hub, "--hub", "Address of the hub").rstrip("/")
        token = _token(token_file, config.parent / "taxii.token", "taxii", "SKYDDSNAT_TAXII_TOKEN")
        offer = discover(url=url, token_file=token)
        answers = Answers(
            config=config,
            name=_asked(name, "--name", "Name of this agent"),
            hub_url=url,
            token_file=token,
            report_token_file=_token(
                report_token_file, config.parent / "stats.token", "stats", "SKYDDSNAT_STATS_TOKEN"
            ),
            public_key=_public_key(public_key, offer),
            log_public_key=_log_public_key(log_public_key, offer),
            collections=_collections(collection or [], offer),
            zone=_asked(zone, "--zone", "Parent of the two policy zones", "rpz.skyddsnat.example").strip(".").lower(),
            primary=(found := _primary(primary))[1],
            primary_kind=found[0],
            resolvers=(known := _resolvers(resolver or [])),
            agent_address=_agent_address(agent_address, [one.endpoint for one in known] or [found[1]]),
            data_dir=data_dir.absolute(),
            zone_dir=zone_dir.absolute(),
            must_not_block=must_not_block or [],
            protect=protect or [],
            observe=_observe(observe),
        )
        written = write_site(answers, replace=force)
    except AgentError as error:
        for line in error.lines:
            print(f"skyddsnat agent: {line}", file=sys.stderr)
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        print(f"skyddsnat agent: {error.filename} cannot be written ({type(error).__name__})", file=sys.stderr)
        raise typer.Exit(1) from None
    _show(written, config)
    if not answers.resolvers:
        console.print(
            f"no resolver is named, so nothing will be proved; add each as [[resolver]] to {config}",
            markup=False,
            soft_wrap=True,
        )
    if answers.observe:
        console.print(
            f'the list only observes; take action = "observe" out of {config} to begin to block', soft_wrap=True
        )


def _asked(given: str, option: str, question: str, default: str | None = None) -> str:
    """An option's value, or the answer of a person at a terminal."""
    if given.strip():
        return given.strip()
    if not sys.stdin.isatty():
        raise WrongUse(f"{option} is missing and nobody is here to ask; give {option}")
    return str(typer.prompt(question, default=default)).strip()


def _token(given: Path | None, usual: Path, scope: str, variable: str) -> Path:
    """The token's file; a person may paste the token, which is not echoed and never stands in a command line."""
    path = (given or usual).absolute()
    if path.exists() or os.environ.get(variable):
        return path
    if not sys.stdin.isatty():
        raise WrongUse(f"{path} does not exist, expected the token of scope {scope} in it, or in ${variable}")
    token = typer.prompt(f"Token of scope {scope}, made by your engineer at the hub", hide_input=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
        out.write(str(token).strip() + "\n")
    return path


def _public_key(given: str, offer: Offer) -> str:
    """The pinned key: from another way than the hub, or at least compared with it by a person."""
    if given:
        if given != offer.public_key:
            raise WrongUse("the hub signs with another key than the one given, expected the same; call the coordinator")
        return given
    if not sys.stdin.isatty():
        raise WrongUse(
            "--public-key is missing, expected the key that the coordinator gave you by another way than the hub"
        )
    console.print(f"The hub signs the feed with this key:\n  {offer.public_key}")
    if not typer.confirm("Is it the key that the coordinator gave you by another way than the hub?"):
        raise WrongUse("the key is not confirmed, expected it to be compared first; nothing was written")
    return offer.public_key


def _log_public_key(given: str, offer: Offer) -> str:
    """The same for the log.  Without it the agent works and does not witness; `doctor` says what to add."""
    if given and given != offer.log_public_key:
        raise WrongUse("the hub's log has another key than the one given, expected the same; call the coordinator")
    if given or not offer.log_public_key or not sys.stdin.isatty():
        return given
    console.print(f"The hub signs its log with this key:\n  {offer.log_public_key}", soft_wrap=True)
    if typer.confirm("Is it the key that the coordinator gave you by another way than the hub?"):
        return offer.log_public_key
    raise WrongUse("the log's key is not confirmed, expected it to be compared first; nothing was written")


def _collections(wanted: list[str], offer: Offer) -> list[CollectionInfo]:
    if not wanted:
        return list(offer.collections)
    by_id = {str(one.id): one for one in offer.collections}
    unknown = [one for one in wanted if one.lower() not in by_id]
    if unknown:
        choice = ", ".join(f"{one.id} ({one.title})" for one in offer.collections)
        raise WrongUse(f"collection {unknown[0]} is not offered, expected one of: {choice}")
    return [by_id[one.lower()] for one in wanted]


def _primary(given: str) -> tuple[str, Endpoint | None]:
    """(kind, place)."""
    question = 'Address of Knot DNS, "bind:" and that of BIND, or "none" for zone files only'
    text = _asked(given, "--primary", question, "127.0.0.1")
    if text.lower() == "none":
        return "zonefile", None
    kind, colon, place = text.partition(":")
    return (kind, _endpoint(place)) if colon and kind in {"knot", "bind"} else ("knot", _endpoint(text))


def _resolvers(given: list[str]) -> list[KnownResolver]:
    """Those of the options, or what a person types, who is asked again after a slip."""
    if given or not sys.stdin.isatty():
        return [_resolver(text) for text in given]
    console.print(f"Your resolvers, each as {RESOLVER_FORM}")
    found: list[KnownResolver] = []
    while answer := str(typer.prompt("Resolver (empty line ends)", default="", show_default=False)):
        try:
            found.append(_resolver(answer))
        except WrongUse as error:
            console.print(escape(str(error)), soft_wrap=True)
    return found


def _resolver(text: str) -> KnownResolver:
    name, equals, rest = text.partition("=")
    kind, colon, place = rest.partition(":")
    if not (name and equals and colon and kind in tuple(ResolverKind)):
        raise WrongUse(f"resolver {text!r}, expected {RESOLVER_FORM}")
    bridge = BRIDGE_PORT if kind == ResolverKind.KNOT_RESOLVER else None
    return KnownResolver(name=name, endpoint=_endpoint(place), kind=ResolverKind(kind), notify_port=bridge)


def _observe(given: bool | None) -> bool:
    """Whether to look first.  A script from before there was the question goes on as it was."""
    if given is not None or not sys.stdin.isatty():
        return bool(given)
    question = (
        "Begin in observe mode: everything but the block, until you have seen it work (recommended the first time)?"
    )
    return bool(typer.confirm(question, default=True))


def _agent_address(given: str, places: list[Endpoint | None]) -> str:
    """What NOTIFY and updates come from: resolvers and primary are told to take them from there alone."""
    usual = next((source_address(place) for place in places if place is not None), "127.0.0.1")
    if not given and not sys.stdin.isatty():
        return usual
    question = "This machine's address, as primary and resolvers see it"
    return _endpoint(_asked(given, "--agent-address", question, usual)).address


def _endpoint(text: str) -> Endpoint:
    match = _ENDPOINT.fullmatch(text.strip())
    try:
        address = str(ip_address(match["address"])) if match else ""
    except ValueError:
        address = ""
    port = int(match["port"] or 53) if match else 0
    if not address or not 1 <= port <= 65535:
        raise WrongUse(f"{text!r}, expected an IP address, with @port if it is not 53")
    return Endpoint(address, port)


def _show(written: Written, config: Path) -> None:
    console.print("written:")
    for path in written.files:
        console.print(f"  {path}", soft_wrap=True)
    for snippet in written.shown:
        console.print(f"\n[bold]{snippet.name}[/], {escape(snippet.place)}:\n")
        console.print(snippet.text, markup=False, soft_wrap=True)
    console.print(
        f"next: let the primary read the zone folder, load both configurations, then\n"
        f"  skyddsnat agent doctor --config {config}\n  skyddsnat agent pull --config {config}\n"
        f"  skyddsnat agent plan --config {config}\n  skyddsnat agent publish --config {config}",
        soft_wrap=True,
    )
