"""The questions of `agent init`: an option and a person's answer are read by the same reader, which says what was got, what is
expected and an example.  A wrong option ends the command; a person is asked again."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape

from skyddsnat.agent.config import AGENT_NAME
from skyddsnat.agent.errors import WrongUse
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.sample_toml import KnownResolver
from skyddsnat.agent.samples import BRIDGE_PORT, Endpoint
from skyddsnat.agent.snippets import READS_FILES
from skyddsnat.protocols.shown import shown
from skyddsnat.site.config_table import expected_of_url, is_domain, is_one_word
from skyddsnat.site.files import why_no_folder

console = Console(highlight=False)
_ENDPOINT = re.compile(r"\[?(?P<address>[0-9A-Fa-f.:]+?)\]?(?:[@#](?P<port>\d{1,9}))?")
LONGEST_ZONE = 200
"""Characters: the canary's names stand below it."""

KINDS = tuple(kind for kind in ResolverKind if kind is not ResolverKind.OTHER)
RESOLVER_FORM = (
    f"name=kind:address or name=kind:address@port, with a kind of {', '.join(KINDS)} or {ResolverKind.OTHER}, "
    "such as sthlm-1=unbound:192.0.2.21"
)


def somebody_is_here() -> bool:
    """Whether questions can be asked."""
    return sys.stdin.isatty()


def answer[T](
    given: str,
    option: str,
    question: str,
    read: Callable[[str], T],
    *,
    default: str | None = None,
) -> T:
    """An option's value, or the answer of a person at a terminal, who is asked until it can work.  Raises WrongUse."""
    if given.strip():
        return read(given.strip())
    if not somebody_is_here():
        raise WrongUse(f"{option} is missing and nobody is here to ask; give {option}")
    while True:
        try:
            return read(str(typer.prompt(question, default=default)).strip())
        except WrongUse as error:
            say(error)


def say(error: Exception) -> None:
    """What is wrong with an answer, before the question comes again."""
    console.print(escape(shown(str(error))), soft_wrap=True)


def hub_url(text: str) -> str:
    """The hub's address, without a slash at its end."""
    url = text.rstrip("/")
    if expected := expected_of_url(url):
        raise WrongUse(f"hub {url!r}, expected {expected}")
    return url


def agent_name(text: str) -> str:
    """What the agent is called."""
    if not AGENT_NAME.fullmatch(text):
        raise WrongUse(f"name {text!r}, expected small letters, digits, dots and hyphens, such as alfa-sthlm-1")
    return text


def token(question: str) -> str:
    """A token as it was pasted, which is not echoed."""
    while True:
        pasted = str(typer.prompt(question, hide_input=True)).strip()
        if pasted and is_one_word(pasted):
            return pasted
        console.print("that is no token, expected it as the hub showed it once, such as skn_ and 56 letters and digits")


def zone(text: str) -> str:
    """The parent of the two policy zones."""
    name = text.strip(".").lower()
    if not is_domain(name) or len(name) > LONGEST_ZONE:
        raise WrongUse(
            f"zone {text!r}, expected a domain name, international ones as xn--, such as rpz.skyddsnat.example"
        )
    return name


def endpoint(text: str) -> Endpoint:
    """An IP address, and a port if it is not 53."""
    match = _ENDPOINT.fullmatch(text.strip())
    try:
        address = str(ip_address(match["address"])) if match else ""
    except ValueError:
        address = ""
    if match is None or not address:
        raise WrongUse(
            f"{text!r}, expected an IP address, with @port if it is not 53, such as 192.0.2.10 or 192.0.2.10@5353"
        )
    port = int(match["port"] or 53)
    if not 1 <= port <= 65535:
        raise WrongUse(f"port {port} in {text!r}, expected one from 1 to 65535, such as 192.0.2.10@5353")
    return Endpoint(address, port)


def own_address(text: str) -> str:
    """This machine's address."""
    if "@" in text or "#" in text:
        raise WrongUse(f"{text!r}, expected an IP address without a port, such as 192.0.2.11")
    return endpoint(text).address


def primary(text: str) -> tuple[str, Endpoint | None]:
    """(kind, place); the place is None where there are only files."""
    if text.lower() == "none":
        return "zonefile", None
    kind, colon, place = text.partition(":")
    return (kind, endpoint(place)) if colon and kind in {"knot", "bind"} else ("knot", endpoint(text))


def folder(text: str) -> Path:
    """A folder that is there, or can be made."""
    path = Path(text).absolute()
    if why := why_no_folder(path):
        raise WrongUse(f"folder {path}: {why}, expected one that can be written, such as /var/lib/skyddsnat/zones")
    return path


def resolvers(given: Sequence[str], *, has_primary: bool) -> list[KnownResolver]:
    """Those of the options, or what a person types, line by line."""
    found: list[KnownResolver] = []
    for text in given:
        found.append(_resolver(text, found, has_primary=has_primary))
    if given or not somebody_is_here():
        return found
    console.print(f"Your resolvers, each as {RESOLVER_FORM}", soft_wrap=True)
    while text := str(typer.prompt("Resolver (empty line ends)", default="", show_default=False)).strip():
        try:
            found.append(_resolver(text, found, has_primary=has_primary))
        except WrongUse as error:
            say(error)
    return found


def _resolver(text: str, before: Sequence[KnownResolver], *, has_primary: bool) -> KnownResolver:
    name, equals, rest = text.partition("=")
    word, colon, place = rest.partition(":")
    if not (name.strip() and equals and colon and word in tuple(ResolverKind)):
        raise WrongUse(f"resolver {text!r}, expected {RESOLVER_FORM}")
    kind = ResolverKind(word)
    if any(one.name == name for one in before):
        raise WrongUse(f"resolver {text!r}: there is a {name} already, expected a different name for each resolver")
    if not has_primary and kind not in READS_FILES:
        raise WrongUse(f"a resolver of kind {kind} and no primary, expected one that it can transfer the zones from")
    bridge = BRIDGE_PORT if kind is ResolverKind.KNOT_RESOLVER else None
    return KnownResolver(name=name, endpoint=endpoint(place), kind=kind, notify_port=bridge)
