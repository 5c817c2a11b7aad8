"""The knowledge base's first entries and the register of sources behind everything in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from skyddsnat.catalogue.reader import Reader, collect, names
from skyddsnat.catalogue.text import Text

ENTRY_ID = r"KB-[0-9]{3}"
SOURCE_ID = r"SRC(?:-[A-Z0-9]+)+"
FIRST_YEAR, LAST_YEAR = 1900, 2100


class Audience(StrEnum):
    """Who may read an entry.  members: the sentence alone could be read as a weakness in law enforcement."""

    PUBLIC = "public"
    MEMBERS = "members"


@dataclass(frozen=True, slots=True)
class KnowledgeEntry:
    """One fact in one sentence with its source.  year: what the fact concerns.  checked: the source was read."""

    id: str
    year: int
    country: str
    topic: str
    checked: bool
    audience: Audience
    source: str
    text: Text


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """knowledge.yaml."""

    version: str
    topics: Mapping[str, Text]
    countries: Mapping[str, Text]
    entries: Mapping[str, KnowledgeEntry]


@dataclass(frozen=True, slots=True)
class Source:
    """A publication.  title stands in the source's own language; url is "" where none is known."""

    id: str
    title: str
    organisation: str
    year: int
    url: str
    checked: bool
    note: Text | None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """sources.yaml."""

    version: str
    sources: Mapping[str, Source]


def read_knowledge(reader: Reader, *, version: str) -> KnowledgeFile:
    """Parse knowledge.yaml; faults are noted by the reader."""
    return KnowledgeFile(
        version=version,
        topics=names(reader, "topics"),
        countries=names(reader, "countries"),
        entries=collect(reader, "entries", _entry),
    )


def read_sources(reader: Reader, *, version: str) -> SourceFile:
    """Parse sources.yaml; faults are noted by the reader."""
    return SourceFile(version=version, sources=collect(reader, "sources", _source))


def _entry(reader: Reader) -> KnowledgeEntry:
    return KnowledgeEntry(
        id=reader.identify(ENTRY_ID, example="KB-001"),
        year=reader.number("year", low=FIRST_YEAR, high=LAST_YEAR),
        country=reader.word(
            "country", pattern="[A-Z]{2,3}", expected='a country code in quotes, such as "SE", "EU" or "INT"'
        ),
        topic=reader.word("topic"),
        checked=reader.truth("checked"),
        audience=reader.one_of("audience", Audience),
        source=reader.word("source"),
        text=reader.text("text"),
    )


def _source(reader: Reader) -> Source:
    return Source(
        id=reader.identify(SOURCE_ID, example="SRC-IWF-2024"),
        title=reader.word("title"),
        organisation=reader.word("org"),
        year=reader.number("year", low=FIRST_YEAR, high=LAST_YEAR),
        url=reader.optional_word(
            "url", pattern=r"https://[^\s\"'<>]+", expected="an address that begins with https://"
        ),
        checked=reader.truth("checked"),
        note=reader.optional_text("note"),
    )
