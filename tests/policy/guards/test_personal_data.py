"""Personal data in free text is stopped or warned of, and what only looks like it is left alone."""

from __future__ import annotations

import hashlib
import random
import uuid
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyddsnat.policy.guards import PersonalDataKind, Severity, find_personal_data
from tests.growth import grows_with_the_text
from tests.policy.guards.control import PROSE, WITH_PERSONAL_DATA

STOP, WARN = Severity.STOP, Severity.WARN


def found(text: str) -> list[tuple[str, Severity, str]]:
    return [(f.kind.value, f.severity, text[f.start : f.end]) for f in find_personal_data(text)]


def check_digit(nine: str) -> int:
    """Luhn's digit, written a second time and in another way than in the guard."""
    total = 0
    for place, digit in enumerate(map(int, nine)):
        value = digit * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return (10 - total % 10) % 10


def number(rng: random.Random, *, coordination: bool) -> tuple[str, str, str]:
    """Century, birth date and last four of an invented but valid number."""
    born = date(1900, 3, 1) + timedelta(days=rng.randrange(45_000))
    six = f"{born:%y%m}{born.day + 60 * coordination:02d}"
    nine = f"{six}{rng.randrange(1000):03d}"
    return f"{born:%Y}"[:2], six, f"{nine[6:]}{check_digit(nine)}"


FORMS = {
    "ten, hyphen": "{six}-{last}",
    "ten, plus": "{six}+{last}",
    "ten, blank": "{six} {last}",
    "ten, en dash": "{six}–{last}",
    "ten, no-break blank": "{six}\u00a0{last}",
    "twelve, hyphen": "{century}{six}-{last}",
    "twelve, spaced hyphen": "{century}{six} - {last}",
    "date with hyphens": "{century}{six[0]}{six[1]}-{six[2]}{six[3]}-{six[4]}{six[5]}-{last}",
    "hidden by an invisible character": "{six}\u200b-{last}",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("coordination", [False, True])
def test_every_valid_number_with_a_separator_is_stopped(form: str, coordination: bool) -> None:
    rng = random.Random(form)
    kind = PersonalDataKind.SAMORDNINGSNUMMER if coordination else PersonalDataKind.PERSONNUMMER
    for _ in range(100):
        century, six, last = number(rng, coordination=coordination)
        written = FORMS[form].format(century=century, six=six, last=last)
        assert found(f"Det gäller {written} enligt samtal.") == [(kind.value, STOP, written)]


def test_a_number_of_full_width_digits_is_stopped() -> None:
    wide = "８５０７０９－９８０５"
    assert found(f"se {wide}") == [("personnummer", STOP, wide)]


@pytest.mark.parametrize("written", ["8507099805", "198507099805", "1985-07-09 9805"])
def test_bare_digits_that_could_be_a_number_are_warned_of(written: str) -> None:
    assert found(f"se {written} nedan") == [("personnummer", WARN, written)]


def test_a_wrong_check_digit_or_date_is_no_number() -> None:
    rng = random.Random(5)
    for _ in range(300):
        _, six, last = number(rng, coordination=False)
        wrong = f"{six}-{last[:3]}{(int(last[3]) + rng.randrange(1, 10)) % 10}"
        assert {kind for kind, _, _ in found(f"nr {wrong}.")} <= {"phone"}
    assert found("nr 850230-" + "1230") == []
    assert found("organisationsnummer 556677-8899") == []


@pytest.mark.parametrize(
    "written",
    [
        "070-174 06 05",
        "0701740605",
        "+46 70 174 06 05",
        "+46(0)70-1740605",
        "0046 70 174 06 05",
        "08-123 456 78",
        "+47 22 34 56 78",
    ],
)
def test_a_telephone_number_is_stopped(written: str) -> None:
    assert found(f"Ring {written} i kväll") == [("phone", STOP, written)]


@pytest.mark.parametrize("written", ["112", "116 111", "020-91 20 90", "90 000"])
def test_numbers_that_belong_to_nobody_are_let_through(written: str) -> None:
    assert found(f"Ring {written} om du behöver hjälp") == []


@pytest.mark.parametrize(
    "written",
    [
        "anna@example.test",
        "anna.b+c@mail.example.test",
        "anna(at)example.test",
        "anna [at] example [dot] test",
        "anna snabel-a example punkt test",
        "anna@example[.]test",
        "anna＠example.test",
        "åsa@exämple.test",
    ],
)
def test_an_e_mail_address_is_stopped_however_it_is_disguised(written: str) -> None:
    assert found(f"Skriv till {written}, tack") == [("email", STOP, written)]


def test_a_mailbox_of_a_function_is_only_warned_of() -> None:
    assert found("Skriv till abuse@example.test") == [("email", WARN, "abuse@example.test")]


@pytest.mark.parametrize(
    "text", ["hej @anna.b", "a @ b", "se @alla", "(a) stoppa. (b) vänta", "x@y", "vi ses @ kl. 10"]
)
def test_a_mention_is_no_address(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("från 192.0.2.17 i går", "192.0.2.17"),
        ("från 192.0.2.17.", "192.0.2.17"),
        ("från 192[.]0[.]2[.]17", "192[.]0[.]2[.]17"),
        ("http://192.0.2.17:8080/x", "192.0.2.17"),
        ("nätet 192.0.2.0/24", "192.0.2.0"),
        ("från 2001:db8::17, tror jag", "2001:db8::17"),
        ("[2001:db8:0:0:0:0:0:17]:443", "2001:db8:0:0:0:0:0:17"),
    ],
)
def test_an_ip_address_is_stopped(text: str, written: str) -> None:
    assert found(text) == [("ip", STOP, written)]


@pytest.mark.parametrize("text", ["version 1.2.3.4", "BIND ver. 9.20.30.1", "firmware: 10.0.0.1"])
def test_four_numbers_after_the_word_version_are_only_warned_of(text: str) -> None:
    assert [severity for _, severity, _ in found(text)] == [WARN]


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1", "::1", "1.2.3.4.5", "300.1.1.1", "12:34:56", "a::b", "std::vector", "aa:bb:cc:dd:ee:ff", "§ 4.2.1"],
)
def test_what_is_nobodys_address_is_let_through(text: str) -> None:
    assert found(f"se {text} nedan") == []


@pytest.mark.parametrize("kind", PROSE)
def test_what_people_at_work_write_is_not_stopped(kind: str) -> None:
    assert [hit for hit in found(PROSE[kind]) if hit[1] is STOP] == []


@pytest.mark.parametrize("kind", WITH_PERSONAL_DATA)
def test_the_same_with_personal_data_is_stopped(kind: str) -> None:
    text, kinds = WITH_PERSONAL_DATA[kind]
    assert [(name, severity) for name, severity, _ in found(text)] == [(name, STOP) for name in kinds]


def test_identifiers_times_and_hashes_are_hardly_ever_taken_for_personal_data() -> None:
    rng = random.Random(6)
    stopped = 0
    for _ in range(200):
        moment = datetime(2024, 1, 1) + timedelta(seconds=rng.randrange(10**8))  # noqa: DTZ001
        for text in (
            f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            f"{moment:%Y-%m-%d %H:%M:%S}",
            f"{moment:%Y%m%d%H%M%S}",
            str(rng.randrange(10**9, 10**10)),
            str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            hashlib.sha256(str(moment).encode()).hexdigest(),
            f"INC-{rng.randrange(10**6, 10**7)}",
            f"{rng.randrange(1, 999)} {rng.randrange(100, 999)} {rng.randrange(100, 999)} kr",
        ):
            stopped += any(severity is STOP for _, severity, _ in found(f"Ärende {text} är klart."))
    assert stopped <= 2


@settings(deadline=None)
@given(st.one_of(st.text(max_size=200), st.text("0123456789 -+@.:()[]aå１\u200b", max_size=120)))
def test_the_guard_answers_any_text_in_order_and_without_overlap(text: str) -> None:
    findings = find_personal_data(text)
    edges = [edge for finding in findings for edge in (finding.start, finding.end)]
    assert edges == sorted(edges)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in findings)


@pytest.mark.parametrize(
    "unit", ["0701740605 ", "1", "1-", "a@", "a.", "@", "1.1.", "a:", "850709-", "(", "(at)", "0 ", "+46"]
)
def test_no_text_makes_the_guard_slow(unit: str) -> None:
    assert grows_with_the_text(find_personal_data, unit, length=16_000)
