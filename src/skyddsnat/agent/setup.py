"""Making a site: agent.toml, the TSIG key, empty zones, and what belongs into Knot's and Unbound's configuration."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx

from skyddsnat.agent.client import CollectionInfo, HubClient
from skyddsnat.agent.config import HubConfig, Secret
from skyddsnat.agent.errors import HubError, WrongUse
from skyddsnat.agent.sample_toml import AgentSample, agent_toml
from skyddsnat.agent.samples import Endpoint, KnotSample, UnboundSample, empty_zone, knot_snippet, unbound_snippet

PRIVATE, SHARED = 0o600, 0o640


@dataclass(frozen=True, slots=True)
class Offer:
    """What the hub offers to this token.  public_key: as the hub says it.

    collections: the signed feeds, and of these the verified ones by their titles; which of a circle's two feeds is enforced
    changes nothing that is blocked, since the agent goes by each entry's ceiling, but only the verified one is made for it.
    """

    collections: tuple[CollectionInfo, ...]
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What `init` has asked for.  primary: None for zone files only."""

    config: Path
    name: str
    hub_url: str
    token_file: Path
    report_token_file: Path
    public_key: str
    collections: Sequence[CollectionInfo]
    zone: str
    primary: Endpoint | None
    agent_address: str
    resolvers: Sequence[tuple[str, Endpoint]]
    data_dir: Path
    zone_dir: Path
    must_not_block: Sequence[str] = ()
    protect: Sequence[str] = ()

    @property
    def hot_zone(self) -> str:
        return f"hot.{self.zone}"

    @property
    def base_zone(self) -> str:
        return f"base.{self.zone}"


@dataclass(frozen=True, slots=True)
class Written:
    """Files that were made, and the texts for the servers as they may be shown: without the secret."""

    files: tuple[Path, ...]
    knot: str
    unbound: str


def discover(
    *,
    url: str,
    token_file: Path | None,
    ca_file: Path | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Offer:
    """Ask the hub which verified collections the token opens, and which key it signs with.  Raises HubError."""
    config = HubConfig(
        url=url,
        collections=(),
        public_key="",
        token=Secret(variable="SKYDDSNAT_TAXII_TOKEN", file=token_file),
        report_token=Secret(variable="SKYDDSNAT_STATS_TOKEN", file=None),
        poll_seconds=2,
        timeout_seconds=10,
        ca_file=ca_file,
    )
    client = HubClient(config, transport=transport)
    try:
        listed = [one for one in client.collections() if not one.can_write]
        keys = {one.id: _head_key(client, one.id) for one in listed}
    finally:
        client.close()
    signed = [one for one in listed if keys[one.id]]
    verified = [one for one in signed if "verified" in one.title.lower()] or signed
    if not verified:
        raise HubError(
            f"the token opens {len(listed)} feeds and none is a signed one; ask the coordinator to take you into a circle"
        )
    return Offer(tuple(verified), keys[verified[0].id])


def _head_key(client: HubClient, collection: UUID) -> str:
    try:
        return str(client.head(collection).get("key", ""))
    except HubError:
        return ""


def write_site(answers: Answers, *, replace: bool = False) -> Written:
    """Write all files of a site.  Raises WrongUse if agent.toml is there already and is not to be replaced."""
    if answers.config.exists() and not replace:
        raise WrongUse(f"{answers.config} exists, expected a free place; give --force to replace it, or --config")
    folder = answers.config.parent
    folder.mkdir(parents=True, exist_ok=True)
    files = [_write(answers.config, agent_toml(_sample(answers, folder)), mode=SHARED)]
    key = ""
    if answers.primary is not None:
        key, made = _key(folder / "tsig.key")
        files += made
        files.append(
            _write(folder / "knot-skyddsnat.conf", knot_snippet(_knot(answers, answers.primary, key)), mode=PRIVATE)
        )
    unbound = unbound_snippet(_unbound(answers))
    files.append(_write(folder / "unbound-skyddsnat.conf", unbound, mode=SHARED))
    files += _empty_zones(answers)
    shown = (
        knot_snippet(_knot(answers, answers.primary, f"<the line in {folder / 'tsig.key'}>")) if answers.primary else ""
    )
    return Written(tuple(files), shown, unbound)


def _sample(answers: Answers, folder: Path) -> AgentSample:
    return AgentSample(
        name=answers.name,
        data_dir=answers.data_dir,
        hub_url=answers.hub_url,
        collections=[(one.id, one.title) for one in answers.collections],
        public_key=answers.public_key,
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
    )


def _knot(answers: Answers, primary: Endpoint, key: str) -> KnotSample:
    return KnotSample(
        listen=primary,
        agent=answers.agent_address,
        hot_zone=answers.hot_zone,
        base_zone=answers.base_zone,
        zone_dir=answers.zone_dir,
        key_name="agent",
        key_algorithm="hmac-sha256",
        key_secret=key,
        resolvers=[endpoint for _, endpoint in answers.resolvers],
        run_dir=Path("/run/knot"),
        database_dir=Path("/var/lib/knot"),
    )


def _unbound(answers: Answers) -> UnboundSample:
    return UnboundSample(
        primary=answers.primary,
        agent=answers.agent_address,
        hot_zone=answers.hot_zone,
        base_zone=answers.base_zone,
        folder=Path("/var/lib/unbound") if answers.primary is not None else answers.zone_dir,
    )


def _key(path: Path) -> tuple[str, list[Path]]:
    """The TSIG secret: the one that is there, or a new one of 256 bits."""
    if path.exists():
        return path.read_text(encoding="ascii").strip(), []
    secret = base64.b64encode(secrets.token_bytes(32)).decode()
    return secret, [_write(path, f"{secret}\n", mode=PRIVATE)]


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
