"""`skyddsnat party init`: a few questions, or the same as options; a key, party.toml, and what to tell the coordinator."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from skyddsnat.cli import party_screen as screen
from skyddsnat.cli.ends import told
from skyddsnat.party.config import DEFAULT_PATH, TOKEN_VARIABLE, is_address, is_hub_url
from skyddsnat.party.errors import WrongUse
from skyddsnat.party.sample_toml import PartySample
from skyddsnat.party.setup import Made, make_party
from skyddsnat.protocols.benchmark import fields
from skyddsnat.protocols.log import BadLog, NoteKey

console = Console(highlight=False)


def init(
    config: Annotated[Path, typer.Option("--config", "-c", help="Where to write party.toml.")] = DEFAULT_PATH,
    party: Annotated[str, typer.Option("--id", help="This party's id, as the coordinator gave it to you.")] = "",
    hub: Annotated[str, typer.Option("--hub", help="Address of the hub, https://…")] = "",
    address: Annotated[
        str, typer.Option("--address", help="host:port where the two other parties reach this one.")
    ] = "",
    listen: Annotated[
        str, typer.Option("--listen", help="Host to listen on, if not that of --address (translated addresses).")
    ] = "",
    token_file: Annotated[Path | None, typer.Option("--token-file", help="File with the token of scope party.")] = None,
    log_public_key: Annotated[
        str, typer.Option("--log-public-key", help="The hub's log key, as the coordinator gave it to you.")
    ] = "",
    peer: Annotated[
        list[str] | None, typer.Option("--peer", help="id=key of another party, as that party told you; repeat.")
    ] = None,
    ca_file: Annotated[Path | None, typer.Option("--ca-file", help="Authority of the hub's certificate.")] = None,
    data_dir: Annotated[Path, typer.Option("--data-dir", help="Memory and journal.")] = Path(
        "/var/lib/skyddsnat/party"
    ),
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="The long-term key, in a folder of its own.")
    ] = None,
    poll_seconds: Annotated[float | None, typer.Option("--poll-seconds", help="How often to ask the hub.")] = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a party.toml that is there; a key is kept.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Make this party: its signing key and party.toml.  Prints the fingerprint, and what the coordinator must be given."""
    with told("party"):
        sample = PartySample(
            id=_matching(_asked(party, "--id", "This party's id"), fields.IDENTIFIER, "--id", "an id such as solros"),
            hub_url=_hub(_asked(hub, "--hub", "Address of the hub")),
            address=_address(_asked(address, "--address", "Where the other parties reach this one, host:port")),
            listen=listen.strip(),
            token_file=_token(token_file, config.parent / "party.token"),
            log_public_key=_log_key(log_public_key),
            peers=_peers(peer or []),
            ca_file=ca_file.absolute() if ca_file else None,
            data_dir=data_dir.absolute(),
            key_file=(key_file or config.parent / "party-keys" / "party.key").absolute(),
            poll_seconds=poll_seconds,
        )
        made = make_party(sample, config, replace=force)
    _show(made, sample, as_json=as_json)


def _asked(given: str, option: str, question: str) -> str:
    """An option's value, or the answer of a person at a terminal."""
    if given.strip():
        return given.strip()
    if not sys.stdin.isatty():
        raise WrongUse(f"{option} is missing and nobody is here to ask; give {option}")
    return str(typer.prompt(question)).strip()


def _matching(text: str, pattern: str, option: str, expected: str) -> str:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise WrongUse(f"{option} is {text[:60]!r}, expected {expected}")
    return text


def _hub(url: str) -> str:
    if not is_hub_url(url.rstrip("/")):
        raise WrongUse(f"--hub is {url[:80]!r}, expected https://…, or http:// for a hub on this machine")
    return url.rstrip("/")


def _address(text: str) -> str:
    if not is_address(text):
        raise WrongUse(f"--address is {text[:80]!r}, expected host:port")
    return text


def _log_key(text: str) -> str:
    try:
        return NoteKey.parse(text).text() if text.strip() else ""
    except BadLog:
        raise WrongUse("--log-public-key was not read, expected name+id+base64 as the coordinator gave it") from None


def _peers(given: list[str]) -> list[tuple[str, str]]:
    found = []
    for text in given:
        name, _, key = text.partition("=")
        _matching(name, fields.IDENTIFIER, "--peer", "id=key")
        found.append((name, _matching(key.strip().lower(), fields.HEX32, "--peer", "id= and 64 hex digits")))
    return found


def _token(given: Path | None, usual: Path) -> Path:
    """The token's file; a person may paste the token, which is not echoed and never stands in a command line."""
    path = (given or usual).absolute()
    if path.exists() or os.environ.get(TOKEN_VARIABLE) or not sys.stdin.isatty():
        return path
    token = typer.prompt(
        "Token of scope party, made at the hub (empty: later)", hide_input=True, default="", show_default=False
    )
    if str(token).strip():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
            out.write(str(token).strip() + "\n")
    return path


def _show(made: Made, sample: PartySample, *, as_json: bool) -> None:
    if as_json:
        screen.print_json(
            {
                "config": str(made.config),
                "key_file": str(made.key_file),
                "id": sample.id,
                "signing_key": made.public,
                "fingerprint": made.fingerprint,
                "address": sample.address,
            }
        )
        return
    console.print(
        f"written: {made.config}\nkey:     {made.key_file} (for this user alone; a copy in a safe, none online)",
        soft_wrap=True,
    )
    console.print(
        f"\n[bold]for the coordinator[/]\n  id           {sample.id}\n  signing key  {made.public}\n"
        f"  fingerprint  {made.fingerprint}\n  address      {sample.address}",
        soft_wrap=True,
    )
    console.print(
        "\nRead the fingerprint aloud to the coordinator and to the two other parties; members compare it too.\n"
        f"next: put the hub's token of scope party into {sample.token_file} (mode 600), then\n"
        f"  skyddsnat party run --config {made.config}\n  skyddsnat party status --config {made.config}",
        soft_wrap=True,
    )
