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

from skyddsnat.agent.client import CollectionInfo
from skyddsnat.agent.config import DEFAULT_PATH
from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.agent.samples import Endpoint
from skyddsnat.agent.setup import Answers, Offer, Written, discover, write_site

console = Console(highlight=False)
_ENDPOINT = re.compile(r"\[?(?P<address>[0-9A-Fa-f.:]+?)\]?(?:[@#](?P<port>\d{1,5}))?")


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
    collection: Annotated[
        list[str] | None, typer.Option("--collection", help="Id of a verified collection; all of them if left out.")
    ] = None,
    zone: Annotated[str, typer.Option("--zone", help="Parent of the two zones, such as rpz.skyddsnat.example.")] = "",
    primary: Annotated[
        str,
        typer.Option("--primary", help='Knot\'s address, such as 192.0.2.10 or 192.0.2.10@53; "none" for files only.'),
    ] = "",
    agent_address: Annotated[
        str, typer.Option("--agent-address", help="This machine's address, as Knot and the resolvers see it.")
    ] = "127.0.0.1",
    resolver: Annotated[
        list[str] | None, typer.Option("--resolver", help="name=address or name=address@port; repeat for each.")
    ] = None,
    must_not_block: Annotated[
        list[str] | None, typer.Option("--must-not-block", help="A lawful name to test after each publish; repeat.")
    ] = None,
    protect: Annotated[list[str] | None, typer.Option("--protect", help="A domain of your own; repeat.")] = None,
    data_dir: Annotated[Path, typer.Option("--data-dir", help="State and journal.")] = Path("/var/lib/skyddsnat/agent"),
    zone_dir: Annotated[Path, typer.Option("--zone-dir", help="Zone files.")] = Path("/var/lib/skyddsnat/zones"),
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace an agent.toml that is there.")] = False,
) -> None:
    """Set up a site: ask the hub what it offers, write agent.toml and the TSIG key, print what Knot and Unbound need."""
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
            collections=_collections(collection or [], offer),
            zone=_asked(zone, "--zone", "Parent of the two policy zones", "rpz.skyddsnat.example").strip(".").lower(),
            primary=_primary(
                _asked(primary, "--primary", 'Address of Knot DNS, or "none" for zone files only', "127.0.0.1")
            ),
            agent_address=agent_address,
            resolvers=_resolvers(resolver or []),
            data_dir=data_dir,
            zone_dir=zone_dir,
            must_not_block=must_not_block or [],
            protect=protect or [],
        )
        written = write_site(answers, replace=force)
    except AgentError as error:
        print(f"skyddsnat agent: {error}", file=sys.stderr)
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        print(f"skyddsnat agent: {error.filename} cannot be written ({type(error).__name__})", file=sys.stderr)
        raise typer.Exit(1) from None
    _show(written, config)


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


def _collections(wanted: list[str], offer: Offer) -> list[CollectionInfo]:
    if not wanted:
        return list(offer.collections)
    by_id = {str(one.id): one for one in offer.collections}
    unknown = [one for one in wanted if one.lower() not in by_id]
    if unknown:
        choice = ", ".join(f"{one.id} ({one.title})" for one in offer.collections)
        raise WrongUse(f"collection {unknown[0]} is not offered, expected one of: {choice}")
    return [by_id[one.lower()] for one in wanted]


def _primary(text: str) -> Endpoint | None:
    return None if text.lower() == "none" else _endpoint(text)


def _resolvers(given: list[str]) -> list[tuple[str, Endpoint]]:
    if not given and sys.stdin.isatty():
        while answer := str(typer.prompt("Resolver as name=address (empty line ends)", default="", show_default=False)):
            given.append(answer)
    found = []
    for text in given:
        name, equals, place = text.partition("=")
        if not name or not equals:
            raise WrongUse(f"resolver {text!r}, expected name=address or name=address@port")
        found.append((name, _endpoint(place)))
    return found


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
    if written.knot:
        console.print("\n[bold]for knot.conf[/] (with the secret in knot-skyddsnat.conf):\n")
        console.print(written.knot, markup=False, soft_wrap=True)
    console.print("[bold]for unbound.conf[/]:\n")
    console.print(written.unbound, markup=False, soft_wrap=True)
    console.print(
        f"next: let the primary read the zone folder, load both configurations, then\n"
        f"  skyddsnat agent doctor --config {config}\n  skyddsnat agent pull --config {config}\n"
        f"  skyddsnat agent plan --config {config}\n  skyddsnat agent publish --config {config}",
        soft_wrap=True,
    )
