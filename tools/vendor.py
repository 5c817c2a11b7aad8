"""Fetch what is vendored, by package name from npm, and write the manifests: `python -m tools.vendor`.

Run as `make vendor` after changing a version below.  Each package lies in `<name>-<version>/` with its licence; the manifest
beside it holds a sha256 a file, and a test compares them.  Nothing is loaded from another host when a page is shown.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "src" / "skyddsnat" / "hub" / "pages" / "static" / "vendor"
TESTS = ROOT / "tests" / "vendor"


BENCHMARK = ROOT / "src" / "skyddsnat" / "hub" / "benchmark"
BROWSER = BENCHMARK / "browser"
"""What seals a member's values in the browser: our source, and one library that `package.json` pins."""

BUNDLE = BENCHMARK / "static" / "benchmark" / "sealing.js"
BUNDLE_MANIFEST = BROWSER / "manifest.json"


@dataclass(frozen=True, slots=True)
class Package:
    """One package.  files: paths inside the package; LICENSE is always taken."""

    folder: Path
    name: str
    source: str
    version: str
    licence: str
    files: tuple[str, ...]

    @property
    def target(self) -> Path:
        """Where its files lie."""
        return self.folder / f"{self.name}-{self.version}"


PACKAGES = (
    Package(
        STATIC,
        "inter",
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        ("files/inter-latin-wght-normal.woff2", "files/inter-latin-ext-wght-normal.woff2"),
    ),
    Package(
        STATIC,
        "ibm-plex-mono",
        "@fontsource/ibm-plex-mono",
        "5.3.0",
        "OFL-1.1",
        (
            "files/ibm-plex-mono-latin-400-normal.woff2",
            "files/ibm-plex-mono-latin-600-normal.woff2",
            "files/ibm-plex-mono-latin-ext-400-normal.woff2",
        ),
    ),
    Package(TESTS, "axe-core", "axe-core", "4.14.1", "MPL-2.0", ("axe.min.js",)),
)


def fetch(package: Package) -> None:
    """Replace the package's folder by what npm has under this version."""
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", "--silent", f"{package.source}@{package.version}"]
        subprocess.run(command, cwd=scratch, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(scratch).glob("*.tgz")
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        for old in package.folder.glob(f"{package.name}-[0-9]*"):
            shutil.rmtree(old)
        package.target.mkdir(parents=True)
        for file in ("LICENSE", *package.files):
            shutil.copyfile(Path(scratch, "package", file), package.target / Path(file).name)


def manifest(packages: Iterable[Package]) -> str:
    """The manifest of packages that lie in one folder, as JSON."""
    entries = [
        {
            "name": package.name,
            "version": package.version,
            "licence": package.licence,
            "source": package.source,
            "files": {path.name: sha256(path) for path in sorted(package.target.iterdir())},
        }
        for package in packages
    ]
    return json.dumps({"packages": entries}, indent=2) + "\n"


def sha256(path: Path) -> str:
    """The file's hash in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_manifests() -> None:
    """Write `manifest.json` into each folder of vendored packages."""
    for folder in sorted({package.folder for package in PACKAGES}):
        here = [package for package in PACKAGES if package.folder == folder]
        (folder / "manifest.json").write_text(manifest(here), encoding="utf-8")


def sources() -> list[Path]:
    """What the bundle is made of, with its lock."""
    return sorted([*BROWSER.glob("*/*.js"), BROWSER / "package.json", BROWSER / "package-lock.json"])


def bundle_manifest() -> str:
    """Hashes of the bundle and of all that it is made of, as JSON."""
    entries = {path.relative_to(BROWSER).as_posix(): sha256(path) for path in sources()}
    return json.dumps({"bundle": sha256(BUNDLE), "sources": entries}, indent=2) + "\n"


def build() -> None:
    """Bundle `hub/benchmark/browser` into the one script that the pages load.  The same sources always give the same bytes."""
    for command in (["npm", "ci", "--silent"], ["npm", "run", "--silent", "build", "--", "--log-level=warning"]):
        subprocess.run(command, cwd=BROWSER, check=True, stdout=subprocess.DEVNULL)
    BUNDLE_MANIFEST.write_text(bundle_manifest(), encoding="utf-8")


def main() -> int:
    """Fetch everything, build the bundle and write the manifests."""
    if shutil.which("npm") is None:
        print("npm was not found, expected it on the path; install Debian's npm")
        return 1
    for package in PACKAGES:
        fetch(package)
        print(f"{package.target.relative_to(ROOT)}: ok")
    write_manifests()
    build()
    print(f"{BUNDLE.relative_to(ROOT)}: ok, sha256 {sha256(BUNDLE)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
