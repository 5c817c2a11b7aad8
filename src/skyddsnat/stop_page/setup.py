"""Making a stop page: stop-page.toml with every setting explained, the queue's key, the folders."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from skyddsnat.site.config_table import toml_text
from skyddsnat.stop_page.config import parse
from skyddsnat.stop_page.errors import WrongUse
from skyddsnat.stop_page.queue import make_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What has to be known to write the file; the rest stands in it as a comment with its default."""

    operator: str
    support_sv: str
    support_en: str
    hub_url: str
    token_file: Path
    data_dir: Path
    key_file: Path
    listen: Sequence[str] = ("127.0.0.1",)
    port: int = 80
    own_address: str = ""
    ca_file: Path | None = None


def make_stop_page(sample: Sample, config: Path, *, replace: bool = False) -> None:
    """Write stop-page.toml, once it is known to load; make the key (one that is there is kept) and the folders.

    Raises WrongUse if the file is there already and is not to be replaced, ConfigError with every answer that cannot be right.
    """
    if config.exists() and not replace:
        raise WrongUse(f"{config} exists, expected a free place; give --force to replace it, or --config")
    text = stop_page_toml(sample)
    parse(tomllib.loads(text), path=config)
    config.parent.mkdir(parents=True, exist_ok=True)
    (sample.data_dir / "counts").mkdir(parents=True, exist_ok=True)
    make_key(sample.key_file)
    config.write_text(text, encoding="utf-8")


def stop_page_toml(sample: Sample) -> str:
    """The file."""
    lines = [
        "# Skyddsnät stop page.  docs/operator/stop-page.md explains each part.",
        "# Paths may be relative to this file's folder.",
        "",
        "[stop_page]",
        "# As customers know you, and how they reach you.",
        f"operator = {toml_text(sample.operator)}",
        f"support_sv = {toml_text(sample.support_sv)}",
        f"support_en = {toml_text(sample.support_en)}",
        "# The addresses that the agent's page_ipv4 and page_ipv6 name.  Port 443 stays closed: docs/operator/stop-page.md.",
        f"listen = [{', '.join(toml_text(one) for one in sample.listen)}]",
        f"port = {sample.port}",
        "# Where the same service lies under your own name with TLS, behind a proxy that keeps no log; complaints go there then.",
        f"own_address = {toml_text(sample.own_address)}"
        if sample.own_address
        else '# own_address = "https://stop.example"',
        "# Complaints that wait for the hub, and counts per hour.",
        f"data_dir = {toml_text(sample.data_dir)}",
        "# The queue is sealed with this key.  In a folder of its own, in no backup.",
        f"key_file = {toml_text(sample.key_file)}",
        "# Complaints that the page takes in an hour, from all visitors together: it tells none from another.",
        "# complaints_an_hour = 60",
        "",
        "[hub]",
        f"url = {toml_text(sample.hub_url)}",
        "# Scope complaints and nothing else.  Mode 600, or in SKYDDSNAT_COMPLAINTS_TOKEN.",
        f"token_file = {toml_text(sample.token_file)}",
        "# timeout_seconds = 10",
        f"ca_file = {toml_text(sample.ca_file)}" if sample.ca_file else '# ca_file = "hub-ca.pem"',
        "",
        "[help]",
        "# The day on which somebody last confirmed each help line's number, hours and address with those who answer it (112 is",
        "# never called to try it).  Not before that does the page go live; status names the others, and reminds monthly.",
        '# checked = "2026-11-20"',
        "",
        '# Other lines than the usual ones (in another country, say): all of them, at least one "help" and one "support".',
        "# [[line]]",
        '# id = "a-line"',
        '# kind = "help"',
        '# name = ""',
        '# about_sv = ""',
        '# about_en = ""',
        '# phone = ""',
        '# url = "https://…"',
        "",
    ]
    return "\n".join(lines)
