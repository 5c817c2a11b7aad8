"""Swedish personnummer and samordningsnummer: shape, date and check digit.

Ten or twelve digits, YYMMDD or YYYYMMDD and four more; a samordningsnummer has 60 added to the day.  The check digit
is Luhn's over the last ten digits (Folkbokföringslagen 1991:481 § 18; Skatteverket SKV 704, SKV 707).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from skyddsnat.policy.guards.findings import PersonalDataFinding, PersonalDataKind, Severity

_NUMBER: Final = re.compile(
    r"(?<!\d)(?<!\d-)(?P<century>1[89]|20)?(?P<year>\d\d)(?P<dash>[-/. ]?)(?P<month>[01]\d)(?P=dash)(?P<day>\d\d)"
    r"(?P<sign> ?[-+] ?| {1,2})?(?P<last>\d{4})(?![\d]|-\d)"
)


def swedish_numbers(text: str) -> Iterator[PersonalDataFinding]:
    """Valid numbers in a text whose digits and signs are plain ASCII.

    With a sign between birth date and the last four they are stopped.  Without one, or where a date written with
    blanks or marks stands before four digits and a blank (`2026-11-24 1530` is a time), they are warned of.
    """
    for match in _NUMBER.finditer(text):
        day = int(match["day"])
        coordination = day > 60
        ten = match["year"] + match["month"] + match["day"] + match["last"]
        if not _luhn(ten) or not _is_date(match["century"], match["year"], match["month"], day - 60 * coordination):
            continue
        sign = (match["sign"] or "").strip()
        certain = bool(sign) or (bool(match["sign"]) and not match["dash"])
        yield PersonalDataFinding(
            PersonalDataKind.SAMORDNINGSNUMMER if coordination else PersonalDataKind.PERSONNUMMER,
            Severity.STOP if certain else Severity.WARN,
            match.start(),
            match.end(),
        )


def _luhn(digits: str) -> bool:
    """Luhn's check over ten digits, every second one doubled from the first."""
    doubled = sum(sum(divmod(int(digit) * 2, 10)) for digit in digits[::2])
    return (doubled + sum(map(int, digits[1::2]))) % 10 == 0


def _is_date(century: str | None, year: str, month: str, day: int) -> bool:
    centuries = (century,) if century else ("19", "20")
    for each in centuries:
        try:
            date(int(each + year), int(month), day)
        except ValueError:
            continue
        return True
    return False
