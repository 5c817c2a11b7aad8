"""docs/security/promises.md from promises.toml: each promise, what keeps it, its tests, its figures, and what is not covered."""

from __future__ import annotations

import tomllib
from typing import Any

from tools.figures import FIELD, MISSING, Figures, shown
from tools.proofs import ROOT, link

DATA = ROOT / "docs" / "security" / "promises.toml"
PAGE = ROOT / "docs" / "security" / "promises.md"
HEAD = """# What is promised, and the proof of each promise

Written by `make prove` from `promises.toml` and from the figures that the tests left; change it there. A figure tells of the
last run that measured it: its date, how hard it tried (`short` is what every change must pass, `long` is `make prove`, and a
part of long is told as such) and its seed, by which it can be repeated. A test counts only because a planted fault turns it
red. **What is not covered stands under each promise**, and the limits of all of it in [README.md](README.md).
"""


def read() -> list[dict[str, Any]]:
    """The promises, in order."""
    found: list[dict[str, Any]] = tomllib.loads(DATA.read_text(encoding="utf-8"))["promise"]
    return found


def files(promises: list[dict[str, Any]]) -> list[str]:
    """The test files that are named, each once, in order."""
    named = [
        test.partition("::")[0] for promise in promises for proof in promise.get("proof", ()) for test in proof["tests"]
    ]
    return list(dict.fromkeys(named))


def keys(promises: list[dict[str, Any]]) -> list[str]:
    """The figures that are named."""
    return [
        one.partition(":")[0]
        for promise in promises
        for proof in promise.get("proof", ())
        for one in proof.get("figures", ())
    ]


def render(promises: list[dict[str, Any]], figures: Figures) -> str:
    """The page."""
    lines = [HEAD, "\n| promise | proofs | tests |\n|---|---|---|\n"]
    for promise in promises:
        proofs = promise.get("proof", ())
        anchor = promise["title"].lower().replace(" ", "-")
        lines.append(
            f"| [{promise['title']}](#{anchor}) | {len(proofs)} | {sum(len(proof['tests']) for proof in proofs)} |\n"
        )
    for promise in promises:
        lines.append(f"\n## {promise['title']}\n\n{promise['says']}\n")
        if promise["kept_by"]:
            lines.append("\nKept by " + ", ".join(f"[`{path}`](../../{path})" for path in promise["kept_by"]) + ".\n")
        if proofs := promise.get("proof"):
            lines.append("\n| what is tried | tests | last figure |\n|---|---|---|\n")
            lines += [_line(proof, figures) for proof in proofs]
        lines.append("\n**Not covered:**\n\n" + "".join(f"- {one}\n" for one in promise["not_covered"]))
    return "".join(lines)


def _line(proof: dict[str, Any], figures: Figures) -> str:
    tests = " · ".join(link(test) if "::" in test else f"[`{test}`](../../{test})" for test in proof["tests"])
    found = "<br>".join(_figure(one, figures) for one in proof.get("figures", ())) or "–"
    return f"| {proof['what']} | {tests} | {found} |\n"


def _figure(told: str, figures: Figures) -> str:
    """The words with their numbers, else every value by its name; then when, how hard and by which seed."""
    key, _, words = told.partition(":")
    kept = figures.get(key)
    if kept is None or not {*FIELD.findall(words)} <= kept["values"].keys():
        return f"`{key}`: {MISSING}"
    values = kept["values"]
    plain = ", ".join(f"{name.replace('_', ' ')} {shown(value)}" for name, value in sorted(values.items()))
    text = FIELD.sub(lambda match: shown(values[match[1]]), words.strip()) if words else f"{key}: {plain}"
    return f"{text} ({kept['at']}, {kept['effort']}, seed {kept['seed']})"
