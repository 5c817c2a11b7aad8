"""Web addresses: RFC 3986 syntax-based normalisation over the domain's normal form."""

from __future__ import annotations

import ipaddress
import re
import string
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from skyddsnat.policy.normal_form.domain import DomainName, domain_name
from skyddsnat.policy.normal_form.refusal import NotNormal, Reason

MAX_URL: Final = 2000
_DEFAULT_PORT: Final = {"http": 80, "https": 443}

_WEB: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<authority>[^/?#\\]*)(?P<rest>.*)", re.I | re.S)
_OTHER_SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]{1,30}:(?![0-9])", re.IGNORECASE)
_AUTHORITY: Final = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]{0,6}))?", re.DOTALL)
_REST: Final = re.compile(r"(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?:#.*)?", re.DOTALL)
_ESCAPE_OR_CHAR: Final = re.compile(r"%([0-9A-Fa-f]{2})|(.)", re.DOTALL)

_UNRESERVED: Final = frozenset(string.ascii_letters + string.digits + "-._~")
_PATH: Final = _UNRESERVED | frozenset("!$&'()*+,;=:@/")
_QUERY: Final = _PATH | frozenset("?")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A URL in normal form.  domain: its host's, or None when the host is an IP address."""

    value: str
    display: str
    domain: DomainName | None


def web_address(text: str) -> WebAddress:
    """Read one http or https URL.  text: cleaned and undefanged.

    Default port and fragment go, escapes are spelled in one way, dot segments are resolved; the order of a query
    and the case of a path are kept, because servers tell them apart.  An IP address as host is allowed, since
    people and not resolvers act on a URL; it must be spelled as usual (`ip_form` otherwise).
    Raises NotNormal.
    """
    if any(char.isspace() for char in text):
        raise NotNormal(Reason.SPACES)
    parts = _WEB.fullmatch(text)
    if parts is None:
        other = _OTHER_SCHEME.match(text)
        raise NotNormal(Reason.SCHEME_NOT_WEB if other else Reason.SCHEME_MISSING)
    scheme = parts["scheme"].lower()
    if scheme not in _DEFAULT_PORT:
        raise NotNormal(Reason.SCHEME_NOT_WEB)
    if "@" in parts["authority"]:
        raise NotNormal(Reason.USERINFO)
    authority = _AUTHORITY.fullmatch(parts["authority"])
    rest = _REST.fullmatch(parts["rest"])
    if authority is None or rest is None or not authority["host"] or "\\" in rest["path"]:
        raise NotNormal(Reason.NOT_A_URL)
    domain, host = _host(authority["host"])
    tail = _port(authority["port"], scheme) + _path(rest["path"]) + _escaped(rest["query"] or "", _QUERY)
    value = f"{scheme}://{host}{tail}"
    if len(value) > MAX_URL:
        raise NotNormal(Reason.TOO_LONG, f"{len(value)} characters, at most {MAX_URL}")
    return WebAddress(value, f"{scheme}://{domain.display if domain else host}{tail}", domain)


def front_of(url: str) -> str | None:
    """The host of a URL in normal form that names nothing but its host, None for any other.

    Only such a URL is judged by the protect list: URL signals are for pages on shared platforms.
    """
    parts = urlsplit(url)
    return parts.hostname if parts.path in {"", "/"} and not parts.query else None


def _host(text: str) -> tuple[DomainName | None, str]:
    if text.startswith("["):
        try:
            address = ipaddress.IPv6Address(text[1:-1])
        except ValueError:
            raise NotNormal(Reason.IP_FORM, "not an IPv6 address") from None
        if address.scope_id is not None:
            raise NotNormal(Reason.IP_FORM, "an IPv6 address with a zone")
        return None, f"[{address.compressed}]"
    try:
        return None, str(ipaddress.IPv4Address(text))
    except ValueError:
        pass  # then it is a name
    try:
        domain = domain_name(text)
    except NotNormal as refusal:
        if refusal.reason is Reason.IP_GIVEN:
            raise NotNormal(Reason.IP_FORM, "expected four decimal numbers") from None
        raise
    return domain, domain.value


def _port(digits: str | None, scheme: str) -> str:
    if not digits:  # `host:` with nothing after it means the default
        return ""
    port = int(digits)
    if not 0 < port < 65536:
        raise NotNormal(Reason.BAD_PORT, f"{port}, expected 1..65535")
    return "" if port == _DEFAULT_PORT[scheme] else f":{port}"


def _path(path: str) -> str:
    """Escapes and dot segments (RFC 3986, 5.2.4) in one spelling; never empty."""
    kept: list[str] = []
    segments = _escaped(path, _PATH).split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _escaped(text: str, plain: frozenset[str]) -> str:
    def spell(match: re.Match[str]) -> str:
        if match[1]:
            char = chr(int(match[1], 16))
            return char if char in _UNRESERVED else f"%{match[1].upper()}"
        if match[2] in plain:
            return match[2]
        return "".join(f"%{byte:02X}" for byte in match[2].encode("utf-8"))

    if not text:
        return ""
    return text[0] + _ESCAPE_OR_CHAR.sub(spell, text[1:])
