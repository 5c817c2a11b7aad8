"""The one script that seals values is made of the sources beside it: neither can change without the other."""

from __future__ import annotations

import json

from tools import vendor


def test_the_manifest_is_that_of_the_bundle_and_its_sources() -> None:
    assert vendor.BUNDLE_MANIFEST.read_text(encoding="utf-8") == vendor.bundle_manifest()


def test_the_bundle_loads_nothing_from_anywhere() -> None:
    # The library asks Node for its "crypto" where there is no `globalThis.crypto`; every browser has it.
    text = vendor.BUNDLE.read_text(encoding="utf-8").replace('import("crypto")', "")
    text = text.replace("http://www.w3.org/2000/svg", "")  # the name of a namespace, which nobody fetches
    for word in ("http://", "https://", "import(", "eval(", "new Function", "XMLHttpRequest"):
        assert word not in text


def test_what_is_bundled_is_pinned_by_hash_and_names_no_registry() -> None:
    lock = json.loads((vendor.BROWSER / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert "node_modules/@hpke/core" in packages
    assert all("integrity" in facts and "resolved" not in facts for facts in packages.values())
    for name in packages:
        if name.startswith("node_modules/@hpke/"):
            assert (vendor.BROWSER / "licences" / f"hpke-{name.rsplit('/', 1)[1]}.txt").is_file()
