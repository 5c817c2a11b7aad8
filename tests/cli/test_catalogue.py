"""`skyddsnat catalogue` as a person or a script at another coalition uses it."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skyddsnat.cli.catalogue import app

DATA = Path(str(files("skyddsnat.catalogue").joinpath("data")))
runner = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "ours"))


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_installed_catalogue_is_fine() -> None:
    result = runner.invoke(app, ["check"])
    assert result.exit_code == 0
    assert "44" in result.stdout
    assert "No problems" in result.stdout


def test_the_check_as_json_has_counts_and_no_problems() -> None:
    result = runner.invoke(app, ["check", "--json"])
    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert answer["ok"] is True
    assert answer["counts"]["measures"] == 44
    assert answer["problems"] == []


def test_another_coalition_checks_its_own_folder(folder: Path) -> None:
    assert runner.invoke(app, ["check", str(folder)]).exit_code == 0


def test_a_fault_in_it_is_a_finding_with_file_id_got_and_expected(folder: Path) -> None:
    spoil(folder, "knowledge.yaml", 'country: "NO"', "country: false")
    result = runner.invoke(app, ["check", str(folder)])
    assert result.exit_code == 1
    assert "knowledge.yaml:" in result.stdout
    assert "KB-017 country: got false, expected a country code" in result.stdout


def test_a_fault_as_json_names_each_part(folder: Path) -> None:
    spoil(folder, "knowledge.yaml", 'country: "NO"', "country: false")
    result = runner.invoke(app, ["check", "--json", str(folder)])
    (problem,) = json.loads(result.stdout)["problems"]
    assert result.exit_code == 1
    assert (problem["file"], problem["id"], problem["field"], problem["got"]) == (
        "knowledge.yaml",
        "KB-017",
        "country",
        "false",
    )


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    result = runner.invoke(app, ["check", str(tmp_path / "nowhere")])
    assert result.exit_code == 2
    assert "expected a folder" in result.stderr


def test_a_file_cannot_steer_the_terminal_of_the_one_who_checks_it(folder: Path) -> None:
    spoil(folder, "measures.yaml", "    group: NET\n", '    group: "\\e]0;owned\\a\\e[2J"\n')
    result = runner.invoke(app, ["check", str(folder)])
    assert result.exit_code == 1
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout


@pytest.mark.parametrize(
    ("lang", "name"), [("sv", "Falsk identitet gentemot barn"), ("en", "False identity towards a child")]
)
def test_a_list_speaks_the_language_that_is_asked_for(lang: str, name: str) -> None:
    result = runner.invoke(app, ["list", "techniques", "--lang", lang, "--json"])
    assert {"id": "TEC-CON-02", "group": "CON", "name": name} in json.loads(result.stdout)


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("techniques", 29),
        ("measures", 44),
        ("metrics", 53),
        ("questions", 30),
        ("entries", 35),
        ("sources", 65),
        ("states", 10),
        ("types", 9),
    ],
)
def test_every_kind_can_be_listed(kind: str, count: int) -> None:
    assert len(json.loads(runner.invoke(app, ["list", kind, "--json"]).stdout)) == count
    shown = runner.invoke(app, ["list", kind])
    assert shown.exit_code == 0


def test_a_kind_that_does_not_exist_is_wrong_use() -> None:
    assert runner.invoke(app, ["list", "offenders"]).exit_code == 2
