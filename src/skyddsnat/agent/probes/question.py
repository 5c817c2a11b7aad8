"""`canary.json`: the canaries that stand in the zones now.  No listed name is in it; whoever reads it can prove a block."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import orjson

from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.probes.sharing import newest
from skyddsnat.protocols.rpz import Canary
from skyddsnat.site.config_table import is_domain
from skyddsnat.site.files import replace_file

FORMAT = "skyddsnat/canary/1"
FILE = "canary.json"
LONGEST = 65_536
"""Bytes of the file that are read."""
MOST = 10
"""Canaries that a probe asks for; there is one a zone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A canary as a probe needs it: a look-up of any name under `owner` gives `address` where the list is in force."""

    owner: str
    address: IPv4Address


def write_question(folder: Path, canaries: Iterable[Canary]) -> None:
    """Put the file in place, readable for the probes.  Nothing is written while it says the same.  Raises OSError.

    Probes write to the folder too: what one of them puts there is neither waited for nor followed.
    """
    told = [{"owner": canary.owner, "address": str(canary.address)} for canary in canaries]
    text = orjson.dumps({"format": FORMAT, "canaries": told}) + b"\n"
    with suppress(OSError):
        if newest(folder / FILE, len(text) + 1) == text:
            return
    replace_file(folder / FILE, text, mode=0o644)


def read_question(text: bytes) -> tuple[Asked, ...]:
    """The canaries of the file.  Raises AgentError if it is none: others may write to the folder that it lies in."""
    try:
        raw: Any = orjson.loads(text)
        if raw["format"] != FORMAT or len(raw["canaries"]) > MOST:
            raise ValueError("format")
        return tuple(Asked(_owner(one["owner"]), IPv4Address(one["address"])) for one in raw["canaries"])
    except (ValueError, KeyError, TypeError) as error:
        raise AgentError(
            f"the canary file is not one ({type(error).__name__}), expected {FORMAT}; the agent writes it to its probe_dir"
        ) from error


def _owner(text: object) -> str:
    if not isinstance(text, str) or not is_domain(text):
        raise ValueError("owner")
    return text
