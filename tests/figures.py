"""Figures that tests measure on their way, kept for the documents: `figure("audit.tampering", found=256, of=256)`.

Each lands in var/figures/<key>.json; `make prove` collects them into docs/security and docs/reliability.md.
A figure is never what a test judges by: the test asserts by itself.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from tests.effort import TOLD, seed

FOLDER = Path(os.environ.get("SKYDDSNAT_FIGURES", Path(__file__).resolve().parent.parent / "var" / "figures"))


def figure(key: str, **values: float | int | str) -> None:
    """Keep what was measured.  key: `area.what`; values: numbers and short words with the unit in their name (`median_ms`)."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = {"key": key, "values": values, "effort": TOLD, "seed": seed()}
    kept["at"] = datetime.now(UTC).strftime("%Y-%m-%d")
    (FOLDER / f"{key}.json").write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")
