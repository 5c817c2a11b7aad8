"""Names in TAXII's addresses."""

from __future__ import annotations

from uuid import UUID


def read_uuid(text: str) -> UUID | None:
    """A UUID in its one spelling, else None: in any other the id in the answer would differ from the one in the address."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None
