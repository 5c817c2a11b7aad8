"""A fuzzer's way into the guards: `python -m tests.fuzz.guards CORPUS -runs=2000` (atheris, libFuzzer's options).

Each input asks one question, by its first byte: is any text answered, inside its own bounds, without an error; is any tree and
any batch; is a picture of chosen noise still found in the plain encodings?  libFuzzer's `-timeout` finds slow inputs.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["skyddsnat.policy.guards"]):
    from skyddsnat.policy.guards import (
        find_imagery,
        find_imagery_in_json,
        find_imagery_in_rows,
        find_personal_data,
        inspect_text,
    )

from tests.policy.guards.control import PROSE
from tests.policy.guards.corpus import ENCODINGS
from tests.policy.guards.formats import EVERY_FORMAT
from tests.policy.guards.splits import CUTS

PLAIN = (
    "base64",
    "base64, 76 columns",
    "base32",
    "hex",
    "data URI",
    "decimal",
    "percent",
    "escapes \\x",
    "C array",
    "uuencoded",
)
LONGEST = 20_000


def one(data: bytes) -> None:
    """One input.  An AssertionError or any other exception is a finding."""
    kind, rest = data[:1] or b"t", data[1:LONGEST]
    {b"j": _tree, b"r": _rows, b"p": _picture}.get(kind, _text)(rest)


def _text(data: bytes) -> None:
    text = _decoded(data)
    found = find_imagery(text)
    if found is not None and not 0 <= found.start <= found.end <= len(text):
        raise AssertionError("a finding points outside the text")
    if any(not 0 <= one.start < one.end <= len(text) for one in find_personal_data(text)):
        raise AssertionError("personal data is said to stand outside the text")
    inspect_text(text)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _tree(data: bytes) -> None:
    try:
        tree = json.loads(data.decode("utf-8", "ignore"))
    except (ValueError, RecursionError):
        return
    find_imagery_in_json(tree)


def _rows(data: bytes) -> None:
    cells = data.decode("utf-8", "ignore").split("\n")
    find_imagery_in_rows(list(zip(cells[::2], cells[1::2], strict=False)))


def _picture(data: bytes) -> None:
    rng = random.Random(data)
    picture = EVERY_FORMAT[rng.choice([*EVERY_FORMAT])](rng, rng.randrange(14, 30))
    if find_imagery(ENCODINGS[rng.choice(PLAIN)](picture)) is None:
        raise AssertionError("a picture in a plain encoding was not found")
    if (
        find_imagery_in_rows(CUTS[rng.choice(["URLs, path", "notes, base64 alone", "hashes, SHA-256"])](picture))
        is None
    ):
        raise AssertionError("a picture cut in plain pieces was not found")


def write_seeds(folder: Path) -> None:
    """A beginning for each question: what people write, each disguise, each cut."""
    rng = random.Random(1)
    folder.mkdir(parents=True, exist_ok=True)
    seeds = [b"t" + text.encode() for text in PROSE.values()]
    seeds += [b"t" + encode(EVERY_FORMAT["png"](rng, 10)).encode("utf-8", "replace") for encode in ENCODINGS.values()]
    cut_up = [cut(EVERY_FORMAT["gif"](rng, 8)) for cut in CUTS.values()]
    seeds += [b"r" + "\n".join(cell for row in rows for cell in row).encode() for rows in cut_up]
    seeds += [b"j" + json.dumps({"a": [{"b": "x" * 50}, [1, 2.5, None]], "type": "note"}).encode(), b"p0", b"p1"]
    for number, seed in enumerate(seeds):
        (folder / f"seed-{number:03d}").write_bytes(seed)


if __name__ == "__main__":
    write_seeds(Path(sys.argv[1]))
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
