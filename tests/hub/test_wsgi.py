"""What a process serves with is loaded at its start, before the collector is told that it stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import gc, io, json, sys
from skyddsnat.hub.wsgi import application
loaded, kept, said = set(sys.modules), gc.get_freeze_count(), []
asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/taxii2/", "SERVER_NAME": "testserver", "SERVER_PORT": "80"}
asked |= {"wsgi.input": io.BytesIO(), "wsgi.url_scheme": "https", "wsgi.errors": sys.stderr}
list(application(asked, lambda status, headers: said.append(status)))
late = sorted(name for name in set(sys.modules) - loaded if name.startswith("skyddsnat"))
print(json.dumps({"said": said, "late": late, "kept": kept > 50_000}))
"""


def test_the_first_request_loads_nothing_of_ours() -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "skyddsnat.hub.settings.test",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {"said": ["401 Unauthorized"], "late": [], "kept": True}
