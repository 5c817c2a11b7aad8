"""Which look-ups tell whether a name is covered, and nothing more and nothing less than it."""

from __future__ import annotations


def around(name: str) -> set[str]:
    """The name, names below it, beside it and above it; the top domain itself is nobody's."""
    labels = name.split(".")
    above = {".".join(labels[start:]) for start in range(1, len(labels) - 1)}
    return {name, f"x.{name}", f"y.x.{name}", f"x{name}", *above, *(f"x.{one}" for one in above)}
