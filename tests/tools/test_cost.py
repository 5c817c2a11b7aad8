"""What is spent in a test's own process and by programs that it started is summed up by file, whichever process ran it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUSY = """
import subprocess, sys, time

WORK = "import time\\nwhile time.process_time() < 0.3: pass"

def test_here():
    began = time.process_time()
    while time.process_time() - began < 0.3: pass

def test_there():
    subprocess.run([sys.executable, "-c", WORK], check=True)
"""


def test_own_work_and_that_of_programs_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "test_busy.py").write_text(BUSY)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.cost", "-p", "no:cacheprovider", "-n", "2"]
    command += ["-p", "xdist", "-c", "/dev/null", "--rootdir", str(tmp_path), str(tmp_path)]
    bare = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # to load what the two tests need not takes seconds
    done = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, check=True)
    own, theirs = map(float, re.findall(r"^ +([\d.]+) +([\d.]+)  test_busy\.py$", done.stdout, re.MULTILINE)[0])
    assert own >= 0.3
    assert theirs >= 0.3
