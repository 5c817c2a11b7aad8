"""What the zone files of an agent block: read as a resolver reads them, by dnspython, and torn ones are refused."""

from __future__ import annotations

from pathlib import Path

import dns.zone


def names_in(file: Path) -> set[str]:
    """The names that one file blocks, canary and wildcards left out."""
    if not file.exists():
        return set()
    zone = dns.zone.from_file(str(file), origin=None, relativize=True)
    assert zone.get_soa() is not None
    return {text for node in zone if (text := node.to_text()).endswith(".test") and not text.startswith("*.")}


def blocked(folder: Path) -> set[str]:
    """The names that both files together block."""
    return names_in(folder / "hot.zone") | names_in(folder / "base.zone")
