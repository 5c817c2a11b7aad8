"""Reading one table of a TOML file strictly: wrong types, values out of range and unknown keys become clear lines.

A bad value is noted and replaced by a harmless one, so that one run tells every problem; the caller raises at the end.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from skyddsnat.site.errors import BadConfig, to_do, why

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*", re.ASCII)
_MISSING = object()
_NIL = UUID(int=0)


def read_toml(path: Path, *, program: str, refusal: type[BadConfig]) -> Mapping[str, object]:
    """The parsed file.  Raises refusal: it cannot be read, or it is no TOML.  program: whose `init` writes one."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        hint = to_do(error, f'run "skyddsnat {program} init" to write one, or give --config')
        raise refusal([f"{path} cannot be read ({why(error)}); {hint}"]) from error
    except tomllib.TOMLDecodeError as error:
        mend = f'mend that place, or compare with what "skyddsnat {program} init" writes'
        raise refusal([f"{path} is not valid TOML: {error}; {mend}"]) from error
    except UnicodeDecodeError as error:
        raise refusal(
            [f"{path} is not text in UTF-8, expected a file as an editor saves it; is it the right one?"]
        ) from error


def toml_text(value: object) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's.  Raises BadConfig for what no file in UTF-8 can hold."""
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadConfig(
            [f"got {text[:60]!r}, expected text in UTF-8; set the terminal to it, or rename what is named so"]
        ) from None
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_domain(name: str) -> bool:
    """Whether it is a domain name in lower case, international ones as xn--."""
    return _NAME.fullmatch(name) is not None


def is_one_word(value: str) -> bool:
    """Whether it is printable ASCII without a space, as a secret in a header is."""
    return value.isascii() and value.isprintable() and " " not in value


def expected_of_url(url: str) -> str:
    """What a hub's address ought to be instead, "" for one that will do: over TLS unless it is on this machine."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # half a bracket of an IPv6 address, or a port that is none
        return "an address such as https://hub.example or https://hub.example:8443"
    if any(letter.isspace() for letter in url) or port == 0:
        return "an address such as https://hub.example or https://hub.example:8443"
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
        return "an address such as https://hub.example"
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        return "https, since only a hub on this machine may be reached without TLS"
    return ""


class Table:
    """One table.  Each read marks its key as known; `finish` reports the rest.

    where: what stands before a key in a problem.  inside: what stands before it in a header, such as "count.".
    """

    def __init__(
        self, data: Mapping[str, object], *, where: str, problems: list[str], folder: Path, inside: str = ""
    ) -> None:
        self._data = data
        self._where = where
        self._problems = problems
        self._folder = folder
        self._inside = inside
        self._known: set[str] = set()
        self._told: dict[str, int] = {}

    def problem(self, key: str, expected: str) -> None:
        """Note that the value of a key is not what was expected.  Of a key that is wrong twice the later word counts."""
        got = self._data.get(key, _MISSING)
        shown = "nothing" if got is _MISSING else repr(got)[:60]
        line = f"{self._where}{key}: got {shown}, expected {expected}"
        if key in self._told:
            self._problems[self._told[key]] = line
            return
        self._told[key] = len(self._problems)
        self._problems.append(line)

    def finish(self) -> None:
        """Note every key that nobody has read: a misspelt limit must not be a limit that is silently off."""
        for key in sorted(set(self._data) - self._known):
            close = difflib.get_close_matches(key, self._known, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"expected one of: {', '.join(sorted(self._known))}"
            self._problems.append(f"{self._where}{key}: unknown key; {hint}")

    def table(self, key: str, *, optional: bool = False) -> Table:
        """A table inside this one; a missing one counts as empty."""
        value = self._take(key)
        if value is _MISSING and optional:
            value = {}
        if not isinstance(value, dict):
            self.problem(key, f"a table [{self._inside}{key}]")
            value = {}
        return self._inner(key, value, f"[{self._inside}{key}] ")

    def tables(self, key: str) -> list[Table]:
        """An array of tables, such as every [[resolver]]."""
        value = self._take(key)
        if value is _MISSING:
            value = []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.problem(key, f"one or more [[{self._inside}{key}]]")
            return []
        header = f"[[{self._inside}{key}]]"
        return [self._inner(key, item, f"{header} no. {place} ") for place, item in enumerate(value, start=1)]

    def text(self, key: str, default: str | None = None) -> str:
        """A non-empty string."""
        value = self._take(key)
        if value is _MISSING and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            self.problem(key, "a text in quotes")
            return ""
        return value.strip()

    def matching(self, key: str, pattern: re.Pattern[str], expected: str) -> str:
        """A string of a given form."""
        value = self._take(key)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            self.problem(key, expected)
            return ""
        return value

    def choice[T: str](self, key: str, options: Sequence[T], default: T) -> T:
        """One of a few words."""
        value = self._take(key)
        if value is _MISSING:
            return default
        for option in options:
            if value == option:
                return option
        self.problem(key, " or ".join(f'"{option}"' for option in options))
        return default

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false."""
        value = self._take(key)
        if value is _MISSING:
            return default
        if not isinstance(value, bool):
            self.problem(key, "true or false")
            return default
        return value

    def number(self, key: str, default: float, *, least: float, most: float) -> float:
        """A number within bounds."""
        value = self._take(key)
        if value is _MISSING:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.problem(key, f"a number from {least:g} to {most:g}")
            return default
        return float(value)

    def whole(self, key: str, default: int, *, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self._take(key)
        if value is _MISSING:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.problem(key, f"a whole number from {least} to {most}")
            return default
        return value

    def texts(self, key: str, default: Sequence[str]) -> tuple[str, ...]:
        """A list of strings."""
        value = self._take(key)
        if value is _MISSING:
            return tuple(str(item) for item in default)
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.problem(key, 'a list of texts, such as ["one", "two"]')
            return ()
        return tuple(value)

    def name(self, key: str, default: str | None = None) -> str:
        """A domain name in lower case; a trailing dot is taken off."""
        value = self.text(key, default).rstrip(".")
        if value and not is_domain(value):
            self.problem(key, "a domain name in lower case, international names as xn--")
            return ""
        return value

    def names(self, key: str) -> tuple[str, ...]:
        """A list of domain names in lower case."""
        values = tuple(value.rstrip(".") for value in self.texts(key, ()))
        if not all(map(is_domain, values)):
            self.problem(key, "a list of domain names in lower case, international names as xn--")
            return ()
        return values

    def uuids(self, key: str) -> tuple[UUID, ...]:
        """At least one UUID."""
        try:
            found = tuple(UUID(value) for value in self.texts(key, ()))
        except ValueError:
            found = ()
        if not found or len(set(found)) != len(found):
            self.problem(key, 'one or more different collection ids, as "skyddsnat agent init" lists them')
            return (_NIL,)
        return found

    def host(self, key: str) -> str:
        """An IP address; names would need the very resolvers that the agent checks."""
        value = self.text(key)
        try:
            return str(ip_address(value)) if value else ""
        except ValueError:
            self.problem(key, "an IP address")
            return ""

    def address[A: (IPv4Address, IPv6Address)](self, key: str, kind: type[A]) -> A | None:
        """An address of one family, if given."""
        value = self._take(key)
        if value is _MISSING:
            return None
        try:
            return kind(str(value))
        except ValueError:
            self.problem(key, "an IPv4 address" if kind is IPv4Address else "an IPv6 address")
            return None

    def hub_url(self) -> str:
        """`url`: where the hub is, over TLS unless it is on this machine; without a slash at its end."""
        url = self.text("url").rstrip("/")
        if url and (expected := expected_of_url(url)):
            self.problem("url", expected)
        return url

    def path(self, key: str, default: Path) -> Path:
        """A path; a relative one starts at the file's folder."""
        return self.optional_path(key) or default

    def optional_path(self, key: str) -> Path | None:
        """The same, or None if the key is absent."""
        if key not in self._data:
            self._known.add(key)
            return None
        value = self.text(key)
        return self._folder / value if value else None

    def _take(self, key: str) -> object:
        self._known.add(key)
        return self._data.get(key, _MISSING)

    def _inner(self, key: str, data: Mapping[str, object], where: str) -> Table:
        inside = f"{self._inside}{key}."
        return Table(data, where=where, problems=self._problems, folder=self._folder, inside=inside)
