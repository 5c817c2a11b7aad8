"""Formats of the exchange with others: assessment codes, networks, the referral report and statistics."""

from __future__ import annotations

from dataclasses import dataclass

from skyddsnat.catalogue.reader import Reader
from skyddsnat.catalogue.text import Text

NAME = r"[a-z][a-z0-9_]*"


@dataclass(frozen=True, slots=True)
class Field:
    """One typed field of a record.  values: its closed list, or () where it is open."""

    name: str
    type: str
    values: tuple[str, ...]
    encrypted_at_rest: bool
    if_yes: str
    note: Text | None


@dataclass(frozen=True, slots=True)
class AssessmentScheme:
    """Somebody's scale of severity: opaque codes, never a description of what stands behind them."""

    id: str
    values: tuple[str, ...]
    neutral_text: Text
    source: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Network:
    """What an outside network shares and on what condition; each needs its own agreement."""

    id: str
    name: Text
    shares: tuple[Text, ...]
    rule: Text
    source: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Completeness:
    """How the completeness of a report is counted, and the metric that it feeds."""

    metric: str
    text: Text


@dataclass(frozen=True, slots=True)
class ReferralReport:
    """A good report to police or hotline.  forbidden: what no field may ever hold."""

    mandatory: tuple[Field, ...]
    conditional: tuple[Field, ...]
    forbidden: tuple[str, ...]
    completeness: Completeness
    statuses_back: tuple[str, ...]
    optional_statuses: tuple[str, ...]
    retention_note: Text


@dataclass(frozen=True, slots=True)
class Preservation:
    """The record of an order to preserve data."""

    fields: tuple[str, ...]
    retention_note: Text


@dataclass(frozen=True, slots=True)
class StatisticsFormat:
    """A layout of figures, our own or a law's.  sections and fields are names of columns or parts."""

    id: str
    name: Text
    checked: bool
    source: str
    fields: tuple[str, ...]
    optional: tuple[str, ...]
    sections: tuple[str, ...]
    very_large_only: tuple[str, ...]
    measures: tuple[str, ...]
    format: Text | None
    note: Text | None


def read_field(reader: Reader) -> Field:
    """Parse `{name, type?, values?, encrypted_at_rest?, if_yes?, note?}`."""
    with reader:
        return Field(
            name=reader.word("name", pattern=NAME, expected="a field name such as event_time"),
            type=reader.optional_word("type", pattern="utc_datetime|datetime_with_offset", expected="a type of time"),
            values=tuple(map(str, reader.scalars("values"))) if reader.has("values") else (),
            encrypted_at_rest=reader.truth("encrypted_at_rest") if reader.has("encrypted_at_rest") else False,
            if_yes=reader.optional_word("if_yes", pattern=NAME, expected="a field name"),
            note=reader.optional_text("note"),
        )


def read_scheme(reader: Reader) -> AssessmentScheme:
    """Parse one of `assessment_schemes`."""
    return AssessmentScheme(
        id=reader.identify(r"[A-Z][A-Z0-9_]*", example="INTERPOL_BASELINE"),
        values=reader.words("values"),
        neutral_text=reader.text("neutral_text"),
        source=reader.word("source"),
        checked=reader.truth("checked"),
    )


def read_network(reader: Reader) -> Network:
    """Parse one of `networks`."""
    return Network(
        id=reader.identify(NAME, example="lantern"),
        name=reader.text("name"),
        shares=reader.texts("shares"),
        rule=reader.text("rule"),
        source=reader.word("source"),
        checked=reader.truth("checked"),
    )


def read_referral(reader: Reader) -> ReferralReport:
    """Parse `referral_report`."""
    with reader.part("referral_report") as report:
        with report.part("completeness") as part:
            completeness = Completeness(metric=part.word("metric"), text=part.text("text"))
        return ReferralReport(
            mandatory=tuple(read_field(each) for each in report.records("mandatory")),
            conditional=tuple(read_field(each) for each in report.records("conditional")),
            forbidden=report.words("forbidden"),
            completeness=completeness,
            statuses_back=report.words("statuses_back"),
            optional_statuses=report.words("optional_statuses", empty_allowed=True),
            retention_note=report.text("retention_note"),
        )


def read_preservation(reader: Reader) -> Preservation:
    """Parse `preservation`."""
    with reader.part("preservation") as order:
        return Preservation(fields=order.words("fields"), retention_note=order.text("retention_note"))


def read_statistics(reader: Reader) -> StatisticsFormat:
    """Parse one of `statistics_formats`; it has fields or sections."""
    layout = StatisticsFormat(
        id=reader.identify(NAME, example="coalition_monthly"),
        name=reader.text("name"),
        checked=reader.truth("checked"),
        source=reader.word("source"),
        fields=reader.optional_words("fields"),
        optional=reader.optional_words("optional"),
        sections=reader.optional_words("sections"),
        very_large_only=reader.optional_words("very_large_only"),
        measures=reader.optional_words("measures"),
        format=reader.optional_text("format"),
        note=reader.optional_text("note"),
    )
    if bool(layout.fields) == bool(layout.sections):
        reader.fault("fields", got="both or neither of fields and sections", expected="one of them")
    for part, whole, key in (
        (layout.optional, layout.fields, "optional"),
        (layout.very_large_only, layout.sections, "very_large_only"),
    ):
        for name in part:
            if name not in whole:
                reader.fault(key, got=f'"{name}"', expected="a name that stands in the list above it")
    return layout
