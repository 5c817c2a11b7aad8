"""What each output of a list of NAMES whole domains costs: `python -m benchmarks.output_sizes NAMES` prints a line of JSON.

Processor seconds to make the file's content and to write it, and its megabytes.  Behind docs/operator/sizing.md.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from skyddsnat.agent.config import OutputKind
from skyddsnat.agent.outputs.formats import Compiled, make
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz import Policy
from skyddsnat.site.files import replace_file

KINDS = (OutputKind.DNSDIST, OutputKind.DOMAINS, OutputKind.HOSTS, OutputKind.SQUID_DOMAINS, OutputKind.JSON)


def main(names: int) -> None:
    """Measure and print."""
    entries = sorted(Listed(f"namn-{number * 7919 % 10_000_019}.test", Scope.SUBDOMAINS) for number in range(names))
    compiled = Compiled(version="0" * 64, policy=Policy(), entries=entries)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps({"names": names, **{kind: cost(kind, compiled, Path(folder) / kind) for kind in KINDS}}))


def cost(kind: OutputKind, compiled: Compiled, file: Path) -> dict[str, float]:
    """Of one file, made and put in place whole."""
    began = time.process_time()
    replace_file(file, make(kind, compiled).content, mode=0o640)
    used = time.process_time() - began
    return {"cpu_s": round(used, 3), "mb": round(file.stat().st_size / 1e6, 2)}


if __name__ == "__main__":
    main(int(sys.argv[1]))
