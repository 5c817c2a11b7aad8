"""Bills of materials and the list of licences of what runs: `make sbom` (`python -m tools.sbom`).

For everything that runs (PROGRAMS) a CycloneDX file in var/sbom, made by cyclonedx-py from the lock (each file's hash) with
the licences that the packages state; they are made, not kept, because they repeat the locks.  docs/security/licences.md is kept
and checked.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import metadata
from typing import Any

from tools.proofs import ROOT

PROGRAMS = {
    "hub": ("hub",),
    "agent": ("agent",),
    "hashes": ("agent", "hashes"),
    "count": ("agent", "count"),
    "stop-page": ("stop-page",),
    "party": ("party",),
}
"""What is installed somewhere, each with its lock and its bill: by name, the extras of pyproject.toml that it takes."""
FOLDER = ROOT / "var" / "sbom"
PAGE = ROOT / "docs" / "security" / "licences.md"
PIN = re.compile(r"^([a-zA-Z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)")
PERMISSIVE = frozenset(
    {"MIT", "MIT-0", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "PSF-2.0", "Zlib", "CC0-1.0"}
)
COPYLEFT = {
    "MPL-2.0": "binds changes to its own files; we change none",
    "LGPL-3.0-only": "a library that can be exchanged (only where PostgreSQL is used); we change none of it",
    "LGPL-3.0-or-later": "a library that can be exchanged (only where a party computes); we change none of it",
}
"""The only licences with duties that may run, and why they may."""
MEANT = {  # packages that say it only by a class or a word that is no SPDX name
    "colorama": "BSD-3-Clause",
    "dnstap-pb": "MIT",
    "duckdb": "MIT",
    "fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",
    "markdown-it-py": "MIT",
    "mdurl": "MIT",
    "mpyc": "MIT",
    "protobuf": "BSD-3-Clause",
    "qrcode": "BSD-3-Clause",
    "shellingham": "ISC",
    "sqlparse": "BSD-3-Clause",
}
HEAD = """# Licences of what runs

Written by `make sbom` from the locks of all that is installed somewhere (hub; agent, with hash lists or counting; stop page;
party) and from what the packages state; a test holds it to them. Our own code is Apache-2.0. What is only used to develop and
test is not here.

| package | version | licence | in |
|---|---|---|---|
"""


def pins(program: str) -> dict[str, str]:
    """Version by package, as the lock has it."""
    lock = (ROOT / "requirements" / f"{program}.txt").read_text(encoding="utf-8")
    return {match[1]: match[2] for line in lock.splitlines() if (match := PIN.match(line))}


def licence(package: str) -> str:
    """SPDX, as the package states it.  Raises PackageNotFoundError where it is not installed."""
    told = metadata(package)
    return MEANT.get(package) or told.get("License-Expression") or told.get("License") or ""


def ids(expression: str) -> set[str]:
    """The licences that an expression names."""
    return set(re.findall(r"[\w.-]+", expression)) - {"AND", "OR", "WITH"}


def bill(program: str) -> dict[str, Any]:
    """The bill of materials of one program."""
    lock = ROOT / "requirements" / f"{program}.txt"
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", str(lock), "--of", "JSON", "--output-reproducible"]
    made: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    made["metadata"]["component"] = {"type": "application", "name": f"skyddsnat-{program}", "bom-ref": program}
    for component in made["components"]:
        component.pop("description", None)  # the lock's lines once more
        component["licenses"] = [{"expression": licence(component["name"])}]
    return made


def page() -> str:
    """The list of licences."""
    versions = {name: version for program in PROGRAMS for name, version in pins(program).items()}
    rows = [
        f"| {name} | {version} | {licence(name)} | {', '.join(one for one in PROGRAMS if name in pins(one))} |\n"
        for name, version in sorted(versions.items())
    ]
    why = "".join(f"- **{name}**: {words}.\n" for name, words in COPYLEFT.items())
    return f"{HEAD}{''.join(rows)}\n## With duties\n\n{why}"


def main() -> int:
    """Always 0: what must hold is tested."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for program in PROGRAMS:
        path = FOLDER / f"{program}.cdx.json"
        path.write_text(json.dumps(bill(program), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(path.relative_to(ROOT))
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
