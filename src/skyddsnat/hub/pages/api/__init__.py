"""The interface for machines, described once: openapi.yaml feeds the page for engineers, the JSON for tools, and the tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete")


@cache
def description() -> Mapping[str, Any]:
    """The OpenAPI 3.1 document."""
    found: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.  parameters: name, whether it must be given, what it means.  statuses: every answer it can give."""

    method: str
    path: str
    summary: str
    parameters: tuple[tuple[str, bool, str], ...]
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Operations of one tag.  scope: of the token that opens them."""

    title: str
    scope: str
    operations: tuple[Operation, ...]


def groups(language: str) -> tuple[Group, ...]:
    """The operations for the page, in the reader's language."""
    found = description()
    return tuple(
        Group(_said(tag, "description", language), tag["x-scope"], tuple(_operations(found, tag["name"], language)))
        for tag in found["tags"]
    )


def _operations(found: Mapping[str, Any], tag: str, language: str) -> Iterator[Operation]:
    for path, item in found["paths"].items():
        for method in METHODS:
            if method in item and tag in item[method]["tags"]:
                one = item[method]
                own = [*item.get("parameters", []), *one.get("parameters", [])]
                yield Operation(
                    method=method.upper(),
                    path=path,
                    summary=_said(one, "summary", language),
                    parameters=tuple(_parameter(found, row) for row in own),
                    statuses=tuple(sorted(one["responses"])),
                )


def _parameter(found: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[str, bool, str]:
    if "$ref" in row:
        row = found["components"]["parameters"][row["$ref"].rpartition("/")[2]]
    return row["name"], bool(row.get("required")), str(row.get("description", ""))


def _said(thing: Mapping[str, Any], key: str, language: str) -> str:
    return str(thing.get(f"x-{language}-{key}") or thing[key])
