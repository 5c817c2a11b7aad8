"""`skyddsnat stop-page`: set-up, what is wrong in a file, and how it is."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from skyddsnat.cli.stop_page import app
from skyddsnat.stop_page.config import load
from skyddsnat.stop_page.errors import ConfigError
from skyddsnat.stop_page.serve import warn_of_unconfirmed
from skyddsnat.stop_page.setup import make_stop_page
from skyddsnat.stop_page.status import status_of
from tests.stop_page.conftest import Page, sample

LINES = """
[[line]]
id = "help-far-away"
kind = "help"
name = "Help"
about_sv = "Hjälp"
about_en = "Help"
url = "https://help.example/"
"""


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def init(folder: Path, *more: str) -> Any:
    options = ["--operator", "Alfa", "--support-sv", "K", "--support-en", "C", "--hub", "https://hub.example"]
    places = ["--data-dir", folder / "data", "--key-file", folder / "keys" / "k", "--token-file", folder / "token"]
    return run("init", "--config", folder / "stop-page.toml", *options, *places, *more)


def test_set_up_makes_a_file_that_loads_and_keeps_a_key_that_is_there(tmp_path: Path) -> None:
    assert init(tmp_path, "--listen", "192.0.2.80", "--listen", "2001:db8::80").exit_code == 0
    config = load(tmp_path / "stop-page.toml")
    assert (config.operator, config.listen, config.port) == ("Alfa", ("192.0.2.80", "2001:db8::80"), 80)
    key = (tmp_path / "keys" / "k").read_text()
    assert (tmp_path / "keys" / "k").stat().st_mode & 0o777 == 0o600
    assert init(tmp_path).exit_code == 2
    assert init(tmp_path, "--force").exit_code == 0
    assert (tmp_path / "keys" / "k").read_text() == key


def test_a_wrong_answer_writes_nothing_so_that_the_next_one_needs_no_force(tmp_path: Path) -> None:
    wrong = init(tmp_path, "--hub", "http://192.0.2.1", "--port", "0", "--listen", "here")
    assert wrong.exit_code == 2
    for word in ("url", "port", "listen"):
        assert word in wrong.stderr, word
    assert list(tmp_path.iterdir()) == []
    assert init(tmp_path).exit_code == 0


@pytest.mark.parametrize(
    "wrong", [b"Sm\xe5bolaget".decode("utf-8", "surrogateescape"), "https://[", "https://h:x", "https://h#x", "a b"]
)
@pytest.mark.parametrize("option", ["--operator", "--own-address"])
def test_nothing_that_is_typed_ends_in_a_fault_or_leaves_half_of_it(tmp_path: Path, option: str, wrong: str) -> None:
    told = init(tmp_path, option, wrong)
    if option == "--operator" and wrong.isprintable():
        assert told.exit_code == 0
        return
    assert (told.exit_code, type(told.exception)) == (2, SystemExit)
    assert list(tmp_path.iterdir()) == []


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    make_stop_page(sample(tmp_path), tmp_path / "stop-page.toml")
    text = (tmp_path / "stop-page.toml").read_text()
    text = text.replace('listen = ["127.0.0.1"]', 'listen = ["here"]').replace("port = 80", "port = 0\ncookies = true")
    text = text.replace('# own_address = "https://stop.example"', 'own_address = "http://stop.example"')
    text = text.replace('# checked = "2026-11-20"', 'checked = "yesterday"').replace(
        "http://127.0.0.1:9", "http://hub.example"
    )
    (tmp_path / "stop-page.toml").write_text(text + LINES)
    with pytest.raises(ConfigError) as refused:
        load(tmp_path / "stop-page.toml")
    for word in ("listen", "port", "cookies", "own_address", "checked", "url", "line"):
        assert any(word in problem for problem in refused.value.problems), word


def test_an_operators_own_lines_take_the_place_of_the_usual_ones(tmp_path: Path) -> None:
    make_stop_page(sample(tmp_path), tmp_path / "stop-page.toml")
    support = LINES.replace("help-far-away", "support").replace('"help"', '"support"')
    with (tmp_path / "stop-page.toml").open("a") as file:
        file.write(LINES + support)
    assert [line.id for line in load(tmp_path / "stop-page.toml").lines] == ["help-far-away", "support"]


def test_a_help_line_s_address_may_hold_the_letters_of_its_language(tmp_path: Path) -> None:
    make_stop_page(sample(tmp_path), tmp_path / "stop-page.toml")
    support = LINES.replace("help-far-away", "support").replace('"help"', '"support"')
    own = re.sub(r'url = "[^"]*"', 'url = "https://stöd.example/för-dig"', LINES + support)
    with (tmp_path / "stop-page.toml").open("a", encoding="utf-8") as file:
        file.write(own)
    assert {line.url for line in load(tmp_path / "stop-page.toml").lines} == {"https://stöd.example/för-dig"}


def test_status_finds_what_needs_a_person(page: Page) -> None:
    now = datetime.now(UTC)
    assert len(status_of(page.config, now=now).findings) == 2 + len(page.config.lines), "no token, no line confirmed"
    (page.folder / "complaints.token").write_text("skn_token")
    text = (page.folder / "stop-page.toml").read_text()
    (page.folder / "stop-page.toml").write_text(text.replace('# checked = "2026-11-20"', f'checked = "{now.date()}"'))
    config = load(page.folder / "stop-page.toml")
    assert (status_of(config, now=now).findings, status_of(config, now=now).unconfirmed) == ((), ())
    assert len(status_of(config, now=now - timedelta(days=2)).findings) == 1, "a day that has not come is none"
    page.send()
    assert status_of(config, now=now).waiting == 1
    assert len(status_of(config, now=now + timedelta(hours=2)).findings) == 1, "a complaint waits"
    assert len(status_of(config, now=now + timedelta(days=32)).findings) == 2, "the lines are to be tried again, too"


def test_each_help_line_that_nobody_has_confirmed_is_named_with_what_to_confirm(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    found = status_of(page.config, now=datetime.now(UTC))
    assert found.unconfirmed == tuple(line.id for line in page.config.lines)
    told = "\n".join(found.findings)
    assert (
        "not confirmed: Preventell: the number 020-66 77 88 and when it is answered, the address https://preventell"
        in told
    )
    assert "number not confirmed" in told, "and what of it was never read in a source"
    assert "before the page goes live (112 is never called to try it)" in told
    warn_of_unconfirmed(page.config)
    assert "nobody has confirmed the help lines (Preventell, Bris" in caplog.text


def test_set_up_says_that_the_help_lines_are_to_be_confirmed(tmp_path: Path) -> None:
    assert "you have to confirm before the page goes live" in " ".join(init(tmp_path).output.split())


def test_the_command_says_it_and_ends_so(page: Page) -> None:
    told = run("status", "--json", "--config", page.folder / "stop-page.toml")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["counts"] == {}
    assert run("status", "--config", page.folder / "nowhere.toml").exit_code == 2
    counts = load(page.folder / "stop-page.toml").counts
    counts.mkdir(parents=True, exist_ok=True)
    (counts / f"{datetime.now(UTC):%Y-%m}.json").write_text("half of a fi")
    broken = run("status", "--config", page.folder / "stop-page.toml")
    assert (broken.exit_code, "the stop page did not write" in broken.stderr) == (2, True)
    assert run("serve", "--config", page.folder / "nowhere.toml").exit_code == 2
