"""What is proven by which test: names of tests that exist, for the documents in docs/security."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@cache
def tests() -> frozenset[str]:
    """Every test of the suite as `file::name`, read from the source without running it."""
    return frozenset(
        f"{path.relative_to(ROOT)}::{name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name in _names(path)
    )


def _names(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    machines = [
        node.targets[0] for node in tree.body if isinstance(node, ast.Assign)
    ]  # hypothesis: TestX = Machine.TestCase
    return [node.name for node in found] + [
        one.id for one in machines if isinstance(one, ast.Name) and one.id[:4] == "Test"
    ]


def link(test: str, *, up: str = "../..") -> str:
    """A link to the file, in the words of the test's name."""
    file, _, name = test.partition("::")
    words = name.removeprefix("test_").replace("_", " ")
    return f"[{words}]({up}/{file})"
