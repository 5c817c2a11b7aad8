"""`skyddsnat hub` as a person or a script uses it: real processes, a real folder."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from skyddsnat.demo.ports import free_port
from tests import prepared
from tests.warm import hub_command

ROOT = Path(__file__).resolve().parents[2]
EMAIL = "samordnare@ecpat.example"
FOUND = ["--template", "founders", "--email", EMAIL, "--base-url", "https://hub.example", "--yes"]


def hub(
    *arguments: str, data: Path | None = None, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run one command with nothing of the hub's in its environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SKYDDSNAT_", "DJANGO_"))}
    clean |= {"PYTHONPATH": str(ROOT / "src"), **environment}
    where = ["--data", str(data)] if data is not None else []
    return hub_command(*arguments, *where, environment=clean, typed=typed)


def with_tables(data: Path) -> Path:
    """A folder in which an earlier set-up came as far as the tables, which take two seconds: for what is about the rest."""
    data.mkdir(mode=0o700)
    prepared.lay(data / "hub.sqlite")
    return data


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A coalition that was set up by the template."""
    data = tmp_path_factory.mktemp("hub") / "data"
    made = hub("init", *FOUND, data=data)
    assert made.returncode == 0, made.stderr
    (data / "said").write_text(made.stdout, encoding="utf-8")
    return data


def rows(place: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(place / "hub.sqlite") as database:
        return list(database.execute(query))


def test_the_founders_are_there_by_name_with_their_two_circles_and_no_data(place: Path) -> None:
    members = dict(rows(place, "select id, control_group from members_member"))
    assert set(members) == {"com-hem", "tele2", "telia", "tre", "telenor", "ecpat", "polisen"}
    assert members["com-hem"] == "tele2", "merged: it counts as one with Tele2"
    mandates = dict(rows(place, "select id, mandate from members_member where mandate != ''"))
    assert mandates == {"ecpat": "hotline", "polisen": "police"}
    inside = rows(
        place,
        "select c.name, count(*), sum(m.member_id = 'polisen') from members_circle c "
        "join members_circlemembership m on m.circle_id = c.id group by c.name order by c.name",
    )
    assert inside == [("Nationell blockering", 7, 1), ("Operatörernas uppslag", 6, 0)]
    assert rows(place, "select count(*) from signals_signal") == [(0,)]
    assert rows(place, "select email, roles from members_person") == [(EMAIL, '["coordinator", "auditor"]')]
    lapsed = rows(place, "select activity from members_legalbasis where status = 'lapsed'")
    assert lapsed == [("Matchning i privata meddelanden",)]


def test_the_first_coordinator_gets_a_link_and_the_agents_key_is_said(place: Path) -> None:
    said = (place / "said").read_text(encoding="utf-8")
    assert "https://hub.example/account/invitation/" in said
    assert "Key of the feed" in said


def test_keys_and_settings_are_readable_by_their_owner_alone(place: Path) -> None:
    for name in ("secret.key", "vault.keys", "feed.key", "log.key", "hub.env"):
        assert stat.S_IMODE((place / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    secret = (place / "secret.key").read_text().strip()
    assert secret not in (place / "hub.env").read_text()


def test_a_second_run_changes_nothing(place: Path) -> None:
    before = {name: (place / name).read_bytes() for name in ("secret.key", "vault.keys", "feed.key", "hub.env")}
    counts = rows(place, "select count(*) from audit_entry")
    again = hub("init", *FOUND, data=place)
    assert again.returncode == 0, again.stderr
    assert "nothing new" in again.stdout
    assert "/account/invitation/" not in again.stdout
    assert {name: (place / name).read_bytes() for name in before} == before
    assert rows(place, "select count(*) from audit_entry") == counts


def test_the_deployment_check_is_clean_after_set_up(place: Path) -> None:
    found = hub("check", "--json", data=place)
    assert found.returncode == 0, found.stdout
    report = json.loads(found.stdout)
    assert report["ok"]
    assert {"settings", "database", "static files", "feed key", "demo"} <= {one["what"] for one in report["checks"]}


def test_the_check_finds_a_key_that_others_can_read(place: Path) -> None:
    (place / "secret.key").chmod(0o644)
    try:
        found = hub("check", data=place)
        assert found.returncode == 1
        assert "FAIL  secret.key: mode 644; run: chmod 600" in found.stdout
    finally:
        (place / "secret.key").chmod(0o600)


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("DJANGO_SETTINGS_MODULE", "skyddsnat.hub.settings.demo", "demo"),
        ("SKYDDSNAT_SSL_REDIRECT", "no", "settings"),
    ],
)
def test_the_check_finds_settings_that_are_not_fit_for_a_real_coalition(
    place: Path, name: str, value: str, what: str
) -> None:
    found = hub("check", data=place, **{name: value})
    assert found.returncode == 1
    assert f"FAIL  {what}" in found.stdout


def test_an_empty_key_file_is_refused_by_name(place: Path) -> None:
    found = hub("check", data=place, SKYDDSNAT_SECRET_KEY_FILE="/dev/null")
    assert found.returncode == 2
    assert "SKYDDSNAT_SECRET_KEY_FILE names /dev/null, which is empty" in found.stderr


def test_the_clock_can_tick_twice(place: Path) -> None:
    done = []
    for _ in range(2):
        ticked = hub("tick", "--json", data=place)
        assert ticked.returncode == 0, ticked.stderr
        done.append(json.loads(ticked.stdout))
    assert done[0].pop("entries_sequenced") > 0, "what set-up has written had not found its place in the log yet"
    assert {*done[0].values(), *done[1].values()} == {0}


def test_migrating_again_applies_nothing(place: Path) -> None:
    assert json.loads(hub("migrate", "--json", data=place).stdout) == {"applied": 0}


def test_a_copy_of_the_database_is_whole_and_its_owners_alone(place: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    assert hub("backup", str(copy), data=place).returncode == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with sqlite3.connect(copy) as database:
        assert list(database.execute("pragma integrity_check")) == [("ok",)]
        assert list(database.execute("select count(*) from members_member")) == [(7,)]
    again = hub("backup", str(copy), data=place)
    assert again.returncode == 2
    assert "expected a new file" in again.stderr


def test_a_new_link_can_be_made_for_someone_who_is_there_and_for_someone_new(place: Path) -> None:
    known = json.loads(hub("invite", EMAIL, "--json", data=place).stdout)
    assert known["invitation"].startswith("https://hub.example/account/invitation/")
    new = hub("invite", "ny@telia.example", "--member", "telia", "--name", "Ny", "--role", "engineer", data=place)
    assert new.returncode == 0, new.stderr
    assert rows(place, "select member_id, roles from members_person where name = 'Ny'") == [("telia", '["engineer"]')]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["invite", "nobody@x.example"], "for someone new add --member ID --name NAME --role ROLE"),
        (["invite", "n@x.example", "--member", "x", "--name", "N", "--role", "analyst"], "expected one of: "),
        (["invite", "n@x.example", "--member", "tre", "--name", "N", "--role", "boss"], "expected one of: analyst"),
        (["invite", "n@x.example", "--member", "tre", "--name", "N\nY", "--role", "analyst"], "names in plain words"),
        (["serve", "--host", "0.0.0.0"], "add --behind-tls-proxy"),  # noqa: S104  that it is refused is the point
        (["serve", "--host", "::"], "add --behind-tls-proxy"),
        (["serve", "--host", "hub"], "expected an IP address"),
    ],
)
def test_wrong_use_is_one_clear_line_and_exit_code_2(place: Path, arguments: list[str], said: str) -> None:
    answer = hub(*arguments, data=place)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert "Traceback" not in answer.stderr


def test_a_database_with_a_password_is_named_by_its_file_alone(tmp_path: Path) -> None:
    data, address = with_tables(tmp_path / "hub"), tmp_path / "address"
    address.write_text(f"sqlite:{data / 'hub.sqlite'}\n")
    made = hub("init", *FOUND, "--database-file", str(address), data=data)
    assert made.returncode == 0, made.stderr
    settings = (data / "hub.env").read_text().splitlines()
    assert f"SKYDDSNAT_DATABASE_FILE={address}" in settings
    assert not [line for line in settings if line.startswith("SKYDDSNAT_DATABASE=")]
    assert rows(data, "select count(*) from members_person") == [(1,)]


def test_a_name_that_steers_a_terminal_is_refused_in_a_line_and_can_be_given_anew(tmp_path: Path) -> None:
    data = with_tables(tmp_path / "hub")
    refused = hub("init", *FOUND, "--person", "A\x1b[2J", data=data)
    assert (refused.returncode, "in plain words on one line" in refused.stderr) == (2, True)
    assert hub("init", *FOUND, "--person", "Anna", data=data).returncode == 0
    assert rows(data, "select name from members_person") == [("Anna",)]


def test_a_file_that_holds_no_database_is_refused(tmp_path: Path) -> None:
    address = tmp_path / "address"
    address.write_text("\n")
    refused = hub("init", *FOUND, data=tmp_path / "hub", SKYDDSNAT_DATABASE_FILE=str(address))
    assert (refused.returncode, "expected postgresql://" in refused.stderr) == (2, True)


def test_a_line_of_the_settings_that_cannot_be_read_is_not_said_aloud(tmp_path: Path) -> None:
    data = tmp_path / "hub"
    data.mkdir()
    (data / "hub.env").write_text("export SKYDDSNAT_DATABASE=postgresql://a:hemligt@b/c\n")
    answer = hub("check", data=data)
    assert (answer.returncode, "line 1" in answer.stderr, "hemligt" in answer.stderr) == (2, True, False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--base-url", "http://hub.example"], "expected https://"),
        (["--base-url", "https://"], "expected https://"),
        (["--base-url", "https://hub.example/path"], "expected https://"),
        (["--base-url", "https://hub.example:x"], "expected https://"),
        (["--template", "nonsense"], "expected one of: founders, empty"),
        (["--email", "nobody"], "expected an e-mail address"),
        (["--database", "mysql://x/y"], "expected postgresql://"),
        (["--template", "empty"], "expected --member NAME"),
    ],
)
def test_a_newcomers_wrong_answer_to_set_up_is_one_clear_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    defaults = {"--base-url": "https://hub.example", "--template": "founders", "--email": EMAIL}
    given = defaults | dict(zip(arguments[::2], arguments[1::2], strict=True))
    answer = hub("init", "--yes", *[word for pair in given.items() for word in pair], data=tmp_path / "hub")
    assert answer.returncode == 2, answer.stdout
    assert said in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "hub").exists(), "nothing is made before every answer is right"


def test_set_up_goes_on_where_an_earlier_one_was_cut_off(tmp_path: Path) -> None:
    data = with_tables(tmp_path / "hub")
    assert hub("init", *FOUND, data=data).returncode == 0
    with sqlite3.connect(data / "hub.sqlite") as database:
        database.execute("delete from accounts_invitation")
        database.execute("update audit_entry set person_id = null")
        database.execute("delete from members_person")
    right = hub("init", *FOUND, data=data)
    assert right.returncode == 0, right.stderr
    assert "/account/invitation/" in right.stdout
    assert len(rows(data, "select id from members_member")) == 7


def test_a_person_is_asked_a_few_questions_with_sensible_defaults(tmp_path: Path) -> None:
    answers = ["https://hub.example", "", "Min koalition", "anna@ecpat.example", "Anna"]
    made = hub("init", data=with_tables(tmp_path / "hub"), typed="\n".join([*answers, ""]))
    assert made.returncode == 0, made.stderr
    assert "Start from which template? (founders, empty) [founders]" in made.stdout
    assert "Min koalition: 7 members, 2 circles, 6 legal bases" in made.stdout
    assert rows(tmp_path / "hub", "select name, email from members_person") == [("Anna", "anna@ecpat.example")]


def test_an_empty_coalition_has_the_convener_alone(tmp_path: Path) -> None:
    arguments = ["--template", "empty", "--member", "Solros Stöd", "--name", "Provet", "--email", "s@solros.example"]
    data = with_tables(tmp_path / "hub")
    made = hub("init", *arguments, "--base-url", "https://hub.example", "--json", data=data)
    assert made.returncode == 0, made.stderr
    report = json.loads(made.stdout)
    assert report["coalition"] == "Provet"
    assert report["invitation"].startswith("https://hub.example/account/invitation/")
    assert rows(tmp_path / "hub", "select id, name from members_member") == [("solros-stod", "Solros Stöd")]


@pytest.mark.parametrize("command", ["serve", "check", "tick", "migrate"])
def test_a_command_without_a_hub_says_how_to_make_one(tmp_path: Path, command: str) -> None:
    answer = hub(command, data=tmp_path)
    assert answer.returncode == 2
    assert "run: skyddsnat hub init" in answer.stderr


def test_a_settings_line_that_cannot_be_read_is_named(place: Path, tmp_path: Path) -> None:
    (tmp_path / "hub.env").write_text("# fine\nSKYDDSNAT_BASE_URL https://hub.example\n")
    answer = hub("check", data=tmp_path)
    assert answer.returncode == 2
    assert "line 2" in answer.stderr


@pytest.fixture
def served(place: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SKYDDSNAT_", "DJANGO_"))}
    command = [sys.executable, "-m", "skyddsnat", "hub", "serve", "--data", str(place), "--port", str(port)]
    process = subprocess.Popen([*command, "--workers", "1"], env=clean | {"PYTHONPATH": str(ROOT / "src")}, cwd=ROOT)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()  # killed, it would leave its worker behind
        process.wait(timeout=60)


def get(address: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(address, headers=headers)  # noqa: S310  loopback, by this test
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def wait_for(address: str) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until:
        try:
            if get(address)[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("got no answer within 240 s, expected the hub to be up")


def test_the_hub_serves_until_it_is_told_to_stop_and_then_ends_within_ten_seconds(
    served: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, base = served
    wait_for(f"{base}/healthy/")
    behind = {"Host": "hub.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    status, page = get(f"{base}/account/login/", **behind)
    assert status == 200
    assert "<form" in page
    assert get(f"{base}/account/login/", Host="evil.example")[0] == 400
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0, "ends by itself and is not killed"


def test_the_served_pages_styles_and_scripts_are_there(
    place: Path, served: tuple[subprocess.Popen[bytes], str]
) -> None:
    _, base = served
    wait_for(f"{base}/healthy/")
    names = json.loads((place / "static" / "staticfiles.json").read_text())["paths"]
    behind = {"Host": "hub.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    for wanted in ("accounts/passkeys.js", "pages/css/base.css"):
        assert get(f"{base}/static/{names[wanted]}", **behind)[0] == 200, wanted


def test_a_hub_that_is_ahead_of_its_clock_says_until_when_and_goes_on_once_the_clock_is_confirmed(place: Path) -> None:
    nothing = hub("clock", "--confirm", "2026-11-28T11:15", data=place)
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert "nothing to confirm" in nothing.stderr
    ahead = int((time.time() + 3 * 86_400) * 1_000_000)
    (circle,), collection = rows(place, "select id from members_circle limit 1")[0], "7" * 32
    with sqlite3.connect(place / "hub.sqlite") as database:
        made = "insert into feed_collection (id, kind, title, circle_id) values (?, 'inform', 'Ahead', ?)"
        database.execute(made, [collection, circle])
        database.execute(
            "insert into feed_objectversion (added, collection_id, stix_id, type, version, spec, revoked, raw, said)"
            " values (?, ?, 'identity--x', 'identity', 0, '2.1', 0, '', '')",
            [ahead, collection],
        )
    still = hub("clock", data=place)
    assert still.returncode == 1
    assert time.strftime("before %Y-%m-%d", time.gmtime(ahead / 1e6 - 3600)) in still.stdout
    wrong = hub("clock", "--confirm", "2026-01-01T00:00", data=place)
    assert (wrong.returncode, "set the hub's clock first" in wrong.stderr) == (2, True)
    going = hub("clock", "--confirm", time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()), "--json", data=place)
    assert (going.returncode, json.loads(going.stdout)["publishes"]) == (0, True)
    with sqlite3.connect(place / "hub.sqlite") as database:
        database.execute("delete from feed_objectversion where added = ?", [ahead])
        database.execute("delete from feed_collection where id = ?", [collection])
