"""How old the components are that run here, and whether one is past its time frame: `make components`, with a network.

Two resolutions by uv, in a folder of their own: of the very versions in the locks, and of the same packages without a version.
For each package the registry tells the day of a release; docs/security/components.md keeps them with the day on which it was
asked, and `late` (a test too) goes by that page.  It knows nothing of advisories: SECURITY.md says who asks for those, and how.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from tools.proofs import ROOT
from tools.sbom import PROGRAMS, pins

PAGE: Final = ROOT / "docs" / "security" / "components.md"
UV: Final = ROOT / ".tools" / "bin" / "uv"
UPDATE: Final = timedelta(days=90)
"""From a newer release to ours with it, where nothing is known against what we have (SECURITY.md)."""
ASLEEP: Final = timedelta(days=730)
"""A component without a release for so long is looked at, and replaced within a year."""
KEPT: Final[Mapping[str, str]] = {
    "colorama": "typer and qrcode name it for Windows' consoles; on the systems that we run on nothing loads it",
    "mdurl": "markdown-it-py, which is kept up, needs it to read addresses in Markdown; ours is the help text of commands alone",
    "shellingham": "typer asks it which shell a person uses, when completion is installed; it reads nobody's input",
}
"""Why an older version, or one that sleeps, is kept nevertheless: by package."""
HEAD: Final = """# Components that run, and their age

Written by `make components` from the locks of all that is installed somewhere (hub; agent, with hash lists or counting; stop
page; party), and from what the package registry told on **{day}**. A newer release is one that installs together with all the
others. The time frames stand in [SECURITY.md](../../SECURITY.md#weak-components).

**What this page does not know: advisories.** Whether a weakness has been published in one of these versions is in no registry's
index. Where this is built the data of advisories is out of reach, so the time frames for weaknesses are not checked here, and no
line below says that a version is free of any. Whoever runs a hub or an agent asks once a week, as SECURITY.md says.

| package | in | version | of | newest | of |
|---|---|---|---|---|---|
"""
_ROW: Final = re.compile(
    r"^\| ([\w.-]+) \| ([\w, -]+) \| (\S+) \| ([\d-]{10}) \| (\S+) \| ([\d-]{10}) \|$", re.MULTILINE
)
_DAY: Final = re.compile(r"\*\*(\d{4}-\d\d-\d\d)\*\*")


@dataclass(frozen=True, slots=True)
class Release:
    """A version and the day on which it came out."""

    version: str
    day: date


@dataclass(frozen=True, slots=True)
class Component:
    """What we run of a package, and what there is.  programs: in which."""

    name: str
    programs: tuple[str, ...]
    ours: Release
    newest: Release


def locked() -> dict[str, dict[str, str]]:
    """By package: its version in each program's lock."""
    found: dict[str, dict[str, str]] = {}
    for program in PROGRAMS:
        for name, version in pins(program).items():
            found.setdefault(name, {})[program] = version
    return found


def releases(lock: str) -> dict[str, list[Release]]:
    """By package: what uv.lock names, each with the day of its first file.  Packages without a day are left out."""
    found: dict[str, list[Release]] = {}
    for package in tomllib.loads(lock)["package"]:
        files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]
        days = [datetime.fromisoformat(file["upload-time"]).date() for file in files if "upload-time" in file]
        if days:
            found.setdefault(package["name"], []).append(Release(package["version"], min(days)))
    return found


def resolved(wanted: Iterable[str]) -> dict[str, list[Release]]:
    """Ask the registry through uv.  wanted: requirements.  Raises CalledProcessError."""
    lines = ", ".join(f'"{one}"' for one in sorted(wanted))
    with tempfile.TemporaryDirectory() as folder:
        project = f'[project]\nname = "asked"\nversion = "0"\nrequires-python = ">=3.12"\ndependencies = [{lines}]\n'
        Path(folder, "pyproject.toml").write_text(project, encoding="utf-8")
        subprocess.run([UV, "lock", "--quiet", "--no-python-downloads"], cwd=folder, check=True)
        return releases(Path(folder, "uv.lock").read_text(encoding="utf-8"))


def asked() -> list[Component]:
    """All components, as the registry tells today."""
    ours = locked()
    exact = resolved(f"{name}=={version}" for name, by in ours.items() for version in {*by.values()})
    newest = resolved(ours)
    found = []
    for name, by in sorted(ours.items()):
        (version,) = {*by.values()}
        mine = next(one for one in exact[name] if one.version == version)
        found.append(Component(name, tuple(by), mine, max(newest[name], key=lambda one: one.day)))
    return found


def late(found: Iterable[Component], *, today: date) -> Iterator[str]:
    """What is past a time frame and has no reason in KEPT, a line each."""
    for one in found:
        if one.name in KEPT:
            continue
        if one.newest.version != one.ours.version and today - one.newest.day > UPDATE:
            yield f"{one.name} {one.ours.version}: {one.newest.version} is there since {one.newest.day}; run make lock"
        if today - one.newest.day > ASLEEP:
            yield f"{one.name} {one.newest.version}: no release since {one.newest.day}; replace it, or say in KEPT why not"


def render(found: Iterable[Component], *, day: date) -> str:
    """The page."""
    rows = [
        f"| {one.name} | {', '.join(one.programs)} | {one.ours.version} | {one.ours.day} | {one.newest.version} | "
        f"{one.newest.day} |\n"
        for one in found
    ]
    kept = "".join(f"- **{name}**: {why}\n" for name, why in sorted(KEPT.items()))
    return f"{HEAD.format(day=day)}{''.join(rows)}" + (f"\n## Kept nevertheless\n\n{kept}" if kept else "")


def read(page: str) -> tuple[date, list[Component]]:
    """What the page says: the day on which it was asked, and the rows.  Raises ValueError for a page without a day."""
    found = _DAY.search(page)
    if found is None:
        raise ValueError("components.md names no day, expected what make components writes")
    rows = [
        Component(
            name,
            tuple(programs.split(", ")),
            Release(version, date.fromisoformat(day)),
            Release(newest, date.fromisoformat(newest_day)),
        )
        for name, programs, version, day, newest, newest_day in _ROW.findall(page)
    ]
    return date.fromisoformat(found[1]), rows


def main() -> int:
    """1 where something is past its time frame, as of today."""
    today = datetime.now(UTC).date()
    found = asked()
    PAGE.write_text(render(found, day=today), encoding="utf-8")
    told = list(late(found, today=today))
    print("\n".join(told) or f"{len(found)} components, none past its time frame; of advisories this tells nothing")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
