"""The story's own tools: it must fill forms as a browser does, show codes as an app does, and say what failed."""

from __future__ import annotations

import base64
from decimal import Decimal

import pytest

from skyddsnat.demo.story import browser
from skyddsnat.demo.story.browser import Unexpected, fresh_code, one_time_code
from skyddsnat.demo.story.forms import read_forms
from skyddsnat.demo.story.search import Search, telling
from skyddsnat.demo.story.teller import ChapterOver, Teller, seconds_until

PAGE = """
<form action="/search/"><input name="q"></form>
<form method="post" action="/x/approve/" id="yes"><input type="hidden" name="csrfmiddlewaretoken" value="abc">
  <input type="checkbox" name="checklist" value="assessed"><input type="checkbox" name="checklist" value="spelling" checked>
  <select name="basis"><option value="">-</option><option value="court" selected>Court</option></select>
  <select name="first"><option value="a">A</option><option value="b">B</option></select>
  <textarea name="note">line &amp; line</textarea><button name="go" value="1">Go</button></form>
<input name="extra" value="outside" form="yes">
"""


def test_a_form_holds_what_a_browser_would_send() -> None:
    _, form = read_forms(PAGE)
    assert form.action == "/x/approve/"
    assert form.values == {
        "csrfmiddlewaretoken": ["abc"],
        "checklist": ["spelling"],
        "basis": ["court"],
        "first": ["a"],
        "note": ["line & line"],
        "extra": ["outside"],
    }
    assert form.offered["checklist"] == ["assessed", "spelling"]


def test_filling_a_form_changes_only_what_is_given() -> None:
    _, form = read_forms(PAGE)
    sent = form.filled({"checklist": ["assessed", "spelling"], "note": "x"})
    assert (sent["checklist"], sent["note"], sent["basis"]) == (["assessed", "spelling"], ["x"], ["court"])
    assert form.values["note"] == ["line & line"]


@pytest.mark.parametrize(
    ("at", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_rfc_6238(at: int, code: str) -> None:
    assert one_time_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", at) == code


def test_a_code_is_shown_when_it_lasts_until_the_hub_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1111111108.5]
    monkeypatch.setattr(browser.time, "time", lambda: now[0])
    monkeypatch.setattr(browser.time, "sleep", lambda seconds: now.append(now.pop() + seconds))
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert fresh_code(secret, seconds=1) == one_time_code(secret, 1111111108)
    assert fresh_code(secret, seconds=3) == one_time_code(secret, 1111111110) == "050471"
    assert now == [1111111110.0]


def test_each_step_is_one_line_and_a_failed_one_ends_its_chapter() -> None:
    said: list[str] = []
    tell = Teller(said.append)
    with tell.step("it works") as step:
        step.figure = "3 of 3"
    with pytest.raises(ChapterOver), tell.step("it does not"):
        raise Unexpected("got 500, expected 200")
    with pytest.raises(ChapterOver), tell.step("a fault with a secret in it"):
        raise ValueError("skn_secret")
    assert [line.split()[0] for line in said] == ["ok", "FAIL", "FAIL"]
    assert said[0].endswith("3 of 3")
    assert said[1].endswith("got 500, expected 200")
    assert said[2].endswith("ValueError")
    assert tell.failed == ["it does not", "a fault with a secret in it"]


def test_waiting_for_what_never_comes_ends_with_what_was_waited_for() -> None:
    with pytest.raises(Unexpected, match="blocked: not within 0 s"):
        seconds_until(lambda: False, what="blocked", limit=0.05)


SAID = b'{"MET-BLK-05": "43.71528", "MET-BLK-04": "7"}'


@pytest.mark.parametrize(
    "hidden",
    [
        SAID,
        b"MET-BLK-05;43,715280\n",
        SAID.decode().encode("utf-16"),
        b"no \0 here " + SAID.decode().replace(" ", "").encode("utf-16-be"),
        base64.b64encode(SAID),
        base64.b64encode(b"a" + SAID),
        base64.urlsafe_b64encode(b"ab" + SAID),
        b"ab" + base64.b64encode(SAID),
        SAID.hex().encode(),
        SAID.hex().upper().encode(),
        b"\0" * 50 + base64.b64encode(SAID) + b"\xff" * 50,
    ],
)
def test_a_value_is_found_in_each_form_and_nothing_where_none_is(hidden: bytes) -> None:
    wanted = telling([Decimal("43.715280"), Decimal(7), None, Decimal("5000000.123456")])
    assert wanted == {b"43.71528", b"5000000.123456"}
    assert Search(wanted).found_in(hidden) == {b"43.71528"}
    assert Search(telling([Decimal("43.715281")])).found_in(hidden) == set()
