"""The built wheel at an operator: with what the extra `agent` brings and nothing else it is the whole agent, and no hub.

No registry is asked: the libraries are those of this environment, chosen by what each says it needs, as an installer would.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.agent.conftest import Site

ROOT = Path(__file__).parents[2]
UV = ROOT / ".tools" / "bin" / "uv"
INSTALL = ROOT / "docs" / "operator" / "install.md"
MEGABYTE = 1_000_000
LEAVE_OUT = ("django", "numpy", "duckdb", "mpyc", "granian", "starlette")


@dataclass(frozen=True, slots=True)
class Installed:
    """A folder as an installer would leave it.  libraries: names of the distributions in it, the wheel's own apart."""

    folder: Path
    wheel: Path
    libraries: frozenset[str]

    def skyddsnat(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command, in an interpreter that sees this folder and the standard library alone."""
        return self.python("from skyddsnat.cli.main import app; app()", *words)

    def python(self, code: str, *words: str) -> subprocess.CompletedProcess[str]:
        code = f"import sys; sys.path.insert(0, {str(self.folder)!r}); {code}"
        return subprocess.run(
            [sys.executable, "-I", "-S", "-c", code, *words], capture_output=True, text=True, check=False, timeout=60
        )

    @property
    def megabytes(self) -> float:
        files = (path for path in self.folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
        return sum(path.stat().st_size for path in files) / MEGABYTE


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    place = tmp_path_factory.mktemp("wheel")
    folder = place / "site"
    _uv("build", "--wheel", "--offline", "--quiet", "--out-dir", str(place), str(ROOT))
    (wheel,) = place.glob("skyddsnat-*.whl")
    _uv(
        "pip",
        "install",
        "--offline",
        "--quiet",
        "--no-deps",
        "--python",
        sys.executable,
        "--target",
        str(folder),
        str(wheel),
    )
    (own,) = folder.glob("skyddsnat-*.dist-info")
    libraries = {
        canonicalize_name(library.name): library for library in _needed(Distribution.at(own), frozenset({"agent"}))
    }
    for library in libraries.values():
        _link(library, folder)
    return Installed(folder, wheel, frozenset(libraries))


def _uv(*words: str) -> None:
    done = subprocess.run([str(UV), *words], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


def _needed(root: Distribution, extras: frozenset[str]) -> Iterator[Distribution]:
    """What a distribution needs with these extras, and what that needs in turn."""
    waiting, seen = [(root, extras)], set[tuple[str, frozenset[str]]]()
    while waiting:
        one, wanted = waiting.pop()
        for text in one.requires or ():
            requirement = Requirement(text)
            marker = requirement.marker
            if marker is not None and not any(marker.evaluate({"extra": extra}) for extra in wanted | {""}):
                continue
            key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
            if key not in seen:
                seen.add(key)
                found = distribution(requirement.name)
                yield found
                waiting.append((found, key[1]))


def _link(library: Distribution, folder: Path) -> None:
    for file in library.files or ():
        if ".." not in file.parts and file.suffix != ".pyc":
            place = folder / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(Path(str(library.locate_file(file))))


def test_the_extra_brings_what_is_locked_for_agents_and_nothing_of_a_hub(installed: Installed) -> None:
    locked = re.findall(
        r"^([a-z0-9._-]+)==[^ ]+(?: ;(.*?))? \\$", (ROOT / "requirements" / "agent.txt").read_text(), re.M
    )
    usable = {name for name, marker in locked if not marker or Requirement(f"x;{marker}").marker.evaluate()}  # type: ignore[union-attr]
    assert installed.libraries == usable
    done = installed.python(f"import importlib.util as u; print([name for name in {LEAVE_OUT} if u.find_spec(name)])")
    assert done.stdout == "[]\n", done.stderr


def test_from_the_wheel_a_list_is_pulled_published_and_written_out(installed: Installed, site: Site) -> None:
    (site.folder / "out").mkdir()
    site.more = '\n[[output]]\nkind = "dnsdist"\nfile = "out/list.cdb"\n'
    site.configure()
    site.hub.verify("bad.test")
    config = ("--config", str(site.config_file))
    for words, code in ((("pull",), 0), (("publish",), 0), (("status",), 0), (("doctor",), 1)):
        done = installed.skyddsnat("agent", *words, *config)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert "*.bad.test" in site.zone_text()
    assert (site.folder / "out" / "list.cdb").exists()


def test_the_page_for_installers_states_both_sizes(installed: Installed) -> None:
    said = re.search(r"wheel is less than ([\d.]+) MB.* less than ([\d.]+) MB on the disk", INSTALL.read_text())
    assert said, "docs/operator/install.md states the size of the wheel and of all that is installed"
    for found, most in ((installed.wheel.stat().st_size / MEGABYTE, said[1]), (installed.megabytes, said[2])):
        assert 0.6 * float(most) < found < float(most)
