"""No picture, film or sound gets through as text, and what people really write does."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyddsnat.policy.guards import ImageryRule, find_imagery
from skyddsnat.policy.guards.imagery import MAX_TEXT
from tests.effort import tries
from tests.figures import figure
from tests.growth import grows_with_the_text
from tests.policy.guards.control import PROSE
from tests.policy.guards.corpus import ENCODINGS, WRAPPERS, disguises
from tests.policy.guards.formats import FORMATS


def rule(text: str) -> ImageryRule | None:
    found = find_imagery(text)
    return found.rule if found else None


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", ["png", "jpeg", "mp4", "wav", "svg"])
def test_a_picture_film_or_sound_is_found_in_every_disguise_that_we_know(form: str, encoding: str) -> None:
    data = FORMATS[form](random.Random(form), 20)
    assert find_imagery(ENCODINGS[encoding](data)) is not None


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_found_in_its_commonest_disguise(form: str) -> None:
    data = FORMATS[form](random.Random(form), 12)
    for wrapper in WRAPPERS.values():
        assert find_imagery(wrapper(base64.b64encode(data).decode())) is not None


@pytest.mark.parametrize(("seed", "least"), [(20261124, 0.985), (7, 0.985)])
def test_of_a_thousand_random_disguises_nearly_all_are_found(seed: int, least: float) -> None:
    tried = disguises(seed, 1000)
    missed = [(d.format, d.encoding, d.wrapper) for d in tried if find_imagery(d.text) is None]
    assert len(missed) <= (1 - least) * len(tried), missed


def test_even_pictures_of_a_hundred_bytes_are_mostly_found() -> None:
    tried = disguises(3, 500, sides=(8, 10))
    assert sum(find_imagery(d.text) is not None for d in tried) >= 0.93 * len(tried)


@pytest.mark.parametrize("kind", PROSE)
def test_what_people_at_work_write_is_not_stopped(kind: str) -> None:
    assert rule(PROSE[kind]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * (MAX_TEXT + 1), ImageryRule.TOO_LARGE),
        ("a\x00b", ImageryRule.HIDDEN_CHARACTERS),
        ("a\x0cb", ImageryRule.HIDDEN_CHARACTERS),
        ("a\x9fb", ImageryRule.HIDDEN_CHARACTERS),
        ("a\ufffdb", ImageryRule.HIDDEN_CHARACTERS),
        ("a⠿b", ImageryRule.HIDDEN_CHARACTERS),
        ("a\ue000b", ImageryRule.HIDDEN_CHARACTERS),
        ("a" + "\u200b\u200c" * 20, ImageryRule.HIDDEN_CHARACTERS),
        ("a" + "\U000e0100\U000e01aa" * 20, ImageryRule.HIDDEN_CHARACTERS),
        ("Titta här och säg vad du tycker: <img src=x>", ImageryRule.MEDIA_MARKUP),
        ("Titta här och säg vad du tycker: <  SVG onload=x>", ImageryRule.MEDIA_MARKUP),
        ("Titta här och säg vad du tycker: &lt;iframe src=x>", ImageryRule.MEDIA_MARKUP),
        ("Titta här och säg vad du tycker: ![bild](x)", ImageryRule.MEDIA_MARKUP),
        ("Titta här och säg vad du tycker: data:image/png,x", ImageryRule.MEDIA_MARKUP),
        ("BEGIN:VCARD\nFN:A B\nPHOTO;ENCODING=b;TYPE=JPEG:abc\nEND:VCARD", ImageryRule.MEDIA_MARKUP),
        ("Subject: a letter\nContent-Transfer-Encoding: base64\n\nabc", ImageryRule.MEDIA_MARKUP),
        ("P3\n# a comment\n16 16\n255\n0 0 0 255 255 255 0 0 0 255 255", ImageryRule.MEDIA_MARKUP),
        ('/* XPM */\nstatic char *a[] = {\n"8 8 2 1",', ImageryRule.MEDIA_MARKUP),
        (r"{\rtf1\ansi {\pict\pngblip 89504e47} some text after it}", ImageryRule.MEDIA_MARKUP),
        ("M10 20 L30 40 " * 12, ImageryRule.MEDIA_MARKUP),
        ("7 " * 48 + "tal", ImageryRule.NUMBER_ROWS),
        ("f0 0f " * 24 + "hex", ImageryRule.NUMBER_ROWS),
        ("0123456789" * 12, ImageryRule.NUMBER_ROWS),
        ("🟥🟦" * 30, ImageryRule.CHARACTER_PICTURE),
        ("\n".join("##..@@::,,;;--==++%%" for _ in range(10)), ImageryRule.CHARACTER_PICTURE),
        ("a€b£" * 120, ImageryRule.UNBROKEN_RUN),
    ],
)
def test_each_rule_says_what_it_saw(text: str, expected: ImageryRule) -> None:
    assert rule(text) is expected


def test_an_archive_is_refused_whatever_it_holds() -> None:
    disguised = ENCODINGS["base64 of gzip"](b"only a text, but who can tell " * 4)
    assert find_imagery(f"Svaret var {disguised} i går.") is not None


def test_an_encoding_inside_an_encoding_is_undone() -> None:
    inner = base64.b64encode(b"<img src=x onerror=y alt='a picture of nothing'>").decode()
    assert find_imagery(f"Se {inner} nedan.") is not None
    assert find_imagery(f"Se {base64.b64encode(inner.encode()).decode()} nedan.") is not None


def test_a_perceptual_hash_may_stand_in_a_text_and_a_longer_run_may_not() -> None:
    rng = random.Random(1)
    assert find_imagery(f"Hashen {base64.b64encode(rng.randbytes(60)).decode()} finns hos oss.") is None
    assert find_imagery(f"Hashen {base64.b64encode(rng.randbytes(150)).decode()} finns hos oss.") is not None
    assert find_imagery(f"Hashen {rng.randbytes(64).hex()} finns hos oss.") is None
    assert find_imagery(f"Hashen {rng.randbytes(144).hex()} finns hos oss.") is not None


def test_a_list_of_whole_hashes_is_no_picture_unless_it_begins_like_one() -> None:
    rng = random.Random(2)
    assert find_imagery("\n".join(rng.randbytes(32).hex() for _ in range(200))) is None
    picture = FORMATS["png"](rng, 16).hex()
    assert (
        find_imagery("\n".join(picture[start : start + 64] for start in range(0, len(picture) // 64 * 64, 64)))
        is not None
    )


def test_a_long_web_address_is_let_through_and_one_that_carries_a_payload_is_not() -> None:
    rng = random.Random(3)
    path = "/".join("en-vanlig-mapp-med-namn" for _ in range(20))
    assert find_imagery(f"https://example.test/{path}") is None
    assert find_imagery(f"https://example.test/{base64.urlsafe_b64encode(rng.randbytes(400)).decode()}") is not None
    assert find_imagery("https://example.test/?" + "".join(f"%{byte:02x}" for byte in rng.randbytes(200))) is not None


def test_escaped_text_in_another_script_is_not_a_picture() -> None:
    escaped = "".join(f"%{byte:02X}" for byte in "страница с очень длинным адресом на другом языке".encode())
    assert find_imagery(f"https://example.test/{escaped}") is None


def test_the_finding_points_at_the_run() -> None:
    run = base64.b64encode(random.Random(4).randbytes(200)).decode()
    found = find_imagery(f"Svaret var {run} i går.")
    assert found is not None
    assert f"Svaret var {run} i går."[found.start : found.end] == run


pieces = st.sampled_from(
    ["\n", "\ud800", " ", "=", "%4", "0x", "\\x", "&#6", "<", "![", "data:", "P1\n", "M1 1", "[", "{\"a\":", "AAAA", "/9j/", "eN",
     "iVBORw0K", "1 ", "ff ", "deadbeef ", "aB1", "é", "漢", "🟥", "\u200b", "begin 644", "-", "[.]", "https://", "\\n", '"', "'"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.text(st.characters(codec=None), max_size=200),
        st.lists(pieces, max_size=200).map("".join),
    )
)
def test_the_guard_answers_any_text_and_points_inside_it(text: str) -> None:
    found = find_imagery(text)
    if found is not None:
        assert 0 <= found.start <= found.end <= len(text)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(min_size=150, max_size=600),
    st.sampled_from(["base64", "hex", "uuencoded", "decimal", "escapes \\x", "entities"]),
)
def test_no_block_of_random_bytes_gets_through(data: bytes, encoding: str) -> None:
    noise = random.Random(data).randbytes(len(data))
    assert find_imagery(ENCODINGS[encoding](noise)) is not None


@pytest.mark.parametrize(
    "unit",
    ["\n", "a", ")", "> ", "1 ", "P1\n", "<", "![", "![a", "data:", "%4", "&#6", "[", "eNo ", "/9j/", "AAAA", "a b\n", "M1 1 ",
     "aB1c" * 6 + " ", "a\n", "static char\t", "photo:", '{"a":', "\\x4", "é\n", "a@", "070-1"],
)  # fmt: skip
def test_no_text_makes_the_guard_slow(unit: str) -> None:
    """An unbounded pattern in such a guard once took half a minute; here a hundred thousand characters take a fraction of one."""
    assert grows_with_the_text(find_imagery, unit, length=100_000)


def test_a_file_of_hashes_is_never_taken_for_a_picture() -> None:
    """Random digits soon hold a mark of three bytes by chance: one list of two thousand in seven was stopped."""
    rng = random.Random(5)
    lists = [
        "value\n" + "\n".join(rng.randbytes(32).hex() for _ in range(700)) for _ in range(tries(short=12, long=300))
    ]
    stopped = sum(find_imagery(text) is not None for text in lists)
    figure("guards.lists_of_hashes", stopped=stopped, of=len(lists))
    assert stopped == 0
