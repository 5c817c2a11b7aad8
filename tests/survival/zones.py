"""What the zone files of an agent block: read as a resolver reads them, by dnspython, and torn ones are refused.

Hot stands first: what it lets through, base blocks in vain.
"""

from __future__ import annotations

from pathlib import Path

import dns.name
import dns.zone

PASSTHRU = dns.name.from_text("rpz-passthru.")


def names_in(file: Path) -> set[str]:
    """The names that one file blocks, canary and wildcards left out."""
    return {name for name, passed in _rows(file) if not passed}


def passed_in(file: Path) -> set[str]:
    """The names that it lets through."""
    return {name for name, passed in _rows(file) if passed}


def blocked(folder: Path) -> set[str]:
    """The names that both files together block."""
    hot = folder / "hot.zone"
    return names_in(hot) | names_in(folder / "base.zone") - passed_in(hot)


def _rows(file: Path) -> set[tuple[str, bool]]:
    """(name, whether it is let through)."""
    if not file.exists():
        return set()
    zone = dns.zone.from_file(str(file), origin=None, relativize=True)
    assert zone.get_soa() is not None
    return {
        (text, getattr(data, "target", None) == PASSTHRU)
        for node, _, data in zone.iterate_rdatas()
        if (text := node.to_text()).endswith(".test") and not text.startswith("*.")
    }
