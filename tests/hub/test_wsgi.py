"""What a process serves with is loaded at its start, before the collector is told that it stays."""

from __future__ import annotations

from tests.programs import told

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
    found = told("-c", PROGRAM, environment={})
    assert found == {"said": ["401 Unauthorized"], "late": [], "kept": True}
