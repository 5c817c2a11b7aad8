"""`skyddsnat agent init`: a few questions, or the same as options, and the files of a site."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from skyddsnat.agent.client import CollectionInfo
from skyddsnat.agent.config import DEFAULT_PATH
from skyddsnat.agent.errors import BadToken, Unreached, WrongUse
from skyddsnat.agent.samples import Endpoint
from skyddsnat.agent.setup import Answers, Offer, Written, check_free, discover, source_address, write_site
from skyddsnat.cli import agent_asking as asking
from skyddsnat.cli.ends import told
from skyddsnat.site.files import why_no_folder

console = Console(highlight=False)


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
    with told("agent"):
        check_free(config, replace=force)
        url, token, offer = _offer(hub, token_file, config.parent / "taxii.token")
        answers = Answers(
            config=config,
            name=asking.answer(name, "--name", "Name of this agent", asking.agent_name),
            hub_url=url,
            token_file=token,
            report_token_file=_token(
                report_token_file, config.parent / "stats.token", "stats", "SKYDDSNAT_STATS_TOKEN"
            ),
            public_key=_public_key(public_key, offer),
            log_public_key=_log_public_key(log_public_key, offer),
            collections=_collections(collection or [], offer),
            zone=asking.answer(
                zone, "--zone", "Parent of the two policy zones", asking.zone, default="rpz.skyddsnat.example"
            ),
            primary=(found := _primary(primary))[1],
            primary_kind=found[0],
            resolvers=(known := asking.resolvers(resolver or [], has_primary=found[1] is not None)),
            agent_address=_agent_address(agent_address, [one.endpoint for one in known] or [found[1]]),
            data_dir=data_dir.absolute(),
            zone_dir=_folder(zone_dir),
            must_not_block=must_not_block or [],
            protect=protect or [],
            observe=_observe(observe),
        )
        written = write_site(answers, replace=force)
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


def _offer(hub: str, token_file: Path | None, usual: Path) -> tuple[str, Path, Offer]:
    """(the hub's address, the token's file, what the hub offers).  A person corrects an address at which nobody answers, and a
    token that was just pasted and is refused."""
    while True:
        url = asking.answer(hub, "--hub", "Address of the hub", asking.hub_url)
        path = (token_file or usual).absolute()
        there = path.exists() or bool(os.environ.get("SKYDDSNAT_TAXII_TOKEN"))
        path = _token(token_file, usual, "taxii", "SKYDDSNAT_TAXII_TOKEN")
        try:
            return url, path, discover(url=url, token_file=path)
        except BadToken as error:
            if there:
                raise
            path.unlink()  # what does not work must not be taken for the token the next time
            asking.say(error)
        except Unreached as error:
            if hub or not asking.somebody_is_here():
                raise
            asking.say(error)


def _token(given: Path | None, usual: Path, scope: str, variable: str) -> Path:
    """The token's file; a person may paste the token, which is not echoed and never stands in a command line."""
    path = (given or usual).absolute()
    if path.exists() or os.environ.get(variable):
        return path
    if not asking.somebody_is_here():
        raise WrongUse(f"{path} does not exist, expected the token of scope {scope} in it, or in ${variable}")
    if why := why_no_folder(path.parent):
        raise WrongUse(f"{path}: {why}, expected a place for the token of scope {scope}")
    token = asking.token(f"Token of scope {scope}, made by your engineer at the hub")
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
        out.write(token + "\n")
    return path


def _public_key(given: str, offer: Offer) -> str:
    """The pinned key: from another way than the hub, or at least compared with it by a person."""
    if given:
        if given != offer.public_key:
            raise WrongUse("the hub signs with another key than the one given, expected the same; call the coordinator")
        return given
    if not asking.somebody_is_here():
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
    if given or not offer.log_public_key or not asking.somebody_is_here():
        return given
    console.print(f"The hub signs its log with this key:\n  {escape(offer.log_public_key)}", soft_wrap=True)
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
    return asking.answer(given, "--primary", question, asking.primary, default="127.0.0.1")


def _folder(given: Path) -> Path:
    """The folder of the zone files, which is made here."""
    try:
        return asking.folder(str(given))
    except WrongUse as error:
        if not asking.somebody_is_here():
            raise
        asking.say(error)
        return asking.answer("", "--zone-dir", "Folder of the zone files", asking.folder)


def _observe(given: bool | None) -> bool:
    """Whether to look first.  A script from before there was the question goes on as it was."""
    if given is not None or not asking.somebody_is_here():
        return bool(given)
    question = (
        "Begin in observe mode: everything but the block, until you have seen it work (recommended the first time)?"
    )
    return bool(typer.confirm(question, default=True))


def _agent_address(given: str, places: list[Endpoint | None]) -> str:
    """What NOTIFY and updates come from: resolvers and primary are told to take them from there alone."""
    usual = next((source_address(place) for place in places if place is not None), "127.0.0.1")
    if not given and not asking.somebody_is_here():
        return usual
    question = "This machine's address, as primary and resolvers see it"
    return asking.answer(given, "--agent-address", question, asking.own_address, default=usual)


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
