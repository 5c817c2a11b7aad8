"""Personal data has no place in free text: numbers of persons, telephone, e-mail and IP addresses.

The catalogue of purposes (data protection by design) has no purpose for them here, so they are stopped and the writer is
told why.  What is only likely is warned of.  Names of persons are not found; the form says so.

Source: security ("Personal-data guard"); figures in docs/guards.md.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import phonenumbers

from skyddsnat.policy.guards.findings import PersonalDataFinding, PersonalDataKind, Severity
from skyddsnat.policy.guards.swedish_numbers import swedish_numbers

_AT: Final = re.compile(r"@|[(\[{<]\s{0,2}(?:at|snabel-?a)\s{0,2}[)\]}>]|\s{1,2}snabel-?a\s{1,2}", re.IGNORECASE)
_DOT: Final = r"(?:\s?(?:\[\.\]|\(\.\)|[(\[{]\s?(?:dot|punkt)\s?[)\]}])\s?|\s(?:dot|punkt)\s|\.)"
_LOCAL: Final = re.compile(r"[\w.+'-]{0,63}[\w+-]\s{0,2}\Z")
_REMOTE: Final = re.compile(rf"\s{{0,2}}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,6}}{_DOT}[^\W\d_][\w-]{{1,62}}", re.I)
_LOCAL_WIDTH: Final = 66
_REMOTE_WIDTH: Final = 300
# RFC 2142: mailboxes of a function, which abuse desks quote all day.
_FUNCTIONS: Final = frozenset({"abuse", "noc", "security", "postmaster", "hostmaster", "webmaster", "registrar"})

_BETWEEN: Final = r"(?:\s?(?:\[\.\]|\(\.\)|[(\[{]\s?dot\s?[)\]}])\s?|\.)"
_IPV4: Final = re.compile(rf"(?<![\w.])((?:\d{{1,3}}{_BETWEEN}){{3}}\d{{1,3}})(?![\w]|\.\d)", re.IGNORECASE)
_IPV6: Final = re.compile(r"(?<![\w:.])\[?([0-9A-Fa-f:]{2,39}(?:(?:\d{1,3}\.){3}\d{1,3})?)(?![\w:])")
_VERSION: Final = re.compile(
    r"(?:\bv|version|versionen|ver\.?|release|utgåva|build|firmware)[\s:]{0,3}\Z", re.IGNORECASE
)
_OWN: Final = tuple(map(ipaddress.ip_network, ("127.0.0.0/8", "0.0.0.0/32", "255.0.0.0/8", "::/127")))
"""Loopback, unspecified and netmasks: nobody's address."""

# UUIDs and hashes hold rows of digits that look like telephone numbers.
_MACHINES: Final = re.compile(
    r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b(?=[0-9a-f]{0,127}[a-f])[0-9a-f]{32,128}\b", re.IGNORECASE
)

_NOBODYS: Final = frozenset(
    {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
    }
)


def find_personal_data(text: str) -> tuple[PersonalDataFinding, ...]:
    """Personal data in a text, in the order in which it stands; where findings overlap, the surest one.

    Stopped: a valid personnummer or samordningsnummer with its separator, a valid telephone number (Swedish or
    international; free-phone and service numbers are nobody's), an e-mail address however disguised, an IP address.
    Warned of: a bare row of digits that could be a personnummer or a telephone number without its 0 or +, a mailbox of
    a function (`abuse@…`), four numbers after the word version.  Never raises.
    """
    plain, places = _plain(text)
    plain = _MACHINES.sub(lambda match: "x" * len(match[0]), plain)
    found = [*swedish_numbers(plain), *_emails(plain), *_addresses(plain), *_phones(plain)]
    found.sort(key=lambda finding: (finding.severity is Severity.WARN, finding.start))
    kept: list[PersonalDataFinding] = []
    for finding in found:
        if all(finding.end <= other.start or other.end <= finding.start for other in kept):
            kept.append(finding)
    kept.sort(key=lambda finding: finding.start)
    if places is None:
        return tuple(kept)
    return tuple(replace(f, start=places[f.start], end=places[f.end - 1] + 1) for f in kept)


def _plain(text: str) -> tuple[str, list[int] | None]:
    """Digits, signs and letters of every width as plain ones, invisible characters gone; and where each came from."""
    if text.isascii():
        return text, None
    plain: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if not char.isascii():
            char = _plain_char(char)
        plain.append(char)
        places.extend([place] * len(char))
    return "".join(plain), places


def _plain_char(char: str) -> str:
    category = unicodedata.category(char)
    match category:
        case "Nd":
            return str(unicodedata.decimal(char))
        case "Pd":
            return "-"
        case "Zs" | "Zl" | "Zp":
            return " "
        case "Cf":
            return ""
    if char == "\u2212":  # minus sign
        return "-"
    folded = unicodedata.normalize("NFKC", char)
    return folded if folded.isascii() else char


def _emails(text: str) -> Iterator[PersonalDataFinding]:
    for at in _AT.finditer(text):
        local = _LOCAL.search(text, max(0, at.start() - _LOCAL_WIDTH), at.start())
        remote = _REMOTE.match(text, at.end(), at.end() + _REMOTE_WIDTH)
        # A sign with a blank on one side only is a mention ("hej @anna.b") or a time ("@ kl").
        lopsided = at[0] == "@" and bool(local and local[0][-1:].isspace()) != bool(remote and remote[0][:1].isspace())
        if local and remote and not lopsided:
            function = local[0].strip().lower() in _FUNCTIONS
            severity = Severity.WARN if function else Severity.STOP
            yield PersonalDataFinding(PersonalDataKind.EMAIL, severity, local.start(), remote.end())


def _addresses(text: str) -> Iterator[PersonalDataFinding]:
    for match in _IPV4.finditer(text):
        digits = ".".join(re.findall(r"\d+", match[1]))
        if _is_somebodys(digits):
            version = _VERSION.search(text, max(0, match.start() - 16), match.start()) is not None
            severity = Severity.WARN if version else Severity.STOP
            yield PersonalDataFinding(PersonalDataKind.IP, severity, match.start(1), match.end(1))
    for match in _IPV6.finditer(text):
        address = match[1].rstrip(":") if not match[1].endswith("::") else match[1]
        # `a::b` is a name in several programming languages.
        plausible = len(address) > 8 or any(char.isdigit() for char in address)
        if address.count(":") > 1 and plausible and _is_somebodys(address):
            yield PersonalDataFinding(PersonalDataKind.IP, Severity.STOP, match.start(1), match.start(1) + len(address))


def _is_somebodys(digits: str) -> bool:
    try:
        address = ipaddress.ip_address(digits)
    except ValueError:
        return False
    return not any(address.version == network.version and address in network for network in _OWN)


def _phones(text: str) -> Iterator[PersonalDataFinding]:
    matcher = phonenumbers.PhoneNumberMatcher(text, "SE", leniency=phonenumbers.Leniency.VALID)
    for match in matcher:
        if phonenumbers.number_type(match.number) not in _NOBODYS:
            bare = match.raw_string.isdigit() and not match.raw_string.startswith("0")
            yield PersonalDataFinding(
                PersonalDataKind.PHONE, Severity.WARN if bare else Severity.STOP, match.start, match.end
            )
