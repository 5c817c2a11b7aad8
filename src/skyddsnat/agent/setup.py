"""Making a site: agent.toml, TSIG keys, empty zones, and what belongs into the configuration of primary and resolvers."""

from __future__ import annotations

import base64
import os
import re
import secrets
import socket
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from uuid import UUID

import httpx

from skyddsnat.agent.client import CollectionInfo, HubClient
from skyddsnat.agent.config import HubConfig, Secret, parse
from skyddsnat.agent.errors import HubError, Unreached, WrongUse
from skyddsnat.agent.log_client import LogClient
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.sample_toml import AgentSample, KnownResolver, agent_toml
from skyddsnat.agent.samples import Endpoint, Key, PrimarySample, ResolverSample, empty_zone
from skyddsnat.agent.samples.places import LEAST_SECRET, is_tsig_secret
from skyddsnat.agent.snippets import COPIES, READS_FILES, Snippet, primary_snippet, resolver_snippets
from skyddsnat.protocols.log import BadLog, NoteKey
from skyddsnat.site.config_table import expected_of_url
from skyddsnat.site.files import why_no_folder

FEED_KEY = re.compile(r"[A-Za-z0-9+/]{43}=", re.ASCII)
"""32 bytes in base64."""
PRIVATE, SHARED = 0o600, 0o640
KEYLESS = frozenset({ResolverKind.UNBOUND, ResolverKind.OTHER})
"""Kinds that transfer without a key: Unbound knows none for RPZ, and of others it is not known."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the hub offers to this token.  public_key: as the hub says it.

    collections: the signed feeds, and of these the verified ones by their titles; which of a circle's two feeds is enforced
    changes nothing that is blocked, since the agent goes by each entry's ceiling, but only the verified one is made for it.
    """

    collections: tuple[CollectionInfo, ...]
    public_key: str
    log_public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What `init` has asked for.  primary: None for zone files only.  primary_kind: "knot" or "bind".

    observe: begin with everything but the block.
    """

    config: Path
    name: str
    hub_url: str
    token_file: Path
    report_token_file: Path
    public_key: str
    log_public_key: str
    collections: Sequence[CollectionInfo]
    zone: str
    primary: Endpoint | None
    agent_address: str
    resolvers: Sequence[KnownResolver]
    data_dir: Path
    zone_dir: Path
    must_not_block: Sequence[str] = ()
    protect: Sequence[str] = ()
    primary_kind: str = "knot"
    observe: bool = False

    @property
    def hot_zone(self) -> str:
        return f"hot.{self.zone}"

    @property
    def base_zone(self) -> str:
        return f"base.{self.zone}"

    @property
    def kinds(self) -> list[ResolverKind]:
        """The kinds of the resolvers, each once."""
        return list(dict.fromkeys(one.kind for one in self.resolvers))

    @property
    def beside_primary(self) -> bool:
        """Whether the agent runs on the primary's own machine."""
        address = self.primary.address if self.primary is not None else ""
        return bool(address) and (address == self.agent_address or ip_address(address).is_loopback)


@dataclass(frozen=True, slots=True)
class Written:
    """Files that were made, and the texts for the servers as they may be shown: without secrets."""

    files: tuple[Path, ...]
    shown: tuple[Snippet, ...]


def discover(
    *,
    url: str,
    token_file: Path | None,
    ca_file: Path | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Offer:
    """Ask the hub which verified collections the token opens, and which key it signs with.

    Raises WrongUse for an address to which no token is sent, HubError for a hub that does not answer or offers no feed.
    """
    if expected := expected_of_url(url):
        raise WrongUse(f"hub {url!r}, expected {expected}")
    config = HubConfig(
        url=url,
        collections=(),
        public_key="",
        log_key=None,
        token=Secret(variable="SKYDDSNAT_TAXII_TOKEN", file=token_file),
        report_token=Secret(variable="SKYDDSNAT_STATS_TOKEN", file=None),
        poll_seconds=2,
        witness_seconds=30,
        timeout_seconds=10,
        ca_file=ca_file,
    )
    client = HubClient(config, transport=transport)
    try:
        listed = [one for one in client.collections() if not one.can_write]
        keys = {one.id: _head_key(client, one.id) for one in listed}
        log_key = _log_key(client)
    except Unreached as error:
        raise Unreached(url, error.why, "check the address and the way there; nothing was written") from error
    finally:
        client.close()
    signed = [one for one in listed if keys[one.id]]
    verified = [one for one in signed if "verified" in one.title.lower()] or signed
    if not verified:
        raise HubError(
            f"the token opens {len(listed)} feeds and none is a signed one; ask the coordinator to take you into a circle"
        )
    return Offer(tuple(verified), keys[verified[0].id], log_key)


def source_address(place: Endpoint) -> str:
    """This machine's address on the way to a place, by the system's routes: nothing is sent."""
    family = socket.AF_INET6 if ":" in place.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as outlet:
        try:
            outlet.connect((place.address, place.port))
        except OSError:
            return "127.0.0.1"  # no way there yet
        return str(outlet.getsockname()[0])


def _log_key(client: HubClient) -> str:
    """Empty for a hub from before there was a log, and for what is no key: a person is to compare it by eye."""
    try:
        return NoteKey.parse(LogClient(client).key()).text()
    except (HubError, BadLog):
        return ""


def _head_key(client: HubClient, collection: UUID) -> str:
    """The same for a feed that gives no signed head."""
    try:
        said = client.head(collection).get("key")
    except HubError:
        return ""
    return said if isinstance(said, str) and FEED_KEY.fullmatch(said) else ""


def write_site(answers: Answers, *, replace: bool = False) -> Written:
    """Write all files of a site, once agent.toml is known to load.

    Raises WrongUse if it is there already and is not to be replaced, ConfigError with every answer that cannot be right.
    """
    check_free(answers.config, replace=replace)
    if answers.primary is None and (lost := [kind for kind in answers.kinds if kind not in READS_FILES]):
        raise WrongUse(f"a resolver of kind {lost[0]} and no primary, expected one that it can transfer the zones from")
    folder = answers.config.parent
    text = agent_toml(_sample(answers, folder))
    parse(tomllib.loads(text), path=answers.config)
    secrets_at = [folder / "tsig.key", folder / "transfer.key"] if answers.primary is not None else []
    there = [_key_there(path) for path in secrets_at]
    folder.mkdir(parents=True, exist_ok=True)
    files = [_write(answers.config, text, mode=SHARED)]
    kept = []
    for path, known in zip(secrets_at, there, strict=True):
        kept.append(known or base64.b64encode(secrets.token_bytes(32)).decode())
        files += [] if known else [_write(path, f"{kept[-1]}\n", mode=PRIVATE)]
    for snippet in _snippets(answers, kept):
        files.append(_write(folder / snippet.name, snippet.text, mode=_mode(snippet, kept)))
    files += _empty_zones(answers)
    shown = _snippets(answers, [f"<the line in {path}>" for path in secrets_at])
    return Written(tuple(files), tuple(shown))


def check_free(config: Path, *, replace: bool) -> None:
    """Before the first question: nobody answers ten of them for a file that is not written.  Raises WrongUse."""
    if config.exists() and not replace:
        raise WrongUse(f"{config} exists, expected a free place; give --force to replace it, or --config")
    if why := why_no_folder(config.parent):
        raise WrongUse(f"{config}: {why}, expected a folder for it; run it as root, or give --config")


def _snippets(answers: Answers, keys: Sequence[str]) -> list[Snippet]:
    """For the primary and for each kind of resolver.  keys: the agent's secret and that of transfers, or none."""
    made = []
    transfer = None
    if answers.primary is not None:
        transfer = Key("transfer", keys[1])
        made.append(primary_snippet(answers.primary_kind, _primary(answers, answers.primary, keys[0], transfer)))
    for kind in answers.kinds:
        made += resolver_snippets(kind, _resolver(answers, kind, transfer))
    return made


def _mode(snippet: Snippet, keys: Sequence[str]) -> int:
    return PRIVATE if any(key in snippet.text for key in keys) else SHARED


def _sample(answers: Answers, folder: Path) -> AgentSample:
    return AgentSample(
        name=answers.name,
        data_dir=answers.data_dir,
        hub_url=answers.hub_url,
        collections=[(one.id, one.title) for one in answers.collections],
        public_key=answers.public_key,
        log_public_key=answers.log_public_key,
        token_file=answers.token_file,
        report_token_file=answers.report_token_file,
        hot_zone=answers.hot_zone,
        base_zone=answers.base_zone,
        zone_dir=answers.zone_dir,
        primary=answers.primary,
        key_file=folder / "tsig.key" if answers.primary is not None else None,
        resolvers=answers.resolvers,
        must_not_block=answers.must_not_block,
        protect=answers.protect,
        primary_kind=answers.primary_kind,
        reload=answers.beside_primary and answers.primary_kind == "knot",
        observe=answers.observe,
    )


def _primary(answers: Answers, primary: Endpoint, key: str, transfer: Key) -> PrimarySample:
    return PrimarySample(
        listen=primary,
        agent=answers.agent_address,
        hot_zone=answers.hot_zone,
        base_zone=answers.base_zone,
        zone_dir=answers.zone_dir,
        key_name="agent",
        key_algorithm="hmac-sha256",
        key_secret=key,
        transfer_key=transfer,
        resolvers=[one.told_at for one in answers.resolvers],
        keyless=[one.endpoint.address for one in answers.resolvers if one.kind in KEYLESS],
        run_dir=Path("/run/knot"),
        database_dir=Path("/var/lib/bind" if answers.primary_kind == "bind" else "/var/lib/knot"),
    )


def _resolver(answers: Answers, kind: ResolverKind, transfer: Key | None) -> ResolverSample:
    return ResolverSample(
        primary=answers.primary,
        agent=answers.agent_address,
        hot_zone=answers.hot_zone,
        base_zone=answers.base_zone,
        folder=answers.zone_dir if answers.primary is None else COPIES.get(kind, answers.zone_dir),
        key=None if kind in KEYLESS else transfer,
    )


def _key_there(path: Path) -> str | None:
    """The TSIG secret that is in use, None where there is none yet.  Raises WrongUse for what is no secret."""
    if not path.exists():
        return None
    secret = path.read_text(encoding="ascii", errors="replace").strip()
    if not is_tsig_secret(secret):
        raise WrongUse(
            f"{path} is there and is no secret, expected base64 of at least {LEAST_SECRET} bytes in one line; put the one that "
            "the primary has there, or move the file away and a new one is made"
        )
    return secret


def _empty_zones(answers: Answers) -> list[Path]:
    """Zones without rows where there are none yet, so that the primary can start before the first publish."""
    answers.zone_dir.mkdir(parents=True, exist_ok=True)
    made = []
    for role, zone in (("hot", answers.hot_zone), ("base", answers.base_zone)):
        path = answers.zone_dir / f"{role}.zone"
        if not path.exists():
            made.append(_write(path, empty_zone(zone), mode=SHARED))
    return made


def _write(path: Path, text: str, *, mode: int) -> Path:
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        os.fchmod(out.fileno(), mode)
        out.write(text)
    return path
