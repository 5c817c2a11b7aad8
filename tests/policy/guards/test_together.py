"""A picture cut into pieces that each pass is found when the pieces come together; ordinary lists are let through."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyddsnat.policy.guards import (
    ImageryRule,
    find_imagery,
    find_imagery_in_json,
    find_imagery_in_rows,
    find_imagery_together,
    together,
)
from skyddsnat.policy.guards.base85 import base85_that_may_begin, decoded_base85
from skyddsnat.policy.guards.decoding import decoded, decoded_that_may_begin
from skyddsnat.policy.guards.signatures import BEGINNINGS, is_surely_media
from skyddsnat.policy.guards.together import MOST_TEXTS, imagery_in_pieces
from tests.effort import seed, tries
from tests.figures import figure
from tests.policy.guards.batches import ordinary_batches
from tests.policy.guards.formats import EVERY_FORMAT
from tests.policy.guards.splits import CUTS, MASKED, ORDERS, Rows, b64, pieces, splits


def passes_alone(rows: Rows) -> bool:
    return not any(find_imagery(text) for row in rows for text in row if text)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("form", ["png", "jpeg", "mp4"])
def test_each_piece_passes_and_the_pieces_together_do_not(cut: str, form: str) -> None:
    rng = random.Random(cut)
    rows = CUTS[cut](EVERY_FORMAT[form](rng, 12))
    assert passes_alone(rows), "or the test would show nothing"
    for order in ORDERS.values():
        found = find_imagery_in_rows(order(rows, rng))
        assert found is not None
        assert found.rule is ImageryRule.SPLIT_MEDIA


def test_of_random_cuts_nearly_all_are_found() -> None:
    count = tries(short=300, long=3_000)
    tried = list(splits(1_000 + seed(), count))
    missed = [
        (one.format, one.cut, one.order)
        for one in tried
        if not find_imagery_in_rows(one.rows) and passes_alone(one.rows)
    ]
    figure("guards.split_over_rows", found=count - len(missed), of=count, ways=len(CUTS))
    assert len(missed) <= 0.01 * count, missed


def test_masked_bytes_in_a_list_of_hashes_are_not_found_and_the_documents_say_so() -> None:
    """A list of hashes is random by nature: what has no beginning left cannot be told from one."""
    count = tries(short=60, long=600)
    found = sum(find_imagery_in_rows(one.rows) is not None for one in splits(2_000 + seed(), count, MASKED))
    figure("guards.split_masked", found=found, of=count)
    assert find_imagery_in_rows(MASKED["hashes, masked"](EVERY_FORMAT["png"](random.Random(1), 16))) is None
    assert find_imagery_in_rows(MASKED["notes, masked"](EVERY_FORMAT["png"](random.Random(1), 16))) is not None


def test_ordinary_lists_of_every_kind_are_let_through() -> None:
    batches = ordinary_batches(seed(), tries(short=40, long=600))
    stopped = [rows[0] for rows in batches if find_imagery_in_rows(rows)]
    figure("guards.ordinary_lists", stopped=len(stopped), lists=len(batches), rows=sum(map(len, batches)))
    assert stopped == []


def test_two_cells_of_one_row_are_read_together() -> None:
    first, second = pieces(b64(EVERY_FORMAT["gif"](random.Random(2), 6)), 48)[:2]
    assert passes_alone([(first, second)])
    assert find_imagery_in_rows([(f"https://exempel.test/{first}", second)]) is not None
    assert find_imagery_together([first, second]) is not None


WAYS = {
    "labels": lambda parts: [{"type": "indicator", "labels": parts}],
    "external references": lambda parts: [
        {"type": "indicator", "external_references": [{"source_name": p} for p in parts]}
    ],
    "granular markings": lambda parts: [
        {"type": "indicator", "granular_markings": [{"lang": p, "selectors": ["x"]} for p in parts]}
    ],
    "an extension": lambda parts: [{"type": "file", "extensions": {"x": {"y": [{"z": p} for p in parts]}}}],
    "names of properties": lambda parts: [{"type": "indicator", "extensions": dict.fromkeys(parts, "x")}],
    "custom properties": lambda parts: [{"type": "indicator"} | {f"x_{n:03d}": p for n, p in enumerate(parts)}],
    "several objects": lambda parts: [{"type": "indicator", "name": p} for p in parts],
    "several objects, deep": lambda parts: [
        {"type": "note", "external_references": [{"description": p}]} for p in parts
    ],
    "hashes of several files": lambda parts: [{"type": "file", "hashes": {"MD5": p}} for p in parts],
    "name and description by turns": lambda parts: [
        {"type": "indicator", "name": one, "description": two}
        for one, two in zip(parts[::2], [*parts[1::2], "x"], strict=False)
    ],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", EVERY_FORMAT)
def test_a_picture_spread_over_objects_and_properties_is_found(way: str, form: str) -> None:
    parts = pieces(b64(EVERY_FORMAT[form](random.Random(form), 12)), 36)
    assert not any(map(find_imagery, parts))
    found = find_imagery_in_json({"type": "bundle", "objects": WAYS[way](parts)})
    assert found is not None


def test_a_byte_in_each_object_is_found() -> None:
    data = EVERY_FORMAT["png"](random.Random(3), 12)
    assert find_imagery_in_json([{"type": "observed-data", "number_observed": byte} for byte in data]) is not None
    assert find_imagery_in_json([{"type": "observed-data", "number_observed": n % 250} for n in range(2_000)]) is None


def test_too_many_texts_are_refused_unread() -> None:
    found = imagery_in_pieces([str(number) for number in range(MOST_TEXTS + 1)])
    assert found is not None
    assert found.rule is ImageryRule.TOO_LARGE


@pytest.mark.parametrize(
    "texts", [[], [""], ["a", ""], ["a", "b"], ["", "", "x" * 9], ["å" * 70, "é" * 60], ["=" * 99, "=" * 98]]
)
def test_it_answers_anything(texts: list[str]) -> None:
    assert find_imagery_together(texts) is None


def test_whether_a_first_look_is_taken_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most texts are ruled out by a few of their letters: whoever reads all of them finds the same."""
    count = tries(short=60, long=3_000)
    tried = [one.rows for one in splits(6_000 + seed(), count, CUTS | MASKED)]
    tried += ordinary_batches(6_000 + seed(), count // 3, rows=36)
    quick = [find_imagery_in_rows(rows) for rows in tried]
    monkeypatch.setattr(together, "decoded_that_may_begin", decoded)
    monkeypatch.setattr(together, "base85_that_may_begin", decoded_base85)
    assert [find_imagery_in_rows(rows) for rows in tried] == quick
    assert len({*quick}) > 1


TO_Z85 = bytes.maketrans(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~",
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#",
)
READERS: dict[str, Callable[[bytes], bytes]] = {
    "rfc1924": base64.b85encode,
    "adobe": base64.a85encode,
    "zeromq": lambda data: base64.b85encode(data).translate(TO_Z85),
    "zeromq, mixed": lambda data: base64.b85encode(data).translate(TO_Z85).replace(b"$", b"~"),
}


@pytest.mark.parametrize("alphabet", READERS)
@pytest.mark.parametrize("form", EVERY_FORMAT)
def test_a_look_at_the_first_letters_passes_by_no_file_in_base85(alphabet: str, form: str) -> None:
    rng = random.Random(form)
    for file in (EVERY_FORMAT[form](rng, 16) for _ in range(5)):
        run = READERS[alphabet](file[:512]).decode("ascii")
        for way in (run, run[::-1], run[: len(run) // 2], f" {run[:60]}\n{run[60:]}"):
            whole = any(map(is_surely_media, decoded_base85(way)))
            assert any(map(is_surely_media, base85_that_may_begin(way))) == whole


@given(
    st.binary(min_size=41, max_size=400),
    st.sampled_from([*sorted(BEGINNINGS), b"-" * 257 + b"ustar", b"-" * 257 + b"ustah"]),
    st.sampled_from(sorted(READERS)),
)
@settings(max_examples=tries(short=300, long=20_000), deadline=None)
def test_nor_of_chance_bytes_behind_any_beginning(rest: bytes, beginning: bytes, alphabet: str) -> None:
    run = READERS[alphabet](beginning + rest).decode("ascii")
    whole = any(map(is_surely_media, decoded_base85(run)))
    assert any(map(is_surely_media, base85_that_may_begin(run))) == whole


WRITERS: dict[str, Callable[[bytes], str]] = {
    "hex": bytes.hex,
    "base64": lambda data: base64.b64encode(data).decode("ascii"),
    "base64url": lambda data: base64.urlsafe_b64encode(data).decode("ascii"),
    "base32": lambda data: base64.b32encode(data).decode("ascii"),
    "base32, small": lambda data: base64.b32encode(data).decode("ascii").lower(),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("form", EVERY_FORMAT)
def test_a_look_at_the_beginning_passes_by_no_file_in_any_encoding(writer: str, form: str) -> None:
    rng = random.Random(form)
    for file in (EVERY_FORMAT[form](rng, 16) for _ in range(5)):
        run = WRITERS[writer](file[:600])
        for way in (run, run[::-1], run[: len(run) // 2]):
            whole = any(map(is_surely_media, decoded(way)))
            assert any(map(is_surely_media, decoded_that_may_begin(way))) == whole


@given(
    st.binary(min_size=41, max_size=400),
    st.sampled_from([b"", *sorted(BEGINNINGS), b"\0" * 257 + b"ustar"]),
    st.sampled_from(sorted(WRITERS)),
)
@settings(max_examples=tries(short=300, long=20_000), deadline=None)
def test_nor_of_chance_bytes_behind_any_beginning_in_any_encoding(rest: bytes, beginning: bytes, writer: str) -> None:
    run = WRITERS[writer](beginning + rest)
    whole = any(map(is_surely_media, decoded(run)))
    assert any(map(is_surely_media, decoded_that_may_begin(run))) == whole


@given(
    st.binary(max_size=500),
    st.sampled_from([b"", *sorted(BEGINNINGS), b"\0" * 257 + b"ustar"]),
    st.sampled_from(sorted(WRITERS)),
    st.integers(min_value=1, max_value=60),
)
@settings(max_examples=tries(short=300, long=20_000), deadline=None)
def test_nor_where_each_piece_is_encoded_by_itself(rest: bytes, beginning: bytes, writer: str, size: int) -> None:
    data = beginning + rest or b"-"
    cut = [WRITERS[writer](data[start : start + size]) for start in range(0, len(data), size)][: together.PIECES]
    readings = ([*decoded(piece)] for piece in cut)
    whole = any(is_surely_media(b"".join(way)) for way in zip(*readings, strict=False))
    assert together._is_media_piecewise(cut) == whole
