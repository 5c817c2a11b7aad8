"""`skyddsnat party verify-transcript`: everything in a round that can be checked without trust in the hub, one line each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import httpx
import typer

from skyddsnat.cli import party_screen as screen
from skyddsnat.cli.ends import told
from skyddsnat.party import identity
from skyddsnat.party.check import Report, check_transcript
from skyddsnat.party.client import LONGEST, HubClient
from skyddsnat.party.config import Config, load
from skyddsnat.party.errors import HubError, WrongUse
from skyddsnat.site.errors import Exit
from skyddsnat.site.http import hub_client, read_within

TIMEOUT = 30.0


def verify_transcript(
    source: Annotated[
        str, typer.Argument(metavar="FILE|URL", help="The transcript: a file of JSON lines, or where it is.")
    ],
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--key", help="id=key of a party, as that party told you; repeat for each.  Known ones need none."
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="A party.toml, for its own key, its peers' and its token.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Check a transcript: chain, signatures, keys, root, verdicts, output shares, what was opened.  Exit code 1 if it fails."""
    with told("party"):
        loaded = load(config) if config else None
        report = check_transcript(_read(source, loaded), pinned=_pinned(key or [], loaded))
    if as_json:
        screen.print_json(report.facts())
    else:
        _show(report)
    raise typer.Exit(Exit.FINE if report.ok else Exit.FINDING)


def _show(report: Report) -> None:
    for check in report.checks:
        print(f"{'ok  ' if check.ok else 'FAIL'}  {check.what}: {check.said}")
    print(report.closing())


def _read(source: str, config: Config | None) -> bytes:
    if source.startswith(("http://", "https://")):
        return _fetch(source, config)
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise WrongUse(
            f"{source[:120]} cannot be read ({type(error).__name__}), expected a transcript of JSON lines"
        ) from None


def _fetch(url: str, config: Config | None) -> bytes:
    """Where it is public, or by the party's token where the address is its own hub's."""
    if config is not None and url.startswith(f"{config.hub.url}/"):
        client = HubClient.plain(config.hub)
        try:
            return client.fetch(url.removeprefix(config.hub.url))
        finally:
            client.close()
    try:
        with (
            hub_client("", program="party", seconds=TIMEOUT, ca_file=None, refusal=HubError) as http,
            http.stream("GET", url) as response,
        ):
            if response.status_code != 200:
                raise HubError(
                    f"{url} answered {response.status_code}, expected a transcript; give --config for the party's token"
                )
            return read_within(response, LONGEST, refusal=HubError)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise HubError(f"{url} was not reached ({type(error).__name__})") from None


def _pinned(given: list[str], config: Config | None) -> dict[str, str]:
    """Parties' keys that the reader knows from elsewhere than the transcript."""
    found = dict(config.peers) if config else {}
    if config is not None:
        found[config.id] = identity.load(config.key_file).public
    for text in given:
        name, _, key = text.partition("=")
        if not name or len(key) != 64 or not set(key) <= set("0123456789abcdef"):
            raise WrongUse(f"--key is {text[:80]!r}, expected id=key, the key as 64 hex digits")
        found[name] = key
    return found
