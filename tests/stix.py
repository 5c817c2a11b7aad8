"""The standard's own validator, for every test that looks at what is said in STIX."""

from __future__ import annotations

from typing import Any


def validated(thing: dict[str, Any], **options: Any) -> Any:
    """Its report: `is_valid`, `errors`, `warnings`.

    It is loaded by whoever asks first: that takes more than a second, which each process of the suite would pay for its import.
    """
    from stix2validator import ValidationOptions, validate_instance

    return validate_instance(thing, ValidationOptions(version="2.1", **options))
