"""Headers that negotiate form: parsed as RFC 9110 says, with parameters, never searched for a substring."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

TAXII_TYPE: Final = "application/taxii+json;version=2.1"
"""What every answer is, and what a POST must be."""

VERSION: Final = "2.1"

_LONGEST_HEADER: Final = 2_000
_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105
_RANGE: Final = re.compile(rf"\s*(?P<type>{_TOKEN})/(?P<subtype>{_TOKEN})\s*(?P<rest>(?:;.*)?)", re.ASCII)
_PARAMETER: Final = re.compile(
    rf'\s*;\s*(?:(?P<name>{_TOKEN})=(?:(?P<token>{_TOKEN})|"(?P<quoted>(?:[^"\\]|\\.)*)"))?\s*'
)
_QUALITY: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?", re.ASCII)
_CODING: Final = re.compile(rf"\s*(?P<coding>{_TOKEN})\s*(?P<rest>(?:;.*)?)", re.ASCII)
_ETAG: Final = re.compile(r'\s*(?:W/)?("[!#-~\x80-\xff]*")\s*(?:,|$)')


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type or range, in lower case, with its parameters.  quality: the `q` of an Accept element, 0 to 1."""

    type: str
    subtype: str
    parameters: Mapping[str, str]
    quality: float = 1.0

    @property
    def is_taxii(self) -> bool:
        """Whether it names our type: TAXII JSON of version 2.1, or of the latest version where none is given."""
        named = (self.type, self.subtype) == ("application", "taxii+json")
        return named and self.parameters.get("version", VERSION) == VERSION


def accepts_taxii(header: str | None) -> bool:
    """Whether a client that sent this Accept takes our answers.  No header, or an empty one, takes anything."""
    if header is None or not header.strip():
        return True
    best = (-1, 0.0)
    for media in _media_ranges(header):
        specificity = _specificity(media)
        if specificity is not None:
            best = max(best, (specificity, media.quality))
    return best[1] > 0


def is_taxii(header: str | None) -> bool:
    """Whether a body with this Content-Type is TAXII JSON of our version, in UTF-8."""
    media = _media_type(header) if header else None
    return media is not None and media.is_taxii and media.parameters.get("charset", "utf-8").lower() == "utf-8"


def accepts_gzip(header: str | None) -> bool:
    """Whether an Accept-Encoding asks for gzip; no header does not."""
    best = (-1, 0.0)
    for element in _elements(header or ""):
        found = _CODING.fullmatch(element)
        parameters = _parameters(found["rest"]) if found else None
        quality = _quality(parameters)
        if found is None or parameters is None or quality is None:
            continue
        if found["coding"].lower() in {"gzip", "x-gzip"}:
            best = max(best, (1, quality))
        elif found["coding"] == "*":
            best = max(best, (0, quality))
    return best[1] > 0


def matches_etag(header: str | None, etag: str) -> bool:
    """Whether an If-None-Match names the ETag, by the weak comparison that RFC 9110 wants here."""
    if header is None or len(header) > _LONGEST_HEADER:
        return False
    if header.strip() == "*":
        return True
    return etag.removeprefix("W/") in _ETAG.findall(header)


def _media_ranges(header: str) -> Iterator[MediaType]:
    for element in _elements(header):
        media = _media_type(element)
        if media is not None:
            yield media


def _specificity(media: MediaType) -> int | None:
    """How closely a range names our type (RFC 9110 § 12.5.1); None if it does not cover it."""
    if (media.type, media.subtype) == ("*", "*"):
        return 0
    if (media.type, media.subtype) == ("application", "*"):
        return 1
    if media.is_taxii:
        return 3 if "version" in media.parameters else 2
    return None


def _media_type(text: str) -> MediaType | None:
    found = _RANGE.fullmatch(text)
    parameters = _parameters(found["rest"]) if found else None
    quality = _quality(parameters)
    if found is None or parameters is None or quality is None:
        return None
    return MediaType(found["type"].lower(), found["subtype"].lower(), parameters, quality)


def _parameters(text: str) -> dict[str, str] | None:
    """The parameters by lower-case name; None if they cannot be read or one comes twice."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _PARAMETER.match(text, at)
        if match is None or match.end() == at:
            return None
        at = match.end()
        if match["name"] is None:
            continue
        name = match["name"].lower()
        if name in found:
            return None
        found[name] = match["token"] if match["token"] is not None else re.sub(r"\\(.)", r"\1", match["quoted"])
    return found


def _quality(parameters: Mapping[str, str] | None) -> float | None:
    text = (parameters or {}).get("q", "1")
    return float(text) if _QUALITY.fullmatch(text) else None


def _elements(header: str) -> Iterator[str]:
    """Split at commas outside quotes.  A header of absurd length has no elements."""
    if len(header) > _LONGEST_HEADER:
        return
    for element in re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+', header):
        if element.strip():
            yield element
