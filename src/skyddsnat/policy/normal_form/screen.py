"""How a value may stand on a screen: masked by default, defanged when revealed."""

from __future__ import annotations

import re
from typing import Final

from skyddsnat.policy.normal_form.suffixes import public_suffix, registrable_domain
from skyddsnat.policy.vocabulary import SignalType

DOTS: Final = "•••••"
"""Always five, so that a mask says nothing about the length."""

_URL: Final = re.compile(r"(?P<scheme>https?)://(?P<host>\[[^\]]*\]|[^/:?#]*)(?P<rest>.*)", re.DOTALL)


def mask(type: SignalType, value: str) -> str:
    """A hint that helps people to tell rows apart without telling what they hold.  value: a normal form.

    Someone who asks "is my address known?" must not get an answer from a list, so a mask keeps little:
    of a domain the first letter of its registrable name and the public suffix, and that there is something
    before it; of a URL that, and whether a path follows; of a hash two digits (8 bits, shared by one in 256;
    first four and last two would be 24 bits and identify a file in any list of ours); of a term its first letter.
    A letter outside a-z and 0-9 is not shown, since a rare letter nearly is the name.  Rows with equal masks are
    told apart by their reference, not by more of the value.  Never raises.
    """
    match type:
        case SignalType.DOMAIN:
            return _masked_host(value)
        case SignalType.URL:
            return _masked_url(value)
        case SignalType.HASH:
            return value[:2] + DOTS
        case SignalType.TERM:
            return _first(value) + DOTS


def defang(value: str) -> str:
    """A revealed value that nothing turns into a link: `hxxps://bad[.]example/a.b`.

    value: a normal form or its display.  `normalise` undoes it.
    """
    parts = _URL.fullmatch(value)
    if parts is None:
        return value.replace(".", "[.]")
    scheme = "hxxp" + parts["scheme"].removeprefix("http")
    return f"{scheme}://{parts['host'].replace('.', '[.]')}{parts['rest']}"


def _masked_url(value: str) -> str:
    parts = _URL.fullmatch(value)
    if parts is None:
        return DOTS
    host = parts["host"]
    is_name = not host.startswith("[") and not host.rpartition(".")[2].isdigit()
    path = "/…" if parts["rest"].lstrip("/") else "/"
    return f"{parts['scheme']}://{_masked_host(host) if is_name else DOTS}{path}"


def _masked_host(name: str) -> str:
    own = registrable_domain(name)
    if own is None:
        return DOTS
    before = "•." if name != own else ""
    return f"{before}{_first(own)}{DOTS}.{public_suffix(name)}"


def _first(text: str) -> str:
    letter = text[:1]
    return letter if letter.isascii() and letter.isalnum() and not text.startswith("xn--") else ""
