"""The catalogue is the lowest layer: it imports nothing of the rest, and no framework."""

from __future__ import annotations

import subprocess
import sys


def test_it_imports_nothing_from_the_rest_of_skyddsnat() -> None:
    script = (
        "import sys; from skyddsnat.catalogue.loading import load_catalogue; load_catalogue();"
        "print(*sorted(m for m in sys.modules if m.startswith(('skyddsnat', 'django', 'pydantic', 'httpx'))))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=_environment())
    loaded = [name for name in run.stdout.split() if not name.startswith("skyddsnat.catalogue")]
    assert loaded == ["skyddsnat"]


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
