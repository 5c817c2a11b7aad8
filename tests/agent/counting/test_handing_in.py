"""From counted days to the hub: shown first, sent once, corrected with a reason."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from skyddsnat.agent.config import load
from skyddsnat.agent.counting.handing_in import warnings_in
from skyddsnat.agent.counting.panel_store import IndexMonth, Panel
from skyddsnat.agent.counting.store import CountStore
from skyddsnat.agent.state import State
from skyddsnat.agent.state.days import Look
from skyddsnat.cli.agent import app
from skyddsnat.site.errors import Exit
from skyddsnat.site.hourly import add_counts
from tests.agent.counting.conftest import Logs, bind, kresd

LOOKUPS, QUERIES = "MET-BLK-09", "MET-BLK-10"


def submit(logs: Logs, *options: str, code: int = Exit.FINE) -> dict[str, object]:
    arguments = ["submit", "--period", str(logs.period), "--config", str(logs.site.config_file), "--json", *options]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == code, done.output
    return json.loads(done.stdout.splitlines()[-1])


def figures(facts: dict[str, object]) -> dict[str, dict[str, object]]:
    listed = facts["figures"]
    assert isinstance(listed, list)
    return {one["metric"]: one for one in listed}


@pytest.fixture
def busy(logs: Logs) -> Logs:
    """Forty-seven clients asked for a listed name, in a month that is over."""
    logs.day = (logs.day.replace(day=1) - timedelta(days=1)).replace(day=20)
    logs.write("bind-1", *(bind(logs.at(), f"192.0.2.{client}", "wild.test") for client in range(100, 147)))
    logs.write("kresd-1", *(kresd(logs.at(), "wild.test") for _ in range(9)))
    logs.count()
    return logs


def test_the_preview_shows_what_leaves_and_nothing_leaves(busy: Logs) -> None:
    found = figures(submit(busy, "--dry-run"))
    leaves = found[LOOKUPS]["leaves"]
    assert isinstance(leaves, dict)
    assert (leaves["value"], leaves["period"], leaves["method"]) == (50, str(busy.period), "1")
    assert leaves["list"]["subscriptions_from"] == 100_000
    assert leaves["gaps"] == ["days_missing", "no_clients", "resolvers_missing"]
    assert found[QUERIES]["leaves"]["value"] == 60  # type: ignore[index]  # 56, rounded
    assert busy.site.hub.figures == []


def test_the_preview_says_each_figure_in_words_before_the_bytes_that_leave(busy: Logs) -> None:
    arguments = ["submit", "--period", str(busy.period), "--config", str(busy.site.config_file), "--dry-run"]
    shown = CliRunner().invoke(app, arguments).stdout
    gaps = "days_missing, no_clients, resolvers_missing"
    assert f"{LOOKUPS} Blocked lookups: 50 (count per month), known gaps: {gaps}; leaves as\n    {{" in shown


def looked(busy: Logs, *looks: Look) -> None:
    """On days of the month."""
    with closing(State.open(load(busy.site.config_file).data_dir)) as state:
        for number, one in enumerate(looks):
            state.days.add(one, day=busy.day + timedelta(days=number))


def test_a_month_in_which_the_list_only_observed_for_a_while_says_so(busy: Logs) -> None:
    looked(busy, Look(observed=1), Look())
    leaves = figures(submit(busy, "--dry-run"))[QUERIES]["leaves"]
    assert isinstance(leaves, dict)
    assert (leaves["value"], leaves["list"]["observed"]) == (60, "some")
    shown = CliRunner().invoke(
        app, ["submit", "--period", str(busy.period), "--config", str(busy.site.config_file), "--dry-run"]
    )
    assert "only observed in a part of the period" in shown.stdout
    submit(busy)
    assert [one["list"]["observed"] for one in busy.site.hub.figures] == ["some", "some"]


def test_where_the_list_only_observed_it_has_blocked_nothing_whatever_the_logs_hold(busy: Logs) -> None:
    """Another list at the same resolver may have blocked the very names."""
    looked(busy, Look(observed=1))
    found = figures(submit(busy, "--dry-run"))
    for metric in (LOOKUPS, QUERIES):
        leaves = found[metric]["leaves"]
        assert isinstance(leaves, dict)
        assert (leaves["value"], leaves["list"]["observed"]) == (0, "all")


def test_a_month_that_was_blocked_throughout_says_so_and_an_unknown_one_nothing(busy: Logs) -> None:
    unknown = figures(submit(busy, "--dry-run"))[QUERIES]["leaves"]
    looked(busy, Look())
    known = figures(submit(busy, "--dry-run"))[QUERIES]["leaves"]
    assert "observed" not in unknown["list"]  # type: ignore[index]
    assert known["list"]["observed"] == "none"  # type: ignore[index]


def test_the_index_of_a_closed_month_leaves_with_the_others(busy: Logs) -> None:
    month = busy.period
    closed = IndexMonth(
        period=month, base=month, entries=3, base_hits=60, hits=60, base_days=31, days=31, same_resolvers=True
    )
    with closing(CountStore.open(load(busy.site.config_file).data_dir)) as store:
        store.panels.close(Panel(base=month, following=month.next, seen=busy.at(), entries=frozenset()), closed)
    leaves = figures(submit(busy, "--dry-run"))["MET-BLK-08"]["leaves"]
    assert isinstance(leaves, dict)
    assert (leaves["value"], leaves["unit"], leaves["list"]["subscriptions_from"]) == (100, "index", 100_000)


def test_what_was_shown_is_what_leaves_and_once(busy: Logs) -> None:
    first = submit(busy)
    assert set(first["sent"]) == {LOOKUPS, QUERIES}  # type: ignore[call-overload]
    assert [one["value"] for one in busy.site.hub.figures] == [50, 60]
    again = submit(busy)
    assert again["sent"] == {}
    assert len(busy.site.hub.figures) == 2


def test_after_a_lost_answer_the_very_same_figure_goes_again(busy: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = busy.site.hub
    take = hub.take_figure
    monkeypatch.setattr(type(hub), "take_figure", lambda _, figure: (take(figure), (500, {}))[1])
    submit_fails = CliRunner().invoke(
        app, ["submit", "--period", str(busy.period), "--config", str(busy.site.config_file)]
    )
    assert submit_fails.exit_code == Exit.FINDING
    monkeypatch.undo()
    assert set(submit(busy)["sent"]) == {LOOKUPS, QUERIES}  # type: ignore[call-overload]
    assert len(hub.figures) == 2


@pytest.mark.parametrize("revision", [0, -1, 100, 2**63, True, "1", None])
def test_a_revision_that_no_figure_can_have_is_not_believed(
    busy: Logs, monkeypatch: pytest.MonkeyPatch, revision: object
) -> None:
    """It would stand in the next correction, which nobody could read again: of that month nothing could be handed in any more."""
    hub = busy.site.hub
    take = hub.take_figure
    monkeypatch.setattr(type(hub), "take_figure", lambda _, figure: (take(figure), (200, {"revision": revision}))[1])
    arguments = ["submit", "--period", str(busy.period), "--config", str(busy.site.config_file)]
    refused = CliRunner().invoke(app, arguments)
    assert (refused.exit_code, "no revision from 1 to 99" in refused.stderr) == (Exit.FINDING, True)
    monkeypatch.undo()
    assert set(submit(busy)["sent"]) == {LOOKUPS, QUERIES}  # type: ignore[call-overload]


def test_what_the_coalition_does_not_collect_stays_here_and_keeps_nothing_else_back(
    busy: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = busy.site.hub
    take, refusal = hub.take_figure, {"title": "Unprocessable Content", "detail": "no", "code": "not_collected"}
    monkeypatch.setattr(
        type(hub), "take_figure", lambda _, figure: (422, refusal) if figure["metric"] == LOOKUPS else take(figure)
    )
    facts = submit(busy)
    assert (set(facts["sent"]), facts["not_collected"]) == ({QUERIES}, [LOOKUPS])  # type: ignore[call-overload]
    arguments = ["submit", "--period", str(busy.period), "--config", str(busy.site.config_file)]
    assert f"the coalition does not collect {LOOKUPS}" in CliRunner().invoke(app, arguments).stdout
    monkeypatch.undo()
    later = submit(busy)
    assert set(later["sent"]) == {LOOKUPS}  # type: ignore[call-overload]
    assert figures(later)[LOOKUPS]["standing"] == "new", "what was refused is not remembered as handed in"


def test_a_figure_that_has_changed_needs_a_reason_and_leaves_a_trace(busy: Logs) -> None:
    submit(busy)
    busy.write("bind-1", *(bind(busy.at("13:00:00"), f"192.0.2.{client}", "wild.test") for client in range(100, 150)))
    busy.count(again_from=busy.day)
    held = submit(busy, code=Exit.HELD)
    assert (held["held"], held["sent"], len(busy.site.hub.figures)) == (True, {}, 2)
    corrected = submit(busy, "--reason", "late_data")
    assert corrected["sent"][LOOKUPS]["revision"] == 2  # type: ignore[index]
    last = busy.site.hub.figures[-1]
    assert last["corrects"] == {"revision": 1, "reason": "late_data"}
    assert submit(busy)["sent"] == {}
    journal = (busy.site.folder / "data" / "journal.jsonl").read_text()
    assert journal.count("figure_handed_in") == 4


def test_fewer_than_twenty_are_not_told(logs: Logs) -> None:
    logs.day = (logs.day.replace(day=1) - timedelta(days=1)).replace(day=20)
    logs.write("bind-1", *(bind(logs.at(), f"192.0.2.{client}", "wild.test") for client in range(100, 119)))
    logs.count()
    found = figures(submit(logs))
    assert "fewer than twenty" in str(found[LOOKUPS]["why"])
    assert logs.site.hub.figures == []


def test_what_the_stop_page_counted_goes_along(busy: Logs) -> None:
    folder = busy.site.folder / "stop-page"
    folder.mkdir()
    add_counts(folder, f"{busy.period}-07T12", {"views": 1234, "help": 40, "support": 22, "complaints": 3})
    text = busy.site.config_file.read_text()
    busy.site.config_file.write_text(
        text.replace("subscriptions = 250000", f'stop_page_counts = "{folder}"\nsubscriptions = 250000')
    )
    found = figures(submit(busy, "--dry-run"))
    told = {name: found[name]["leaves"]["value"] for name in ("MET-STP-01", "MET-STP-02")}  # type: ignore[index]
    assert told == {"MET-STP-01": 488, "MET-STP-02": 1230}  # 60 of 1,230, in hundredths of a per cent
    (folder / f"{busy.period}.json").write_text("[]")
    submit_fails = CliRunner().invoke(
        app, ["submit", "--period", str(busy.period), "--config", str(busy.site.config_file), "--dry-run"]
    )
    assert submit_fails.exit_code == Exit.WRONG_USE


def test_a_month_that_is_not_over_is_shown_and_not_sent(logs: Logs) -> None:
    now = ["submit", "--config", str(logs.site.config_file), "--period", "2199-01"]
    assert CliRunner().invoke(app, now).exit_code == Exit.WRONG_USE
    assert CliRunner().invoke(app, [*now, "--dry-run"]).exit_code == Exit.FINE


@pytest.mark.parametrize("options", [["--round", "2026-q3"], ["--measured"], ["--yes"], ["values.csv"]])
def test_the_two_ways_of_handing_in_are_not_mixed_up(logs: Logs, options: list[str]) -> None:
    arguments = ["submit", "--config", str(logs.site.config_file), "--period", "2026-10", *options]
    assert CliRunner().invoke(app, arguments).exit_code == Exit.WRONG_USE


def test_count_shows_figures_for_people_and_machines(busy: Logs) -> None:
    arguments = ["count", "--config", str(busy.site.config_file), "--period", str(busy.period), "--show-only"]
    shown = CliRunner().invoke(app, arguments)
    assert shown.exit_code == Exit.FINE
    assert "blocked lookups" in shown.stdout
    facts = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert (facts["lookups"], facts["told"]["lookups"], facts["told"]["entries"]) == (47, 50, None)


@pytest.mark.parametrize("said", [["slip", "\x1b[2J", "[bold]", 7], "slip", None, 5])
def test_what_a_hub_finds_odd_is_shown_as_codes_alone(said: object) -> None:
    assert warnings_in({"revision": 1, "warnings": said}) == (["slip"] if isinstance(said, list) else [])
