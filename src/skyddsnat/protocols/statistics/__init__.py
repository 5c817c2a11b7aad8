"""The wire format of a member's period figures: one object from agent or form to hub, read strictly, written in one way."""

from skyddsnat.protocols.statistics.figure import (
    MOST_BYTES,
    MOST_REVISIONS,
    SCHEMA,
    BadFigure,
    Corrects,
    Figure,
    ListContext,
    figure_bytes,
    observed_of,
    read_figure,
)

__all__ = [
    "MOST_BYTES",
    "MOST_REVISIONS",
    "SCHEMA",
    "BadFigure",
    "Corrects",
    "Figure",
    "ListContext",
    "figure_bytes",
    "observed_of",
    "read_figure",
]
