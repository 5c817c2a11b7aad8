"""What runs is what is locked: bills of materials, licences, hashes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.figures import figure
from tools import sbom

UV = sbom.ROOT / ".tools" / "bin" / "uv"
TOOLS = {
    "pytest",
    "ruff",
    "mypy",
    "hypothesis",
    "playwright",
    "django-stubs",
    "atheris",
    "pymisp",
    "pymerkle",
    "schemathesis",
    "apsw",
}


ELSEWHERE = {"colorama", "tzdata"}
"""Only on systems that we do not run on: Windows' consoles, and machines without a table of time zones."""


def installed_for(program: str) -> set[str]:
    """What is installed with a program's extras, by what the packages here say that they need: not by its lock."""
    project = tomllib.loads((sbom.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *(line for extra in sbom.PROGRAMS[program] for line in extras[extra])]
    waiting, seen = [Requirement(line) for line in asked], set[tuple[str, frozenset[str]]]()
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if (name, frozenset(one.extras)) in seen:
            continue
        seen.add((name, frozenset(one.extras)))
        for needed in map(Requirement, requires(name) or ()):
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)):
                waiting.append(needed)
    return {name for name, _ in seen}


def test_every_program_that_can_be_installed_has_a_bill() -> None:
    project = tomllib.loads((sbom.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {extra for extras in sbom.PROGRAMS.values() for extra in extras} == {*project["optional-dependencies"]}


@pytest.mark.parametrize("program", sbom.PROGRAMS)
def test_the_lock_names_what_is_installed_and_nothing_else(program: str) -> None:
    named = sbom.pins(program).keys()
    assert named - installed_for(program) <= ELSEWHERE
    assert installed_for(program) - named == set()


@pytest.mark.parametrize("program", sbom.PROGRAMS)
def test_the_bill_of_materials_is_what_is_locked(program: str) -> None:
    """And what the lock names is what is installed here, where the whole suite runs on it."""
    made = sbom.bill(program)
    listed = {one["name"]: one["version"] for one in made["components"]}
    assert listed == sbom.pins(program)
    assert listed == {name: version(name) for name in listed}
    for one in made["components"]:
        (place,) = one["externalReferences"]
        assert place["hashes"], one["name"]
        assert {found["alg"] for found in place["hashes"]} == {"SHA-256"}
        assert one["licenses"][0]["expression"], one["name"]
    assert (made["bomFormat"], made["metadata"]["component"]["name"]) == ("CycloneDX", f"skyddsnat-{program}")
    figure(
        f"supply.sbom_{program.replace('-', '_')}",
        components=len(listed),
        with_hash=len(listed),
        with_licence=len(listed),
    )


def test_no_licence_with_duties_runs_but_those_that_are_explained() -> None:
    known = sbom.PERMISSIVE | sbom.COPYLEFT.keys()
    packages = {name for program in sbom.PROGRAMS for name in sbom.pins(program)}
    told = {name: sbom.ids(sbom.licence(name)) for name in packages}
    assert {name: found for name, found in told.items() if not found or found - known} == {}


def test_the_list_of_licences_is_up_to_date() -> None:
    assert sbom.PAGE.read_text(encoding="utf-8") == sbom.page(), "run: make sbom"


@pytest.mark.parametrize("expression", ["GPL-3.0-only", "MIT AND AGPL-3.0-or-later", "Proprietary"])
def test_another_licence_is_seen(expression: str) -> None:
    assert sbom.ids(expression) - (sbom.PERMISSIVE | sbom.COPYLEFT.keys())


def test_no_development_tool_is_in_the_locks_that_run() -> None:
    assert {name for program in sbom.PROGRAMS for name in sbom.pins(program)} & TOOLS == set()


def installs(folder: Path, *, digest: str) -> bool:
    """Install a package of one file from its folder, with nothing fetched, by the tool that `make` uses."""
    wheel = folder / "stone-1.0-py3-none-any.whl"
    locked = folder / "lock.txt"
    locked.write_text(f"stone==1.0 --hash=sha256:{digest or hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    rest = [
        "--no-index",
        "--find-links",
        str(folder),
        "--require-hashes",
        "--target",
        str(folder / "to"),
        "-r",
        str(locked),
    ]
    begin = [str(UV), "pip", "install", "--offline", "--no-cache", "--python", sys.executable]
    pip = ["python3", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-cache-dir"]
    done = subprocess.run([*(begin if UV.exists() else pip), *rest], capture_output=True, text=True, check=False)
    assert done.returncode == 0 or "hash" in done.stderr.lower(), done.stderr
    return done.returncode == 0


def test_a_file_with_another_hash_than_the_locks_is_not_installed(tmp_path: Path) -> None:
    info = "stone-1.0.dist-info"
    with zipfile.ZipFile(tmp_path / "stone-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("stone.py", "")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: stone\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", f"stone.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    assert not installs(tmp_path, digest="0" * 64)
    assert not (tmp_path / "to" / "stone.py").exists()
    assert installs(tmp_path, digest="")
