"""A bounded run of the fuzzer on each commit; `make prove` runs it for longer.  A finding stays in the message, as base64."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.effort import seed, tries
from tests.figures import figure

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_fuzzer_finds_no_error_no_slow_input_and_no_missed_picture(tmp_path: Path) -> None:
    options = ("-max_len=6000", "-timeout=20", "-rss_limit_mb=2048", f"-seed={seed()}")
    runs = tries(short=1_500, long=150_000)
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.guards",
        str(tmp_path / "corpus"),
        f"-runs={runs}",
        "-max_total_time=1800",
    ]
    command += [*options, f"-artifact_prefix={tmp_path}/"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=2_000, check=False)
    assert done.returncode == 0, done.stderr[-4_000:]
    told = re.search(r"Done (\d+) runs in", done.stderr)
    assert told is not None, done.stderr[-2_000:]
    figure("guards.fuzz", runs=int(told[1]), errors=0, slow=0, missed_pictures=0)


def test_the_fuzzer_reports_what_breaks() -> None:
    """Planted: a guard that answers nothing lets a picture through, and one that points outside is caught."""
    from tests.fuzz import guards

    for broken, data in (("find_imagery_in_rows", b"p1"), ("find_imagery", b"p1")):
        kept = getattr(guards, broken)
        setattr(guards, broken, lambda _: None)
        try:
            guards.one(data)
        except AssertionError:
            continue
        finally:
            setattr(guards, broken, kept)
        raise AssertionError(f"a {broken} that finds nothing was not noticed")
