"""stop-page.toml as typed values.  Everything is checked at start, and every problem is told at once, in one line each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from skyddsnat.catalogue.text import Text
from skyddsnat.site.config_table import Table, read_toml
from skyddsnat.site.secret import read_secret
from skyddsnat.stop_page.errors import ConfigError
from skyddsnat.stop_page.help_lines import LINES, HelpLine, Kind

DEFAULT_PATH: Final = Path("/etc/skyddsnat-stop/stop-page.toml")
TOKEN_VARIABLE: Final = "SKYDDSNAT_COMPLAINTS_TOKEN"  # noqa: S105 - the variable's name
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HubConfig:
    """Where complaints go.  token: of scope complaints, read at each use so that a rotated one needs no restart."""

    url: str
    token_file: Path | None
    timeout_seconds: float
    ca_file: Path | None

    def token(self) -> str | None:
        """The token, from the environment or the file; None if neither has one that can be read and can stand in a header."""
        try:
            return read_secret(TOKEN_VARIABLE, self.token_file, refusal=ConfigError)
        except ConfigError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole file.

    support: how customers reach the operator, as the page shows it.  own_address: where the page lies under the operator's own
    name with TLS, "" if nowhere; complaints are then sent there.  help_checked: when somebody last tried the help lines.
    """

    path: Path
    operator: str
    support: Text
    listen: tuple[str, ...]
    port: int
    own_address: str
    data_dir: Path
    key_file: Path
    complaints_an_hour: int
    hub: HubConfig
    help_checked: date | None
    lines: tuple[HelpLine, ...]

    @property
    def counts(self) -> Path:
        """The folder of hourly counts, which the agent reads."""
        return self.data_dir / "counts"


def load(path: Path) -> Config:
    """Read and check a file.  Raises ConfigError with every problem found."""
    return parse(read_toml(path, program="stop-page", refusal=ConfigError), path=path)


def parse(data: Mapping[str, object], *, path: Path) -> Config:
    """The same from parsed TOML; relative paths are relative to the file's folder."""
    problems: list[str] = []
    top = Table(data, where="", problems=problems, folder=path.parent)
    page = top.table("stop_page")
    hub, help_ = top.table("hub"), top.table("help", optional=True)
    config = Config(
        path=path,
        operator=page.text("operator"),
        support=Text(page.text("support_sv"), page.text("support_en")),
        listen=_listen(page),
        port=page.whole("port", 80, least=1, most=65535),
        own_address=_own_address(page),
        data_dir=page.path("data_dir", Path("/var/lib/skyddsnat/stop-page")),
        key_file=page.path("key_file", Path("/etc/skyddsnat-stop/key/queue.key")),
        complaints_an_hour=page.whole("complaints_an_hour", 60, least=1, most=10_000),
        hub=_hub(hub),
        help_checked=_checked(help_),
        lines=_lines(top) or LINES,
    )
    for table in (page, hub, help_, top):
        table.finish()
    if problems:
        raise ConfigError([f"{path} {problem}" for problem in problems])
    return config


def _listen(page: Table) -> tuple[str, ...]:
    found = page.texts("listen", ("127.0.0.1",))
    try:
        return tuple(str(ip_address(one)) for one in found)
    except ValueError:
        page.problem("listen", "a list of IP addresses of this machine")
        return ()


def _own_address(page: Table) -> str:
    url = page.text("own_address", "").rstrip("/")
    if url and ((parts := _https(url)) is None or parts.path or parts.query or parts.fragment):
        page.problem("own_address", "an address such as https://stop.alfa.example, under a name with a certificate")
    return url


def _https(url: str) -> SplitResult | None:
    """Its parts, or None for what is no address over TLS."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # half a bracket of an IPv6 address, or a port that is none
        return None
    good = parts.scheme == "https" and parts.hostname and port != 0 and url.isprintable() and " " not in url
    return parts if good else None


def _hub(table: Table) -> HubConfig:
    return HubConfig(
        url=table.hub_url(),
        token_file=table.optional_path("token_file"),
        timeout_seconds=table.number("timeout_seconds", 10.0, least=0.5, most=300),
        ca_file=table.optional_path("ca_file"),
    )


def _checked(table: Table) -> date | None:
    text = table.text("checked", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        table.problem("checked", "a day such as 2026-11-20")
        return None


def _lines(top: Table) -> tuple[HelpLine, ...]:
    found = []
    for table in top.tables("line"):
        line = HelpLine(
            id=table.matching("id", _ID, "a short name such as stopit"),
            kind=table.choice("kind", tuple(Kind), Kind.HELP),
            name=table.text("name"),
            about=Text(table.text("about_sv"), table.text("about_en")),
            phone=table.text("phone", ""),
            url=table.text("url"),
            source="stop-page.toml",
            checked=True,
        )
        if line.url and _https(line.url) is None:
            table.problem("url", "an https address")
        table.finish()
        found.append(line)
    kinds = {line.kind for line in found}
    if found and kinds != set(Kind):
        top.problem(
            "line", 'at least one line of kind "help" and one of kind "support", or none at all for the usual ones'
        )
    return tuple(found)
