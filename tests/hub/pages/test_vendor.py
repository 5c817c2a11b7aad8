"""What is vendored is exactly what its manifest says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tools import vendor

FOLDERS = sorted({package.folder for package in vendor.PACKAGES})


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_each_file_has_the_hash_in_the_manifest_and_no_file_is_unlisted(folder: Path) -> None:
    listed = json.loads((folder / "manifest.json").read_text())["packages"]
    expected = {f"{p['name']}-{p['version']}/{file}": digest for p in listed for file, digest in p["files"].items()}
    found = {
        str(path.relative_to(folder)): vendor.sha256(path)
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert found == expected


@pytest.mark.parametrize("package", vendor.PACKAGES, ids=lambda package: package.name)
def test_each_package_lies_with_its_licence_in_the_version_that_the_tool_would_fetch(package: vendor.Package) -> None:
    assert (package.target / "LICENSE").stat().st_size > 1000
    assert {path.name for path in package.target.iterdir()} == {
        "LICENSE",
        *(Path(file).name for file in package.files),
    }


def test_the_style_sheets_point_at_files_that_are_there_and_at_no_other_host() -> None:
    css = vendor.STATIC.parent / "pages" / "css"
    for path in css.glob("*.css"):
        for target in re.findall(r"url\(\"?([^\")]+)", path.read_text()):
            assert (path.parent / target).resolve().is_file(), target
    assert finders.find("pages/css/fonts.css")
